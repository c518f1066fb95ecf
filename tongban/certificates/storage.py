"""How do certificates reach the register, and how is written what became of them?

All of one decision reach it in one statement, however many they are: the rows travel in one JSON parameter that the
database unfolds (design, budgets). How one stands is read under the lock of its stream and written in one more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from tongban.certificates.models import Certificate
from tongban.domain import codec, ends
from tongban.domain.certificate import Status
from tongban.domain.ends import Held, Intended, Standing
from tongban.domain.events import CertificatesIssuedFromRecord
from tongban.journal import queries as journal
from tongban.journal.storage import Reading, moment

STREAM = "certificate:"
ISSUANCE = "issuance:"


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
    ended_ground: str = ""
    intended: str = ""
    origin: str = ""
    as_of: datetime | None = None


_COLUMNS = [field.name for field in fields(Row)]
_KINDS = dict.fromkeys(("issued_at", "as_of"), "timestamptz") | dict.fromkeys(
    ("issued_on", "valid_until", "ended_on"), "date"
)
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


# --- what became of one -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """What a register's line says of a certificate that something is done to."""

    held: Held
    subject: str
    issuer: str
    region: str
    standing: Standing
    digest: str
    origin: str


_READ = (
    "identifier, holder, valid_until, subject, issuer, region, status, ended_on, ended_ground, ended_by, intended, "
    "as_of, digest, origin FROM certificates_certificate WHERE identifier = %s"
)


def stream_of(identifier: str) -> str:
    """Return the journal's stream of a certificate."""
    return f"{STREAM}{identifier}"


def reading(identifier: str) -> Reading:
    """Return the statement that reads how a certificate stands, for whoever sends it with the lock."""
    return f"SELECT {_READ}", [identifier]


def understood(found: tuple[Any, ...] | None) -> Kept | None:
    """Return what such a reading found."""
    if found is None:
        return None
    identifier, holder, valid_until, subject, issuer, region, status, since, ground, article, intended, *rest = found
    as_of, digest, origin = rest
    return Kept(
        Held(identifier, holder, _day(valid_until)),
        subject,
        issuer,
        region,
        Standing(Status(status), _day(since), ground, article, _intended(intended), _instant(as_of)),
        digest,
        origin,
    )


def write(identifier: str, standing: Standing) -> None:
    """Write how a certificate stands now. One statement."""
    Certificate.objects.filter(identifier=identifier).update(
        status=standing.status,
        ended_on=standing.since,
        ended_ground=standing.ground,
        ended_by=standing.article,
        intended=_text(standing.intended),
        as_of=standing.as_of,
    )


def _day(value: date | str | None) -> date | None:
    """SQLite keeps days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _instant(value: datetime | str | None) -> datetime | None:
    """SQLite keeps instants in UTC without saying so."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def _intended(text: str) -> Intended | None:
    return codec.from_plain(json.loads(text), Intended) if text else None


def _text(intended: Intended | None) -> str:
    plain = intended and codec.to_plain(intended, Intended)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) if plain else ""


def read_standing(stream: str) -> Standing | None:
    """Return how the rows say that a certificate stands; None when there are none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(*reading(stream.removeprefix(STREAM)))
        kept = understood(cursor.fetchone())
    return None if kept is None else kept.standing


def _touched() -> Iterator[str]:
    """What was ended before certificates had streams of their own has no ground, and its case tells of it."""
    rows = Certificate.objects.exclude(Q(ended_ground="") & Q(intended="") & Q(origin=""))
    return map(stream_of, rows.values_list("identifier", flat=True).iterator())


def _told(entries: Sequence[journal.Recorded]) -> tuple[tuple[str, str], ...]:
    (event,) = (one.event for one in entries)
    assert isinstance(event, CertificatesIssuedFromRecord)
    return tuple(sorted(event.issued))


def _issued(stream: str) -> tuple[tuple[str, str], ...]:
    rows = Certificate.objects.filter(stream_id=stream).order_by("identifier")
    return tuple(rows.values_list("identifier", "digest"))


def _issuances() -> Iterator[str]:
    rows = Certificate.objects.filter(stream_id__startswith=ISSUANCE)
    return rows.values_list("stream_id", flat=True).distinct().iterator()


def register_folds() -> None:
    """Tell the journal how the streams of certificates are folded and read."""
    journal.register(
        STREAM, fold=lambda entries: ends.fold(one.event for one in entries), rows=read_standing, streams=_touched
    )
    journal.register(ISSUANCE, fold=_told, rows=_issued, streams=_issuances)
