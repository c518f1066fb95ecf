"""How long does a search take over three catalogues of 20,000 matters, counts and facets included?

`python -m bench.search [--database sqlite|postgres] [--matters N] [--rounds N] [--folder DIR]`

Three regions publish a catalogue each, composed of stems with a fixed seed. What is timed is what the page of matters
asks: one page of the best hits with the exact count, and all facets. Before that each count is compared with counting
the names and the texts one by one; a count that differs ends the run.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.applications import DATABASES, set_up
from tests import stores

PROVINCES = {"110000": "11110000MA0TB1022H", "120000": "11120000MA0TB1153H", "130000": "11130000MA0TB1284H"}

QUERIES = {
    "one character": ("证", "保", "税"),
    "two characters": ("社保", "登记", "食品", "公司", "补发"),
    "four and more": ("公司名称", "食品经营许可", "道路运输证明补发"),
    "two words": ("公司 变更", "社保 证明"),
    "initials": ("spjyxk", "sldj", "gs"),
    "nearest": ("我想开公司怎么办理", "在哪里补发社保卡呢"),
}

THINGS = """
公司 食品经营 道路运输 社保卡 住房公积金 医疗器械 药品零售 危险化学品 特种设备 出租汽车 建筑施工 商品房预售
专利代理 广告发布 农药经营 种子生产 兽药 人力资源 劳务派遣 职业技能 计量器具 检验检测 水运 港口经营 船舶
机动车 驾驶证 户籍 居住证 护照 养老保险 工伤保险 失业保险 生育津贴 医保定点 个体工商户 合伙企业 外资企业 商标
版权 拍卖 典当 直销 成品油 煤炭 电力 燃气 供水 排水 园林 市政 人防 消防 环评 排污 辐射 放射 卫生 学校 幼儿园
培训 出版 印刷 演出 网吧 文物 旅行社 导游 体育 律师
"""
KINDS = """
一般 临时 跨区域 重大 小型 中外合资 分支机构 乡镇 首次 年度
"""
PARTS = """
许可 资质 备案 登记 证明 资格 名称 地址 负责人 范围
"""
VERBS = """
设立 变更 延续 补发 注销 查询
"""
MATERIALS = """
申请表 营业执照 身份证明 租赁合同 验资报告 安全评价报告 社保缴费证明 完税证明 章程 授权委托书
"""


def main() -> None:
    parser = ArgumentParser(description="Milliseconds of a search over three catalogues")
    parser.add_argument("--database", choices=DATABASES, help="one of them; without it both, one after the other")
    parser.add_argument("--matters", type=int, default=20_000, help="of each of the three")
    parser.add_argument("--rounds", type=int, default=30, help="how often each query is asked")
    parser.add_argument("--folder", type=Path, help="where the database lies")
    arguments = parser.parse_args()
    if arguments.database:
        _measure(arguments)
    else:
        for database in DATABASES:
            command = [sys.executable, "-m", "bench.search", *sys.argv[1:], "--database", database]
            subprocess.run(command, check=True)


def _measure(arguments: Namespace) -> None:
    with TemporaryDirectory(prefix="tongban-bench-", dir=arguments.folder) as folder:
        store = stores.start(arguments.database, durable=True, folder=arguments.folder)
        try:
            set_up(store.url("search"), folder)
            store.create("search")
            _fill(arguments)
            _ask(arguments)
        finally:
            store.stop()


def _fill(arguments: Namespace) -> None:
    # What needs Django is imported once Django is set up.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from tongban.catalogue.actions import publish  # noqa: PLC0415
    from tongban.people.actor import SYSTEM  # noqa: PLC0415
    from tongban.web import clock  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    for province in PROVINCES:
        publish(operation=province, actor=SYSTEM, holdings=_holdings(province, arguments.matters), now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    taken = time.perf_counter() - started
    sys.stdout.write(f"== {arguments.database}: 3 × {arguments.matters} matters published in {taken:.0f} s\n")


def _holdings(province: str, matters: int) -> Any:
    from tongban.catalogue.actions import Holdings  # noqa: PLC0415
    from tongban.domain.catalogue import Implementation, Material, MatterType, Regime, Requirement, Standard  # noqa: PLC0415
    from tongban.domain.clock import Limit, Unit  # noqa: PLC0415
    from tongban.domain.codes import Channel, Device, Necessity  # noqa: PLC0415

    chance = random.Random(province)
    names = ["".join(parts) for parts in product(*(words.split() for words in (KINDS, THINGS, PARTS, VERBS)))]
    chance.shuffle(names)
    codes = [f"M{number:02}" for number in range(len(MATERIALS.split()))]
    standards, implementations = [], []
    for number, name in enumerate(names[:matters]):
        matter = f"{province}-{number:05}"
        asked = tuple(Requirement(code, necessity=chance.choice(list(Necessity))) for code in chance.sample(codes, k=3))
        days = chance.choice((0, 1, 3, 5, 10, 20))
        standards.append(
            Standard(
                matter,
                name,
                chance.choice(list(MatterType)),
                Regime.LICENCE if days else Regime.INSTANT,
                Limit(20, Unit.WORKING),
                requirements=asked,
                owner=province,
                sector=f"sector_{chance.randrange(12)}",
                themes=tuple(f"theme_{each}" for each in chance.sample(range(20), k=2)),
            )
        )
        implementations.append(
            Implementation(
                matter,
                province,
                PROVINCES[province],
                Limit(days, Unit.WORKING),
                "审批岗",
                visits=(visits := chance.randrange(3)),
                visits_reason="核对原件" if visits else "",
                channels=(Channel.WINDOW, chance.choice([each for each in Channel if each is not Channel.WINDOW])),
                devices=(Device.TERMINAL,) if chance.random() < 0.1 else (),
            )
        )
    materials = tuple(Material(code, name) for code, name in zip(codes, MATERIALS.split(), strict=True))
    return Holdings(standards=tuple(standards), implementations=tuple(implementations), materials=materials)


def _ask(arguments: Namespace) -> None:
    from tongban.catalogue import queries  # noqa: PLC0415
    from tongban.catalogue.queries import Wanted  # noqa: PLC0415
    from tongban.domain.lists import ListKind  # noqa: PLC0415
    from tongban.web import clock  # noqa: PLC0415

    today = clock.today()
    _count_one_by_one(today)

    def find(wanted: Any) -> None:
        queries.find(wanted, today=today)

    def find_last(wanted: Any) -> None:
        queries.find(wanted, today=today, start=3 * arguments.matters - queries.PAGE)

    filtered = [Wanted(province="130000", listing=ListKind.ONLINE), Wanted("登记", sector="sector_3")]
    typed = {kind: [Wanted(text) for text in texts] for kind, texts in QUERIES.items()}
    _tell("everything", [Wanted()], arguments.rounds, find)
    _tell("last page", [Wanted()], arguments.rounds, find_last)
    for kind, wanted in {"filtered": filtered, **typed}.items():
        _tell(kind, wanted, arguments.rounds, find)
    for kind, wanted in {"everything": [Wanted()], "filtered": filtered, **typed}.items():
        _tell(f"facets, {kind}", wanted, arguments.rounds, queries.facets)


def _tell(kind: str, asked: Sequence[Any], rounds: int, act: Callable[[Any], object]) -> None:
    taken = []
    for _ in range(rounds):
        for wanted in asked:
            started = time.perf_counter()
            act(wanted)
            taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    worst = taken[min(len(taken) - 1, round(len(taken) * 0.99))]
    sys.stdout.write(f"   {kind:24} median {statistics.median(taken):8.1f} ms   p99 {worst:8.1f} ms\n")
    sys.stdout.flush()


def _count_one_by_one(today: date) -> None:
    """Compare each exact count with looking at every name, every material and all initials."""
    from tongban.catalogue import grams, queries, storage  # noqa: PLC0415
    from tongban.catalogue.queries import Wanted  # noqa: PLC0415

    materials = dict(zip((f"M{number:02}" for number in range(len(MATERIALS.split()))), MATERIALS.split(), strict=True))
    texts = [
        (f"{each.name} {' '.join(materials[one.material] for one in each.requirements)}", grams.initials(each.name))
        for each in storage.standards_in_force(today=today).values()
    ]
    for query in [text for kind, several in QUERIES.items() if kind != "nearest" for text in several]:
        runs = grams.wanted(query)
        there = sum(all(run in initials if run.isascii() else run in text for run in runs) for text, initials in texts)
        hits = queries.find(Wanted(query), today=today)
        found = hits.total if hits.exact else 0
        sys.stdout.write(f"   {query:12} {found:6} hits, {there:6} counted one by one\n")
        if found != there:
            raise SystemExit(f"{query}: {found} found, {there} there")


if __name__ == "__main__":
    main()
