"""Which matters does somebody mean who types these words?

A hit has every piece of the query (`grams`); the name counts more than what else stands in the guide. Where nothing has
every piece, what has most of them is offered. SQLite searches an FTS5 table (an ordinary one, rewritten matter by
matter: a contentless one refuses to change), PostgreSQL a `tsvector` of the same pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tongban.catalogue import grams

MOST_HITS = 50

SQLITE_FIND = """
SELECT code FROM catalogue_search WHERE catalogue_search MATCH %s
ORDER BY bm25(catalogue_search, 0, 10, 1), code LIMIT %s
"""
# The pieces are cast, not parsed: what a text parser takes for a word depends on the locale of the server.
POSTGRESQL_FIND = """
SELECT code FROM catalogue_search, CAST(%s AS tsquery) AS query
WHERE grams @@ query ORDER BY ts_rank(grams, query) DESC, code LIMIT %s
"""
POSTGRESQL_WRITE = """
INSERT INTO catalogue_search (code, grams)
SELECT code, grams::tsvector FROM unnest(%s::text[], %s::text[]) AS entry (code, grams)
"""


@dataclass(frozen=True, slots=True)
class Findable:
    """What a matter is found by: `name` in its languages, `other` is what else its guide speaks of."""

    code: str
    name: str
    other: str


def write(entries: Sequence[Findable]) -> None:
    """Put the matters into the index, in place of what stood there for them."""
    codes = [each.code for each in entries]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM catalogue_search WHERE code = ANY(%s)", [codes])
            cursor.execute(POSTGRESQL_WRITE, [codes, [_tsvector(each) for each in entries]])
        else:
            rows = [
                (each.code, " ".join(grams.of_text(each.name)), " ".join(grams.of_text(each.other))) for each in entries
            ]
            cursor.executemany("DELETE FROM catalogue_search WHERE code = %s", [(code,) for code in codes])
            cursor.executemany("INSERT INTO catalogue_search (code, name, other) VALUES (%s, %s, %s)", rows)


def find(text: str) -> list[str]:
    """Return the codes of the matters, best first; none when nothing was typed."""
    pieces = grams.of_query(text)
    if not pieces:
        return []
    return _matching(pieces, every=True) or _matching(pieces, every=False)


def _matching(pieces: list[str], *, every: bool) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            join = " & " if every else " | "
            query = join.join(f"'{piece}'{':*' if piece.isascii() else ''}" for piece in pieces)
            cursor.execute(POSTGRESQL_FIND, [query, MOST_HITS])
        else:
            join = " AND " if every else " OR "
            query = join.join(f'"{piece}"{"*" if piece.isascii() else ""}' for piece in pieces)
            cursor.execute(SQLITE_FIND, [query, MOST_HITS])
        return [code for (code,) in cursor.fetchall()]


def _tsvector(entry: Findable) -> str:
    """Each piece once, with weight A where it stands in the name and D where it stands elsewhere."""
    weights: dict[str, str] = {}
    for weight, text in (("A", entry.name), ("D", entry.other)):
        for piece in grams.of_text(text):
            weights.setdefault(piece, weight)
    return " ".join(f"'{piece}':{place}{weight}" for place, (piece, weight) in enumerate(weights.items(), start=1))
