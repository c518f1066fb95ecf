"""Which cells does a workbook from outside hold? It is hostile until they are read.

The package is looked at first (an honest size, few parts: `files.kinds`); then a process of its own, with little memory
and time, reads the cells (`unpacking.py`). What breaks it is told in one sentence, and breaks nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tongban.catalogue.exports.cells import Cell
from tongban.files.kinds import Bomb, Damaged, Kind, WrongKind, kind_of

UNPACKING = Path(__file__).with_name("unpacking.py")
PATIENCE = 120
"""Seconds on the clock; the process itself is allowed fewer of computing."""


class Unreadable(ValueError):
    """A file that is no workbook, or one that cannot be read; the text says why."""


@dataclass(slots=True)
class Page:
    """A sheet: its rows from the first, and from which to which row cells are merged (from 1, both included)."""

    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[tuple[int, int]] = field(default_factory=list)


def pages_of(*, name: str, data: bytes) -> dict[str, Page]:
    """Return the sheets of a workbook by name, in order. Raises Unreadable."""
    _demand_workbook(name, data)
    pages: dict[str, Page] = {}
    page = Page()
    lines = _unpack(data).split("\n")
    for line in lines[:-2]:
        match json.loads(line):
            case {"sheet": str(sheet), "merged": list(merged)}:
                page = pages[sheet] = Page(merged=[(first, last) for first, last in merged])
            case list(cells):
                page.rows.append([_cell(cell) for cell in cells])
    return pages


def _demand_workbook(name: str, data: bytes) -> None:
    try:
        kind = kind_of(name=name if name.lower().endswith(".xlsx") else f"{name}.xlsx", data=data)
    except WrongKind:
        kind = None
    except Damaged:
        raise Unreadable("文件已损坏或加了密码，打不开。请用表格软件重新保存为 xlsx 后再导入") from None
    except Bomb:
        raise Unreadable("文件解开后过大，疑似压缩炸弹。请用表格软件重新保存为 xlsx 后再导入") from None
    if kind is not Kind.XLSX:
        raise Unreadable("不是 xlsx 工作簿。请用表格软件另存为 xlsx 后再导入")


def _unpack(data: bytes) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(UNPACKING)], input=data, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("读取用时过长。请删去多余的行、列后再导入") from None
    text = done.stdout.decode(errors="replace")
    if done.returncode == 0 and text.endswith('{"end": true}\n'):
        return text
    if (done.returncode == 1 and b"CalamineError" in done.stderr) or b"XmlError" in done.stderr:
        raise Unreadable("工作簿的内部结构已损坏。请用表格软件重新保存为 xlsx 后再导入")
    raise Unreadable("工作簿的内容过大，读不下来：可能有内容填在很远的行、列。请删去多余的行、列后再导入")


def _cell(cell: Any) -> Cell:
    match cell:
        case {"day": str(text)}:
            return date.fromisoformat(text)
        case {"moment": str(text)}:
            return datetime.fromisoformat(text)
        case {"other": str(text)}:
            return text
    return cell
