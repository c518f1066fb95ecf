"""A holder shows a certificate, and somebody else verifies it: on paper by its code, as a file by its signature."""

import io
import re
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import assert_axe, assert_fits, sign_in

COMPANY = "河北渤远航运有限公司"


def open_certificate(page: Page) -> None:
    page.goto("/wallet/")
    page.get_by_role("link", name="船舶国籍证书").first.click()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_holder_shows_a_certificate_and_a_stranger_verifies_it(page: Page, tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "linxiao", acting_for=COMPANY)
    _sound(page, "/wallet/")
    open_certificate(page)
    expect(page.get_by_text("核验通过")).to_be_visible()
    assert_axe(page)
    assert_fits(page)
    code = Image.open(io.BytesIO(page.locator(".tb-certificate__qr").screenshot()))
    seal = page.locator(".tb-seal__code").text_content()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载证照文件").click()
    file = tmp_path / "certificate.tongban.json"
    downloading.value.save_as(file)
    page.get_by_role("button", name="退出").first.click()

    read = zxingcpp.read_barcode(code, formats=zxingcpp.BarcodeFormat.QRCode)
    assert read is not None
    page.goto(read.text)
    expect(page.get_by_text("核验通过")).to_be_visible()
    expect(page.get_by_text(re.compile("河北＊+公司"))).to_be_visible()
    expect(page.get_by_text(seal)).to_be_visible()
    assert_axe(page)
    assert_fits(page)

    _sound(page, "/verify/")
    _verify(page, file)
    expect(page.get_by_role("heading", name="核验通过")).to_be_visible()
    assert_axe(page)
    assert_fits(page)

    file.write_bytes(file.read_bytes().replace("渤远".encode(), "渤海".encode()))
    _verify(page, file)
    expect(page.get_by_role("heading", name="核验不通过")).to_be_visible()
    expect(page.get_by_text("文件与签发时不一致")).to_be_visible()
    assert_axe(page)


def _sound(page: Page, address: str) -> None:
    page.goto(address)
    assert_axe(page)
    assert_fits(page)


def _verify(page: Page, file: Path) -> None:
    page.goto("/verify/")
    page.get_by_label("证照文件").set_input_files(file)
    page.get_by_role("button", name="核验文件").click()
