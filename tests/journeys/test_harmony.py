"""A day of stewards: a difference is found, an implementation edited, a departure refused and both ways out taken."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser import assert_axe, assert_fits, sign_in
from tests.sites import Site

TODO = reverse("harmony:todo")
ONE = reverse("harmony:standard", args=["TB-001"])
WIDTHS = [1280, 390]


def test_a_steward_walks_the_list_by_keys_and_sees_what_differs_in_the_text(page: Page) -> None:
    sign_in(page, "gumingyuan", to=TODO)
    expect(page.get_by_role("heading", level=1)).to_have_text("标准与差异")
    expect(page.get_by_role("navigation", name="工作台导航").get_by_role("link", name="标准与差异")).to_be_visible()

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tbody tr").first.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("公司设立登记")
    expect(page.locator("mark")).to_have_text(["内资"])


def test_checks_follow_what_is_typed_and_a_departing_draft_is_not_published(page: Page) -> None:
    sign_in(page, "gumingyuan", to=ONE)
    page.get_by_role("button", name=re.compile(r"编辑\s*北京市市场监督管理局")).click()
    expect(page.locator("#checks")).to_contain_text("没有发现矛盾")

    page.get_by_label("事项名称").fill("公司设立审批")
    page.get_by_label("到现场次数").fill("1")
    page.get_by_label("到现场次数").blur()
    expect(page.locator("#checks")).to_contain_text("须到现场 1 次，但没有写原因。")
    expect(page.locator("#checks")).to_contain_text("事项名称与标准不同")
    assert_axe(page)

    page.get_by_label("到现场的原因").fill("核对原件")
    page.get_by_role("button", name="保存并核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对与发布：公司设立登记")
    expect(page.locator("ins")).to_have_text(["1", "审批", "核对原件"])
    page.get_by_label("修改后的法律条款").fill("《公司法》第二十九条（2026年7月1日起施行）")
    page.get_by_role("button", name="发布并登记偏离").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()

    expect(page.get_by_text("已发布。这份清单因法律变化偏离共同标准")).to_be_visible()
    sign_in(page, "tianwenjing", to=f"{TODO}?kind=departure")
    expect(page.get_by_role("row").filter(has_text="《公司法》第二十九条")).to_contain_text("北京市市场监督管理局")


def test_a_standard_is_amended_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "tianwenjing", to=ONE)
    page.get_by_role("button", name="提出修订标准").click()
    page.get_by_text("添加受理条件", exact=True).click()
    new = page.get_by_role("group", name="新的一条")
    new.get_by_label("受理条件").fill("没有未解除的限制登记")
    new.get_by_label("依据条款").fill("《市场主体登记管理条例》第十五条")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("group", name="第 4 条").get_by_label("受理条件")).to_have_value("没有未解除的限制登记")
    page.get_by_role("button", name="保存并核对").click()
    expect(page.locator("ins").first).to_have_text("没有未解除的限制登记")
    page.get_by_role("button", name="提出修订").click()

    expect(page.get_by_text("标准修订已提出，尚未生效。请列入批次，由三地签署。")).to_be_visible()
    expect(page.get_by_text("生效，修订中")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_stewards_are_fit_for_everybody(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "gumingyuan", to=TODO)
    addresses = [
        TODO,
        f"{TODO}?kind=proposal",
        reverse("harmony:standards"),
        f"{reverse('harmony:standards')}?q=没有这样的标准",
        f"{ONE}?shown=observed",
        reverse("harmony:versions", args=["TB-001"]),
    ]
    for address in addresses:
        page.goto(address)
        assert_axe(page)
        assert_fits(page)
    page.goto(ONE)
    expect(page.get_by_role("button", name="提出修订标准")).to_be_in_viewport()
    page.get_by_role("button", name=re.compile("^编辑")).first.click()
    expect(page.get_by_role("button", name="保存并核对")).to_be_in_viewport()
    assert_axe(page)
    assert_fits(page)
    page.get_by_label("事项名称").fill("公司设立审批")
    page.get_by_role("button", name="保存并核对").click()
    assert_axe(page)
    assert_fits(page)
