"""A haulier of Tianjin applies in Beijing, where its certificates count; one ends in Tianjin, and Beijing hears."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import look, sign_in
from tests.worlds import tongbiao
from tongban.domain.elements import needed
from tongban.project.walk import one_page_pdf

COMPANY = "天津安运示例物流有限公司"
OWN = ("T_FORM_075", "T_SAFETYRULES", "T_FORM_010", "T_CARGO", "T_FORM_142", "T_USE")
ROAD = "道路运输经营许可证"


def fill_in(page: Page) -> None:
    """Fill in every page of the form, from the examples of the catalogue."""
    ((catalogue, bundle),) = (one for one in tongbiao().bundles if one[1].code == "hazardous-haulage")
    asked = {element.topic for element in needed(catalogue, [item.matter for item in bundle.items])}
    for topic in (topic for topic in catalogue.topics if topic.code in asked):
        expect(page.get_by_role("heading", level=1)).to_have_text(topic.name)
        for code, element in catalogue.elements.items():
            box = page.locator(f"input[name={code}][value='{element.example}']")
            if element.choices and box.count():
                box.check()
            elif page.locator(f"#id_{code}").count():
                page.locator(f"#id_{code}").fill(element.example)
        page.get_by_role("button", name="保存并继续").click()


def test_what_tianjin_issued_is_not_asked_in_beijing_and_its_end_reaches_the_desk(page: Page, tmp_path: Path) -> None:
    evidence = tmp_path / "材料.pdf"
    evidence.write_bytes(one_page_pdf("evidence"))
    sign_in(page, "dengyue", acting_for=COMPANY, to="/applications/")
    page.goto("/counts/")
    page.get_by_label("证照类型").select_option("C_ROAD")
    page.get_by_role("button", name="查一查", exact=True).click()
    expect(page.get_by_role("heading", name="算数：可以直接用")).to_be_visible()
    look(page)

    page.goto("/apply/hazardous-haulage/")
    page.get_by_role("button", name="开始申请").click()
    page.get_by_role("link", name="申请人", exact=True).click()
    fill_in(page)
    expect(page.get_by_text("有 5 份不用交：您在其他地区取得的证照在这里互认。")).to_be_visible()
    page.get_by_role("button", name="同意使用这张证照").click()
    expect(page.get_by_text("有 6 份不用交：您在其他地区取得的证照在这里互认。")).to_be_visible()
    page.locator("summary", has_text="先看一看").first.click()
    look(page)
    for code in OWN:
        page.locator(f"#id_{code}").set_input_files(evidence)
    page.get_by_role("button", name="保存并去核对").click()
    expect(page.get_by_text("天津签发的《道路运输经营许可证》，按互认规则 BJ-RK-11-04")).to_be_visible()
    page.get_by_label("以上填报内容和提交的材料真实").check()
    page.get_by_role("button", name="提交申请").click()
    number = page.locator("#confirmation-number").inner_text()
    page.goto("/wallet/")
    page.get_by_role("link", name=ROAD).click()
    identifier = page.url.rstrip("/").rpartition("/")[2]

    sign_in(page, "shilei", to=f"/workbench/applications/{number}/accept/")
    page.get_by_role("button", name="受理").click()

    sign_in(page, "hening", to=f"/workbench/certificates/{identifier}/")
    decision = page.get_by_role("form", name="作出决定")
    decision.get_by_label("因不可抗力导致许可事项无法实施").check()
    decision.get_by_label("决定的事实、理由和依据").fill("受灾停运")
    look(page)
    decision.get_by_role("button", name="签署决定").click()
    expect(page.get_by_text("决定已签署，状态已更新。")).to_be_visible()

    sign_in(page, "caoying", to=f"/workbench/tasks/{number}/2/")
    flag = page.get_by_text("所依据的证照有变化")
    for _ in range(20):
        if flag.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_text("行政许可法第七十条第五项").first).to_be_visible()
    look(page)
