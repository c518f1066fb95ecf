"""How do certificates reach the register? All of one decision in one statement, however many they are.

The rows travel in one JSON parameter that the database unfolds (design, budgets).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import connection

from tongban.journal.storage import moment


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the register, column by column."""

    stream_id: str
    identifier: str
    type: str
    type_name: str
    type_name_en: str
    holder: str
    subject: str
    issuer: str
    issuer_name: str
    region: str
    issued_at: datetime
    issued_on: date
    valid_until: date | None
    status: str
    digest: str
    sealed: str
    key_id: str
    related: str = ""
    relation: str = ""
    ended_on: date | None = None
    ended_by: str = ""


_COLUMNS = [field.name for field in fields(Row)]
_KINDS = {"issued_at": "timestamptz", "issued_on": "date", "valid_until": "date", "ended_on": "date"}
_INTO = f"INSERT INTO certificates_certificate ({', '.join(_COLUMNS)})"
_POSTGRESQL = (
    f"{_INTO} SELECT {', '.join(_COLUMNS)} FROM jsonb_to_recordset(%s::jsonb) AS row("
    + ", ".join(f"{column} {_KINDS.get(column, 'text')}" for column in _COLUMNS)
    + ")"
)
_SQLITE = f"{_INTO} SELECT " + ", ".join(f"value->>'{column}'" for column in _COLUMNS) + " FROM json_each(%s)"


def insert(rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        statement = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
        cursor.execute(statement, [json.dumps([plain(row) for row in rows], ensure_ascii=False)])


def plain(row: Row) -> dict[str, str | None]:
    return {column: _value(getattr(row, column)) for column in _COLUMNS}


def _value(value: object) -> str | None:
    match value:
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case None:
            return None
    return str(value)
