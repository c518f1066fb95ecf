"""An incomplete application is received as it stands, told once what is missing, corrected in parts and accepted."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import look, sign_in
from tests.journeys.test_apply import COMPANY, TOPICS, fill_in, sign_out
from tongban.project.walk import one_page_pdf

PHOTO = "船舶照片"


def clerk(page: Page) -> None:
    page.goto("/sign-in/?next=/workbench/intake/")
    page.locator("button[value=liufang]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("待受理")


def test_what_is_missing_is_told_once_and_corrected_in_parts(page: Page, tmp_path: Path) -> None:
    evidence = tmp_path / "材料.pdf"
    evidence.write_bytes(one_page_pdf("evidence"))

    sign_in(page, "linxiao", acting_for=COMPANY, to="/applications/")
    page.goto("/apply/maritime/")
    page.get_by_role("button", name="开始申请").click()
    page.get_by_role("link", name="办理情形").click()
    page.get_by_label("国际航线").check()
    page.get_by_role("button", name="保存并查看办理计划").click()
    page.get_by_role("link", name="开始填写").first.click()
    page.get_by_role("link", name="申请人", exact=True).click()
    for topic in TOPICS:
        expect(page.get_by_role("heading", level=1)).to_have_text(topic.name)
        fill_in(page)
    for box in page.locator(".tb-materials input[type=file]").all():
        if box.is_visible() and box.get_attribute("name") != "M_PHOTO":
            box.set_input_files(evidence)
    page.get_by_role("button", name="保存并去核对").click()
    expect(page.get_by_text(f"《{PHOTO}》没有上传")).to_be_visible()
    expect(page.get_by_text("也可以照现状提交")).to_be_visible()
    look(page)
    page.get_by_label("以上填报内容和提交的材料真实、有效").check()
    page.get_by_role("button", name="照现状提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    number = page.locator("#confirmation-number").inner_text()
    look(page)
    sign_out(page)

    clerk(page)
    page.goto(f"/workbench/applications/{number}/")
    expect(page.get_by_text("有办件缺少材料或填报内容")).to_be_visible()
    look(page)
    page.get_by_role("link", name="一次性告知补正").click()
    expect(page.get_by_role("checkbox", name=PHOTO)).to_be_checked()
    page.get_by_text("受理条件").click()
    condition = page.locator("[name=condition_1_1]")
    condition.check()
    page.get_by_role("button", name="核对告知内容").click()
    expect(page.locator(".tb-error-summary")).to_contain_text("请写明哪里不符合要求。")
    look(page)
    page.locator("[name=words_condition_1_1]").fill("请说明拟用船名的含义。")
    page.get_by_role("button", name="核对告知内容").click()
    expect(page.get_by_role("region", name="将一次告知")).to_contain_text("请说明拟用船名的含义。")
    look(page)
    page.get_by_role("button", name="发出告知").click()
    expect(page.get_by_role("status").get_by_text("补正告知已发出")).to_be_visible()
    look(page)
    page.get_by_role("link", name="当场更正").click()
    look(page)
    page.go_back()
    sign_out(page)

    sign_in(page, "linxiao", acting_for=COMPANY, to="/applications/")
    page.goto(f"/applications/{number}/")
    expect(page.get_by_text("还有 2 项，请在")).to_be_visible()
    look(page)
    page.get_by_role("link", name="逐项补正").click()
    look(page)
    page.locator("[name=M_PHOTO]").set_input_files(evidence)
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_role("status")).to_contain_text("已提交 1 项补正。")
    expect(page.get_by_text("还有 1 项，请在")).to_be_visible()
    look(page)
    page.get_by_label("说明").fill("取自公司名称。")
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_role("status")).to_contain_text("已提交 1 项补正。")
    sign_out(page)

    clerk(page)
    page.goto(f"/workbench/applications/{number}/")
    expect(page.get_by_text("申请人说明：取自公司名称。")).to_be_visible()
    page.get_by_role("button", name="一并受理").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已同时受理")


def test_what_a_change_and_a_withdrawal_reach_is_shown_before_they_are_done(page: Page, tmp_path: Path) -> None:
    evidence = tmp_path / "材料.pdf"
    evidence.write_bytes(one_page_pdf("evidence"))

    sign_in(page, "linxiao", acting_for=COMPANY, to="/applications/")
    page.get_by_role("row").filter(has_not_text="已办结").get_by_role("link").first.click()
    page.get_by_role("link", name="更改填报内容").click()
    page.locator("[name=ship_name_cn]").fill("渤远九号")
    page.get_by_role("button", name="查看影响").click()
    expect(page.get_by_role("region", name="更改的影响")).to_contain_text("渤远九号")
    look(page)
    page.get_by_role("button", name="确定更改").click()
    expect(page.get_by_role("status")).to_contain_text("填报内容已更改。")
    page.get_by_role("link", name="撤回", exact=True).click()
    page.get_by_label("船舶名称核定").check()
    page.get_by_role("button", name="查看影响").click()
    expect(page.get_by_text("船舶所有权登记：等待《船舶名称核定书》")).to_be_visible()
    look(page)
    page.get_by_role("button", name="确定撤回").click()
    expect(page.get_by_role("status")).to_contain_text("已撤回 1 项。")
    expect(page.get_by_text("等待的《船舶名称核定书》")).to_be_visible()
    look(page)
    page.get_by_role("link", name="提交已有的证照").click()
    look(page)
    page.locator("input[type=file]").set_input_files(evidence)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已提交。等这份证照的办件可以继续办理。")
