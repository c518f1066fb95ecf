"""How is one page read out of several lists, each in its own order, at the same cost whatever lies in the tables?

A list is merged from arms. An arm is one kind of work at one place: the applications that a hall is to answer, the
cases on which a desk owes its opinion, those that stand at one stage with their deciding desk, those of one region.
Each arm is read in the order of its partial index and cut after one page; a single statement merges what is left. One
turns pages by the key of the last line: due day, application, case, desk. Counting stops at `MOST`.

Naive way: one condition with OR over all places, sorted and cut by OFFSET. The database then reads everything that
waits at those places, for every page. What stands in a column of an index is found by a "loose" scan, one step for each
value (https://wiki.postgresql.org/wiki/Loose_indexscan).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from tongban.casework.models import NEVER
from tongban.domain.clock import WARNING_WORKING_DAYS, Lamp
from tongban.domain.events import ReturnCause
from tongban.domain.workdays import Calendar

PAGE = 50
MOST = 999
"""So far are lines counted; what is more is told as 999+."""

FENCE = {"sqlite": "LIMIT -1 OFFSET 0", "postgresql": "OFFSET 0"}
"""Keeps the database from looking past few known rows into an index of many."""

_BYTEWISE = {"sqlite": "", "postgresql": ' COLLATE "C"'}
"""As Python compares the places of two arms."""


@dataclass(frozen=True, slots=True)
class Days:
    """Today, and the first day that is not yet near: from it on a lamp is green."""

    today: date
    calm_from: date

    @classmethod
    def at(cls, today: date, calendar: Calendar) -> Days:
        return cls(today, calendar.nth_after(today, WARNING_WORKING_DAYS + 1, provisional=True))


@dataclass(frozen=True, slots=True)
class Key:
    """Where a line stands in its list."""

    due_on: date
    application: str
    case: int
    desk: str

    def __str__(self) -> str:
        return f"{self.due_on.isoformat()}.{self.application}.{self.case}.{self.desk}"

    @classmethod
    def parse(cls, text: str) -> Key | None:
        """Return the key that a text names; None where it names none."""
        found = re.fullmatch(r"(\d{4}-\d\d-\d\d)\.([0-9a-z-]{1,36})\.(\d{1,4})\.(.{1,80})", text)
        try:
            return cls(date.fromisoformat(found[1]), found[2], int(found[3]), found[4]) if found else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Item:
    """One line: an application to be answered, an opinion owed, or a case at a stage of its life.

    `act` is `opinion` or the stage; `case` is 0 where the whole application is meant, and `desk` then its hall.
    """

    act: str
    application: str
    case: int
    desk: str
    body: str
    matter: str
    due_on: date | None
    promised_due_on: date | None
    statutory_due_on: date | None
    returned: ReturnCause | None
    number: str
    holder: str
    bundle: str
    bundle_version: int
    submitted_at: datetime
    to_accept: int
    cases: int
    account: str
    """Who has taken it; empty: nobody."""

    @property
    def key(self) -> Key:
        return Key(self.due_on or NEVER, self.application, self.case, self.desk)


@dataclass(frozen=True, slots=True)
class Page:
    items: tuple[Item, ...] = ()
    previous: Key | None = None
    """Before which line the previous page ends; None: this is the first."""
    next: Key | None = None
    """After which line the next page begins; None: this is the last."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of work and the columns of its table `t` that tell it.

    `standing` is the condition of the partial index, `place` what comes first in it. `tie`: all lines of an arm are of
    one desk, which tells them from those of another arm that are equal in day, application and case.
    """

    act: str
    table: str
    standing: str
    place: str
    application: str
    case: str
    desk: str
    due: str
    subject: str
    body: str = "''"
    matter: str = "''"
    promised: str = "t.promised_due_on"
    statutory: str = "t.statutory_due_on"
    returned: str = "NULL"
    tie: bool = True

    @property
    def whole(self) -> bool:
        """Whether its lines are whole applications."""
        return self.case == "0"

    @property
    def order(self) -> list[str]:
        return [self.due, self.application, *([] if self.whole else [self.case])]

    @property
    def columns(self) -> str:
        return f"""{self.act} AS act, {self.application} AS application_id, {self.case} AS "case", {self.desk} AS desk,
            {self.body} AS body, {self.matter} AS matter, {self.due} AS due_on, {self.promised} AS promised_due_on,
            {self.statutory} AS statutory_due_on, {self.returned} AS returned"""


Statement = tuple[str, list[Any]]
"""A query and its parameters."""


@dataclass(frozen=True, slots=True)
class Cut:
    """From which line on, in which direction, and how many lines."""

    at: Key | None = None
    backward: bool = False
    limit: int = PAGE

    def order(self, table: str) -> str:
        down = " DESC" if self.backward else ""
        columns = ("due_on", "application_id", '"case"', f"desk{_BYTEWISE[connection.vendor]}")
        return ", ".join(f"{table}.{column}{down}" for column in columns)


@dataclass(slots=True)
class Arm:
    """A source at one place, narrowed by conditions on `t`; `few` is a query of rows known beforehand, if any are."""

    source: Source
    place: Sequence[str]
    few: str = ""
    known: Sequence[Any] = ()
    """The parameters of `few`."""
    conditions: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    def demand(self, condition: str, *parameters: Any) -> None:
        self.conditions.append(condition)
        self.parameters += parameters

    def demand_lamp(self, lamp: str, days: Days) -> None:
        """Demand what shows this lamp; empty: any. Red is also what has passed: telling them apart takes two ranges."""
        due, today, calm_from = self.source.due, as_text(days.today), as_text(days.calm_from)
        match lamp:
            case Lamp.GREEN:
                self.demand(f"{due} >= %s AND {due} < %s", calm_from, as_text(NEVER))
            case Lamp.YELLOW:
                self.demand(f"{due} >= %s AND {due} < %s", today, calm_from)
            case Lamp.RED:
                self.demand(f"{due} < %s", today)
            case Lamp.PASSED:
                self.demand(f"{due} < %s AND {self.source.statutory} < %s", today, today)

    def cut(self, cut: Cut) -> Statement:
        """Return the statement of so much of the arm, in the order of its index."""
        source, conditions, parameters = self.source, list(self.conditions), list(self.parameters)
        if cut.at is not None:
            beyond, ends = self._beyond(cut.at, backward=cut.backward)
            conditions.append(beyond)
            parameters += ends
        down = " DESC" if cut.backward else ""
        relation = f"({self.few} {FENCE[connection.vendor]})" if self.few else source.table
        return (
            f"""SELECT * FROM (SELECT {source.columns} FROM {relation} t
                WHERE {" AND ".join((source.standing, source.place, *conditions))}
                ORDER BY {", ".join(f"{column}{down}" for column in source.order)} LIMIT {cut.limit}) arm""",
            [*self.known, *self.place, *parameters],
        )

    def _beyond(self, key: Key, *, backward: bool) -> Statement:
        """Return what stands beyond a key: a line equal in all that the arm sorts by does if its desk lies beyond."""
        case = 0 if self.source.whole else key.case
        own, other = (case, self.place[-1]), (key.case, key.desk)
        equal = self.source.tie and (own < other if backward else own > other)
        sign = ("<" if backward else ">") + ("=" if equal else "")
        ends = [as_text(key.due_on), key.application, *([] if self.source.whole else [key.case])]
        places = ", ".join("%s" for _ in ends)
        return f"({', '.join(self.source.order)}) {sign} ({places})", ends


def page(arms: Sequence[Arm], *, after: Key | None = None, before: Key | None = None, size: int = PAGE) -> Page:
    """Return one page, the first due first: from the start, `after` a line, or up to that `before`. One statement."""
    cut = Cut(before or after, backward=before is not None, limit=size + 1)
    if not arms:
        return Page()
    merged, parameters = _union([arm.cut(cut) for arm in arms])
    order, outer, array = cut.order("arms"), cut.order("k"), _ARRAY[connection.vendor]
    statement = _MERGED.format(arms=merged, order=order, limit=cut.limit, outer=outer, array=array)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = [_item(row) for row in cursor.fetchall()]
    more, items = len(found) > size, found[:size]
    if cut.backward:
        items.reverse()
    if not items:
        return Page()
    has_previous, has_next = (more, True) if cut.backward else (after is not None, more)
    return Page(tuple(items), items[0].key if has_previous else None, items[-1].key if has_next else None)


def counted(lists: Iterable[Sequence[Arm]]) -> list[int]:
    """Return how many lines each list has, `MOST` + 1 standing for all that is more. One statement."""
    cut = Cut(limit=MOST + 1)
    columns: list[str] = []
    parameters: list[Any] = []
    for arms in lists:
        statement, more = _union([arm.cut(cut) for arm in arms]) if arms else ("SELECT 1 WHERE 1 = 0", [])
        columns.append(f"(SELECT count(*) FROM (SELECT 1 FROM ({statement}) arms LIMIT {cut.limit}) counted)")
        parameters += more
    if not parameters:
        return [0] * len(columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", parameters)
        return list(cursor.fetchone())


def told(*counts: int) -> str:
    """Return the sum of counts as it is told: exact as far as each was counted."""
    return str(sum(counts)) if all(count <= MOST for count in counts) else f"{MOST}+"


@dataclass(frozen=True, slots=True)
class Range:
    """Where values are looked for: in a source under a condition, from a first value on."""

    source: Source
    condition: str
    parameters: Sequence[Any]
    first: str = ""


def subjects(ranges: Iterable[Range]) -> list[str]:
    """Return the subjects that stand in these ranges, each found by one step in an index. One statement."""
    steps: list[str] = []
    picked: list[str] = []
    parameters: list[Any] = []
    for number, one in enumerate(ranges):
        name = one.source.subject
        where = f"FROM {one.source.table} t WHERE {one.source.standing} AND {one.condition}"
        # One bound at a time: SQLite looks up one of two, and reads everything between them.
        steps.append(f"""s{number}(x) AS (SELECT min({name}) {where} AND {name} >= %s UNION ALL
            SELECT (SELECT min({name}) {where} AND {name} > s{number}.x)
            FROM s{number} WHERE s{number}.x IS NOT NULL)""")
        picked.append(f"SELECT x FROM s{number} WHERE x IS NOT NULL")
        parameters += [*one.parameters, one.first, *one.parameters]
    if not steps:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE {', '.join(steps)} {' UNION '.join(picked)} ORDER BY 1", parameters)
        return [row[0] for row in cursor.fetchall()]


def as_text(day: date) -> str:
    return day.isoformat()


def _union(arms: Sequence[Statement]) -> Statement:
    return (
        " UNION ALL ".join(statement for statement, _ in arms),
        [one for _, parameters in arms for one in parameters],
    )


# --- lines ------------------------------------------------------------------------------------------------------------

# What else a line tells is looked up line by line: for a join the database might read a whole table.
_MERGED = """
    SELECT k.act, k.application_id, k."case", k.desk, k.body, k.matter, k.due_on, k.promised_due_on,
        k.statutory_due_on, k.returned,
        (SELECT {array}(a.number, a.holder, a.bundle, a.bundle_version, a.submitted_at, a.to_accept)
            FROM casework_application a WHERE a.id = k.application_id),
        CASE WHEN k."case" = 0
            THEN (SELECT count(*) FROM casework_case c WHERE c.application_id = k.application_id) ELSE 0 END,
        (SELECT m.account FROM casework_assignment m
            WHERE m.application_id = k.application_id AND m."case" = k."case" AND m.desk = k.desk)
    FROM (SELECT * FROM ({arms}) arms ORDER BY {order} LIMIT {limit}) k
    ORDER BY {outer}"""
_ARRAY = {"sqlite": "json_array", "postgresql": "json_build_array"}


def _item(row: tuple[Any, ...]) -> Item:
    due_on, returned = _as_day(row[6]), row[9]
    number, holder, bundle, bundle_version, submitted_at, to_accept = (
        json.loads(row[10]) if isinstance(row[10], str) else row[10]
    )
    return Item(
        act=row[0],
        application=row[1],
        case=row[2],
        desk=row[3],
        body=row[4],
        matter=row[5],
        due_on=None if due_on == NEVER else due_on,
        promised_due_on=_as_day(row[7]),
        statutory_due_on=_as_day(row[8]),
        returned=ReturnCause(returned) if returned else None,
        number=number,
        holder=holder,
        bundle=bundle,
        bundle_version=bundle_version,
        submitted_at=_as_instant(submitted_at),
        to_accept=to_accept,
        cases=row[11],
        account=row[12] or "",
    )


def _as_day(value: date | str | None) -> date | None:
    """SQLite keeps days as texts."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _as_instant(text: str) -> datetime:
    """SQLite keeps instants in UTC without saying so."""
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
