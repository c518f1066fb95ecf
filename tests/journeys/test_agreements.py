"""A steward keeps agreements and joint meetings in a real browser: without scripts, by everybody, on a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser import assert_axe, assert_fits
from tests.own_database import OwnDatabase
from tests.sites import Site
from tongban.catalogue import joint
from tongban.web import clock

LIST = reverse("harmony:agreements")
NEW = reverse("harmony:agreement_new")
MEETING = reverse("harmony:meeting_new")
WIDTHS = [1280, 390]
ANNEX = {"name": "清单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 annex"}


def enter(page: Page, username: str, to: str) -> None:
    page.context.clear_cookies()
    page.goto(f"/sign-in/?next={to}")
    page.locator(f"button[value={username}]").click()


def fill_agreement(page: Page, number: str) -> None:
    today = clock.today().isoformat()
    page.get_by_label("协议编号").fill(number)
    page.get_by_label("标题", exact=True).fill("试行补充协议")
    page.get_by_label("合作范围").fill("试行的政务服务")
    page.get_by_label("签订日期").fill(today)
    page.get_by_label("生效日期").fill(today)
    for place, name in enumerate(("北京市政务服务和数据管理局", "河北省数据和政务服务局")):
        page.locator(f"#id_parties-{place}-body").select_option(label=name)


def test_an_agreement_is_recorded_and_ended_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    enter(page, "shenyue", LIST)
    page.get_by_role("main").get_by_role("link", name="记录协议").click()
    fill_agreement(page, "JOURNEY-9")
    page.get_by_label("附件标题").fill("试行清单")
    page.get_by_label("或上传文件").set_input_files(ANNEX)
    page.get_by_role("button", name="增加附件").click()
    expect(page.get_by_role("group", name="附件 2")).to_be_visible()
    expect(page.get_by_role("group", name="附件 1").get_by_label("SM3 摘要")).not_to_have_value("")
    page.get_by_role("main").get_by_role("button", name="记录协议").last.click()
    expect(page.get_by_role("status").first).to_contain_text("协议已记录。")

    page.get_by_role("link", name="终止 JOURNEY-9").click()
    page.get_by_label("终止日期").fill(clock.today().isoformat())
    page.get_by_label("终止的原因或依据").fill("试行结束")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("确认终止：试行补充协议")
    page.get_by_role("button", name="确认终止协议").click()

    expect(page.get_by_role("row").filter(has_text="JOURNEY-9")).to_contain_text("不在有效期")
    context.close()


def test_the_enter_key_sends_the_form_and_adds_no_row(page: Page) -> None:
    enter(page, "shenyue", NEW)
    page.get_by_label("协议编号").fill("JOURNEY-8")

    page.get_by_label("协议编号").press("Enter")

    expect(page.locator(".tb-error-summary")).to_be_focused()
    expect(page.locator(".tb-error-summary")).to_contain_text("标题请填写此项。")
    expect(page.get_by_role("group", name="第 4 个单位")).to_have_count(0)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_fit_for_everybody(demo_database: OwnDatabase, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    resting = next(each for each in joint.read_agreements() if each == "JJJ-2022-01")
    held = next(each for each in joint.read_meetings() if None in each.done)
    number = held.done.index(None) + 1
    owner = held.undertakings[number - 1].owner.region
    steward = {"110000": "gumingyuan", "120000": "tianwenjing", "130000": "shenyue"}[owner]
    enter(page, steward, LIST)
    for address in (
        LIST,
        NEW,
        f"{MEETING}?agreement={resting}",
        reverse("harmony:agreement_end", args=[resting]),
        reverse("harmony:action_close", args=[held.id, number]),
    ):
        page.goto(address)
        assert_axe(page)
        assert_fits(page)
        if address != LIST:
            page.get_by_role("main").locator("form button:visible:not(.tb-hidden)").last.click()
            assert_axe(page)
            assert_fits(page)
    page.goto(LIST)
    expect(page.get_by_role("main").get_by_role("link", name="记录协议")).to_be_in_viewport()
    page.goto(reverse("harmony:agreement_end", args=[resting]))
    page.get_by_label("终止日期").fill(clock.today().isoformat())
    page.get_by_label("终止的原因或依据").fill("试看确认页")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("button", name="确认终止协议")).to_be_in_viewport()
    assert_axe(page)
    assert_fits(page)
