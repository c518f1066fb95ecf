"""What would the hot actions cost in SQL written by hand, without a kernel, a framework or a permission?

The least a program can do that leaves the same bytes behind: one statement locks the stream and reads what the act is
decided upon, one writes everything. SQLite cannot change several tables in one statement; there one statement writes
each table. The rows come from a recording, so that no rule is computed; serialising, the digests of the chain and
those of the certificates are done anew for every act, because no program could leave them out.

The reading is more daring than the house's: after a wait for the lock, PostgreSQL shows the rows of the moment before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any, Protocol

import psycopg

from bench.recording import Act
from tongban.crypto import sm3
from tongban.journal import chain


class Baseline(Protocol):
    def perform(self, act: Act) -> None: ...
    def close(self) -> None: ...


class Differs(RuntimeError):
    """The baseline would write something else than was recorded."""


def _changes(act: Act, head: str) -> dict[str, Any]:
    """Return what the act writes, chained upon `head`."""
    entries = []
    for entry, body in zip(act.entries, act.bodies, strict=True):
        text = chain.text(body)
        head = chain.link(
            head,
            stream=act.stream,
            seq=entry.seq,
            type=entry.type,
            version=entry.version,
            at=entry.at,
            actor=entry.actor,
            operation=entry.operation,
            body=text,
        )
        entries.append([entry.seq, entry.type, entry.version, act.moment, entry.actor, entry.operation, text, head])
    if head != act.entries[-1].hash:
        raise Differs(f"{act.name}: the chain ends in another hash")
    for document, row in zip(act.documents, act.certificates, strict=True):
        if sm3.digest(document).hex() != row["digest"]:
            raise Differs(f"{act.name}: a certificate has another digest")
    return {
        "stream": act.stream,
        "application": act.application,
        "seq": act.entries[-1].seq,
        "head": head,
        "entries": _json(entries),
        "actor": act.operation.actor,
        "operation": act.operation.id,
        "request": act.operation.request,
        "answer": act.operation.answer,
        "moment": act.moment,
        "rows": _json(act.rows["application"]),
        "cases": _json(act.rows["cases"]),
        "opinions": _json(act.rows["opinions"]),
        "supplies": _json(act.rows["supplies"]),
        "confirmations": _json(act.rows["confirmations"]),
        "certificates": _json(act.certificates),
        "outbox": _json([[row.seq, row.subject, row.last_seq, act.moment] for row in act.outbox]),
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# --- PostgreSQL -------------------------------------------------------------------------------------------------------

_APPLICATION = """id text, number text, region text, hall text, bundle text, bundle_version int, answers text,
    holder text, applicant text, participants text, form text, submitted_at timestamptz, closed_at timestamptz,
    to_accept smallint, open_cases smallint"""
_CASE = """application_id text, "index" smallint, matter text, standard_version int, implementation_version int,
    body text, deciding_desk text, awaits text, yields text, content text, confirmations text, state text,
    accepted_by text, accepted_at timestamptz, promised_due_on date, statutory_due_on date, provisional boolean,
    conclusion text, returned text, decided_at timestamptz, certificate text, to_conclude boolean"""
_OPINION = """application_id text, "case" smallint, desk text, matter text, place smallint, body text, verdict text,
    "by" text, reason text, at timestamptz, promised_due_on date, statutory_due_on date, asked boolean"""
_SUPPLY = "application_id text, material text, about text, place smallint, source text, reference text, basis text"
_CONFIRMATION = 'application_id text, "case" smallint, party text, role text, confirmed_at timestamptz'
_CERTIFICATE = """stream_id text, identifier text, type text, type_name text, type_name_en text, holder text,
    subject text, issuer text, issuer_name text, region text, issued_at timestamptz, issued_on date, valid_until date,
    status text, digest text, sealed text, key_id text"""


def _names(columns: str) -> str:
    return ", ".join(column.split()[0] for column in columns.split(","))


def _inserted(table: str, columns: str, parameter: str) -> str:
    return f"""INSERT INTO {table} ({_names(columns)}) SELECT {_names(columns)}
        FROM jsonb_to_recordset(%({parameter})s::jsonb) AS r({columns})"""


_JOURNALLED = """
    entries AS (
        INSERT INTO journal_entry (stream_id, seq, type, version, at, actor, operation, body, hash)
        SELECT %(stream)s, (e->>0)::int, e->>1, (e->>2)::smallint, (e->>3)::timestamptz, e->>4, e->>5, e->>6, e->>7
        FROM jsonb_array_elements(%(entries)s::jsonb) e
    ), operation AS (
        INSERT INTO journal_operation (actor, id, request, stream_id, answer, at)
        VALUES (%(actor)s, %(operation)s, %(request)s, %(stream)s, %(answer)s, %(moment)s::timestamptz)
    ), outbox AS (
        INSERT INTO journal_errand (stream_id, seq, subject, last_seq, due_at, attempts, failure)
        SELECT %(stream)s, (e->>0)::int, e->>1, (e->>2)::int, (e->>3)::timestamptz, 0, ''
        FROM jsonb_array_elements(%(outbox)s::jsonb) e
    ), stream AS (UPDATE journal_stream SET seq = %(seq)s, head = %(head)s WHERE id = %(stream)s)"""

_BEGIN_POSTGRESQL = """
    WITH s AS (INSERT INTO journal_stream (id, seq, head) VALUES (%(stream)s, 0, %(genesis)s)
               ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING seq, head)
    SELECT s.seq, s.head, o.request, o.answer
    FROM s LEFT JOIN journal_operation o ON o.actor = %(actor)s AND o.id = %(operation)s"""
_READ_POSTGRESQL = """
    WITH s AS MATERIALIZED (SELECT seq, head FROM journal_stream WHERE id = %(stream)s FOR UPDATE)
    SELECT s.seq, s.head, o.request, o.answer, a.number, a.hall, a.holder, a.participants, a.form, a.submitted_at,
           (SELECT jsonb_agg(jsonb_build_array(c."index", c.matter, c.body, c.deciding_desk, c.awaits, c.yields,
                                               c.content, c.state, c.accepted_by, c.conclusion, c.returned))
            FROM casework_case c WHERE c.application_id = a.id)
    FROM s JOIN casework_application a ON a.id = %(application)s
    LEFT JOIN journal_operation o ON o.actor = %(actor)s AND o.id = %(operation)s"""
_WRITE_POSTGRESQL = {
    "submit": f"""
        WITH {_JOURNALLED},
        application AS ({_inserted("casework_application", _APPLICATION, "rows")}),
        cases AS ({_inserted("casework_case", _CASE, "cases")}),
        opinions AS ({_inserted("casework_opinion", _OPINION, "opinions")}),
        supplies AS ({_inserted("casework_supply", _SUPPLY, "supplies")}),
        confirmations AS ({_inserted("casework_confirmationasked", _CONFIRMATION, "confirmations")})
        UPDATE casework_draft SET submitted_at = %(moment)s::timestamptz
        WHERE id = %(application)s AND submitted_at IS NULL""",
    "accept": f"""
        WITH {_JOURNALLED},
        cases AS (
            UPDATE casework_case c SET state = r.state, accepted_by = r.accepted_by, accepted_at = r.accepted_at,
                promised_due_on = r.promised_due_on, statutory_due_on = r.statutory_due_on,
                provisional = r.provisional, to_conclude = r.to_conclude
            FROM jsonb_to_recordset(%(cases)s::jsonb) AS r({_CASE})
            WHERE c.application_id = %(application)s AND c."index" = r."index"
        ), opinions AS (
            UPDATE casework_opinion o SET asked = r.asked, promised_due_on = r.promised_due_on,
                statutory_due_on = r.statutory_due_on
            FROM jsonb_to_recordset(%(opinions)s::jsonb) AS r({_OPINION})
            WHERE o.application_id = %(application)s AND o."case" = r."case" AND o.desk = r.desk
        )
        UPDATE casework_application a SET to_accept = r.to_accept
        FROM jsonb_to_recordset(%(rows)s::jsonb) AS r({_APPLICATION}) WHERE a.id = r.id""",
    "conclude": f"""
        WITH {_JOURNALLED},
        certificates AS ({_inserted("certificates_certificate", _CERTIFICATE, "certificates")}),
        cases AS (
            UPDATE casework_case c SET state = r.state, content = r.content, conclusion = r.conclusion,
                returned = r.returned, decided_at = r.decided_at, certificate = r.certificate,
                to_conclude = r.to_conclude
            FROM jsonb_to_recordset(%(cases)s::jsonb) AS r({_CASE})
            WHERE c.application_id = %(application)s AND c."index" = r."index"
        )
        UPDATE casework_application a SET open_cases = r.open_cases, closed_at = r.closed_at
        FROM jsonb_to_recordset(%(rows)s::jsonb) AS r({_APPLICATION}) WHERE a.id = r.id""",
}


class PostgreSQL:
    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, prepare_threshold=0, cursor_factory=psycopg.Cursor)

    def perform(self, act: Act) -> None:
        keys = {
            "stream": act.stream,
            "application": act.application,
            "actor": act.operation.actor,
            "operation": act.operation.id,
            "genesis": chain.GENESIS,
        }
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_BEGIN_POSTGRESQL if act.name == "submit" else _READ_POSTGRESQL, keys)
            found = cursor.fetchone()
            if found is None or found[2] is not None:
                raise Differs(f"{act.name}: no such stream, or the operation happened before")
            cursor.execute(_WRITE_POSTGRESQL[act.name], _changes(act, found[1]))

    def close(self) -> None:
        self._connection.close()


# --- SQLite -----------------------------------------------------------------------------------------------------------

_BEGIN_SQLITE = f"INSERT INTO journal_stream (id, seq, head) VALUES (:stream, 0, '{chain.GENESIS}')"
_LOOK_SQLITE = """
    SELECT s.seq, s.head, o.request, o.answer FROM journal_stream s
    LEFT JOIN journal_operation o ON o.actor = :actor AND o.id = :operation WHERE s.id = :stream"""
_READ_SQLITE = """
    SELECT s.seq, s.head, o.request, o.answer, a.number, a.hall, a.holder, a.participants, a.form, a.submitted_at,
           (SELECT json_group_array(json_array(c."index", c.matter, c.body, c.deciding_desk, c.awaits, c.yields,
                                               c.content, c.state, c.accepted_by, c.conclusion, c.returned))
            FROM casework_case c WHERE c.application_id = a.id)
    FROM journal_stream s JOIN casework_application a ON a.id = :application
    LEFT JOIN journal_operation o ON o.actor = :actor AND o.id = :operation WHERE s.id = :stream"""
_JOURNAL_SQLITE = (
    """
    INSERT INTO journal_entry (stream_id, seq, type, version, at, actor, operation, body, hash)
    SELECT :stream, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7
    FROM json_each(:entries)""",
    """
    INSERT INTO journal_operation (actor, id, request, stream_id, answer, at)
    VALUES (:actor, :operation, :request, :stream, :answer, :moment)""",
    """
    INSERT INTO journal_errand (stream_id, seq, subject, last_seq, due_at, attempts, failure)
    SELECT :stream, value->>0, value->>1, value->>2, value->>3, 0, '' FROM json_each(:outbox)""",
    "UPDATE journal_stream SET seq = :seq, head = :head WHERE id = :stream",
)


def _inserted_sqlite(table: str, columns: str, parameter: str) -> str:
    names = _names(columns)
    values = ", ".join(f"value->>'{name.strip().strip(chr(34))}'" for name in names.split(","))
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM json_each(:{parameter})"


def _updated_sqlite(table: str, columns: str, where: str, parameter: str) -> str:
    changes = ", ".join(f"{column} = value->>'{column}'" for column in columns.split())
    return f"UPDATE {table} SET {changes} FROM json_each(:{parameter}) WHERE {where}"


_OF_CASE = "application_id = :application AND \"index\" = value->>'index'"
_WRITE_SQLITE = {
    "submit": (
        *_JOURNAL_SQLITE,
        _inserted_sqlite("casework_application", _APPLICATION, "rows"),
        _inserted_sqlite("casework_case", _CASE, "cases"),
        _inserted_sqlite("casework_opinion", _OPINION, "opinions"),
        _inserted_sqlite("casework_supply", _SUPPLY, "supplies"),
        _inserted_sqlite("casework_confirmationasked", _CONFIRMATION, "confirmations"),
        "UPDATE casework_draft SET submitted_at = :moment WHERE id = :application AND submitted_at IS NULL",
    ),
    "accept": (
        *_JOURNAL_SQLITE,
        _updated_sqlite(
            "casework_case",
            "state accepted_by accepted_at promised_due_on statutory_due_on provisional to_conclude",
            _OF_CASE,
            "cases",
        ),
        _updated_sqlite(
            "casework_opinion",
            "asked promised_due_on statutory_due_on",
            "application_id = :application AND \"case\" = value->>'case' AND desk = value->>'desk'",
            "opinions",
        ),
        _updated_sqlite("casework_application", "to_accept", "casework_application.id = :application", "rows"),
    ),
    "conclude": (
        *_JOURNAL_SQLITE,
        _inserted_sqlite("certificates_certificate", _CERTIFICATE, "certificates"),
        _updated_sqlite(
            "casework_case",
            "state content conclusion returned decided_at certificate to_conclude",
            _OF_CASE,
            "cases",
        ),
        _updated_sqlite(
            "casework_application", "open_cases closed_at", "casework_application.id = :application", "rows"
        ),
    ),
}


class SQLite:
    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def perform(self, act: Act) -> None:
        keys = {
            "stream": act.stream,
            "application": act.application,
            "actor": act.operation.actor,
            "operation": act.operation.id,
        }
        execute: Callable[..., Any] = self._connection.execute
        execute("BEGIN IMMEDIATE")
        if act.name == "submit":
            execute(_BEGIN_SQLITE, keys)
        found = execute(_LOOK_SQLITE if act.name == "submit" else _READ_SQLITE, keys).fetchone()
        if found is None or found[2] is not None:
            raise Differs(f"{act.name}: no such stream, or the operation happened before")
        changes = _changes(act, found[1])
        for statement in _WRITE_SQLITE[act.name]:
            execute(statement, changes)
        execute("COMMIT")

    def close(self) -> None:
        self._connection.close()
