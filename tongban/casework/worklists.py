"""What is there to do at these halls and desks, what is due first, and whose is it?

A worklist is merged from arms. An arm is one kind of work at one place: the applications that a hall is to answer, the
cases on which a desk owes its opinion, or those that stand at one stage with their deciding desk. Each arm is read in
the order of its partial index and cut after one page; a single statement merges what is left, so that it costs the same
whatever else lies in the tables. One turns pages by the key of the last line: due day, application, case, desk. Counts
stop at `MOST`.

Naive way: one condition with OR over all places, sorted and cut by OFFSET. The database then reads everything that
waits at those places, for every page. Which matters stand on a list is found by a "loose" index scan, one step for each
matter (https://wiki.postgresql.org/wiki/Loose_indexscan).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from tongban.casework.models import NEVER
from tongban.domain.clock import WARNING_WORKING_DAYS, Lamp
from tongban.domain.events import ReturnCause
from tongban.domain.stages import Stage
from tongban.domain.workdays import Calendar
from tongban.people.actor import Actor
from tongban.people.roles import Role

MOST = 999
"""So far are lines counted; what is more is told as 999+."""

PAGE = 50
OPINION = "opinion"

AT_HALLS = (Stage.ACCEPT, Stage.CORRECT, Stage.CONFIRM)
AT_DESKS = (OPINION, Stage.CONCLUDE, Stage.RETURNED, Stage.OPINIONS, Stage.PAUSED, Stage.CERTIFICATES)
TO_DO = (Stage.ACCEPT, OPINION, Stage.CONCLUDE, Stage.RETURNED)
"""What somebody can do now; the others wait for somebody else."""


class Tab(StrEnum):
    MINE = "mine"  # 我的
    DESK = "desk"  # 本岗位
    INTAKE = "intake"  # 待受理
    SOON = "soon"  # 即将到期
    LATE = "late"  # 已超期


STATES = {
    Tab.MINE: (*AT_HALLS, *AT_DESKS),
    Tab.DESK: AT_DESKS,
    Tab.INTAKE: AT_HALLS,
    Tab.SOON: TO_DO,
    Tab.LATE: TO_DO,
}
"""What each tab can be narrowed to; without that it shows what is to be done now."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where somebody works today, and whose marks are his: his own and those of whom he stands in for."""

    account: str
    halls: tuple[str, ...]
    desks: tuple[tuple[str, str], ...]
    """The authority's credit code and the desk."""
    marks: tuple[str, ...]


def places_of(actor: Actor) -> Places:
    halls = dict.fromkeys(duty.hall for duty in actor.duties if duty.role is Role.CLERK and duty.hall)
    desks = dict.fromkeys((duty.department, duty.desk) for duty in actor.duties if duty.role is Role.REVIEWER)
    absent = dict.fromkeys(duty.absent.id for duty in actor.duties if duty.absent)
    return Places(actor.id, tuple(halls), tuple(desks), (actor.id, *absent))


@dataclass(frozen=True, slots=True)
class Days:
    """Today, and the first day that is not yet near: from it on a lamp is green."""

    today: date
    calm_from: date

    @classmethod
    def at(cls, today: date, calendar: Calendar) -> Days:
        return cls(today, calendar.nth_after(today, WARNING_WORKING_DAYS + 1, provisional=True))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty: not narrowed. `application` (an id) is found at all places in all stages."""

    tab: Tab = Tab.DESK
    state: str = ""
    lamp: str = ""
    subject: str = ""
    """The code of a matter at desks, of a bundle at halls."""
    place: str = ""
    """The code of a hall, or the name of a desk."""
    free: bool = False
    """Only what nobody has taken."""
    application: str = ""

    @property
    def states(self) -> tuple[str, ...]:
        if self.application:
            return STATES[Tab.MINE]
        allowed = STATES[self.tab]
        return (self.state,) if self.state in allowed else tuple(one for one in allowed if one in TO_DO)


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
    """One line: an application to be answered, an opinion owed, or a case at a stage of its review.

    `act` is `opinion` or the stage; `case` is 0 where the whole application is meant, and `desk` then its hall.
    """

    act: str
    application: str
    case: int
    desk: str
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


def page(
    places: Places,
    wanted: Wanted,
    *,
    days: Days,
    after: Key | None = None,
    before: Key | None = None,
    size: int = PAGE,
) -> Page:
    """Return one page, the first due first: from the start, `after` a line, or up to that `before`. One statement."""
    cut = _Cut(before or after, backward=before is not None, limit=size + 1)
    arms = [_cut_arm(arm, cut) for arm in _arms(places, wanted, days)]
    if not arms:
        return Page()
    with connection.cursor() as cursor:
        statement = _MERGED.format(arms=_union(arms), order=cut.order("arms"), limit=cut.limit, outer=cut.order("k"))
        cursor.execute(statement, _parameters(arms))
        found = [_item(row) for row in cursor.fetchall()]
    more, items = len(found) > size, found[:size]
    if cut.backward:
        items.reverse()
    if not items:
        return Page()
    has_previous, has_next = (more, True) if cut.backward else (after is not None, more)
    return Page(tuple(items), items[0].key if has_previous else None, items[-1].key if has_next else None)


def counts(places: Places, *, days: Days) -> dict[Tab, int]:
    """Return how many lines each tab has, `MOST` + 1 standing for all that is more. One statement."""
    cut = _Cut(limit=MOST + 1)
    tabs = {tab: [_cut_arm(arm, cut) for arm in _arms(places, Wanted(tab), days)] for tab in Tab}
    told = {tab: arms for tab, arms in tabs.items() if arms}
    if not told:
        return dict.fromkeys(Tab, 0)
    columns = ", ".join(f"(SELECT count(*) FROM ({_union(arms)} LIMIT {MOST + 1}) counted)" for arms in told.values())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [one for arms in told.values() for one in _parameters(arms)])
        return dict.fromkeys(Tab, 0) | dict(zip(told, cursor.fetchone(), strict=True))


def subjects(places: Places, wanted: Wanted) -> list[str]:
    """Return the matters, and at halls the bundles, that stand on a list, by code. One statement.

    Each is found by one step in an index, whatever the number of lines.
    """
    sources = [
        (source, place)
        for source, place in _sources(places, wanted.states)
        if not wanted.place or wanted.place in place
    ]
    if not sources:
        return []
    steps, picked, parameters = [], [], []
    for number, (source, place) in enumerate(sources):
        where = f"FROM {source.table} t WHERE {source.standing} AND {source.place}"
        steps.append(f"""s{number}(x) AS (SELECT min({source.subject}) {where} UNION ALL
            SELECT (SELECT min({source.subject}) {where} AND {source.subject} > s{number}.x)
            FROM s{number} WHERE s{number}.x IS NOT NULL)""")
        picked.append(f"SELECT x FROM s{number} WHERE x IS NOT NULL")
        parameters += [*place, *place]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE {', '.join(steps)} {' UNION '.join(picked)} ORDER BY 1", parameters)
        return [row[0] for row in cursor.fetchall()]


# --- arms -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    """One kind of work and the columns that tell it; `standing` is the condition of its partial index."""

    act: str
    table: str
    standing: str
    place: str
    application: str
    case: str
    desk: str
    subject: str
    due: str
    matter: str = "''"
    promised: str = "t.promised_due_on"
    statutory: str = "t.statutory_due_on"
    returned: str = "NULL"
    concluding: bool = False

    @property
    def columns(self) -> str:
        return f"""'{self.act}' AS act, {self.application} AS application_id, {self.case} AS "case",
            {self.desk} AS desk, {self.matter} AS matter, {self.due} AS due_on, {self.promised} AS promised_due_on,
            {self.statutory} AS statutory_due_on, {self.returned} AS returned"""


def _at_halls(stage: Stage) -> _Source:
    day = f"t.{stage}_by_on"
    return _Source(
        act=stage,
        table="casework_application",
        standing=f"{day} IS NOT NULL",
        place="t.hall = %s",
        application="t.id",
        case="0",
        desk="t.hall",
        subject="t.bundle",
        due=day,
        promised=day,
        statutory=day,
    )


def _at_desks(stage: Stage) -> _Source:
    return _Source(
        act=stage,
        table="casework_case",
        standing=f"t.stage = '{stage}'",
        place="t.body = %s AND t.deciding_desk = %s",
        application="t.application_id",
        case='t."index"',
        desk="t.deciding_desk",
        subject="t.matter",
        due="t.due_on",
        matter="t.matter",
        returned="t.returned",
        concluding=stage in (Stage.CONCLUDE, Stage.RETURNED),
    )


_OPINIONS = _Source(
    act=OPINION,
    table="casework_opinion",
    standing="t.asked",
    place="t.body = %s AND t.desk = %s",
    application="t.application_id",
    case='t."case"',
    desk="t.desk",
    subject="t.matter",
    due="t.due_on",
    matter="t.matter",
)
_HALLS = {stage: _at_halls(stage) for stage in AT_HALLS}
_DESKS: dict[str, _Source] = {OPINION: _OPINIONS} | {one: _at_desks(Stage(one)) for one in AT_DESKS if one != OPINION}

_FENCE = {"sqlite": "LIMIT -1 OFFSET 0", "postgresql": "OFFSET 0"}
"""Keeps the database from looking past few known rows into an index of many."""


_BYTEWISE = {"sqlite": "", "postgresql": ' COLLATE "C"'}
"""As Python compares the places of two arms."""


@dataclass(slots=True)
class _Arm:
    source: _Source
    place: Sequence[str]
    relation: str
    conditions: list[str]
    parameters: list[Any] = field(default_factory=list)

    def demand(self, condition: str, *parameters: Any) -> None:
        self.conditions.append(condition)
        self.parameters += parameters


@dataclass(frozen=True, slots=True)
class _Cut:
    """From which line on, in which direction, and how many."""

    at: Key | None = None
    backward: bool = False
    limit: int = PAGE

    def order(self, table: str) -> str:
        down = " DESC" if self.backward else ""
        columns = ("due_on", "application_id", '"case"', f"desk{_BYTEWISE[connection.vendor]}")
        return ", ".join(f"{table}.{column}{down}" for column in columns)


def _sources(places: Places, states: Collection[str]) -> Iterable[tuple[_Source, tuple[str, ...]]]:
    for hall in places.halls:
        yield from ((_HALLS[state], (hall,)) for state in AT_HALLS if state in states)
    for desk in places.desks:
        yield from ((_DESKS[state], desk) for state in AT_DESKS if state in states)


def _arms(places: Places, wanted: Wanted, days: Days) -> list[_Arm]:
    arms = []
    for source, place in _sources(places, wanted.states):
        if wanted.place and wanted.place not in place:
            continue
        arm = _arm(source, place, places, wanted)
        if wanted.subject:
            arm.demand(f"{source.subject} = %s", wanted.subject)
        if source.concluding:
            arm.demand("t.accepted_by <> %s", places.account)
        if wanted.free:
            arm.demand(
                f"""NOT EXISTS (SELECT 1 FROM casework_assignment m WHERE m.application_id = {source.application}
                    AND m."case" = {source.case} AND m.desk = {source.desk})"""
            )
        if not wanted.application:
            _demand_tab(arm, wanted.tab, days)
            _demand_lamp(arm, wanted.lamp, days)
        arms.append(arm)
    return arms


def _arm(source: _Source, place: Sequence[str], places: Places, wanted: Wanted) -> _Arm:
    """Return the arm with its place asked for: in the index, or among few rows that are known beforehand."""
    fence = _FENCE[connection.vendor]
    own, known = [source.standing, source.place], list(place)
    if wanted.application:
        few = f"SELECT t.* FROM {source.table} t WHERE {source.application} = %s {fence}"
        return _Arm(source, place, f"({few})", own, [wanted.application, *known])
    if wanted.tab is not Tab.MINE:
        return _Arm(source, place, source.table, own, known)
    marks = ", ".join("%s" for _ in places.marks)
    few = f"""SELECT t.* FROM casework_assignment m CROSS JOIN {source.table} t WHERE m.account IN ({marks})
        AND {source.application} = m.application_id AND {source.case} = m."case" AND {source.desk} = m.desk {fence}"""
    return _Arm(source, place, f"({few})", own, [*places.marks, *known])


def _demand_tab(arm: _Arm, tab: Tab, days: Days) -> None:
    match tab:
        case Tab.SOON:
            arm.demand(f"{arm.source.due} >= %s AND {arm.source.due} < %s", *map(_day, (days.today, days.calm_from)))
        case Tab.LATE:
            arm.demand(f"{arm.source.due} < %s", _day(days.today))


def _demand_lamp(arm: _Arm, lamp: str, days: Days) -> None:
    due, statutory = arm.source.due, arm.source.statutory
    today, calm_from = _day(days.today), _day(days.calm_from)
    match lamp:
        case Lamp.GREEN:
            arm.demand(f"{due} >= %s AND {due} < %s", calm_from, _day(NEVER))
        case Lamp.YELLOW:
            arm.demand(f"{due} >= %s AND {due} < %s", today, calm_from)
        case Lamp.RED:
            # What has passed the statutory day has passed the promised one too: telling them apart takes two ranges.
            arm.demand(f"{due} < %s", today)
        case Lamp.PASSED:
            arm.demand(f"{due} < %s AND {statutory} < %s", today, today)


def _cut_arm(arm: _Arm, cut: _Cut) -> tuple[str, list[Any]]:
    """Return the statement of an arm, in the order of its index, with its parameters."""
    source = arm.source
    whole = source.case == "0"
    ordered = [source.due, source.application, *([] if whole else [source.case])]
    if cut.at is not None:
        _demand_beyond(arm, cut, ordered)
    down = " DESC" if cut.backward else ""
    order = ", ".join(f"{column}{down}" for column in ordered)
    return (
        f"""SELECT * FROM (SELECT {source.columns} FROM {arm.relation} t WHERE {" AND ".join(arm.conditions)}
            ORDER BY {order} LIMIT {cut.limit}) arm""",
        arm.parameters,
    )


def _demand_beyond(arm: _Arm, cut: _Cut, ordered: list[str]) -> None:
    """Ask for what stands beyond the key: a line equal in all that the arm sorts by counts if the rest lies beyond."""
    key = cut.at
    assert key is not None
    whole = len(ordered) == 2
    mine, keys = ((0, arm.place[-1]), (key.case, key.desk)) if whole else ((arm.place[-1],), (key.desk,))
    beyond, sign = (mine < keys, "<") if cut.backward else (mine > keys, ">")
    values = [_day(key.due_on), key.application, *([] if whole else [key.case])]
    places = ", ".join("%s" for _ in values)
    arm.demand(f"({', '.join(ordered)}) {sign}{'=' if beyond else ''} ({places})", *values)


def _union(arms: Sequence[tuple[str, list[Any]]]) -> str:
    return " UNION ALL ".join(statement for statement, _ in arms)


def _parameters(arms: Sequence[tuple[str, list[Any]]]) -> list[Any]:
    return [one for _, parameters in arms for one in parameters]


def _day(day: date) -> str:
    return day.isoformat()


# --- lines ------------------------------------------------------------------------------------------------------------

_MERGED = """
    SELECT k.act, k.application_id, k."case", k.desk, k.matter, k.due_on, k.promised_due_on, k.statutory_due_on,
        k.returned, a.number, a.holder, a.bundle, a.bundle_version, a.submitted_at, a.to_accept,
        CASE WHEN k."case" = 0 THEN (SELECT count(*) FROM casework_case c WHERE c.application_id = a.id) ELSE 0 END,
        coalesce(m.account, '')
    FROM (SELECT * FROM ({arms}) arms ORDER BY {order} LIMIT {limit}) k
    JOIN casework_application a ON a.id = k.application_id
    LEFT JOIN casework_assignment m
        ON m.application_id = k.application_id AND m."case" = k."case" AND m.desk = k.desk
    ORDER BY {outer}"""


def _item(row: tuple[Any, ...]) -> Item:
    due_on, returned = _as_day(row[5]), row[8]
    return Item(
        act=row[0],
        application=row[1],
        case=row[2],
        desk=row[3],
        matter=row[4],
        due_on=None if due_on == NEVER else due_on,
        promised_due_on=_as_day(row[6]),
        statutory_due_on=_as_day(row[7]),
        returned=ReturnCause(returned) if returned else None,
        number=row[9],
        holder=row[10],
        bundle=row[11],
        bundle_version=row[12],
        submitted_at=_as_instant(row[13]),
        to_accept=row[14],
        cases=row[15],
        account=row[16],
    )


def _as_day(value: date | str | None) -> date | None:
    """SQLite keeps days as texts."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _as_instant(value: datetime) -> datetime:
    """SQLite keeps instants in UTC without saying so."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value
