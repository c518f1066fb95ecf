"""Which matters does somebody mean who types these words?

A hit has every run of the query somewhere in its name or in what else its guide speaks of; Latin letters may also be
initials of its name (拼音首字母). Hits are exact, so they can be counted: the query stands in the text (`grams`).
SQLite searches an FTS5 table (an ordinary one, rewritten matter by matter: a contentless one refuses to change),
PostgreSQL a `tsvector` with the same pieces and their places.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL

from tongban.catalogue import grams

SQLITE_FIND = "SELECT rowid FROM catalogue_search WHERE catalogue_search MATCH %s"
# The pieces are cast, not parsed: what a text parser takes for a word depends on the locale of the server.
POSTGRESQL_FIND = "SELECT number FROM catalogue_search WHERE grams @@ CAST(%s AS tsquery)"
POSTGRESQL_WRITE = """
INSERT INTO catalogue_search (number, grams)
SELECT number, grams::tsvector FROM unnest(%s::integer[], %s::text[]) AS entry (number, grams)
"""
INITIAL = "~"
"""On PostgreSQL what marks a pair of initials, so that it is not taken for a word."""

LAST_PLACE = 16_383
"""PostgreSQL counts places no further."""


@dataclass(frozen=True, slots=True)
class Findable:
    """What a matter is found by: `name` in its languages, `other` is what else its guide speaks of."""

    number: int
    name: str
    other: str
    initials: str


def write(findables: Sequence[Findable]) -> None:
    """Put the matters into the index, in place of what stood there under their numbers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            numbers = [each.number for each in findables]
            cursor.execute("DELETE FROM catalogue_search WHERE number = ANY(%s)", [numbers])
            cursor.execute(POSTGRESQL_WRITE, [numbers, [_tsvector(each) for each in findables]])
        else:
            cursor.executemany(
                "INSERT OR REPLACE INTO catalogue_search (rowid, name, other, initials) VALUES (%s, %s, %s, %s)",
                [_row(each) for each in findables],
            )


def forget(numbers: Collection[int]) -> None:
    """Take matters out of the index."""
    if not numbers:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM catalogue_search WHERE "
            + ("number = %s" if connection.vendor == "postgresql" else "rowid = %s"),
            [(number,) for number in numbers],
        )


def having(runs: Sequence[str]) -> RawSQL:
    """Return the numbers of the matters that have every run, to filter by."""
    if connection.vendor == "postgresql":
        return RawSQL(POSTGRESQL_FIND, [" & ".join(_postgresql(run) for run in runs)])
    return RawSQL(SQLITE_FIND, [" AND ".join(_sqlite(run) for run in runs)])


def having_any(pieces: Sequence[str]) -> RawSQL:
    """Return the numbers of the matters that have at least one of these pieces."""
    if connection.vendor == "postgresql":
        return RawSQL(POSTGRESQL_FIND, [" | ".join(_postgresql(piece) for piece in pieces)])
    return RawSQL(SQLITE_FIND, [" OR ".join(_sqlite(piece) for piece in pieces)])


def _sqlite(run: str) -> str:
    if run.isascii():
        return f'({{name other}} : "{run}" * OR initials : {_sqlite_phrase(run)})'
    return f"{{name other}} : {_sqlite_phrase(run)}"


def _sqlite_phrase(word: str) -> str:
    return f'"{" ".join(grams.pairs(word))}"' + (" *" if len(word) == 1 else "")


def _postgresql(run: str) -> str:
    if run.isascii():
        return f"('{run}':* | {_postgresql_phrase(run, INITIAL)})"
    return _postgresql_phrase(run)


def _postgresql_phrase(word: str, mark: str = "") -> str:
    pieces = " <-> ".join(f"'{mark}{pair}'" for pair in grams.pairs(word))
    return f"({pieces}{':*' if len(word) == 1 else ''})"


def _row(each: Findable) -> tuple[int, str, str, str]:
    name, other = (" ".join(grams.of_text(text)) for text in (each.name, each.other))
    return each.number, name, other, " ".join(grams.of_word(each.initials))


def _tsvector(each: Findable) -> str:
    """Each piece with its places; no piece of one field follows a piece of another."""
    initials = [INITIAL + pair for pair in grams.of_word(each.initials)]
    pieces = [*grams.of_text(each.name), "", *initials, "", *grams.of_text(each.other)]
    placed: dict[str, list[int]] = {}
    for place, piece in enumerate(pieces, start=1):
        if piece:
            placed.setdefault(piece, []).append(min(place, LAST_PLACE))
    return " ".join(f"'{piece}':{','.join(map(str, places))}" for piece, places in placed.items())
