"""A case with a hearing over the new year, an extension, an opinion sent back and a decision, told in sentences."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import sites
from tests.browser import assert_axe, assert_fits
from tests.own_database import OwnDatabase
from tongban.casework import storage
from tongban.catalogue import files
from tongban.project.walk import Walk

MONDAY, AFTER_NEW_YEAR = date(2026, 12, 28), date(2027, 1, 5)
CASE = 12
COMPANY = "河北渤远航运有限公司"
WIDTHS = [1280, 390]


def sign_in(page: Page, username: str, address: str) -> None:
    page.context.clear_cookies()
    page.goto(f"/sign-in/?next={address}")
    page.locator(f"button[value={username}]").click()
    page.goto(address)


def sign_in_as_applicant(page: Page, address: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/applications/")
    page.locator("button[value=linxiao]").click()
    page.get_by_label(COMPANY).check()
    page.get_by_role("button", name="继续").click()
    page.goto(address)


def more(page: Page, title: str) -> None:
    """Open one of the further acts, by the keyboard."""
    outer = page.locator(".tb-work-more-acts > summary")
    outer.focus()
    page.keyboard.press("Enter")
    inner = page.locator(".tb-work-more-acts summary").filter(has_text=title)
    inner.focus()
    page.keyboard.press("Enter")


def check(page: Page) -> None:
    assert_axe(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_hearing_over_the_new_year_then_an_extension_a_return_and_a_decision(
    demo_database: OwnDatabase, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    catalogue, bundle, _ = files.read_set("maritime")
    walk = Walk(catalogue, bundle, MONDAY, "journey", lambda sentence: None)
    application = walk.submit()
    walk.confirm(application)
    walk.accept(application)
    walk.opinions(application)
    found = storage.read(application)
    assert found is not None
    sheet = f"/workbench/tasks/{found.number}/{CASE}/"
    own = f"/applications/{found.number}/"

    with sites.on(MONDAY, demo_database, browser, monkeypatch, tmp_path) as page:
        sign_in(page, "wuyan", sheet)
        more(page, "告知听证权利")
        page.get_by_role("button", name="告知听证权利").click()
        expect(page.get_by_text("已告知听证权利。", exact=True)).to_be_visible()
        sign_in_as_applicant(page, own)
        page.get_by_role("link", name="申请听证").click()
        check(page)
        page.get_by_role("button", name="申请听证").click()
        expect(page.get_by_text("听证申请已收到，举行前不计时限。")).to_be_visible()
        page.get_by_label("陈述申辩").fill("公司体系已运行三个月。")
        page.get_by_role("button", name="提交陈述").click()
        expect(page.get_by_text("您的陈述已记录。")).to_be_visible()
        check(page)

    with sites.on(AFTER_NEW_YEAR, demo_database, browser, monkeypatch, tmp_path) as page:
        sign_in(page, "wuyan", sheet)
        expect(page.get_by_text("听证中，不计时限").first).to_be_visible()
        more(page, "记录听证")
        check(page)
        page.get_by_label("听证笔录").fill("双方到场，陈述完毕。")
        page.get_by_role("button", name="记录听证").click()
        # Monday 28 December to Tuesday 5 January: the days until the hearing, New Year's Day among them, do not count.
        expect(page.locator("main")).to_contain_text("2027年1月18日（暂计）")
        more(page, "延长期限")
        page.get_by_label("延长几个工作日").fill("11")
        page.get_by_label("批准人").fill("王局长")
        page.get_by_label("延长的理由").fill("体系运行记录较多")
        page.get_by_role("button", name="记录延长").click()
        expect(page.get_by_role("alert")).to_contain_text("最多可以延长 10 日，不能是 11 日")
        check(page)
        page.get_by_label("延长几个工作日").fill("5")
        page.get_by_role("button", name="记录延长").click()
        expect(page.locator("main")).to_contain_text("2027年1月25日（暂计）")
        more(page, "退回岗位")
        page.get_by_label("法规审核岗").check()
        page.get_by_label("退回的理由").fill("请说明听证意见是否采纳")
        page.get_by_role("button", name="退回", exact=True).click()
        expect(page.get_by_text("已退回，只影响本办件。")).to_be_visible()

        sign_in(page, "weidong", sheet)
        page.get_by_label("同意", exact=True).check()
        page.get_by_role("button", name="提交意见").click()
        sign_in(page, "wuyan", sheet)
        page.get_by_label("批准", exact=True).check()
        page.get_by_role("button", name="签署").click()
        expect(page.get_by_text("结论：批准，已生效")).to_be_visible()

        sign_in_as_applicant(page, own)
        told = page.locator(".tb-timeline").inner_text()
        for sentence in [
            "“公司符合证明（DOC）审核发证”：已告知听证权利，可在 2027年1月5日 前申请听证。",
            "“公司符合证明（DOC）审核发证”：申请人申请听证，将在 2027年1月26日 前举行。举行前不计入时限。",
            "“公司符合证明（DOC）审核发证”：申请人作了陈述申辩。",
            "“公司符合证明（DOC）审核发证”：听证已经举行，笔录已归入案卷。时限继续计算，至 2027年1月18日。",
            "经王局长批准，“公司符合证明（DOC）审核发证”的期限延长 5 个工作日",
            "“公司符合证明（DOC）审核发证”退回法规审核岗重新提出意见，不影响其他办件。",
            "“公司符合证明（DOC）审核发证”已批准。",
        ]:
            assert sentence in told
        check(page)
