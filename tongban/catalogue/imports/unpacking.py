"""Read the cells of a workbook, in a process of its own: this file is run, not imported.

A workbook from outside can be small and still ask for any amount of memory: one cell in the last column of the last
row, one long text that a million cells share. The libraries that read workbooks do not bound that, so the system does:
what asks for too much dies here, alone. Standard input is the workbook; standard output is JSON, one line for each
sheet and row, and a last line that says that all was read.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Any, TextIO

import python_calamine

MEMORY = 1024**3
SECONDS = 60
MOST_TEXT = 100_000_000
"""Characters of all cells together."""


def main(data: bytes, out: TextIO) -> None:
    written = 0
    book = python_calamine.load_workbook(io.BytesIO(data))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        merged = [[first[0] + 1, last[0] + 1] for first, last in sheet.merged_cell_ranges or ()]
        rows = sheet.to_python(skip_empty_area=False)
        written += out.write(json.dumps({"sheet": name, "merged": merged}) + "\n")
        for row in rows:
            written += out.write(json.dumps([_plain(cell) for cell in row], ensure_ascii=False) + "\n")
            if written > MOST_TEXT:
                sys.exit("too much text")
    out.write(json.dumps({"end": True}) + "\n")


def _plain(cell: Any) -> Any:
    match cell:
        case datetime():
            return {"moment": cell.isoformat()}
        case date():
            return {"day": cell.isoformat()}
        case str() | bool() | int() | float() | None:
            return cell
    return {"other": str(cell)}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main(sys.stdin.buffer.read(), io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="surrogatepass"))
