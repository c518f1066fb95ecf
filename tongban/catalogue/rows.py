"""What does an import say about rows it cannot take?

Every bad row is reported with file, path and reason, all at once, and nothing is loaded: a person mends a file once,
not once for every mistake in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongban.domain.catalogue import Inconsistent

SHOWN = 5


@dataclass(frozen=True, slots=True)
class BadRow:
    """One mistake: in which file, where in it (`materials/3/about`), and what is wrong."""

    file: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file} 的 {self.path}：{self.reason}" if self.path else f"{self.file}：{self.reason}"


class BadRows(Inconsistent):
    """Files that cannot be loaded; `rows` holds every mistake, the sentence the first few."""

    code = "catalogue_bad_rows"

    def __init__(self, rows: list[BadRow]) -> None:
        first = "；".join(str(row) for row in rows[:SHOWN])
        more = " 等" if len(rows) > SHOWN else ""
        super().__init__(f"目录未装载：有 {len(rows)} 处不合要求：{first}{more}。请改正后再装载。", field=rows[0].path)
        self.rows = tuple(rows)
