"""A legal representative mandates a person by hand, who then acts for the company until the mandate is revoked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_axe, assert_fits, sign_in

COMPANY = "河北渤远航运有限公司"


def sign_out(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button", name="退出").click()
    expect(page.get_by_text("您已退出登录。")).to_be_visible()


def test_a_mandate_is_granted_used_and_revoked(page: Page) -> None:
    sign_in(page, "chenhaisheng", acting_for=COMPANY, to="/account/")
    page.goto("/mandates/")
    page.get_by_role("link", name="新增授权").click()
    page.get_by_label("受托人姓名").fill("王建国")
    page.get_by_label("受托人证件类型").select_option("passport")
    page.get_by_label("受托人证件号码").fill("EA1234567")
    page.get_by_label("截止日").fill("2099-12-31")
    page.get_by_label("只限以下勾选的事项").check()
    page.get_by_text("一并办理的事项").click()
    page.get_by_label("HS-01").check()
    page.get_by_role("button", name="授权").click()
    row = page.get_by_role("row").filter(has_text="王建国")
    expect(row).to_contain_text("船舶名称核定")
    sign_out(page)

    sign_in(page, "wangjianguo", acting_for=COMPANY, to="/account/")
    expect(page.get_by_role("banner")).to_contain_text(f"王建国 · 代表 {COMPANY}")
    sign_out(page)

    sign_in(page, "chenhaisheng", acting_for=COMPANY, to="/account/")
    page.goto("/mandates/")
    row.get_by_role("button", name="撤销").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(row).to_contain_text("已撤销")
    sign_out(page)

    page.goto("/sign-in/?next=/acting-for/")
    page.locator("button[value=wangjianguo]").click()
    expect(page.get_by_text("目前没有单位授权您代表它")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_people_are_fit_for_everybody(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/sign-in/?next=/account/")
    assert_axe(page)
    assert_fits(page)
    page.locator("button[value=chenhaisheng]").click()
    for address in ("/acting-for/", "/account/", "/mandates/", "/mandates/new/"):
        page.goto(address)
        assert_axe(page)
        assert_fits(page)
