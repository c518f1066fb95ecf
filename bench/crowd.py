"""Many applications beside one: copies of it, made by the database itself.

A copy has the rows of its original under another id and number, and a stream of its own; it has no entries and is there
to be in the way, not to be worked on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.apps import apps
from django.db import connection

_NUMBERED = {
    "sqlite": "WITH RECURSIVE numbered(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbered WHERE n < {last})",
    "postgresql": "WITH numbered(n) AS (SELECT generate_series({first}, {last}))",
}
LISTED = ("Case", "Opinion")
_CHILDREN = (*LISTED, "Supply", "ConfirmationAsked", "Document")
_DONE = {"stage": "NULL", "asked": "false", "to_accept": "0", "accept_by_on": "NULL", "confirm_by_on": "NULL"}


def crowd(
    application: str,
    many: int,
    *,
    hall: str = "",
    open_cases: bool = True,
    children: Sequence[str] = _CHILDREN,
    changes: Mapping[str, str] | None = None,
    first: int = 1,
) -> None:
    """Copy an application `many` times, for others, and to another hall where one is named.

    `open_cases` False: nothing is to be done on the copies; `children` are the tables they have rows in; `changes` are
    SQL expressions for columns, in which `n` numbers the copies from `first` on.
    """
    others = {"holder": "'org:' || n", "party": "'org:' || n", "number": f"'{application[-6:]}-' || n"}
    others |= {} if open_cases else _DONE
    others |= {"hall": f"'{hall}'"} if hall else {}
    others |= changes or {}
    numbered = _NUMBERED[connection.vendor].format(first=first, last=first + many - 1)
    with connection.cursor() as cursor:
        _copy(cursor, "Application", "id", application, numbered, others)
        for child in children:
            _copy(cursor, child, "application_id", application, numbered, others)
        cursor.execute(
            f"{numbered} INSERT INTO journal_stream (id, seq, head) "
            f"SELECT 'application/' || {_id(application)}, 1, '{'0' * 64}' FROM numbered"
        )
        cursor.execute(
            f"{numbered} INSERT INTO journal_operation (actor, id, request, stream_id, answer, at) "
            f"SELECT 'crowd', {_id(application)}, '', '', '{{}}', '2026-03-02 00:00:00+00:00' FROM numbered"
        )
        cursor.execute("ANALYZE")


def _copy(cursor: object, model: str, key: str, application: str, numbered: str, changes: dict[str, str]) -> None:
    table = apps.get_model("casework", model)._meta
    names = [field.column for field in table.concrete_fields if field.column]
    changes = changes | {key: _id(application)}
    values = ", ".join(changes.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    cursor.execute(  # type: ignore[attr-defined]
        f"{numbered} INSERT INTO {table.db_table} ({columns}) "
        f"SELECT {values} FROM {table.db_table} t, numbered WHERE t.{key} = '{application}'"
    )


def _id(application: str) -> str:
    return f"'{application[-8:]}-' || n"
