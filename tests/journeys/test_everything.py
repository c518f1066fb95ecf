"""One application with everything in it: what was promised and not kept, told to its applicant in sentences.

A material that follows never comes, a commitment is untrue, an opinion goes back, a limit is lengthened, a hearing ends
in a denial and takes a waiting conclusion with it. Four days of a served demo, by the pages of those who act.
"""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests import sites
from tests.browser import assert_axe, assert_fits
from tests.own_database import OwnDatabase
from tongban.casework import drafts
from tongban.catalogue import files
from tongban.keys import actions as keys
from tongban.project.walk import Walk, at

COMPANY = "河北渤远航运有限公司"
ACCEPTED, LAPSED, NOTICED, REVOKED = date(2026, 11, 30), date(2026, 12, 9), date(2026, 12, 16), date(2026, 12, 24)
ANSWERS = {
    "origin": "transfer",
    "mortgage": "no",
    "navigation": "coastal",
    "cargo": "small",
    "doc": "apply",
    "agreement": "no",
    "books": "none",
}
TOLD = (Path(__file__).parent / "everything.txt").read_text(encoding="utf-8").splitlines()
"""What the timeline says in the end, the first act first: the day, the sentence, who and by what, the documents."""
NAME, OWNERSHIP, NATIONALITY, MANNING, OIL_PLAN, GARBAGE_PLAN, COMPLIANCE, SAFETY = range(1, 9)


def sign_in(page: Page, username: str, address: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/")
    page.locator(f"button[value={username}]").click()
    if username == "linxiao":
        page.get_by_label(COMPANY).check()
        page.get_by_role("button", name="继续").click()
    page.goto(address)


def look(page: Page) -> None:
    """The page keeps to WCAG and to its window, on a desk and in a hand."""
    assert_axe(page)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)


def more(page: Page, title: str) -> None:
    """Open one of the further acts of a desk."""
    page.locator(".tb-work-more-acts > summary").click()
    page.locator(".tb-work-more-acts summary").filter(has_text=title).click()


def agree(page: Page) -> None:
    page.get_by_label("同意", exact=True).check()
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_text("的意见已记录。")).to_be_visible()


def sign(page: Page, *, denied: str = "") -> None:
    page.get_by_label("不予批准" if denied else "批准", exact=True).check()
    page.locator("[name=reason]").last.fill(denied)
    page.get_by_role("button", name="签署", exact=True).click()
    expect(page.get_by_text("结论已签署").first).to_be_visible()


def until(page: Page, sentence: str, *, gone: bool = False) -> None:
    """Wait until the worker, who looks every few seconds, has done what the page then says, or says no longer."""
    for _ in range(60):
        if bool(page.get_by_text(sentence).count()) is not gone:
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{sentence}\n{page.locator('main').inner_text()}")


def timeline(page: Page) -> list[str]:
    """Return each act of the timeline as a line: the day, the sentence, who and by which article, the documents."""
    until(page, "正在生成", gone=True)
    told: list[list[str]] = page.locator(".tb-timeline__act").evaluate_all(
        """acts => acts.map(act => ["at", "sentence", "meta", "papers"].map(
            part => act.querySelector(`.tb-timeline__${part}`)?.innerText ?? ""))"""
    )
    lines = []
    for at_, sentence, meta, papers in told:
        names = "".join(re.findall("《.*?》", papers))
        lines.append(" | ".join(filter(None, [at_.split()[0], sentence, meta, names])))
    return lines


@pytest.mark.timeout(600)
def test_one_application_with_everything_in_it(
    demo_database: OwnDatabase, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    catalogue, bundle, _ = files.read_set("maritime")
    draft = Walk(catalogue, bundle, ACCEPTED, "journey", lambda sentence: None).draft()
    drafts.answer(draft, ANSWERS, now=at(ACCEPTED, 9, 20))

    with sites.on(ACCEPTED, demo_database, browser, monkeypatch, tmp_path) as page:
        sign_in(page, "linxiao", f"/apply/draft/{draft.id}/materials/")
        for material, summary, button in (
            ("M_GA", "可以以后补交", "承诺以后补交"),
            ("M_NOMORT", "可以签署承诺代替", "用承诺代替"),
        ):
            item = page.locator(f"#material-{material}")
            if item.get_by_role("button", name="删除").count():
                item.get_by_role("button", name="删除").click()
            item.get_by_text(summary).click()
            item.get_by_role("button", name=button).click()
            expect(item.get_by_role("button", name="改为现在上传")).to_be_visible()
        page.goto(f"/apply/draft/{draft.id}/check/")
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_role("button", name="提交申请").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
        number = page.locator("#confirmation-number").inner_text()
        own = f"/applications/{number}/"

        def sheet(case: int) -> str:
            return f"/workbench/tasks/{number}/{case}/"

        def followed(case: int) -> str:
            return f"/workbench/commitments/{number}/{case}/"

        sign_in(page, "liufang", f"/workbench/applications/{number}/")
        page.get_by_role("button", name="一并受理").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("已同时受理")

        sign_in(page, "chenbin", sheet(NATIONALITY))
        agree(page)
        sign_in(page, "zhaolei", sheet(NATIONALITY))
        more(page, "退回岗位")
        page.get_by_label("船舶监督岗").check()
        page.get_by_label("退回的理由").fill("请补充配员情况")
        page.get_by_role("button", name="退回", exact=True).click()
        expect(page.get_by_text("已退回，只影响本办件。")).to_be_visible()
        sign_in(page, "chuxin", sheet(NATIONALITY))
        agree(page)
        sign_in(page, "zhaolei", sheet(NAME))
        for case in (NAME, OWNERSHIP, NATIONALITY):
            page.goto(sheet(case))
            sign(page)
        sign_in(page, "chenbin", sheet(MANNING))
        more(page, "延长期限")
        page.get_by_label("延长几个工作日").fill("5")
        page.get_by_label("批准人").fill("王局长")
        page.get_by_label("延长的理由").fill("配员情况较复杂")
        page.get_by_role("button", name="记录延长").click()
        expect(page.get_by_text("期限已延长，理由已告知申请人。")).to_be_visible()
        sign(page)
        page.goto(sheet(SAFETY))
        agree(page)
        sign_in(page, "weidong", sheet(COMPLIANCE))
        agree(page)
        page.goto(sheet(SAFETY))
        agree(page)
        sign_in(page, "wuyan", sheet(SAFETY))
        sign(page)
        page.goto(sheet(COMPLIANCE))
        more(page, "告知听证权利")
        page.get_by_role("button", name="告知听证权利").click()
        sign_in(page, "linxiao", own)
        page.get_by_role("link", name="申请听证").click()
        page.get_by_role("button", name="申请听证").click()
        expect(page.get_by_text("听证申请已收到，举行前不计时限。")).to_be_visible()
        page.get_by_label("陈述申辩").fill("公司体系已运行三个月。")
        page.get_by_role("button", name="提交陈述").click()

        keys.checkpoint(now=timezone.now() + timedelta(seconds=int(os.environ["TONGBAN_CLOCK_OFFSET"])))
        sign_in(page, "hanlei", "/workbench/draws/")
        page.get_by_role("button", name="公开抽取").click()
        expect(page.get_by_text("结果相同")).to_be_visible()
        sign_in(page, "zhaolei", followed(OWNERSHIP))
        until(page, "还没有经过抽取", gone=True)
        page.get_by_label("不实或者没有履行").check()
        page.get_by_label("书面核查").check()
        page.get_by_label("核查情况").fill("登记簿载有抵押")
        page.get_by_role("button", name="记录核查结果").click()
        page.get_by_label("责令整改的理由和要求").fill("请注销抵押，或者取得抵押权人同意")
        page.get_by_role("button", name="发出").click()
        expect(page.get_by_text("已责令在")).to_be_visible()

    with sites.on(LAPSED, demo_database, browser, monkeypatch, tmp_path) as page:
        sign_in(page, "linxiao", own)
        until(page, "逾期没有补交")
        page.locator(f"#case-{GARBAGE_PLAN}").get_by_role("button", name="催办").click()
        sign_in(page, "limei", "/workbench/tasks/")
        look(page)
        page.goto(sheet(GARBAGE_PLAN))
        sign(page)
        sign_in(page, "wuyan", sheet(COMPLIANCE))
        more(page, "记录听证")
        page.get_by_label("听证笔录").fill("双方到场，陈述完毕。")
        page.get_by_role("button", name="记录听证").click()
        sign(page, denied="体系运行不满三个月")
        sign_in(page, "linxiao", own)
        look(page)
        sign_in(page, "wuyan", sheet(SAFETY))
        sign(page, denied="没有公司符合证明")

    with sites.on(NOTICED, demo_database, browser, monkeypatch, tmp_path) as page:
        sign_in(page, "hanlei", "/workbench/supervision/")
        until(page, "整改期满没有处理")
        page.locator(f"a[href='/workbench/supervision/{number}/{OWNERSHIP}/']").click()
        look(page)
        page.get_by_label("核实情况和处理意见").fill("经办人请假，已改由他人办理。")
        page.get_by_role("button", name="办结监察").click()
        expect(page.get_by_text("效能监察已办结。")).to_be_visible()
        sign_in(page, "zhaolei", followed(OWNERSHIP))
        page.get_by_label("拟撤销的事实、理由和依据").fill("期满没有整改")
        page.get_by_role("button", name="告知", exact=True).click()
        expect(page.get_by_text("已告知拟撤销").first).to_be_visible()
        sign_in(page, "linxiao", own)
        look(page)
        page.goto(f"{own}commitments/{OWNERSHIP}/")
        page.locator("textarea").fill("正在办理注销")
        page.get_by_role("button", name="提交陈述申辩").click()
        expect(page.get_by_text("陈述申辩已提交。")).to_be_visible()

    with sites.on(REVOKED, demo_database, browser, monkeypatch, tmp_path) as page:
        sign_in(page, "qianying", followed(OWNERSHIP))
        page.get_by_label("撤销决定的事实、理由和依据").fill("承诺不实，逾期没有整改")
        page.get_by_role("button", name="签署撤销决定").click()
        # The worker tells the case that goes by the certificate; what comes next in the timeline comes after that.
        sign_in(page, "linxiao", own)
        until(page, "已于 2026年12月24日 被撤销")
        sign_in(page, "qianying", followed(OWNERSHIP))
        page.get_by_label("作出不实承诺").check()
        page.get_by_role("button", name="记入", exact=True).click()
        expect(page.get_by_text("已记入信用记录。")).to_be_visible()
        sign_in(page, "linxiao", own)
        assert timeline(page)[::-1] == TOLD
        look(page)
        sign_in(page, "liufang", f"/workbench/applications/{number}/")
        assert timeline(page) == [line.replace("林晓（申请人）", "林＊（申请人）") for line in TOLD]
        look(page)
