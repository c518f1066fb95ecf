"""A company brings a list of seafarers and gets a certificate for each; for the next voyage it says the same again."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import look, sign_in
from tests.casework.crews import CREW, MSA, sheet
from tests.journeys.test_apply import COMPANY, fill_in, sign_out
from tongban.project.walk import one_page_pdf

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRONG = ("郑南", "130209199311050144", "大副")


def staff(page: Page, username: str, address: str) -> None:
    page.goto(f"/sign-in/?next={address}")
    page.locator(f"button[value={username}]").click()


def test_many_seafarers_are_applied_for_from_a_list(page: Page, tmp_path: Path) -> None:
    evidence = tmp_path / "材料.pdf"
    evidence.write_bytes(one_page_pdf("evidence"))
    sign_in(page, "linxiao", acting_for=COMPANY, to="/applications/")
    page.goto(f"/apply/matter/HS-24/?by={MSA}")
    page.get_by_role("button", name="开始申请").click()
    page.get_by_role("link", name="填报内容").click()
    fill_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("人员名单")
    look(page)
    bring(page, *CREW, WRONG)
    expect(page.get_by_role("row", name="第 4 行")).to_contain_text("校验位不符")
    look(page)
    page.get_by_role("button", name="只收下无误的 2 人").click()
    expect(page.get_by_role("heading", name="名单上有 2 人")).to_be_visible()
    look(page)
    page.get_by_role("link", name="去上传材料").click()
    files = [
        {"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": one_page_pdf(name)}
        for name, number, _ in CREW
    ]
    page.locator("#id_files_by_number").set_input_files(files)
    page.locator("#id_M_AUTH").set_input_files(evidence)
    look(page)
    page.get_by_role("button", name="保存并去核对").click()
    expect(page.get_by_text("船员适任证书核发（2 人）")).to_be_visible()
    look(page)
    page.get_by_label("以上填报内容和提交的材料真实、有效").check()
    page.get_by_role("button", name="提交申请").click()
    number = page.locator("#confirmation-number").inner_text()
    look(page)
    sign_out(page)

    staff(page, "liufang", f"/workbench/applications/{number}/")
    expect(page.get_by_role("link", name="船员适任证书核发（吴＊＊）")).to_be_visible()
    look(page)
    page.get_by_role("button", name="一并受理").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("受理")
    page.goto("/")
    sign_out(page)

    staff(page, "zhengtao", "/workbench/tasks/")
    expect(page.get_by_text("船员适任证书核发（李＊）").first).to_be_visible()
    look(page)
    page.goto(f"/workbench/tasks/{number}/2/")
    look(page)


def bring(page: Page, *rows: tuple[str, str, str]) -> None:
    page.get_by_label("填好的名单").set_input_files({"name": "名单.xlsx", "mimeType": XLSX, "buffer": sheet(*rows)})
    page.get_by_role("button", name="上传名单").click()


def test_the_next_voyage_is_declared_like_the_last(page: Page, tmp_path: Path) -> None:
    evidence = tmp_path / "材料.pdf"
    evidence.write_bytes(one_page_pdf("evidence"))
    sign_in(page, "linxiao", acting_for=COMPANY, to="/applications/")
    page.goto(f"/apply/matter/HS-27/?by={MSA}")
    page.get_by_role("button", name="开始申请").click()
    page.get_by_role("link", name="填报内容").click()
    fill_in(page)
    fill_in(page)
    hand_in(page, evidence)
    last = page.locator("#confirmation-number").inner_text()

    page.get_by_role("button", name="再次申报").click()
    expect(page.get_by_text(f"沿用自 {last}：").first).to_be_visible()
    look(page)
    page.get_by_role("link", name="填报内容").click()
    expect(page.locator("#id_imo_number")).to_have_value("9074729")
    look(page)
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator("#id_voyage_number")).to_have_value("")
    fill_in(page)
    look(page)
    hand_in(page, evidence)
    expect(page.locator("#confirmation-number")).not_to_have_text(last)


def hand_in(page: Page, evidence: Path) -> None:
    """Upload what is missing, confirm what was taken over, and submit."""
    for box in page.locator(".tb-materials input[type=file]").all():
        if box.is_visible():
            box.set_input_files(evidence)
    page.get_by_role("button", name="保存并去核对").click()
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
