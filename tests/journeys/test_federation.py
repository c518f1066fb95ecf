"""A Tianjin company applies at a window in Hebei for what Beijing decides: three nodes, each with a store and keys.

Beijing is down while the application is handed in, and again while it is corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import look, sign_in
from tests.exchange.federation import Member, acquainted, hurry
from tests.journeys.test_counter import COMPANY, LACKING, MATTER, hand_in_at_the_window
from tests.stores import Store
from tongban.project import pins
from tongban.project.walk import one_page_pdf
from tongban.web import clock

WORLD = "at_window"


@pytest.fixture
def nodes(store: Store, enter: Callable[[str], None], tmp_path: Path) -> Iterator[dict[str, Member]]:
    enter(WORLD)
    names = ("beijing", "tianjin", "hebei")
    with acquainted(store, WORLD, tmp_path, names, install=hurry) as members:
        yield {one.name: one for one in members}


def give_pins() -> None:
    pins.give(now=clock.now())


def start(node: Member) -> None:
    node.start()
    node.wait_until_it_answers()


@contextmanager
def tab(browser: Browser, node: Member) -> Iterator[Page]:
    context = browser.new_context(base_url=node.node.address, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()


def until(page: Page, text: str) -> None:
    """Read a page again until it says something: messages and the worker take a moment."""
    for _ in range(60):
        page.reload()
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"no {text} at {page.url}: {page.locator('main').inner_text()}")


def test_a_case_goes_from_a_window_in_hebei_to_beijing_and_its_certificate_counts_everywhere(
    browser: Browser, nodes: dict[str, Member], tmp_path: Path
) -> None:
    beijing, tianjin, hebei = nodes["beijing"], nodes["tianjin"], nodes["hebei"]
    evidence = tmp_path / "材料.pdf"
    evidence.write_bytes(one_page_pdf("evidence"))
    hebei.do(give_pins)
    start(hebei)
    start(tianjin)

    with tab(browser, hebei) as page:
        number = hand_in_at_the_window(page, evidence, tmp_path)
        sign_in(page, "luoyi", acting_for=COMPANY, to=f"/applications/{number}/")
        expect(page.get_by_text("已移交北京市，等待其签收。").first).to_be_visible()
        look(page, tmp_path, "on-its-way")
        start(beijing)
        until(page, "（由北京市办理）")
        look(page, tmp_path, "at-beijing")

    with tab(browser, beijing) as page:
        sign_in(page, "shilei", to=f"/workbench/applications/{number}/")
        page.get_by_text("退回移交").click()
        page.get_by_role("link", name=f"1. {MATTER}").last.click()
        look(page, tmp_path, "hand-back")
        page.get_by_role("button", name="退回移交").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.goto(f"/workbench/applications/{number}/")
        page.get_by_role("link", name="一次性告知补正").click()
        page.get_by_role("button", name="核对告知内容").click()
        page.get_by_role("button", name="发出告知").click()
        expect(page.get_by_role("status").get_by_text("补正告知已发出")).to_be_visible()

    with tab(browser, hebei) as page:
        sign_in(page, "luoyi", acting_for=COMPANY, to=f"/applications/{number}/")
        until(page, "逐项补正")
        beijing.kill()
        page.goto(f"/applications/{number}/correction/")
        page.locator(f"[name={LACKING}]").set_input_files(evidence)
        page.get_by_role("button", name="提交补正").click()
        expect(page.get_by_text("已转交北京市办理").first).to_be_visible()
        expect(page.get_by_text("正等待其答复，不用再次提交")).to_be_visible()
        look(page, tmp_path, "corrected")
        start(beijing)
        until(page, "已收件，等待受理")

    with tab(browser, beijing) as page:
        sign_in(page, "shilei", to=f"/workbench/applications/{number}/")
        page.get_by_role("button", name="一并受理").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("已同时受理")
        sign_in(page, "caoying", to=f"/workbench/tasks/{number}/1/")
        page.get_by_label("批准", exact=True).check()
        page.get_by_role("button", name="签署").click()

    with tab(browser, hebei) as page:
        sign_in(page, "luoyi", acting_for=COMPANY, to=f"/applications/{number}/")
        until(page, "查看《道路运输经营许可证》")
        look(page, tmp_path, "decided")
        page.get_by_role("link", name="查看《道路运输经营许可证》").click()
        look(page, tmp_path, "certificate")
        with page.expect_download() as downloading:
            page.get_by_role("link", name="PDF").first.click()
        paper = tmp_path / "certificate.pdf"
        downloading.value.save_as(paper)
    for node in nodes.values():
        with tab(browser, node) as page:
            page.goto("/verify/")
            page.get_by_label("证照文件").set_input_files(paper)
            page.get_by_role("button", name="核验文件").click()
            expect(page.get_by_role("heading", name="核验通过")).to_be_visible()
            look(page, tmp_path, f"verified-{node.name}")
