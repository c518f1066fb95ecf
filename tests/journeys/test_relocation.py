"""A company moves from Beijing to Tianjin, both tax authorities decide, and its refund is accepted there at once."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import look, sign_in
from tongban.project.moving import REFUND, TIANJIN_TAX
from tongban.project.walk import one_page_pdf

COMPANY = "北京澄海示例科技有限公司"


def fill_in(page: Page, **given: str) -> None:
    for code, text in given.items():
        page.locator(f"#id_{code}").fill(text)
    for question in ("seat_registered", "no_tax_fraud"):
        if page.locator(f"input[name={question}]").count():
            page.locator(f"input[name={question}][value=yes]").check()
    page.get_by_role("button", name="保存并继续").click()


def upload_all(page: Page, evidence: Path) -> None:
    for box in page.locator(".tb-materials input[type=file]").all():
        if box.is_visible():
            box.set_input_files(evidence)
    page.get_by_role("button", name="保存并去核对").click()


def hand_in(page: Page) -> str:
    page.get_by_label("以上填报内容和提交的材料真实").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    return page.locator("#confirmation-number").inner_text()


def accept(page: Page, clerk: str, number: str) -> None:
    sign_in(page, clerk)
    page.goto(f"/workbench/applications/{number}/")
    page.locator("form[action$='/accept/'] button").first.click()
    dialog = page.get_by_role("dialog")
    if dialog.count() and dialog.is_visible():
        dialog.get_by_role("button", name="确定").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("受理")


def conclude(page: Page, reviewer: str, number: str, index: int) -> None:
    sign_in(page, reviewer)
    page.goto(f"/workbench/tasks/{number}/{index}/")
    page.get_by_label("批准", exact=True).check()


def test_a_company_moves_and_is_no_new_enterprise_where_it_arrives(page: Page, tmp_path: Path) -> None:
    evidence = tmp_path / "材料.pdf"
    evidence.write_bytes(one_page_pdf("evidence"))

    sign_in(page, "liangyu", acting_for=COMPANY)
    page.goto("/apply/relocation/")
    look(page, tmp_path, "start")
    page.get_by_role("button", name="开始申请").click()
    page.get_by_role("link", name="办理情形").click()
    page.get_by_role("group", name="企业现在在哪里？").get_by_label("北京市").check()
    page.get_by_role("group", name="迁到哪里？").get_by_label("天津市").check()
    look(page, tmp_path, "questions")
    page.get_by_role("button", name="保存并查看办理计划").click()
    look(page, tmp_path, "plan")
    page.get_by_role("link", name="开始填写").first.click()
    page.get_by_role("link", name="申请人", exact=True).click()
    fill_in(page, legal_person="梁宇", applicant_phone="13800000009", moved_seat="天津市滨海新区示例路 8 号")
    look(page, tmp_path, "conditions-form")
    fill_in(page)
    look(page, tmp_path, "record")
    page.get_by_role("button", name="保存并继续").click()
    upload_all(page, evidence)
    look(page, tmp_path, "check")
    page.get_by_role("link", name="逐条查看").first.click()
    look(page, tmp_path, "conditions")
    page.go_back()
    number = hand_in(page)

    accept(page, "shilei", number)
    conclude(page, "caoying", number, 1)
    look(page, tmp_path, "task")
    page.get_by_role("button", name="签署", exact=True).click()
    conclude(page, "hening", number, 2)
    page.get_by_role("button", name="签署", exact=True).click()
    sign_in(page, "liangyu", acting_for=COMPANY)
    page.goto(f"/applications/{number}/")
    expect(page.get_by_text("税务档案已从北京迁到天津").first).to_be_visible()
    look(page, tmp_path, "moved")
    page.goto("/credit/")
    expect(page.get_by_text("从北京迁入天津")).to_be_visible()
    look(page, tmp_path, "credit")
    page.goto("/credit/rules/")
    look(page, tmp_path, "rules")
    page.goto("/wallet/")
    expect(page.get_by_role("row").filter(has_text="纳税信用级别证明").filter(has_text="注销")).to_have_count(1)

    page.goto(f"/apply/matter/{REFUND}/?by={TIANJIN_TAX}")
    page.get_by_role("button", name="开始申请").click()
    page.goto(f"{page.url}form/form/")
    expect(page.get_by_text("860000.50 元")).to_be_visible()
    fill_in(page, legal_person="梁宇", applicant_phone="13800000009")
    upload_all(page, evidence)
    page.get_by_role("link", name="逐条查看").click()
    expect(page.get_by_text("按您填写的内容，各项条件都符合")).to_be_visible()
    expect(page.get_by_text("从北京迁入天津")).to_be_visible()
    look(page, tmp_path, "refund-conditions")
    page.go_back()
    refund = hand_in(page)

    accept(page, "mengjia", refund)
    page.goto(f"/workbench/applications/{refund}/")
    look(page, tmp_path, "refund-accepted")

    sign_in(page, "fangyuan", acting_for="天津新航示例软件有限公司")
    page.goto(f"/apply/matter/{REFUND}/?by={TIANJIN_TAX}")
    page.get_by_role("button", name="开始申请").click()
    page.goto(f"{page.url}conditions/")
    expect(page.get_by_text("按您填写的内容，有条件不符合")).to_be_visible()
    look(page, tmp_path, "new-enterprise")
