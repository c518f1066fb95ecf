"""A steward takes his province's workbook home, changes a line, and brings it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_axe, assert_fits
from tests.catalogue.test_workbook import place, sheet_file
from tongban.catalogue.exports import sheets
from tongban.catalogue.imports.cells import pages_of

IMPORTS = "/workbench/standards/imports/"


def changed(file: Path, *, visits: object, reason: str) -> bytes:
    pages = pages_of(name=file.name, data=file.read_bytes())
    tables = {name: page.rows for name, page in pages.items()}
    tables["实施清单"][1][place(sheets.IMPLEMENTATIONS, "到办事现场次数")] = visits
    tables["实施清单"][1][place(sheets.IMPLEMENTATIONS, "必须现场办理的原因")] = reason
    return sheet_file(tables)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_workbook_goes_out_and_comes_back(page: Page, width: int, tmp_path: Path) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/sign-in/?next={IMPORTS}")
    page.locator("button[value=gumingyuan]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导入与导出")
    assert_axe(page)
    assert_fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出本地区的工作簿").click()
    download.value.save_as(tmp_path / "目录.xlsx")

    for visits, reason in (("一次", ""), (1, "核对原件")):
        page.goto(IMPORTS)
        data = changed(tmp_path / "目录.xlsx", visits=visits, reason=reason)
        page.get_by_label("工作簿").set_input_files({"name": "目录.xlsx", "mimeType": "", "buffer": data})
        page.get_by_role("button", name="上传并核对").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("核对导入内容")
        assert_axe(page)
        assert_fits(page)
        if reason == "":
            expect(page.locator("tbody tr").first).to_contain_text("应为整数，填的是“一次”")

    expect(page.locator("tbody tr").first).to_contain_text("到办事现场次数、必须现场办理的原因")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入：1 个新版本。")).to_be_visible()
