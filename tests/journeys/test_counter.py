"""The agent of a Tianjin company stands at a window in Hebei and asks for a licence of Beijing (异地代收)."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import look, sign_in
from tests.worlds import tongbiao
from tongban.project.pins import PINS
from tongban.project.walk import one_page_pdf

COMPANY = "天津安运示例物流有限公司"
MATTER = "道路危险货物运输许可"
LACKING = "T_SAFETYRULES"


def fill_in(page: Page) -> None:
    """Fill in the page of particulars, from the examples of the catalogue."""
    elements = {one.code: one for one in tongbiao().elements}
    for code, element in elements.items():
        box = page.locator(f"input[name={code}][value='{element.example}']")
        if element.choices and box.count():
            box.check()
        elif page.locator(f"#id_{code}").count():
            page.locator(f"#id_{code}").fill(element.example)
    page.get_by_role("button", name="保存并继续").click()


def paper(page: Page, name: str) -> None:
    """Wait until the worker has issued a document, and the page lists it."""
    for _ in range(30):
        page.wait_for_load_state()
        if page.get_by_role("link", name=f"{name}").count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"no {name} at {page.url}")


def hand_in_at_the_window(page: Page, evidence: Path, shots: Path) -> str:
    """Let the clerk of Caofeidian help the agent, who signs; one material is lacking. Return the number."""
    sign_in(page, "liufang", to="/workbench/counter/")
    look(page, shots, "window")
    page.get_by_label("查找事项").fill("危险货物运输")
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_text("主管部门收到之日起算").first).to_be_visible()
    look(page, shots, "found")
    page.get_by_role("link", name=f"{MATTER}，北京市交通委员会").click()
    page.get_by_label("证件号码").fill("120116199005123013")
    page.get_by_label("代表的单位").fill("91120116MA0TB7079Y")
    look(page, shots, "begin")
    page.get_by_role("button", name="请申请人授权").click()
    expect(page.get_by_text("等申请人授权")).to_be_visible()
    look(page, shots, "waiting")
    page.get_by_role("link", name="请申请人输入授权密码").click()
    look(page, shots, "asked-by-pin")
    page.get_by_label("授权密码").fill(PINS["luoyi"])
    page.get_by_role("button", name="同意帮办").click()
    expect(page.get_by_text("正在帮办")).to_be_visible()
    look(page, shots, "helped")

    page.get_by_role("link", name="填写申请").click()
    look(page, shots, "draft")
    page.get_by_role("link", name="填报内容").click()
    fill_in(page)
    for box in page.locator(".tb-materials input[type=file]").all():
        if box.is_visible() and box.get_attribute("name") != LACKING:
            box.set_input_files(evidence)
    look(page, shots, "materials")
    page.get_by_role("button", name="保存并去核对").click()
    form = page.locator("#check")
    for name in ("人证一致", "代理权限", "填报完整", "扫描件"):
        form.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="记录核对结果").click()
    expect(page.get_by_text("必须写明是什么问题").first).to_be_visible()
    look(page, shots, "unsaid")
    page.get_by_label("说明").fill("安全管理制度没有带来，申请人要求先提交。")
    page.get_by_role("button", name="记录核对结果").click()
    expect(page.get_by_role("heading", name="请申请人核对并签名")).to_be_visible()
    look(page, shots, "checked")
    page.get_by_role("link", name="请申请人在这里核对、签名").click()
    look(page, shots, "sign")
    page.get_by_label("以上填报内容和提交的材料真实").check()
    page.get_by_label("授权密码").fill(PINS["luoyi"])
    page.get_by_role("button", name="照现状签名并提交").click()
    expect(page.get_by_text("收件凭证不是受理凭证")).to_be_visible()
    number = str(page.locator("#confirmation-number").inner_text())
    paper(page, "收件凭证")
    look(page, shots, "signed")
    return number


def test_a_licence_of_beijing_is_asked_for_at_a_window_in_hebei(page: Page, tmp_path: Path) -> None:
    shots = tmp_path
    evidence = tmp_path / "材料.pdf"
    evidence.write_bytes(one_page_pdf("evidence"))
    number = hand_in_at_the_window(page, evidence, shots)

    sign_in(page, "shilei", to=f"/workbench/applications/{number}/")
    expect(page.get_by_text("安全管理制度没有带来")).to_be_visible()
    look(page, shots, "beijing")
    page.get_by_role("link", name="一次性告知补正").click()
    page.get_by_role("button", name="核对告知内容").click()
    page.get_by_role("button", name="发出告知").click()
    expect(page.get_by_role("status").get_by_text("补正告知已发出")).to_be_visible()
    sign_in(page, "luoyi", acting_for=COMPANY, to=f"/applications/{number}/correction/")
    page.locator(f"[name={LACKING}]").set_input_files(evidence)
    page.get_by_role("button", name="提交补正").click()
    sign_in(page, "shilei", to=f"/workbench/applications/{number}/")
    page.get_by_role("button", name="一并受理").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已同时受理")
    sign_in(page, "caoying", to=f"/workbench/tasks/{number}/1/")
    page.get_by_label("批准", exact=True).check()
    page.get_by_role("button", name="签署").click()

    sign_in(page, "liufang", to="/workbench/counter/taken-in/")
    look(page, shots, "taken-in")
    page.get_by_role("link", name=MATTER).click()
    paper(page, "准予")
    look(page, shots, "application")
    page.get_by_role("button", name="登记领取").click()
    expect(page.get_by_role("status")).to_contain_text("已登记领取")
