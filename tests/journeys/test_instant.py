"""People of three regions press a button and have their certificate: on a desk, on a phone, in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import look, sign_in

RECORD, TAX, LICENCE, FUND = "TB-036", "TB-028", "TB-003", "TB-016"


def issued(page: Page) -> str:
    """Open the certificate that was just issued; return who signed it."""
    expect(page.get_by_role("heading", level=1)).to_have_text("已当场办结")
    page.get_by_role("link", name="打开并打印").click()
    expect(page.get_by_text("核验通过")).to_be_visible()
    return page.locator(".tb-certificate__issuer p").first.inner_text()


def test_a_person_of_beijing_has_the_insurance_record_printed_and_verified(page: Page, tmp_path: Path) -> None:
    page.goto(f"/matters/{RECORD}/")
    page.get_by_role("link", name="立即办理").click()
    page.locator("button[value=liangyu]").click()
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("个人权益记录查询打印（社会保险）")
    look(page)

    page.get_by_label("最近 6 个月").check()
    page.get_by_role("button", name="立即出具").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("已当场办结")
    look(page)
    assert issued(page) == "北京市人力资源和社会保障局"
    look(page)
    expect(page.get_by_text("15600.00 元")).to_be_visible()
    expect(page.get_by_role("button", name="打印本页")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印本页")).to_be_hidden()
    expect(page.locator(".tb-certificate__qr")).to_be_visible()
    page.emulate_media(media="screen")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载证照文件").click()
    file = tmp_path / "record.tongban.json"
    downloading.value.save_as(file)
    page.goto("/wallet/")
    expect(page.get_by_role("link", name="社会保险个人权益记录（参保证明）")).to_have_count(1)
    page.goto("/applications/")
    page.get_by_role("link", name=re.compile("110000-")).first.click()
    expect(page.get_by_text("优化营商环境条例第三十六条").first).to_be_visible()
    look(page)
    page.get_by_role("banner").get_by_role("button", name="退出").click()

    page.goto("/verify/")
    page.get_by_label("证照文件").set_input_files(file)
    page.get_by_role("button", name="核验文件").click()
    expect(page.get_by_role("heading", name="核验通过")).to_be_visible()


@pytest.mark.parametrize(
    ("username", "acting_for", "matter", "signed_by"),
    [
        ("gaojianming", "", FUND, "天津市住房和城乡建设委员会"),
        ("gaojianming", "天津津港船务有限公司", LICENCE, "天津市市场监督管理委员会"),
        ("chenhaisheng", "", RECORD, "河北省人力资源和社会保障厅"),
        ("linxiao", "河北渤远航运有限公司", TAX, "国家税务总局河北省税务局"),
    ],
)
def test_people_and_companies_of_tianjin_and_hebei_have_theirs_anywhere(
    page: Page, username: str, acting_for: str, matter: str, signed_by: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, username, acting_for=acting_for)
    page.goto(f"/matters/{matter}/")
    page.get_by_role("link", name="立即办理").press("Enter")
    page.get_by_role("button", name="立即出具").press("Enter")

    assert issued(page) == signed_by


def test_who_was_insured_in_two_places_is_asked_and_who_is_nowhere_is_told(page: Page) -> None:
    sign_in(page, "maqiang")
    page.goto(f"/instant/{RECORD}/")
    page.get_by_label("全部", exact=True).check()
    page.get_by_role("button", name="立即出具").click()
    expect(page.locator(".tb-error-summary")).to_be_focused()
    expect(page.locator(".tb-error-summary")).to_contain_text("请选择要用哪个地区的记录")
    look(page)
    page.get_by_label("天津").check()
    page.get_by_role("button", name="立即出具").click()
    assert issued(page) == "天津市人力资源和社会保障局"
    page.get_by_role("banner").get_by_role("button", name="退出").click()

    sign_in(page, "annalarsen")
    page.goto(f"/instant/{FUND}/")
    page.get_by_role("button", name="立即出具").click()
    expect(page.locator(".tb-error-summary")).to_contain_text("已查询北京市住房公积金库（演示）")
    look(page)


def test_the_pages_speak_english(page: Page) -> None:
    sign_in(page, "liangyu")
    page.goto(f"/instant/{RECORD}/")
    page.get_by_role("button", name="English").click()
    words = page.locator("main").inner_text().replace("梁宇", "")
    assert re.findall(r"[\u4e00-\u9fff]+", words) == []
    page.get_by_role("button", name="Issue now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done on the spot")


def test_one_ordinary_matter_begins_from_its_guide(page: Page) -> None:
    page.goto("/matters/TB-038/")
    page.get_by_role("link", name="网上申请").click()
    look(page)
    page.get_by_role("link", name="登录后开始申请").click()
    page.locator("button[value=liangyu]").click()
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="开始申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("失业保险金申领")
    expect(page.get_by_role("link", name="填报内容")).to_be_visible()
    look(page)
