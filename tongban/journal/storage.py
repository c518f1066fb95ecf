"""The journal's statements: one to lock and look up, one set-based write on PostgreSQL, one for each table on SQLite.

Every action of the house passes here, so the statements are written by hand: many rows travel in one JSON parameter
that the database unfolds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from tongban.journal import backoff
from tongban.journal.chain import GENESIS
from tongban.journal.models import Errand, Read


@dataclass(frozen=True, slots=True)
class EntryRow:
    seq: int
    type: str
    version: int
    at: datetime
    actor: str
    operation: str
    body: str
    hash: str


@dataclass(frozen=True, slots=True)
class OperationRow:
    actor: str
    id: str
    request: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ErrandRow:
    """One row of the outbox. `attempts` counts the times it was taken up before."""

    stream: str
    seq: int
    subject: str
    last_seq: int
    due_at: datetime
    attempts: int = 0


class Locked(NamedTuple):
    seq: int | None
    head: str | None
    before: tuple[str, str] | None
    """Request digest and answer of the operation, if it happened before."""
    found: tuple[Any, ...] | None
    """The row that was to be read under the lock; None where there is none, or nothing was asked."""


Reading = tuple[str, Sequence[Any]]
"""A statement that reads one row, and its parameters."""


@contextmanager
def together() -> Iterator[None]:
    """Send the statements inside in one round trip; what they find is there afterwards, and so are their errors.

    Each statement still sees what those before it did and waited for. Inside of each other, the outermost counts.
    SQLite, without a server, has no round trips.
    """
    if connection.vendor != "postgresql" or connection.connection.info.pipeline_status:
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


_LOOK_UP = "LEFT JOIN journal_operation o ON o.actor = %s AND o.id = %s"
_LOCK = {
    # SQLite locked the database at BEGIN IMMEDIATE.
    "sqlite": f"""
        SELECT s.seq, s.head, o.request, o.answer
        FROM (SELECT 1) LEFT JOIN journal_stream s ON s.id = %s {_LOOK_UP}""",
    "postgresql": f"""
        WITH s AS MATERIALIZED (SELECT seq, head FROM journal_stream WHERE id = %s FOR UPDATE)
        SELECT s.seq, s.head, o.request, o.answer FROM (SELECT 1) one LEFT JOIN s ON true {_LOOK_UP}""",
}
_CREATE = f"""
    INSERT INTO journal_stream (id, seq, head) VALUES (%s, 0, '{GENESIS}')
    ON CONFLICT (id) DO {{}} """
_LOCK_OR_CREATE = {
    "sqlite": f"""{_CREATE.format("UPDATE SET id = excluded.id")}
        RETURNING seq, head, (SELECT request FROM journal_operation WHERE actor = %s AND id = %s),
            (SELECT answer FROM journal_operation WHERE actor = %s AND id = %s)""",
    "postgresql": f"""
        WITH s AS ({_CREATE.format("UPDATE SET id = excluded.id")} RETURNING seq, head)
        SELECT s.seq, s.head, o.request, o.answer FROM s {_LOOK_UP}""",
}


def lock(stream: str, actor: str, operation: str, *, create: bool, reading: Reading | None = None) -> Locked:
    """Lock the stream's row, look the operation up, and then read, in one round trip; on SQLite in one statement."""
    if reading and connection.vendor == "sqlite":
        return _lock_and_read_sqlite(stream, actor, operation, create, reading)
    statement = (_LOCK_OR_CREATE if create else _LOCK)[connection.vendor]
    looked_up = [actor, operation] * (2 if create and connection.vendor == "sqlite" else 1)
    with connection.cursor() as cursor, connection.cursor() as reader:
        with together():
            cursor.execute(statement, [stream, *looked_up])
            if reading:
                reader.execute(*reading)
        seq, head, request, answer = cursor.fetchone()
        found = reader.fetchone() if reading else None
    return Locked(seq, head, None if request is None else (request, answer), found)


def _lock_and_read_sqlite(stream: str, actor: str, operation: str, create: bool, reading: Reading) -> Locked:
    """The database was locked at BEGIN, so that nothing can change between looking up and reading."""
    statement, parameters = reading
    with connection.cursor() as cursor:
        if create:
            cursor.execute(_CREATE.format("NOTHING"), [stream])
        cursor.execute(
            f"SELECT * FROM ({_LOCK['sqlite']}) looked_up LEFT JOIN ({statement}) found ON true",
            [stream, actor, operation, *parameters],
        )
        seq, head, request, answer, *found = cursor.fetchone()
    nothing = all(column is None for column in found)
    return Locked(seq, head, None if request is None else (request, answer), None if nothing else tuple(found))


def operation_exists(actor: str, operation: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM journal_operation WHERE actor = %s AND id = %s", [actor, operation])
        return cursor.fetchone() is not None


_ENTRY_COLUMNS = "stream_id, seq, type, version, at, actor, operation, body, hash"
_ERRAND_COLUMNS = "stream_id, seq, subject, last_seq, due_at"
_APPEND_POSTGRESQL = f"""
    WITH entries AS (
        INSERT INTO journal_entry ({_ENTRY_COLUMNS})
        SELECT %(stream)s, e.seq, e.type, e.version, e.at, e.actor, e.operation, e.body, e.hash
        FROM jsonb_to_recordset(%(entries)s::jsonb) AS e(
            seq int, type text, version smallint, at timestamptz, actor text, operation text, body text, hash text)
    ), operation AS (
        INSERT INTO journal_operation (actor, id, request, stream_id, answer, at)
        VALUES (%(actor)s, %(id)s, %(request)s, %(stream)s, %(answer)s, %(at)s)
    ), outbox AS (
        INSERT INTO journal_errand ({_ERRAND_COLUMNS}, attempts, failure)
        SELECT %(stream)s, e.seq, e.subject, e.last_seq, e.due_at, 0, ''
        FROM jsonb_to_recordset(%(outbox)s::jsonb) AS e(seq int, subject text, last_seq int, due_at timestamptz)
    )
    UPDATE journal_stream SET seq = %(seq)s, head = %(head)s WHERE id = %(stream)s"""
_ENTRIES_SQLITE = f"""
    INSERT INTO journal_entry ({_ENTRY_COLUMNS})
    SELECT %s, value->>'seq', value->>'type', value->>'version', value->>'at', value->>'actor', value->>'operation',
           value->>'body', value->>'hash'
    FROM json_each(%s)"""
_OPERATION_SQLITE = (
    "INSERT INTO journal_operation (actor, id, request, stream_id, answer, at) VALUES (%s, %s, %s, %s, %s, %s)"
)
_OUTBOX_SQLITE = f"""
    INSERT INTO journal_errand ({_ERRAND_COLUMNS}, attempts, failure)
    SELECT %s, value->>'seq', value->>'subject', value->>'last_seq', value->>'due_at', 0, ''
    FROM json_each(%s)"""
_STREAM = "UPDATE journal_stream SET seq = %s, head = %s WHERE id = %s"


def append(
    stream: str,
    seq: int,
    head: str,
    entries: Sequence[EntryRow],
    *,
    operation: OperationRow,
    outbox: Sequence[ErrandRow] = (),
) -> None:
    """Write entries, the stream's new head, the operation and what is to be done afterwards."""
    entries_json = json.dumps([_plain(row) for row in entries], ensure_ascii=False)
    outbox_json = json.dumps([_plain_errand(row) for row in outbox], ensure_ascii=False)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                _APPEND_POSTGRESQL,
                {
                    "stream": stream,
                    "seq": seq,
                    "head": head,
                    "entries": entries_json,
                    "actor": operation.actor,
                    "id": operation.id,
                    "request": operation.request,
                    "answer": operation.answer,
                    "at": operation.at,
                    "outbox": outbox_json,
                },
            )
            return
        cursor.execute(_ENTRIES_SQLITE, [stream, entries_json])
        cursor.execute(
            _OPERATION_SQLITE,
            [operation.actor, operation.id, operation.request, stream, operation.answer, moment(operation.at)],
        )
        cursor.execute(_STREAM, [seq, head, stream])
        if outbox:
            cursor.execute(_OUTBOX_SQLITE, [stream, outbox_json])


def due_errands(*, now: datetime, longest: timedelta, most: int) -> list[ErrandRow]:
    """Return what is to be taken up, the longest due first; nothing is put off for longer than `longest`."""
    due = Errand.objects.filter(backoff.is_due(now, longest=longest))
    rows = due.order_by("due_at", "stream_id", "seq", "subject")[:most]
    return [ErrandRow(row.stream_id, row.seq, row.subject, row.last_seq, row.due_at, row.attempts) for row in rows]


def claim(errand: ErrandRow, *, until: datetime) -> bool:
    """Take an errand up, unless somebody did since it was looked up. It is his who counted this attempt."""
    return bool(_counted(errand, errand.attempts).update(due_at=until, attempts=errand.attempts + 1))


def forget_errand(errand: ErrandRow, *, attempt: int) -> None:
    """What is done leaves the outbox, unless another worker has taken it up again since."""
    _counted(errand, attempt).delete()


def put_off(errand: ErrandRow, *, attempt: int, until: datetime, failure: str, at: datetime) -> None:
    """Note why it failed, and let it be tried again later."""
    _counted(errand, attempt).update(due_at=until, failure=failure, failed_at=at)


def _counted(errand: ErrandRow, attempts: int) -> QuerySet[Errand]:
    return Errand.objects.filter(stream_id=errand.stream, seq=errand.seq, subject=errand.subject, attempts=attempts)


def record_reads(rows: Sequence[tuple[datetime, str, str, str]]) -> None:
    Read.objects.bulk_create([Read(at=at, actor=actor, about=about, what=what) for at, actor, about, what in rows])


def _plain(row: EntryRow) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "type": row.type,
        "version": row.version,
        "at": moment(row.at),
        "actor": row.actor,
        "operation": row.operation,
        "body": row.body,
        "hash": row.hash,
    }


def _plain_errand(row: ErrandRow) -> dict[str, Any]:
    return {"seq": row.seq, "subject": row.subject, "last_seq": row.last_seq, "due_at": moment(row.due_at)}


def moment(at: datetime) -> str:
    """Return an instant as the database at hand reads it from JSON."""
    if connection.vendor == "sqlite":
        return str(at.astimezone(UTC).replace(tzinfo=None))
    return at.isoformat()
