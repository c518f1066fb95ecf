"""A department decides in a system of its own: the worker brings the case there, and people at the desk see and act."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from asn1crypto import pem
from playwright.sync_api import Browser, expect

from tests import forks, sites
from tests.exchange import systems as scene
from tests.exchange.departmental import Simulated, answering
from tests.journeys.test_everything import look, sign_in
from tests.own_database import OwnDatabase
from tongban.catalogue import files
from tongban.crypto.http_signatures import Key
from tongban.exchange import actions as exchange
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.project.walk import Walk, at, read

DAY = date(2026, 11, 30)


def until(arrived: Callable[[], bool]) -> None:
    """Wait for the worker, who looks every few seconds and prints documents first."""
    for _ in range(120):
        if arrived():
            return
        time.sleep(0.5)
    raise AssertionError("the worker brought nothing")


def test_the_desk_sees_what_the_departments_system_says_and_fills_in_when_it_is_down(
    demo_database: OwnDatabase, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def command(*words: str, ends_with: int = 0) -> str:
        log = tmp_path / "command.log"
        ended = forks.program(words, environment=demo_database.environment, log=log).wait(timeout=60)
        said = log.read_text(encoding="utf-8")
        assert ended == ends_with, said
        return said

    catalogue, bundle, _ = files.read_set("maritime")
    walk = Walk(catalogue, bundle, DAY, "journey", lambda sentence: None)
    application = walk.submit()
    walk.confirm(application)
    exchange.prepare_node(now=at(DAY, 8))
    own = keys.pen(owner="node:demo", purpose=Purpose.EXCHANGE, now=at(DAY, 9))
    there = Simulated(at(DAY, 14), node_keys={own.key_id: Key(own.algorithm, own.public_key)}.get)
    with answering(there):
        key = tmp_path / "system.pem"
        key.write_bytes(pem.armor("PUBLIC KEY", there.pen.spki))
        words = ["cfd-msa", "--title", "海事局审批系统", "--department", scene.MSA, "--address", there.address]
        words += ["--key", str(key), "--desk", "船舶登记岗", "--matter", "HS-01", "--from", str(DAY)]
        assert "已登记海事局审批系统" in command("system", "add", *words)
        walk.accept(application)
        number = read(application).number
        first = f"{number}-0001"
        with sites.on(DAY, demo_database, browser, monkeypatch, tmp_path) as page:
            until(lambda: first in there.cases and there.lacks(there.cases[first]) == {})
            there.say(first, "asking", reason="请补充图纸")
            assert "条答复" in command("system", "pull", "cfd-msa"), "unless the worker was there before"
            there.states["999999-1"] = ("received", there.now)
            assert "本方没有送交过" in command("system", "reconcile", "cfd-msa", ends_with=1)
            assert '"open": 1' in command("system", "list", "--json")
            assert there.pen.id in command("system", "key", "cfd-msa")

            sign_in(page, "zhaolei", "/workbench/")
            page.get_by_role("link", name="部门系统").click()
            expect(page.get_by_text("需要补充材料")).to_be_visible()
            look(page)
            page.get_by_role("link", name=first).click()
            expect(page.get_by_text("受理后不再补正")).to_be_visible()
            look(page)
            there.always = "cut"
            page.get_by_label("批准", exact=True).check()
            page.get_by_label("那里的证照编号").fill("津海 17")
            page.get_by_role("button", name="补录").click()
            expect(page.get_by_label("为什么手工补录")).to_have_attribute("aria-invalid", "true")
            look(page)
            page.get_by_label("为什么手工补录").fill("部门系统停机检修，电话核实")
            page.get_by_role("button", name="补录").click()
            expect(page.get_by_text("已补录，并记入经过和日志。")).to_be_visible()
            page.goto(f"/workbench/tasks/{number}/1/")
            expect(page.get_by_text("由工作人员从海事局审批系统手工补录").first).to_be_visible()
            look(page)
    assert "自 2026-12-01 起" in command("system", "end", "cfd-msa", "--matter", "HS-01", "--until", "2026-12-01")
