"""How is an application read and written in one statement?

Reading returns the application's row with its cases, opinions and supplies as JSON; writing compares the value before
with the value after and sends only the rows that differ, all rows of a table in one JSON parameter. On PostgreSQL the
four tables are one statement; SQLite, which cannot change several tables at once, takes one for each table touched.
The columns are listed once, in `TABLES`; the statements are made from them when the module is loaded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, get_type_hints

from django.db import connection

from tongban.casework.models import NEVER
from tongban.domain import codec, promises, spot_checks, stages, watch
from tongban.domain.application import Application, Case, CaseState, Confirmation, IssuedDocument, Opinion
from tongban.domain.materials import Supply
from tongban.domain.stages import Stage
from tongban.journal.storage import Reading, moment

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the PostgreSQL types of its columns; `key` columns come first. `json` is kept as text."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]


TABLES = {
    "application": Table(
        "casework_application",
        ("id",),
        {
            "id": "text",
            "number": "text",
            "region": "text",
            "hall": "text",
            "bundle": "text",
            "bundle_version": "int",
            "answers": "json",
            "holder": "text",
            "applicant": "text",
            "participants": "json",
            "form": "json",
            "submitted_at": "timestamptz",
            "closed_at": "timestamptz",
            "together": "boolean",
            "notice": "json",
            "deferrals": "json",
            "intake": "json",
            "taken_in_at": "text",
            "to_accept": "smallint",
            "accept_by_on": "date",
            "correct_by_on": "date",
            "confirm_by_on": "date",
            "open_cases": "smallint",
            "wakes_on": "date",
            "shape": "smallint",
        },
    ),
    "cases": Table(
        "casework_case",
        ("application_id", "index"),
        {
            "application_id": "text",
            "index": "smallint",
            "matter": "text",
            "standard_version": "int",
            "implementation_version": "int",
            "body": "text",
            "deciding_desk": "text",
            "awaits": "json",
            "yields": "text",
            "content": "text",
            "confirmations": "json",
            "promised": "json",
            "statutory": "json",
            "regime": "text",
            "matter_type": "text",
            "subject": "text",
            "state": "text",
            "confirm_by_on": "date",
            "received_on": "date",
            "answer_due_on": "date",
            "accepted_by": "text",
            "accepted_at": "timestamptz",
            "accepted_on": "date",
            "promised_due_on": "date",
            "statutory_due_on": "date",
            "provisional": "boolean",
            "calendar": "text",
            "ledger": "json",
            "conclusion": "json",
            "returned": "text",
            "outcome": "text",
            "decided_at": "timestamptz",
            "ended_at": "timestamptz",
            "lapse": "json",
            "certificate": "text",
            "proceedings": "json",
            "taken_in_by": "text",
            "holding": "json",
            "supervised": "smallint",
            "urges": "smallint",
            "urged_at": "timestamptz",
            "promise": "text",
            "promise_on": "date",
            "region": "text",
            "spot_decided_at": "timestamptz",
            "check_by_on": "date",
            "rated": "smallint",
            "doubted": "smallint",
            "stage": "text",
            "due_on": "date",
            "kept_from_deciding": "text",
        },
    ),
    "opinions": Table(
        "casework_opinion",
        ("application_id", "case", "desk"),
        {
            "application_id": "text",
            "case": "smallint",
            "desk": "text",
            "step": "smallint",
            "matter": "text",
            "place": "smallint",
            "body": "text",
            "verdict": "text",
            "by": "text",
            "reason": "json",
            "at": "timestamptz",
            "promised_due_on": "date",
            "statutory_due_on": "date",
            "asked": "boolean",
            "due_on": "date",
        },
    ),
    "supplies": Table(
        "casework_supply",
        ("application_id", "material", "about", "subject"),
        {
            "application_id": "text",
            "material": "text",
            "about": "text",
            "subject": "text",
            "place": "smallint",
            "source": "text",
            "reference": "text",
            "basis": "text",
            "rule": "text",
            "given_at": "timestamptz",
        },
    ),
    "confirmations": Table(
        "casework_confirmationasked",
        ("application_id", "case", "party"),
        {
            "application_id": "text",
            "case": "smallint",
            "party": "text",
            "role": "text",
            "confirmed_at": "timestamptz",
        },
    ),
    "documents": Table(
        "casework_document",
        ("application_id", "place"),
        {
            "application_id": "text",
            "place": "smallint",
            "kind": "text",
            "title": "text",
            "number": "text",
            "body": "text",
            "cases": "json",
            "act": "int",
            "dated_on": "date",
            "digest": "text",
            "signature": "text",
            "key": "text",
            "issued_at": "timestamptz",
            "delivered_at": "timestamptz",
        },
    ),
}


SHAPE = 10
"""The version of these columns. Rows of an older one are written anew from the journal (`tongban casework rewrite`)."""

_CHILDREN = ("cases", "supplies", "given_at", "documents")
_own_fields = attrgetter(*(field.name for field in fields(Application) if field.name not in _CHILDREN))


def stream_of(application: str) -> str:
    """Return the journal's stream of an application."""
    return f"application/{application}"


def read(application: str) -> Application | None:
    """Return the application its rows stand for; None when there are none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(*reading(application))
        return understood(cursor.fetchone())


def reading(application: str) -> Reading:
    """Return the statement that reads an application, for whoever sends it together with others."""
    return _read_statement(connection.vendor), [application]


def understood(found: tuple[Any, ...] | None) -> Application | None:
    """Return the application that such a reading found."""
    if found is None:
        return None
    return _application(*(json.loads(part) if isinstance(part, str) else part for part in found))


def write(before: Application | None, after: Application) -> None:
    """Write the rows in which `after` differs from `before`."""
    by_table = {name: rows for name, rows in changed(before, after).items() if rows}
    if not by_table:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement, names = _write_statement_postgresql(tuple(by_table))
            cursor.execute(statement, [_json(by_table[name]) for name in names])
            return
        for name, rows in by_table.items():
            cursor.execute(_write_statement_sqlite(name), [_json(rows)])


def changed(before: Application | None, after: Application) -> dict[str, list[Row]]:
    """Return by table the rows in which `after` differs from `before`, for the database at hand."""
    old_cases = {case.index: case for case in before.cases} if before else {}
    cases = [case for case in after.cases if _touched(old_cases.get(case.index), case, before, after)]
    opinions = [
        row
        for case in cases
        for row, was in _paired(_opinion_rows(after, case), before, old_cases.get(case.index), _opinion_rows)
        if row != was
    ]
    confirmations = [
        row
        for case in cases
        for row, was in _paired(_confirmation_rows(after, case), before, old_cases.get(case.index), _confirmation_rows)
        if row != was
    ]
    return {
        "application": [] if before and _of_row(before) == _of_row(after) else [_application_row(after)],
        "cases": [_case_row(after, case) for case in cases],
        "opinions": opinions,
        "supplies": _supply_rows(before, after),
        "confirmations": confirmations,
        "documents": _document_rows(before, after),
    }


def _touched(was: Case | None, case: Case, before: Application | None, after: Application) -> bool:
    """Whether the row of a case changes: with the case itself, or with the day of the notice it is to answer."""
    if was is not case or before is None:
        return True
    return before.notices is not after.notices and stages.due_on(before, was) != stages.due_on(after, case)


def _of_row(application: Application) -> tuple[Any, ...]:
    """Return all that the application's own row tells, to be compared."""
    return (*_own_fields(application), *_counters(application).values())


def _paired(rows: list[Row], before: Application | None, case: Case | None, of_case: Any) -> Any:
    was = of_case(before, case) if before and case else [None] * len(rows)
    return zip(rows, was, strict=True)


def _application_row(application: Application) -> Row:
    return {
        "id": application.id,
        "number": application.number,
        "region": application.region,
        "hall": application.hall,
        "bundle": application.bundle,
        "bundle_version": application.bundle_version,
        "answers": _json(application.answers),
        "holder": application.holder,
        "applicant": application.applicant,
        "participants": _json(_plain(application, "participants")),
        "form": _json(_plain(application, "form")),
        "submitted_at": _instant(application.submitted_at),
        "closed_at": _instant(application.closed_at),
        "together": application.together,
        "notice": _json(_plain(application, "notices")) if application.notices else None,
        "deferrals": _json(_plain(application, "deferrals")),
        "intake": None if application.intake is None else _json(_plain(application, "intake")),
        "taken_in_at": "" if application.intake is None else application.intake.hall,
        "shape": SHAPE,
    } | _counters(application)


def _counters(application: Application) -> Row:
    """What lists and the watcher look for."""
    at = [stages.stage(case) for case in application.cases]
    return {
        "to_accept": at.count(Stage.ACCEPT),
        "accept_by_on": _first_due(application, Stage.ACCEPT, at),
        "correct_by_on": _first_due(application, Stage.CORRECT, at),
        "confirm_by_on": _first_due(application, Stage.CONFIRM, at),
        "open_cases": len(at) - at.count(None),
        "wakes_on": _day(watch.wakes_on(application)),
    }


def _case_row(application: Application, case: Case) -> Row:
    plain = codec.to_plain(case, Case)
    del plain["opinions"]
    promise, promise_on = promises.next_step(case) if case.here else (None, None)
    plain.update(
        application_id=application.id,
        awaits=_json(plain["awaits"]),
        confirmations=_json(plain["confirmations"]),
        promised=_json(plain["promised"]),
        statutory=_json(plain["statutory"]),
        ledger=_json(plain["ledger"]),
        conclusion=None if plain["conclusion"] is None else _json(plain["conclusion"]),
        lapse=None if plain["lapse"] is None else _json(plain["lapse"]),
        proceedings=_json(plain["proceedings"]),
        holding=None if plain["holding"] is None else _json(plain["holding"]),
        accepted_at=_instant(case.accepted_at),
        decided_at=_instant(case.decided_at),
        ended_at=_instant(case.ended_at),
        supervised=sum(one.closed_at is None for one in case.proceedings.supervision),
        urges=case.proceedings.urges,
        urged_at=_instant(case.proceedings.urged_at),
        promise=promise.value if promise else "",
        promise_on=_day(promise_on),
        region=application.region,
        spot_decided_at=_instant(spot_checks.decided_at(case) if case.here else None),
        check_by_on=_day(spot_checks.due(case) if case.here else None),
        rated=case.proceedings.worst,
        doubted=len(case.doubts),
        stage=stages.stage(case),
        due_on=_listed_day(stages.due_on(application, case)),
        kept_from_deciding=case.kept_from_deciding,
    )
    return plain


def _opinion_rows(application: Application, case: Case) -> list[Row]:
    return [_opinion_row(application, case, place) for place in range(len(case.opinions))]


def _opinion_row(application: Application, case: Case, place: int) -> Row:
    opinion = case.opinions[place]
    plain = codec.to_plain(opinion, Opinion)
    plain.update(
        application_id=application.id,
        case=case.index,
        place=place,
        matter=case.matter,
        body=case.body,
        reason=None if plain["reason"] is None else _json(plain["reason"]),
        at=_instant(opinion.at),
        promised_due_on=_day(case.promised_due_on),
        statutory_due_on=_day(case.statutory_due_on),
        asked=case.here and _asked(case, opinion),
        due_on=_listed_day(case.promised_due_on),
    )
    return plain


def _asked(case: Case, opinion: Opinion) -> bool:
    return case.state is CaseState.ACCEPTED and not case.on_the_spot and opinion.desk in case.asked_opinions


def _confirmation_rows(application: Application, case: Case) -> list[Row]:
    return [_confirmation_row(application, case, confirmation) for confirmation in case.confirmations]


def _confirmation_row(application: Application, case: Case, confirmation: Confirmation) -> Row:
    return {
        "application_id": application.id,
        "case": case.index,
        "party": confirmation.party,
        "role": confirmation.role.value,
        "confirmed_at": _instant(confirmation.at),
    }


def _supply_rows(before: Application | None, after: Application) -> list[Row]:
    was = tuple(zip(before.supplies, before.given_at, strict=True)) if before else ()
    return [
        _supply_row(after, place)
        for place, (supply, at) in enumerate(zip(after.supplies, after.given_at, strict=True))
        if place >= len(was) or was[place][0] is not supply or was[place][1] != at
    ]


def _supply_row(application: Application, place: int) -> Row:
    plain = codec.to_plain(application.supplies[place], Supply)
    plain.update(application_id=application.id, place=place, given_at=_instant(application.given_at[place]))
    return plain


def _document_rows(before: Application | None, after: Application) -> list[Row]:
    was = before.documents if before else ()
    return [
        _document_row(after, place)
        for place, document in enumerate(after.documents, start=1)
        if place > len(was) or was[place - 1] is not document
    ]


def _document_row(application: Application, place: int) -> Row:
    document = application.documents[place - 1]
    plain = codec.to_plain(document, IssuedDocument)
    plain.update(
        application_id=application.id,
        place=place,
        cases=_json(plain["cases"]),
        issued_at=_instant(document.issued_at),
        delivered_at=_instant(document.delivered_at),
    )
    return plain


def _application(
    row: Row, cases: list[Row], opinions: list[Row], supplies: list[Row], documents: list[Row]
) -> Application:
    by_case: dict[int, list[Row]] = {case["index"]: [] for case in cases}
    for opinion in opinions:
        by_case[opinion["case"]].append(opinion)
    for case in cases:
        case["opinions"] = by_case[case["index"]]
    given_at = [supply["given_at"] for supply in supplies]
    children = {"cases": cases, "supplies": supplies, "given_at": given_at, "documents": documents}
    notices = row.pop("notice") or []
    application: Application = codec.from_plain(row | children | {"notices": notices}, Application)
    return application


def _as_json(column: str, kind: str, vendor: str) -> str:
    """SQLite has no truth values, keeps instants in UTC without saying so, and wants to be told what is JSON."""
    value = f't."{column}"'
    match vendor, kind:
        case "postgresql", "json":
            return f"{value}::json"
        case "sqlite", "json":
            return f"json({value})"
        case "sqlite", "timestamptz":
            return f"{value} || '+00:00'"
        case "sqlite", "boolean":
            return f"json(iif({value}, 'true', 'false'))"
    return value


@cache
def _read_statement(vendor: str) -> str:
    application = _object(TABLES["application"], vendor).replace("t.", "a.")
    return f"""
        SELECT {application}, {_children("cases", 't."index"', vendor)},
            {_children("opinions", 't."case", t.place', vendor)}, {_children("supplies", "t.place", vendor)},
            {_children("documents", "t.place", vendor)}
        FROM casework_application a WHERE a.id = %s"""


def _children(name: str, order: str, vendor: str) -> str:
    table = TABLES[name]
    gather = {"sqlite": "json_group_array(json(row))", "postgresql": "coalesce(json_agg(row), '[]')"}[vendor]
    return f"""(SELECT {gather} FROM (SELECT {_object(table, vendor)} AS row FROM {table.name} t
        WHERE t.application_id = a.id ORDER BY {order}) ordered)"""


def _object(table: Table, vendor: str) -> str:
    """A row as a JSON object; PostgreSQL, which gives a function a hundred arguments at most, makes it of a record."""
    columns = {name: _as_json(name, kind, vendor) for name, kind in table.columns.items()}
    if vendor == "postgresql":
        named = ", ".join(f'{value} AS "{name}"' for name, value in columns.items())
        return f"(SELECT row_to_json(o) FROM (SELECT {named}) o)"
    pairs = ", ".join(f"'{name}', {value}" for name, value in columns.items())
    return f"json_object({pairs})"


def _upsert(table: Table, source: str) -> str:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in table.columns if column not in table.key)
    key = ", ".join(f'"{column}"' for column in table.key)
    return f"INSERT INTO {table.name} ({columns}) {source} ON CONFLICT ({key}) DO UPDATE SET {changes}"


@cache
def _write_statement_sqlite(name: str) -> str:
    table = TABLES[name]
    values = ", ".join(f"value->>'{column}'" for column in table.columns)
    # SQLite wants a WHERE between a SELECT and ON CONFLICT, to tell the latter from a join.
    return _upsert(table, f"SELECT {values} FROM json_each(%s) WHERE true")


@cache
def _write_statement_postgresql(names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """One statement for all tables touched; foreign keys are checked at its end, so the order does not matter."""
    parts = []
    for name in names:
        table = TABLES[name]
        typed = ", ".join(f'"{column}" {kind.replace("json", "text")}' for column, kind in table.columns.items())
        values = ", ".join(f'r."{column}"' for column in table.columns)
        parts.append(_upsert(table, f"SELECT {values} FROM jsonb_to_recordset(%s::jsonb) AS r({typed})"))
    ahead = ", ".join(f"{name}_written AS ({part})" for name, part in zip(names, parts[:-1], strict=False))
    return (f"WITH {ahead} {parts[-1]}" if ahead else parts[-1]), names


def _plain(application: Application, field: str) -> Any:
    return codec.to_plain(getattr(application, field), _hints()[field])


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(Application)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _instant(at: datetime | None) -> str | None:
    return None if at is None else moment(at)


def _first_due(application: Application, stage: Stage, at: list[Stage | None]) -> str | None:
    """Return the day under which the application stands on the list of that stage; None: it stands on none."""
    return _listed_day(stages.first_due(application, stage)) if stage in at else None


def _listed_day(day: date | None) -> str:
    return (day or NEVER).isoformat()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
