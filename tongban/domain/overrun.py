"""Who holds a case, and to whom are days beyond the limit charged?

A case lies with the desks whose opinion is asked, then with the deciding desk; one that is concluded and waits for a
certificate lies with whoever holds the awaited case; what waits for the applicant lies with him. Each day beyond the
limit is charged to whoever held the case when the day began: desks side by side share it, a desk that only waited is
charged nothing, and what the applicant held is charged to no desk.

Naive way: charge the deciding desk, whose name stands on the case. Our way: fold the application's events up to each
day beyond and ask who held it then; nothing is stored that could differ from the journal.

Source: agreed here; which days are beyond follows from Administrative Licensing Law, arts. 42, 45, 82.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

from tongban.domain.application import UNACCEPTED, Application, Case, CaseState, apply, begin
from tongban.domain.clock import Unit, day_of
from tongban.domain.events import ApplicationSubmitted, Event
from tongban.domain.workdays import ONE_DAY, Calendar


@dataclass(frozen=True, slots=True)
class Holder:
    """The case on which it depends, and the desk that has the next word there; no desk: the applicant has it."""

    case: int
    desk: str


@dataclass(frozen=True, slots=True)
class Charge:
    """Days beyond the promise, and those of them beyond the statutory limit, that one desk answers for.

    `desk` is empty for what waited on the applicant.
    """

    body: str
    desk: str
    promised: Fraction
    statutory: Fraction


def holder(application: Application, case: Case) -> Holder:
    """Return the first desk that holds a case now; its own deciding desk where only the applicant does."""
    desks = (one for one in holders(application, case) if one.desk)
    return next(desks, Holder(case.index, case.deciding_desk))


def holders(application: Application, case: Case) -> tuple[Holder, ...]:
    """Return everybody with whom a case lies now, each once; nobody where it has come to its end."""
    if case.ended:
        return ()
    if case.state is CaseState.CONCLUDED:
        waiting = [awaited for awaited in application.waits_for(case) if not awaited.ended]
        held = [one for awaited in waiting for one in holders(application, awaited)]
        return tuple(dict.fromkeys(held)) or (Holder(case.index, case.deciding_desk),)
    if case.state in UNACCEPTED:
        return (Holder(case.index, case.deciding_desk if case.received_on else ""),)
    if case.paused or case.on_the_spot:
        return (Holder(case.index, case.deciding_desk),)
    if case.asked_opinions:
        return tuple(Holder(case.index, desk) for desk in case.asked_opinions)
    return (Holder(case.index, "" if application.deferred(case) else case.deciding_desk),)


def charges(events: Sequence[Event], index: int, *, calendar: Calendar, today: date) -> tuple[Charge, ...]:
    """Return who answers for the days that a case is or was beyond its limits, the most first; nothing on time.

    `events` are all of the application's, oldest first; `today` counts as begun. Working days where the limit is in
    working days, else days of the calendar.
    """
    whole = _folded(events)
    case = whole.case(index)
    last = min(today, day_of(case.ended_at)) if case.ended_at else today
    first = min((day for day in (case.promised_due_on, case.statutory_due_on) if day), default=last)
    beyond = [first + ONE_DAY * number for number in range(1, (last - first).days + 1)]
    shares: dict[tuple[str, str], list[Fraction]] = {}
    for day, held in zip(beyond, _at_the_beginning(events, index, beyond), strict=True):
        for body, desk in held:
            share = shares.setdefault((body, desk), [Fraction(0), Fraction(0)])
            for place, (due, unit) in enumerate(
                ((case.promised_due_on, case.promised.unit), (case.statutory_due_on, case.statutory.unit))
            ):
                if due is not None and day > due and _counts(day, unit, calendar):
                    share[place] += Fraction(1, len(held))
    charged = [Charge(body, desk, *share) for (body, desk), share in shares.items() if any(share)]
    return tuple(sorted(charged, key=lambda one: (-one.promised, -one.statutory, one.body, one.desk)))


def _folded(events: Sequence[Event]) -> Application:
    application = begin(cast(ApplicationSubmitted, events[0]))
    for event in events[1:]:
        application = apply(application, event)
    return application


def _at_the_beginning(
    events: Sequence[Event], index: int, days: Sequence[date]
) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield for each day, in order, with whom the case lay when it began: body and desk."""
    application = begin(cast(ApplicationSubmitted, events[0]))
    place = 1
    for day in days:
        while place < len(events) and day_of(cast(Any, events[place]).at) < day:
            application = apply(application, events[place])
            place += 1
        held = holders(application, application.case(index))
        yield tuple(dict.fromkeys((application.case(one.case).body, one.desk) for one in held))


def _counts(day: date, unit: Unit, calendar: Calendar) -> bool:
    return unit is Unit.NATURAL or calendar.counts(day, provisional=True)
