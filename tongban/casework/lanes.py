"""How do the cases of an application stand on the axis of days?

Each case is a lane: reviewed from acceptance to the signed conclusion, held from there until the certificates it needs
are there, planned ahead as far as its own last day or the last certificate it awaits. What is planned is computed from
what is, so the picture moves with the work. Time that no limit counts (special procedures) is a stretch of its own. A
plan that is not yet handed in is drawn as if it were accepted today.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from graphlib import TopologicalSorter

from django.utils.translation import gettext as _

from tongban.casework import lamps, words
from tongban.domain import times
from tongban.domain.application import Application, Case, CaseState
from tongban.domain.catalogue import Catalogue
from tongban.domain.clock import Due, Limit, day_of, due_pair
from tongban.domain.plan import Plan, PlannedCase
from tongban.domain.proceedings import SpecialProcedure
from tongban.domain.workdays import ONE_DAY, Calendar
from tongban.web.lanes import Day, Drawing, Knot, Lane, Span, SpanKind, draw


def drawing(
    application: Application,
    catalogue: Catalogue,
    *,
    today: date,
    calendar: Calendar,
    cases: Collection[int] | None = None,
    hrefs: dict[int, str] | None = None,
    people: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw the cases with these indexes; None draws all. `hrefs` links a lane to a page, by index.

    `people`: what those on the roster are called (`reading.called`).
    """
    ends = expected(application, catalogue, today=today, calendar=calendar)
    shown = [case for case in application.cases if cases is None or case.index in cases]
    lanes = [
        replace(
            _lane(application, catalogue, case, ends[case.index], today, calendar, (hrefs or {}).get(case.index, "")),
            name=words.case(catalogue, case, people or {}),
        )
        for case in shown
    ]
    first = day_of(application.submitted_at)
    last = max([today, *(ends[case.index] for case in shown)]) + ONE_DAY
    return draw(lanes, _days(first, last, calendar), today)


def plan_drawing(planned: Plan, catalogue: Catalogue, *, today: date, calendar: Calendar) -> Drawing:
    """Draw a plan: each case on its own promise, with a knot for each certificate its decision waits for."""
    late = {one.matter for one in planned.late}
    lanes = [
        _planned_lane(case, planned, catalogue, today, calendar, late=case.matter in late) for case in planned.cases
    ]
    last = max(lane.spans[-1].last_on for lane in lanes)
    return draw(lanes, _days(today, last, calendar), today)


def _planned_lane(
    case: PlannedCase, planned: Plan, catalogue: Catalogue, today: date, calendar: Calendar, *, late: bool
) -> Lane:
    due = _due(case.promised, case.statutory, received_on=today, accepted_on=today, calendar=calendar)
    return Lane(
        key=str(case.index),
        name=words.matter(catalogue, case.matter),
        department=case.deciding_desk,
        spans=(Span(SpanKind.PLANNED, today, due.day, _("计划审核")),),
        knots=tuple(
            Knot(str(index), words.certificate(catalogue, planned.cases[index - 1].yields)) for index in case.awaits
        ),
        state="red" if late else lamps.NOT_YET,
        state_text=_("等不及，须分批") if late else words.limit(case.promised),
        due_on=due.day,
        provisional=due.provisional,
    )


def _due(promised: Limit, statutory: Limit, *, received_on: date, accepted_on: date, calendar: Calendar) -> Due:
    pair = due_pair(
        promised=promised,
        statutory=statutory,
        received_on=received_on,
        accepted_on=accepted_on,
        calendar=calendar,
        provisional=True,
    )
    # Both limits run and nothing pauses them.
    assert pair.promised is not None
    return pair.promised


def expected(application: Application, catalogue: Catalogue, *, today: date, calendar: Calendar) -> dict[int, date]:
    """Return for each case the day it was decided, or the day it should be if every desk uses its promise to the full.

    What is late already is expected today.
    """
    days: dict[int, date] = {}
    for index in TopologicalSorter({case.index: case.awaits for case in application.cases}).static_order():
        case = application.case(index)
        own = _own_last_day(application, catalogue, case, today, calendar)
        planned = max([today, own, *(days[awaited] for awaited in case.awaits)])
        days[index] = day_of(case.ended_at) if case.ended_at else planned
    return days


def with_awaited(application: Application, index: int) -> set[int]:
    """Return the index of a case and of all it waits for, however far."""
    found: set[int] = set()
    open_cases = [index]
    while open_cases:
        each = open_cases.pop()
        if each not in found:
            found.add(each)
            open_cases += application.case(each).awaits
    return found


def _own_last_day(application: Application, catalogue: Catalogue, case: Case, today: date, calendar: Calendar) -> date:
    if case.state is CaseState.CONCLUDED:
        return today
    if case.promised_due_on is not None:
        return case.promised_due_on
    if case.paused:
        return _resumed_as_told(application, case, today, calendar)
    due = _due(
        catalogue.implementations[case.matter].promised,
        catalogue.standards[case.matter].statutory,
        received_on=day_of(application.submitted_at),
        accepted_on=today,
        calendar=calendar,
    )
    return due.day


def _resumed_as_told(application: Application, case: Case, today: date, calendar: Calendar) -> date:
    """Return when a case will be due if what lasts now takes as long as its notice told, or ends today."""
    over = replace(
        case,
        ledger=replace(
            case.ledger,
            procedures=tuple(
                replace(entry, resumed_on=max(today, expected_end(entry, calendar)))
                if entry.resumed_on is None
                else entry
                for entry in case.ledger.procedures
            ),
        ),
    )
    return times.days(application, over, calendar=calendar).promised_due_on or today


def expected_end(entry: SpecialProcedure, calendar: Calendar) -> date:
    """Return the day by which a special procedure is over, as its notice told."""
    return entry.until_on or calendar.nth_after(entry.began_on, entry.expected_days, provisional=True)


def _lane(
    application: Application,
    catalogue: Catalogue,
    case: Case,
    end: date,
    today: date,
    calendar: Calendar,
    href: str,
) -> Lane:
    lamp = lamps.of_case(case, today=today, calendar=calendar)
    return Lane(
        key=str(case.index),
        name=words.matter(catalogue, case.matter),
        department=case.deciding_desk,
        spans=_spans(case, end, today),
        knots=tuple(_knot(application, catalogue, index) for index in case.awaits),
        state=lamp.state,
        state_text=lamp.text,
        due_on=case.promised_due_on,
        supplied_on=end,
        provisional=case.provisional,
        href=href,
    )


def _knot(application: Application, catalogue: Catalogue, index: int) -> Knot:
    awaited = application.case(index)
    return Knot(str(index), words.certificate(catalogue, awaited.yields), awaited.approved)


def _spans(case: Case, end: date, today: date) -> tuple[Span, ...]:
    spans: list[Span] = []

    def add(kind: SpanKind, first: date, last: date, text: str) -> date:
        """Add a stretch if there is anything of it; return the day after."""
        if first > last:
            return first
        spans.append(Span(kind, first, last, text))
        return last + ONE_DAY

    if case.accepted_at is None:
        if not case.ended:
            add(SpanKind.PLANNED, today, end, _("计划审核"))
        return tuple(spans)
    ended_on = day_of(case.ended_at) if case.ended_at else today
    concluded_on = day_of(case.conclusion.at) if case.conclusion else ended_on
    next_day = day_of(case.accepted_at)
    for began_on, resumed_on, text in _pauses(case, concluded_on):
        next_day = add(SpanKind.REVIEW, next_day, began_on - ONE_DAY, _("审核"))
        next_day = add(SpanKind.PAUSED, max(next_day, began_on), resumed_on - ONE_DAY, text)
    next_day = add(SpanKind.REVIEW, next_day, concluded_on, _("审核"))
    if case.conclusion:
        next_day = add(SpanKind.HELD, next_day, ended_on, _("已签审查结论，等证照"))
    if case.ended_at is None:
        add(SpanKind.PLANNED, next_day, end, _("计划等证照") if case.conclusion else _("计划审核"))
    return tuple(spans)


def _pauses(case: Case, last_on: date) -> list[tuple[date, date, str]]:
    """Return the special procedures of a case, the earliest first: from, up to (not including), and in words."""
    return sorted(
        (
            entry.began_on,
            min(entry.resumed_on or last_on + ONE_DAY, last_on + ONE_DAY),
            _("%(procedure)s，不计时限") % {"procedure": lamps.PROCEDURES[entry.kind]},
        )
        for entry in case.ledger.procedures
        if entry.began_on <= last_on
    )


def _days(first: date, last: date, calendar: Calendar) -> list[Day]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [Day(day, not calendar.counts(day, provisional=True)) for day in days]
