"""An applicant asks for seventeen matters in the browser, the co-applicant signs, whoever has the code looks it up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import look, sign_in
from tongban.catalogue import files
from tongban.domain.elements import needed
from tongban.project.walk import one_page_pdf

COMPANY = "河北渤远航运有限公司"
BANK = "中国渤海示例银行唐山分行"
CATALOGUE, BUNDLE, _ = files.read_set("maritime")
ASKED = {element.topic for element in needed(CATALOGUE, [item.matter for item in BUNDLE.items])}
TOPICS = [topic for topic in CATALOGUE.topics if topic.code in ASKED]
"""Pages of the form of the bundle, in their order."""


def sign_out(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button", name="退出").click()


def fill_in(page: Page) -> None:
    """Fill in the page of the form that is open, from the examples of the catalogue."""
    for code, element in CATALOGUE.elements.items():
        if element.choices:
            box = page.locator(f"input[name={code}][value='{element.example}']")
            if box.count():
                box.check()
        elif page.locator(f"#id_{code}").count():
            page.locator(f"#id_{code}").fill(element.example)
    page.get_by_role("button", name="保存并继续").click()


def test_seventeen_matters_are_applied_for_in_the_browser(page: Page, tmp_path: Path) -> None:
    evidence = tmp_path / "材料.pdf"
    evidence.write_bytes(one_page_pdf("evidence"))

    sign_in(page, "linxiao", acting_for=COMPANY, to="/applications/")
    page.goto("/apply/maritime/")
    look(page)
    page.get_by_role("button", name="开始申请").click()
    look(page)

    page.get_by_role("link", name="办理情形").click()
    page.get_by_label("只在国内沿海航行").check()
    expect(page.locator("#preview")).not_to_contain_text("17 项")
    page.get_by_label("国际航线").check()
    expect(page.locator("#preview")).to_contain_text("9 类 17 项")
    look(page)
    page.get_by_role("button", name="保存并查看办理计划").click()
    expect(page.get_by_text("17 个事项同时审核，受理后 10 个工作日内全部办结。")).to_be_visible()
    look(page)

    page.get_by_role("link", name="开始填写").first.click()
    page.get_by_role("link", name="申请人", exact=True).click()
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator(".tb-error-summary")).to_be_focused()
    look(page)
    for topic in TOPICS:
        expect(page.get_by_role("heading", level=1)).to_have_text(topic.name)
        fill_in(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("申请材料")
    expect(page.get_by_text("还缺 26 份。")).to_be_visible()
    look(page)
    for box in page.locator(".tb-materials input[type=file]").all():
        if box.is_visible():
            box.set_input_files(evidence)
    page.get_by_role("button", name="保存并去核对").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("核对并提交")
    expect(page.get_by_text("提交前还要补齐")).to_have_count(0)
    look(page)
    page.get_by_label("以上填报内容和提交的材料真实").check()
    page.get_by_role("button", name="提交申请").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    look(page)
    number = page.locator("#confirmation-number").inner_text()
    code = page.locator(".tb-code").first.inner_text()
    page.goto("/applications/")
    expect(page.get_by_role("link", name=number)).to_have_count(1)
    look(page)
    sign_out(page)

    sign_in(page, "sunli", acting_for=BANK, to="/applications/")
    page.get_by_role("listitem").filter(has_text=number).get_by_role("link", name="船舶抵押权登记").click()
    look(page)
    page.get_by_label("同意共同申请").check()
    page.get_by_role("button", name="签名确认").click()
    expect(page.get_by_text("已确认并签名。")).to_be_visible()
    sign_out(page)

    page.goto("/progress/")
    page.get_by_label("申请编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("row").filter(has_text="4. 船舶抵押权登记")).to_contain_text("等待受理")
    look(page)


def test_the_form_goes_by_keyboard_and_a_draft_outlives_the_browser(page: Page) -> None:
    sign_in(page, "linxiao", acting_for=COMPANY, to="/applications/")
    page.goto("/apply/maritime/")
    page.get_by_role("button", name="开始申请").press("Enter")
    draft = page.url
    page.goto(draft + "form/ship/")
    page.locator("#id_call_sign").focus()
    page.keyboard.type("BTBY9")
    page.get_by_role("button", name="保存草稿，以后再填").press("Enter")
    expect(page).to_have_url(draft)

    other = page.context.browser
    assert other is not None
    context = other.new_context(base_url=re.match(r"https?://[^/]+", draft)[0], locale="zh-CN")  # type: ignore[index]
    again = context.new_page()
    sign_in(again, "linxiao", acting_for=COMPANY, to="/applications/")
    again.get_by_role("link", name="海事静态业务集成办理").first.click()
    again.goto(draft + "form/ship/")
    expect(again.locator("#id_call_sign")).to_have_value("BTBY9")
    context.close()


@pytest.mark.parametrize("address", ["/apply/maritime/", "/progress/"])
def test_pages_for_everybody_speak_english(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="English").click()

    words = page.locator("main").inner_text()

    assert re.findall(r"[\u4e00-\u9fff]+", words) == []
    look(page)
