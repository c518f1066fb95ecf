"""What has to be sent of a row, and how whole are the rows of a department?

A row is sent once for each change: put in when the platform does not have it, changed when what is derived is another
than what was sent, taken out when nothing is derived any more. What breaks its table is not sent, and what was sent
before stays there until it is mended; what belongs to a row that is not there waits for it. A row that the platform
refused is not sent again as it was.

How whole (填报完整率): of the required fields of the rows that changed, how many were filled. A row that was rejected
counts with the others: that is what the figure is for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from tongban.domain.reporting.schema import Fault, FaultCode, Schema


class Operation(StrEnum):
    """How a row is to be taken (同步类型)."""

    INSERT = "I"
    UPDATE = "U"
    DELETE = "D"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a row: the digests of what was sent last and of what the platform refused; empty: nothing."""

    sent: str = ""
    refused: str = ""


NOTHING_KNOWN = Known()


def operation(
    known: Known, *, digest: str, faults: Collection[Fault] = (), parentless: bool = False
) -> Operation | None:
    """Return how a row is to be sent; None: not at all. `digest` is empty where nothing is derived any more.

    `parentless`: the platform does not have the row it belongs to, so that it waits to be put in.
    """
    if not digest:
        return Operation.DELETE if known.sent else None
    if faults or digest in (known.sent, known.refused) or (parentless and not known.sent):
        return None
    return Operation.UPDATE if known.sent else Operation.INSERT


@dataclass(slots=True)
class Count:
    """Rows of one table and department that changed: how many there were, how many of them were rejected, and how
    often each required field was empty.
    """

    rows: int = 0
    rejected: int = 0
    missing: dict[str, int] = field(default_factory=dict)

    def add(self, faults: Iterable[Fault]) -> None:
        found = tuple(faults)
        self.rows += 1
        self.rejected += bool(found)
        for name in {fault.field for fault in found if fault.code is FaultCode.REQUIRED}:
            self.missing[name] = self.missing.get(name, 0) + 1


Counts = dict[tuple[str, str], Count]
"""By table and department."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Of `of` rows (or fields of rows), `filled` were filled; `field` empty: all required fields of the table."""

    table: str
    department: str
    field: str
    filled: int
    of: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.filled, self.of) if self.of else Fraction(1)


def add_up(counts: Iterable[Counts]) -> Counts:
    """Return the sum of several counts."""
    total: Counts = {}
    for one in counts:
        for key, count in one.items():
            into = total.setdefault(key, Count())
            into.rows += count.rows
            into.rejected += count.rejected
            for name, number in count.missing.items():
                into.missing[name] = into.missing.get(name, 0) + number
    return total


def rates(counts: Counts, schema: Schema) -> Iterator[Rate]:
    """Yield how whole each table of each department is, then each of its required fields that is not wholly filled."""
    for (table, department), count in sorted(counts.items()):
        required = [one.name for one in schema.tables[table].own if one.required]
        missing = sum(count.missing.values())
        yield Rate(table, department, "", count.rows * len(required) - missing, count.rows * len(required))
        for name in required:
            if name in count.missing:
                yield Rate(table, department, name, count.rows - count.missing[name], count.rows)


def by_table(counts: Counts) -> Counts:
    """Return the counts of all departments together; the department is empty."""
    return add_up({(table, ""): count} for (table, _department), count in counts.items())


def plain(counts: Counts) -> list[dict[str, object]]:
    return [
        {"table": table, "department": department, "rows": one.rows, "rejected": one.rejected, "missing": one.missing}
        for (table, department), one in sorted(counts.items())
    ]


def read(said: Iterable[Mapping[str, object]]) -> Counts:
    """Return the counts that `plain` wrote."""
    return {
        (str(one["table"]), str(one["department"])): Count(one["rows"], one["rejected"], dict(one["missing"]))  # type: ignore[arg-type, call-overload]
        for one in said
    }
