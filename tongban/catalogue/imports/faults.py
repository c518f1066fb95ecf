"""What is wrong with a file that is read in, and where?

Every mistake names file, sheet, row, column and reason, all at once: a person mends a file once, not once for every
mistake in it. A mistake in one row spoils what that row belongs to; one that leaves open what it belongs to (a missing
sheet, a part without its owner) spoils the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

import xlsxwriter

HEAD = ("文件", "表", "行", "列", "原因")


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake. `row` counts from 1, as programs that show the file do; 0 is the sheet or file as a whole."""

    file: str
    sheet: str
    row: int
    column: str
    reason: str
    spoils_file: bool = False

    def __str__(self) -> str:
        where = f"第 {self.row} 行" if self.row else ""
        column = f"“{self.column}”" if self.column else ""
        place = " ".join(part for part in (self.file, self.sheet, where, column) if part)
        return f"{place}：{self.reason}"

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        return self.file, self.sheet, str(self.row) if self.row else "", self.column, self.reason


def as_csv(faults: Iterable[Fault]) -> str:
    """Return the report as CSV; what a program could take for a formula is led by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows([_harmless(cell) for cell in fault.cells] for fault in faults)
    return out.getvalue()


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def as_workbook(faults: Iterable[Fault]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("问题清单")
    page.freeze_panes(1, 0)
    page.set_column(4, 4, 80)
    for place, cells in enumerate([HEAD, *(fault.cells for fault in faults)]):
        for number, cell in enumerate(cells):
            page.write_string(place, number, cell)
    book.close()
    return out.getvalue()
