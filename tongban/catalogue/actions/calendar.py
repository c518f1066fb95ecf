"""How does a newly published holiday notice come into the node?

The package knows the notices up to its release. A later one is published here: from then on every process counts by it
(`queries.keep_up`), and what was counted provisionally is projected. What is published stands unless a notice says that
it amends it.
"""

from __future__ import annotations

from datetime import datetime

from tongban.catalogue import calendars, models
from tongban.catalogue.body import digest
from tongban.catalogue.queries.calendar import published
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.events import CalendarPublished
from tongban.domain.workdays import InvalidCalendar, Notice, admit
from tongban.journal import queries as journal
from tongban.journal.actions import Answer, LockedStream, Operation, action, append, lock
from tongban.journal.queries import Recorded
from tongban.people.actor import Actor
from tongban.people.permissions import may

STREAM = "calendar"
MOST_REST, MOST_MADE_UP = 50, 20
"""Days that a notice of another node may mark; those of 2018 to 2026 marked at most 33, and 8."""


@action
def publish_calendar(
    *, operation: Operation, actor: Actor, notices: tuple[Notice, ...], amends: bool, now: datetime
) -> Answer:
    """Publish the arrangements of years; answers {"years", "calendar"}: what is new, and the version from now on.

    Raises NotAllowed, InvalidCalendar, CalendarContradicted.
    """
    stream = lock(STREAM, operation, create=True)
    may(actor, "publish_calendar")
    return _admit(stream, notices, amends=amends, now=now)


def _admit(stream: LockedStream, notices: tuple[Notice, ...], *, amends: bool, now: datetime) -> Answer:
    known = published()
    stands = {year: each.notice for year, each in known.items()}
    new = admit(notices, published=stands, festivals=calendars.festivals(), amends=amends)
    calendar = calendars.of({**stands, **{notice.year: notice for notice in new}}.values()).version
    versions = {year: each.version for year, each in known.items()}
    events = [_event(notice, versions.get(notice.year, 0) + 1, calendar, now) for notice in new]
    models.HolidayNotice.objects.bulk_create([_row(event) for event in events])
    answer: Answer = {"years": [notice.year for notice in new], "calendar": calendar}
    append(stream, events, at=now, answer=answer)
    return answer


@action
def take_calendar(*, operation: Operation, actor: Actor, notice: Notice, now: datetime) -> Answer:
    """Take in the arrangement of a year that another node has, where none is known; answers as `publish_calendar`.

    What is published here stays: only who runs this node says that a notice amends it. What marks more days than any
    notice ever did would move everybody's days, and is for people to look at. Raises NotAllowed, InvalidCalendar,
    CalendarContradicted.
    """
    stream = lock(STREAM, operation, create=True)
    may(actor, "propose_standard")
    if len(notice.rest) > MOST_REST or len(notice.make_up) > MOST_MADE_UP:
        raise InvalidCalendar(
            f"未接收：{notice.year} 年的安排有 {len(notice.rest)} 天放假、{len(notice.make_up)} 天上班，"
            "多于历年的通知。请运行本节点的人核对国务院办公厅的通知后自行载入。"
        )
    return _admit(stream, (notice,), amends=False, now=now)


def _event(notice: Notice, version: int, calendar: str, now: datetime) -> CalendarPublished:
    return CalendarPublished(
        year=notice.year,
        version=version,
        rest=notice.rest,
        make_up=notice.make_up,
        sources=notice.sources,
        calendar=calendar,
        at=now,
    )


def _row(event: CalendarPublished) -> models.HolidayNotice:
    body = to_plain(_notice(event), Notice)
    return models.HolidayNotice(
        year=event.year, version=event.version, body=body, digest=digest(body), in_force_at=event.at
    )


def _notice(event: CalendarPublished) -> Notice:
    return Notice(year=event.year, rest=event.rest, make_up=event.make_up, sources=event.sources)


def register_fold() -> None:
    """Tell the journal how its entries, and the rows, give the same record."""
    journal.register(STREAM, fold=_folded, rows=_held, streams=lambda: [STREAM] if _held(STREAM) else [])


Record = dict[tuple[int, int], tuple[Notice, datetime]]
"""What was published when, by year and version."""


def _folded(entries: list[Recorded]) -> Record:
    return {
        (entry.event.year, entry.event.version): (_notice(entry.event), entry.event.at)
        for entry in entries
        if isinstance(entry.event, CalendarPublished)
    }


def _held(stream: str) -> Record:
    return {
        (row.year, row.version): (from_plain(row.body, Notice), row.in_force_at)
        for row in models.HolidayNotice.objects.all()
    }
