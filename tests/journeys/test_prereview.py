"""An applicant asks the hall to look at a draft first, mends what it remarks, and may ask again."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser import look
from tests.sites import Site

COMPANY = "河北渤远航运有限公司"
REMARK = "船名与已登记的“渤远”轮同音，请另取。"


def applicant(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/applications/")
    page.locator("button[value=linxiao]").click()
    page.get_by_label(COMPANY).check()
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的办件")


def staff(page: Page, username: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/workbench/")
    page.locator(f"button[value={username}]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")


def begun(page: Page) -> str:
    """Begin a draft with a ship in it; return its address."""
    page.goto("/apply/maritime/")
    page.get_by_role("button", name="开始申请").click()
    address = page.url
    page.goto(f"{address}form/ship/")
    page.locator("#id_ship_name_cn").fill("渤远号")
    page.get_by_role("button", name="保存草稿，以后再填").click()
    return address


def test_remarks_are_asked_for_given_mended_and_bind_nobody(page: Page) -> None:
    applicant(page)
    draft = begun(page)
    expect(page.get_by_role("region", name="网上预审")).to_contain_text("预审不是提交，不计算法定期限。")
    look(page)
    page.get_by_role("link", name="提请预审").click()
    look(page)
    page.get_by_role("button", name="提请预审").dblclick()
    expect(page.get_by_text("已提请预审。")).to_be_visible()
    expect(page.get_by_role("heading", name="正在预审")).to_be_visible()
    look(page)

    staff(page, "liufang")
    look(page)
    page.get_by_role("navigation", name="工作台导航").get_by_role("link", name="预审").click()
    look(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("预审：海事静态业务集成办理")
    expect(page.get_by_text("法定代表人", exact=True)).to_be_visible()
    look(page)
    name = page.get_by_role("listitem").filter(has_text="船名（中文）").first
    name.locator("summary").press("Enter")
    name.get_by_label("对“船名（中文）”的意见").fill(REMARK)
    page.get_by_role("button", name="显示个人信息").click()
    expect(page.get_by_label("对“船名（中文）”的意见")).to_have_value(REMARK)
    page.get_by_label("可以提交").check()
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.locator(".tb-error-summary")).to_contain_text("写了 1 条意见，结果却是“可以提交”")
    look(page)
    page.get_by_label("需修改后提交").check()
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.get_by_text("预审已答复，申请人可以看到。")).to_be_visible()
    expect(page.get_by_text("没有待预审的草稿")).to_be_visible()
    look(page)

    applicant(page)
    page.goto(draft)
    expect(page.get_by_role("region", name="网上预审")).to_contain_text("1 条意见待修改")
    look(page)
    page.get_by_role("link", name="查看预审").click()
    look(page)
    page.get_by_role("link", name="船名（中文）").click()
    expect(page.locator("#id_ship_name_cn")).to_have_accessible_description(re.compile(REMARK))
    look(page)
    page.locator("#id_ship_name_cn").fill("渤海之星")
    page.get_by_role("button", name="保存草稿，以后再填").click()
    expect(page.get_by_role("region", name="网上预审")).not_to_contain_text("待修改")

    page.get_by_role("link", name="查看预审").click()
    expect(page.get_by_text("已修改")).to_be_visible()
    page.get_by_role("button", name="提请预审").click()
    page.get_by_role("button", name="撤回预审").click()
    expect(page.get_by_text("预审已撤回。").first).to_be_visible()
    expect(page.get_by_role("list").filter(has_text="第 2 次提请预审")).to_contain_text("第 1 次提请预审")
    look(page)


def test_without_scripts_all_of_it_works(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    applicant(page)
    begun(page)
    page.get_by_role("link", name="提请预审").click()
    page.get_by_role("button", name="提请预审").click()
    expect(page.get_by_role("heading", name="正在预审")).to_be_visible()

    staff(page, "liufang")
    page.goto("/workbench/pre-reviews/")
    page.get_by_role("link", name="海事静态业务集成办理").click()
    condition = page.get_by_role("listitem").filter(has_text="一艘船舶只使用一个名称")
    condition.locator("summary").click()
    condition.get_by_role("textbox").fill("请说明是否重名。")
    page.get_by_label("需修改后提交").check()
    page.get_by_role("button", name="答复", exact=True).click()

    expect(page.get_by_text("没有待预审的草稿")).to_be_visible()
    context.close()
