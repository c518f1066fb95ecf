# Every command of the house; `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
UV := $(shell sed -n 's/^required-version = "==\(.*\)"/\1/p' pyproject.toml)
BIN := .venv/bin

# Journeys in a browser, and rooms without a database, run once, on SQLite; all other tests run on both databases.
ROOMS := $(sort $(patsubst %/,%,$(dir $(wildcard tests/*/test_*.py))))
JOURNEYS := tests/journeys
WITHOUT_DATABASE := tests/domain tests/crypto tests/paper tests/external tests/house
ON_BOTH := $(filter-out $(JOURNEYS) $(WITHOUT_DATABASE),$(ROOMS))
# In `make test` this room waits, on SQLite, until the end: so both cores have about as much to do.
WAITING := $(if $(TOGETHER),tests/catalogue)

.PHONY: help
help:
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	      /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ 使用 · Use
.PHONY: install run federation
install: .venv/installed ## 安装到 .venv · install into .venv

# uv is pinned in pyproject.toml and keeps everything else as uv.lock says.
.venv/installed: pyproject.toml uv.lock
	@PYTHON=$(PYTHON) scripts/need python
	@test -x $(BIN)/python || { echo "建立 .venv …"; $(PYTHON) -m venv .venv; }
	@$(BIN)/uv --version 2>/dev/null | grep -qF "uv $(UV) " || $(BIN)/python -m pip install --quiet "uv==$(UV)"
	@UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen
	@touch $@
	@echo "已安装：$(BIN)/tongban"

run: install ## 演示：127.0.0.1:8000（PORT=…）· serve the demo
	@PORT=$(PORT) scripts/run

federation: install ## 三个节点：北京、天津、河北，各有本地区的演示（PORT=…）· three nodes, each with the demo of its region
	@PORT=$(PORT) scripts/federation

##@ 检查 · Check
.PHONY: check lint types contracts kernel
check: lint types contracts kernel ## 一分钟以内：以下四项 · the four below, under a minute

lint: install ## 写法与格式 · style and format
	@echo "== ruff"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

types: install ## 类型 · types
	@echo "== mypy"
	@$(BIN)/mypy

contracts: install ## 房间之间的依赖 · who may import whom
	@echo "== import-linter"
	@$(BIN)/lint-imports --no-logo

kernel: install ## 内核与算法的测试 · tests of kernel and algorithms
	@scripts/need openssl
	@echo "== kernel"
	@$(BIN)/pytest --quiet tests/domain tests/crypto

##@ 测试 · Test
# Two run side by side, each of which keeps one core busy; what takes longest comes first.
.PHONY: test test-postgres test-sqlite test-journeys test-once
test: install ## 全部：检查、PostgreSQL、SQLite、浏览器 · everything
	@scripts/need postgresql browser openssl pdfsig
	@$(MAKE) lint types contracts
	@$(MAKE) --jobs=2 TOGETHER=yes test-postgres test-sqlite test-journeys test-once

test-postgres: install ## 用到数据库的测试，PostgreSQL · tests of the database on PostgreSQL
	@scripts/need postgresql
	@echo "== PostgreSQL"
	@TONGBAN_TEST_DATABASE=postgres $(BIN)/pytest $(ON_BOTH)

test-sqlite: install ## 用到数据库的测试，SQLite · tests of the database on SQLite
	@echo "== SQLite"
	@TONGBAN_TEST_DATABASE=sqlite $(BIN)/pytest $(filter-out $(WAITING),$(ON_BOTH))

test-journeys: install ## 浏览器里的测试 · journeys in a browser
	@scripts/need browser
	@echo "== Chromium"
	@TONGBAN_TEST_DATABASE=sqlite $(BIN)/pytest $(JOURNEYS)

test-once: install ## 不用数据库的测试 · tests without a database
	@scripts/need openssl pdfsig
	@echo "== Once"
	@TONGBAN_TEST_DATABASE=sqlite $(BIN)/pytest $(WITHOUT_DATABASE) $(WAITING)

.PHONY: fuzz-verify
fuzz-verify: install ## 核验的随机破坏，每种形式两万份（FUZZ_ROUNDS=、FUZZ_SEED=）· spoilt copies of each form, and each byte
	@scripts/need openssl
	@FUZZ_ROUNDS=$${FUZZ_ROUNDS:-20000} FUZZ_SEED=$${FUZZ_SEED:-1} $(BIN)/pytest tests/certificates/test_fuzz.py

.PHONY: test-faults fuzz-exchange
test-faults: install ## 三个节点之间的各种故障，较长（FAULTS_MESSAGES=、FAULTS_LEAST=、FAULTS_SEED=）· faults between three nodes, for longer
	@FAULTS_MESSAGES=$${FAULTS_MESSAGES:-20000} FAULTS_LEAST=$${FAULTS_LEAST:-50} FAULTS_SEED=$${FAULTS_SEED:-1} \
	    FAULTS_APPLICATIONS=$${FAULTS_APPLICATIONS:-25} $(BIN)/pytest tests/exchange/test_faults.py

fuzz-exchange: install ## 恶意的对方节点，每种手法一千次（FUZZ_ROUNDS=、FUZZ_SEED=）· a hostile node, each attack a thousand times
	@FUZZ_ROUNDS=$${FUZZ_ROUNDS:-1000} FUZZ_SEED=$${FUZZ_SEED:-1} $(BIN)/pytest tests/exchange/test_hostile.py

##@ 测量 · Measure
.PHONY: bench bench-search bench-lists bench-certificates bench-exchange
bench: install ## 每秒多少件申请，与手写 SQL 相比 · applications per second beside hand-written SQL
	@scripts/need postgresql
	@$(BIN)/python -m bench.applications

bench-search: install ## 三份各两万个事项的目录里搜索 · search over three catalogues of 20,000 matters
	@scripts/need postgresql
	@$(BIN)/python -m bench.search

bench-lists: install ## 一千至一百万个未办结办件时的各种清单 · worklists from a thousand to a million open cases
	@scripts/need postgresql
	@$(BIN)/python -m bench.worklists

bench-certificates: install ## 一千份证照的各种形式；SM2 与 openssl 相比 · a thousand certificates in all forms, SM2 beside openssl
	@scripts/need openssl
	@$(BIN)/python -m bench.signatures
	@$(BIN)/python -m bench.certificates

bench-exchange: install ## 两个节点之间每秒多少条消息；停机后补送十万条 · messages per second between two nodes
	@$(BIN)/python -m bench.exchange

##@ 整理 · Tidy
.PHONY: format lock clean
format: install ## 排版 · format the code
	@$(BIN)/ruff check --quiet --fix --exit-zero .
	@$(BIN)/ruff format .

lock: install ## 更新 uv.lock · renew uv.lock after a change of pyproject.toml
	@$(BIN)/uv lock

clean: ## 删除 .venv 与缓存，保留 var/ · remove .venv and caches, keep var/
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
