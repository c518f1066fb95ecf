"""A promise kept and a word broken: a material follows, a commitment is found untrue and answered for to its repair."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests import sites
from tests.browser import look, sign_in
from tests.own_database import OwnDatabase
from tongban.casework import actions, storage
from tongban.catalogue import files
from tongban.domain.clock import day_of
from tongban.domain.events import Outcome
from tongban.journal import outbox
from tongban.keys import actions as keys
from tongban.project import walk
from tongban.project.walk import one_page_pdf, who

COMPANY = "河北渤远航运有限公司"
OWNERSHIP = 2
ORDERED, TOLD = timedelta(days=25), timedelta(days=45)
"""After these the term to correct, and that to state one's case, are over."""


@contextmanager
def opened(browser: Browser, database: OwnDatabase, log: Path) -> Iterator[Page]:
    with sites.serve(database, log) as site, sites.tab(browser, site) as page:
        yield page


def draft(tag: str) -> str:
    catalogue, bundle, _ = files.read_set("maritime")
    today = day_of(timezone.now())
    return walk.Walk(catalogue, bundle, today, tag, lambda sentence: None).draft().id


def promise(page: Page, draft: str, material: str, summary: str, button: str) -> None:
    page.goto(f"/apply/draft/{draft}/materials/")
    item = page.locator(f"#material-{material}")
    item.get_by_role("button", name="删除").click()
    item.get_by_text(summary).click()
    item.get_by_role("button", name=button).click()
    expect(item.get_by_role("button", name="改为现在上传")).to_be_visible()


def hand_in(page: Page, draft: str) -> None:
    page.goto(f"/apply/draft/{draft}/check/")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="提交申请").click()


def decide(application: str) -> str:
    """What others do meanwhile: the co-applicant signs, the clerk accepts, the desk approves name and ownership."""
    now = timezone.now()
    today = day_of(now)
    bank = who("sunli", acting_for="org:91130200MA0TB2025C", today=today)
    actions.confirm(operation="confirm", actor=bank, application=application, case=4, now=now)
    actions.accept(operation="accept", actor=who("liufang", today=today), application=application, now=now)
    found = storage.read(application)
    assert found is not None
    return found.number


def approve(application: str) -> None:
    now = timezone.now()
    for case in (1, OWNERSHIP):
        actions.conclude(
            operation=f"conclude/{case}",
            actor=who("zhaolei", today=day_of(now)),
            application=application,
            case=case,
            desk="船舶登记岗",
            outcome=Outcome.APPROVED,
            reason="",
            determined={},
            now=timezone.now(),
        )
    keys.checkpoint(now=timezone.now())


@pytest.mark.timeout(600)
def test_a_promise_kept_and_a_word_broken(
    browser: Browser, demo_database: OwnDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shots = tmp_path
    photo = tmp_path / "照片.pdf"
    photo.write_bytes(one_page_pdf("photo"))
    one = draft("first")
    with opened(browser, demo_database, tmp_path / "now.log") as page:
        sign_in(page, "linxiao", acting_for=COMPANY)
        promise(page, one, "M_PHOTO", "可以以后补交", "承诺以后补交")
        promise(page, one, "M_NOMORT", "可以签署承诺代替", "用承诺代替")
        look(page, shots, "materials")
        page.goto(f"/apply/draft/{one}/check/")
        look(page, shots, "check")
        hand_in(page, one)
        expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
        number = decide(one)

        page.goto(f"/applications/{number}/")
        look(page, shots, "application")
        page.get_by_role("link", name="补交材料").first.click()
        look(page, shots, "supply")
        page.locator("input[type=file]").set_input_files(photo)
        page.get_by_role("button", name="补交").click()
        expect(page.get_by_text("已补交 1 份材料。")).to_be_visible()
        page.goto(f"/applications/{number}/commitments/{OWNERSHIP}/")
        look(page, shots, "commitment")
        approve(one)

        sign_in(page, "hanlei")
        page.goto("/workbench/draws/")
        look(page, shots, "hold-draw")
        page.get_by_role("button", name="公开抽取").click()
        expect(page.get_by_text("结果相同")).to_be_visible()
        outbox.run(clock=timezone.now)
        look(page, shots, "draw")
        page.goto("/draws/")
        look(page, shots, "draws")

        sign_in(page, "zhaolei")
        page.goto("/workbench/commitments/")
        look(page, shots, "commitments")
        page.get_by_role("link", name="船舶所有权登记").click()
        page.get_by_label("不实或者没有履行").check()
        page.get_by_label("书面核查").check()
        look(page, shots, "verify")
        page.get_by_role("button", name="记录核查结果").click()
        expect(page.get_by_text("不实或未履行的，必须写明核查情况").first).to_be_visible()
        page.get_by_label("核查情况").fill("登记簿载有抵押")
        page.get_by_role("button", name="记录核查结果").click()
        page.get_by_label("责令整改的理由和要求").fill("请注销抵押，或者取得抵押权人同意")
        page.get_by_role("button", name="发出").click()
        expect(page.get_by_text("已责令在")).to_be_visible()
        look(page, shots, "ordered")

    monkeypatch.setenv("TONGBAN_CLOCK_OFFSET", str(int(ORDERED.total_seconds())))
    with opened(browser, demo_database, tmp_path / "ordered.log") as page:
        sign_in(page, "zhaolei")
        page.goto(f"/workbench/commitments/{number}/{OWNERSHIP}/")
        page.get_by_label("拟撤销的事实、理由和依据").fill("期满没有整改")
        page.get_by_role("button", name="告知", exact=True).click()
        expect(page.get_by_text("已告知拟撤销").first).to_be_visible()
        sign_in(page, "linxiao", acting_for=COMPANY)
        page.goto(f"/applications/{number}/commitments/{OWNERSHIP}/")
        look(page, shots, "told")
        page.locator("textarea").fill("正在办理注销")
        page.get_by_role("button", name="提交陈述申辩").click()
        expect(page.get_by_text("陈述申辩已提交。")).to_be_visible()

    monkeypatch.setenv("TONGBAN_CLOCK_OFFSET", str(int(TOLD.total_seconds())))
    with opened(browser, demo_database, tmp_path / "told.log") as page:
        sign_in(page, "qianying")
        page.goto(f"/workbench/commitments/{number}/{OWNERSHIP}/")
        expect(page.get_by_text("正在办理注销")).to_be_visible()
        page.get_by_label("撤销决定的事实、理由和依据").fill("承诺不实，逾期没有整改")
        look(page, shots, "revoke")
        page.get_by_role("button", name="签署撤销决定").click()
        page.get_by_label("作出不实承诺").check()
        page.get_by_role("button", name="记入", exact=True).click()
        expect(page.get_by_text("已记入信用记录。")).to_be_visible()
        found = storage.read(one)
        assert found is not None
        page.goto(f"/verify/{found.case(OWNERSHIP).certificate}/")
        expect(page.get_by_text("已撤销").first).to_be_visible()

        two = draft("second")
        sign_in(page, "linxiao", acting_for=COMPANY)
        promise(page, two, "M_NOMORT", "可以签署承诺代替", "用承诺代替")
        hand_in(page, two)
        expect(page.get_by_text("存在尚未修复的失信记录（作出不实承诺）")).to_be_visible()
        look(page, shots, "barred")

        sign_in(page, "qianying")
        page.goto(f"/workbench/commitments/{number}/{OWNERSHIP}/")
        page.get_by_label("修复的理由").fill("已经注销抵押")
        page.get_by_role("button", name="修复", exact=True).click()
        sign_in(page, "linxiao", acting_for=COMPANY)
        hand_in(page, two)
        expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
