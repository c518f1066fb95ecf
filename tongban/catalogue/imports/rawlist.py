"""Which matters does a raw list of a region name, and what about it cannot be right?

Two layouts are known: guides of a city or district (Sichuan: `item_name`, `local_basic_code`, `org_code` …) and a basic
catalogue (Guangdong: `code`, `name`, `department`, `type`). Codes are compared as text and never taken apart to tell
what a matter is: every province has a catalogue of its own. Checked is only what holds everywhere: a code names one
matter, a unified social credit code has a check character, a basic code has one of the known shapes.

A row without a name or code, and the second row under one code, cannot be kept; every other defect is kept with its
row, because the matter is real and only its description is wrong.

Source: GB/T 39554.1 (basic codes of 12 digits); GB 32100-2015 (codes of bodies); shapes of local codes as the lists of
Sichuan and Guangdong show them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tongban.catalogue.exports.cells import UNPRINTABLE, shortened
from tongban.catalogue.imports.faults import Fault
from tongban.domain.identifiers import InvalidIdentifier, check_uscc

LONGEST = {"name": 400, "code": 60, "matter_type": 40, "by": 60}

COLUMNS = {
    "name": ("item_name", "name", "事项名称"),
    "code": ("local_basic_code", "code", "基本编码"),
    "full_code": ("item_code_full", "实施编码"),
    "matter_type": ("type_name", "type", "事项类型"),
    "by": ("org_code", "实施主体代码"),
    "region": ("region_code", "行政管辖代码"),
}
"""By what we call it, what the known layouts call it."""

NATIONAL = re.compile(r"[0-9]{12}")
LOCAL = re.compile(r"[0-9]{3}[A-Z][0-9]{8}([0-9]{2})?|[0-9]{14}")
"""Twelve or fourteen characters; the fourth may be the letter of a class (A licence, F confirmation, Z other …)."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a raw list; `row` is its line in the file. `content` is the whole row, column by column."""

    row: int
    region: str
    name: str
    code: str
    matter_type: str
    by: str
    content: tuple[tuple[str, str], ...]
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawList:
    file: str
    rows: tuple[RawRow, ...]
    faults: tuple[Fault, ...]
    read: int
    """Rows that the file has, kept or not."""

    @property
    def whole(self) -> bool:
        return not any(fault.spoils_file for fault in self.faults)


def read(*, file: str, data: bytes) -> RawList:
    """Return the rows of a list with what is wrong with it."""
    try:
        table = list(_table(data))
    except (UnicodeDecodeError, csv.Error):
        return _unreadable(file, "不是文本格式的清单（csv，UTF-8 或 GB 18030 编码）。请另存为 csv 后再导入")
    head = table[0][1] if table else []
    places = {name: next((head.index(each) for each in known if each in head), None) for name, known in COLUMNS.items()}
    if places["name"] is None or places["code"] is None:
        return _unreadable(file, "第一行没有事项名称和编码的列名。请在第一行写上 name 和 code 两个列名")
    return _rows(file, table[1:], head, places)


def _unreadable(file: str, reason: str) -> RawList:
    return RawList(file, (), (Fault(file, "", 0, "", reason, spoils_file=True),), 0)


def _table(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of the table with their numbers; lines before it that begin with # tell its source."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    if "\0" in text:
        raise csv.Error("NUL")
    lines = text.splitlines(keepends=True)
    above = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = csv.reader(io.StringIO("".join(lines[above:])), strict=True)
    for cells in reader:
        if cells:
            yield above + reader.line_num, [cell.strip() for cell in cells]


def _rows(file: str, table: list[tuple[int, list[str]]], head: list[str], places: dict[str, int | None]) -> RawList:
    header = {name: head[place] if place is not None else "" for name, place in places.items()}
    kept: dict[str, RawRow] = {}
    faults: list[Fault] = []
    for number, cells in table:
        given = {name: cells[p] if p is not None and p < len(cells) else "" for name, p in places.items()}
        row = _row(number, given, tuple(zip(head, cells, strict=False)))
        lost = _lost(row, kept)
        found = [lost] if lost else list(_defects(row, given))
        faults += [Fault(file, "", number, header[name], reason) for name, reason in found]
        if not lost:
            kept[row.code] = replace(row, defects=tuple(reason for _, reason in found))
    return RawList(file, tuple(kept.values()), tuple(faults), len(table))


def _row(number: int, given: dict[str, str], content: tuple[tuple[str, str], ...]) -> RawRow:
    return RawRow(
        row=number,
        region=given["region"] or f"{given['code'][:2]}0000",
        name=given["name"],
        code=given["code"] or given["full_code"],
        matter_type=given["matter_type"],
        by=given["by"],
        content=content,
    )


def _lost(row: RawRow, kept: dict[str, RawRow]) -> tuple[str, str] | None:
    """Return why a row cannot be kept, with what it is about."""
    for name in ("name", "code"):
        if not getattr(row, name):
            return name, "没有填写"
    for name, longest in LONGEST.items():
        text = getattr(row, name)
        if len(text) > longest or "\n" in text or UNPRINTABLE.search(text):
            return name, f"超过 {longest} 个字符，或含有换行和看不见的字符"
    if not re.fullmatch(r"[0-9]{6}", row.region):
        return "region", f"看不出是哪个地区：“{shortened(row.region)}”不是 6 位行政区划代码"
    if row.code in kept:
        first = kept[row.code]
        what = (
            "同一事项列了两次" if first.name == row.name else f"两个事项用了同一编码：第 {first.row} 行是“{first.name}”"
        )
        return "code", f"编码 {row.code} 与第 {first.row} 行重复，{what}，这一行是“{row.name}”"
    return None


def _defects(row: RawRow, given: dict[str, str]) -> Iterator[tuple[str, str]]:
    code = given["code"]
    if not code:
        yield "code", f"没有基本编码，以“{shortened(row.code)}”代替"
    elif not NATIONAL.fullmatch(code) and not LOCAL.fullmatch(code):
        yield "code", f"编码 {shortened(code)} 不可能：基本编码应为 12 位数字，或 12、14 位的地方编码"
    elif code[:2] not in (row.region[:2], "00"):
        yield "code", f"编码 {code} 的前两位不是这个地区 {row.region} 的省级代码"
    if row.by.startswith("TE"):
        yield "by", f"{shortened(row.by)} 是以 TE 开头的代用代码，不是统一社会信用代码"
    elif row.by:
        try:
            check_uscc(row.by)
        except InvalidIdentifier as refused:
            yield "by", f"{shortened(row.by)} 不可能是统一社会信用代码：{refused}"
