"""Write the catalogue as a workbook that people edit and give back (xlsx).

Every text is written as text: one that begins with `=`, `+`, `-` or `@` must not become a formula on somebody's desk.
A sheet tells its columns in its first row, which stays in sight; the last sheet explains them all.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports.cells import Cell, NotWritable
from tongban.catalogue.exports.rows import Row, rows_of
from tongban.catalogue.exports.sheets import EXPLANATIONS, SHEETS, Column, Sheet, explanations

ROWS = 1_048_576
"""Rows of a sheet, by the file format."""

WIDTH, WIDE = 16, 40

Names = Mapping[str, Mapping[str, str]]
"""By field of a code, the name of each code."""


def workbook(holdings: Holdings) -> bytes:
    """Return the workbook. Raises NotWritable."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "政务服务事项标准与实施清单"})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#E8EEF7", "text_wrap": True, "valign": "top"}),
        "must": book.add_format({"bold": True, "bg_color": "#FBE9E7", "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
    }
    pages = {sheet.name: _page(book.add_worksheet(sheet.name), sheet, formats) for sheet in SHEETS}
    below = dict.fromkeys(pages, 1)
    names = _names(holdings)
    for sheet, row in rows_of(holdings):
        if below[sheet.name] >= ROWS:
            raise NotWritable(f"未导出：“{sheet.name}”超过 {ROWS - 1} 行，一张表装不下。请按地区或事项分开导出。")
        _write_row(pages[sheet.name], below[sheet.name], sheet, row, names, formats)
        below[sheet.name] += 1
    _explain(book.add_worksheet(EXPLANATIONS), formats)
    book.close()
    return out.getvalue()


def _page(page: Worksheet, sheet: Sheet, formats: Mapping[str, Format]) -> Worksheet:
    page.freeze_panes(1, 2)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, WIDE if "名称" in column.header or "依据" in column.header else WIDTH)
        page.write_string(0, place, column.header, formats["must" if column.required else "head"])
    return page


def _write_row(
    page: Worksheet, place: int, sheet: Sheet, row: Row, names: Names, formats: Mapping[str, Format]
) -> None:
    for number, column in enumerate(sheet.columns):
        try:
            cell = _cell(column, row, names)
        except NotWritable as refused:
            raise NotWritable(f"{refused}（“{sheet.name}”表“{column.header}”，{_whose(row)}）") from refused
        if isinstance(cell, date):
            page.write_datetime(place, number, cell, formats["day"])
        elif isinstance(cell, int):
            page.write_number(place, number, cell)
        elif cell:
            page.write_string(place, number, str(cell), formats["text"])


def _cell(column: Column, row: Row, names: Names) -> Cell:
    if column.names:
        return column.kind.write(names[column.names].get(row[column.names], ""))
    value = row.get(column.field)
    return None if value is None else column.kind.write(value)


def _whose(row: Row) -> str:
    return str(row.get("matter") or row.get("code") or row.get("hall"))


def _names(holdings: Holdings) -> Names:
    return {
        "matter": {each.matter: each.name for each in holdings.standards},
        "material": {each.code: each.name for each in holdings.materials},
        "yields": {each.code: each.name for each in holdings.certificate_types},
    }


def _explain(page: Worksheet, formats: Mapping[str, Format]) -> None:
    page.set_column(0, 1, WIDTH)
    page.set_column(3, 3, WIDE * 2)
    page.freeze_panes(1, 0)
    for number, head in enumerate(("表", "列", "必填", "填写说明")):
        page.write_string(0, number, head, formats["head"])
    for place, texts in enumerate(explanations(), start=1):
        for number, text in enumerate(texts):
            page.write_string(place, number, text, formats["text"])


__all__: list[Any] = ["workbook"]
