"""A day at the workbench: the clerk accepts by key, reviewers sign before and after the certificates they need."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from tests.browser import assert_axe, assert_fits, sign_in
from tests.exchange import busy
from tests.own_database import connected_to
from tests.sites import Site
from tongban.web import clock

WIDTHS = [1280, 390]
WORK = reverse("casework:work")


def test_the_clerk_reads_the_sheet_beside_the_list_and_accepts_by_key(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, "liufang", to=WORK)
    page.get_by_role("navigation", name="工作台导航").get_by_role("link", name="待受理").click()
    page.wait_for_url(f"**{WORK}intake/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="海事静态业务集成办理")).to_be_focused()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("complementary", name="所选申请")
    expect(sheet.get_by_role("heading", name="海事静态业务集成办理")).to_be_visible()
    assert page.url.endswith(f"{WORK}intake/")
    expect(sheet).to_contain_text("第 4 项“船舶抵押权登记”等待中国渤海示例银行唐山分行登录确认并签名")
    expect(sheet).to_contain_text("陈＊＊")
    assert_axe(page)

    page.keyboard.press("a")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("已同时受理 16 个办件")
    expect(page.get_by_role("row")).to_have_count(17)
    assert_axe(page)
    page.get_by_role("link", name="下一件").click()
    expect(page.get_by_text("没有待受理的申请")).to_be_visible()


def test_a_reviewer_signs_early_and_the_decision_takes_effect_with_the_certificate(page: Page) -> None:
    sign_in(page, "zhaolei", to=WORK)
    page.goto(f"{WORK}tasks/")
    page.get_by_role("link", name="船舶国籍登记").click()
    expect(page.get_by_text("可先签署结论；证照待第 2 项《船舶所有权登记证书》签发后生效。")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_label("批准", exact=True)).to_be_checked()
    page.get_by_role("button", name="签署").click()
    expect(page.get_by_text("结论：批准，尚未生效")).to_be_visible()

    page.get_by_role("link", name="回到待办").click()
    page.get_by_role("link", name="船舶名称核定").click()
    page.get_by_label("不予批准").check()
    page.get_by_role("button", name="签署").click()
    expect(page.get_by_role("alert")).to_contain_text("不予批准时必须写明理由")
    page.get_by_label("批准", exact=True).check()
    page.get_by_role("button", name="签署").click()

    effect = "随之生效：第 2 项“船舶所有权登记”、第 3 项“船舶国籍登记（国籍证书核发）”。"
    expect(page.get_by_text(effect)).to_be_visible()
    expect(page.get_by_text("结论：批准，已生效")).to_be_visible()


def test_an_approved_name_is_previewed_and_sends_back_what_relied_on_the_old_one(page: Page) -> None:
    sign_in(page, "qianying", to=WORK)
    page.goto(f"{WORK}tasks/")
    page.get_by_role("link", name="船舶名称核定").click()
    page.get_by_label("船名（中文）核定为").fill("渤远二号")
    page.get_by_label("批准", exact=True).check()
    page.get_by_role("button", name="按核定内容预览证照").click()
    preview = page.get_by_role("region", name="船舶名称核定书")
    expect(preview).to_contain_text("渤远二号")
    expect(page.get_by_label("批准", exact=True)).to_be_checked()

    page.get_by_role("button", name="签署").click()

    expect(page.get_by_text("退回重新审查：第 2 项“船舶所有权登记”。")).to_be_visible()
    page.get_by_role("link", name="回到待办").click()
    expect(page.get_by_role("row").filter(has_text="船舶所有权登记")).to_contain_text("退回：证照内容已变")


def test_lines_are_taken_chosen_and_accepted_by_key(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, "liufang", to=WORK)
    page.goto(f"{WORK}intake/")
    row = page.get_by_role("row").filter(has_text="海事静态业务集成办理").first

    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page.get_by_text("已领取 1 件。")).to_be_visible()
    expect(row.get_by_text("我", exact=True)).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_label("申请编号或办件编号")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘操作")).to_contain_text("勾选")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_text("已选 1 件")).to_be_visible()
    assert_axe(page)
    page.keyboard.press("Shift+A")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("办理结果")
    expect(page.get_by_text("已受理 16 个办件")).to_be_visible()
    assert_axe(page)


def test_lines_are_handed_on_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"/sign-in/?next={WORK}tasks/")
    page.locator("button[value=zhaolei]").click()
    page.get_by_role("checkbox", name=re.compile("选择 船舶国籍登记")).check()
    page.get_by_label("指派给").select_option(label="钱颖")
    page.get_by_role("button", name="指派", exact=True).click()

    expect(page.get_by_text("已指派 1 件。")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="船舶国籍登记")).to_contain_text("钱颖")
    page.get_by_label("事项").select_option(label="船舶名称核定")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("checkbox", name=re.compile("选择 船舶名称核定")).check()
    page.get_by_role("button", name="领取", exact=True).first.click()
    page.get_by_role("link", name="我的 1").click()
    expect(page.get_by_role("row").filter(has_text="船舶名称核定")).to_be_visible()
    context.close()


def test_the_desk_works_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"/sign-in/?next={WORK}intake/")
    page.locator("button[value=liufang]").click()
    page.get_by_role("link", name="海事静态业务集成办理").click()
    page.get_by_role("button", name="显示个人信息").click()
    expect(page.get_by_text("陈海生")).to_be_visible()
    page.get_by_role("button", name="一并受理 16 个办件").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("已同时受理 16 个办件")
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_the_workbench_are_fit_for_everybody(
    page: Page, site: Site, width: int, django_db_blocker: DjangoDbBlocker
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    with django_db_blocker.unblock(), connected_to(site.database.url):
        busy.enter(clock.now())

    def check(address: str) -> None:
        page.goto(address)
        assert_axe(page)
        assert_fits(page)

    for username, addresses in {
        "liufang": [WORK, f"{WORK}intake/", f"{WORK}intake/?state=confirm", f"{WORK}tasks/mine/"],
        "zhaolei": [WORK, f"{WORK}tasks/", f"{WORK}tasks/soon/", f"{WORK}tasks/late/", "/stand-ins/new/"],
        "yangguang": ["/exchange/"],
        "hanlei": ["/stand-ins/", "/stand-ins/new/", WORK, f"{WORK}overview/", f"{WORK}overview/?lamp=passed"],
    }.items():
        sign_in(page, username, to=WORK)
        for address in addresses:
            check(address)
    check(page_of(page, f"{WORK}overview/", "船舶国籍登记"))
    sign_in(page, "liufang", to=WORK)
    check(page_of(page, f"{WORK}intake/", "海事静态业务集成办理"))
    page.get_by_role("button", name="一并受理").click()
    assert_fits(page)
    sign_in(page, "chenbin", to=WORK)
    check(page_of(page, f"{WORK}tasks/", "船舶国籍登记"))
    page.get_by_label("不同意").check()
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_axe(page)


def page_of(page: Page, listed_at: str, name: str) -> str:
    """Return the address behind the first link of that name in a list."""
    page.goto(listed_at)
    href = page.get_by_role("link", name=re.compile(name)).first.get_attribute("href")
    assert href is not None
    return href
