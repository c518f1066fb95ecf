"""What is one row of an upload table, how is it known again, and how is it written down?

A row is known by its table and by what it is about: a case, a step of it, a matter at a body, a certificate. The same
thing has the same identifier (`row_guid`) for good, whoever derives it and however often. Two rows are equal when their
digests are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.crypto import canonical, sm3
from tongban.domain.clock import BEIJING_TIME
from tongban.domain.reporting.schema import Unmapped, Value, Values


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as derived. `department` (GB 32100) answers for it; `subject` is what people know it by."""

    table: str
    key: tuple[str, ...]
    department: str
    subject: str
    values: Values
    parent: str = ""
    """The identifier of the row it belongs to, without which the platform can do nothing with it; empty: of none."""

    @property
    def guid(self) -> str:
        return guid(self.table, *self.key)


def guid(table: str, *key: str) -> str:
    """Return the identifier of what a row of this table is about: 32 hexadecimal digits.

    >>> guid("up_pro_accept", "130209-20260302-000001K-0001")
    '9d74ec88114bb1086cee0a6c1f41fa78'
    """
    return sm3.digest(canonical.encode([table, *key]))[:16].hex()


def plain(values: Values) -> dict[str, Any]:
    """Return a row as it is written: instants as the platform reads them, in the authority's time zone."""
    return {name: _plain(value) for name, value in values.items()}


def digest(values: Values) -> str:
    """Return what changes when the row does, in hex."""
    # Not the canonical form, which refuses what a rejected row may hold: such rows are told apart, too.
    return sm3.digest(json.dumps(plain(values), sort_keys=True).encode()).hex()


def moment(at: datetime) -> str:
    """Return an instant as it is written.

    >>> moment(datetime.fromisoformat("2026-03-02T01:30:00+00:00"))
    '2026-03-02 09:30:00'
    """
    return at.astimezone(BEIJING_TIME).strftime("%Y-%m-%d %H:%M:%S")


def _plain(value: Value) -> str | int | None:
    match value:
        case datetime():
            return moment(value)
        case Unmapped():
            return f"?{value.codes}:{value.word}"
        case _:
            return value or None if isinstance(value, str) else value
