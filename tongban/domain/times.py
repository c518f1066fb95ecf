"""By when is this case due, given everything that has moved its limits?

Budget, calendar and ledger in, days out (design, invariant 7). Pauses stop both limits; a deferral stops the promise
alone, and only where the region's rule says so; an extension lengthens what had not yet expired.

Source: Administrative Licensing Law, arts. 32, 42, 45, 82.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tongban.domain.application import UNACCEPTED, Application, Case, CaseState
from tongban.domain.clock import Due, Extension, Pause, Unit, day_of, due_on, due_pair
from tongban.domain.events import Days
from tongban.domain.workdays import Calendar

ANSWER_WITHIN_DAYS = 5
ANSWER_ARTICLE = "行政许可法第三十二条"
DEFERRED = "容缺材料待补"


def answer_due(*, received_on: date, calendar: Calendar) -> Due:
    """Return the last day on which acceptance or a correction notice is still on time."""
    return due_on(start=received_on, days=ANSWER_WITHIN_DAYS, unit=Unit.WORKING, calendar=calendar, provisional=True)


def days(application: Application, case: Case, *, calendar: Calendar) -> Days:
    """Return the days on which a case is due as its ledger stands; None for what does not run."""
    if case.ended:
        return _said((None, None, None), calendar)
    if case.state in UNACCEPTED or case.accepted_on is None:
        answer = answer_due(received_on=case.received_on, calendar=calendar) if case.received_on else None
        return _said((answer, None, None), calendar)
    due = due_pair(
        promised=case.promised,
        statutory=case.statutory,
        received_on=case.received_on or day_of(application.submitted_at),
        accepted_on=case.accepted_on,
        calendar=calendar,
        pauses=pauses(case),
        promise_pauses=promise_pauses(application, case),
        extensions=extensions(case),
        provisional=True,
    )
    return _said((None, due.promised, due.statutory), calendar)


def from_acceptance(application: Application, case: Case, *, on: date, calendar: Calendar) -> Days:
    """Return the days on which a case is due when acceptance counts from the day `on` and nothing lasts that pauses it.

    A material that another case was accepted without may have come since: from a day in the past on it was missing.
    """
    accepted = replace(case, state=CaseState.ACCEPTED, accepted_on=on)
    over = tuple(deferral for deferral in application.deferrals if not deferral.open)
    return days(replace(application, deferrals=over), accepted, calendar=calendar)


def pauses(case: Case) -> tuple[Pause, ...]:
    """Return the time that no limit of the case counts."""
    return tuple(Pause(entry.began_on, entry.resumed_on, entry.name, entry.article) for entry in case.ledger.procedures)


def promise_pauses(application: Application, case: Case) -> tuple[Pause, ...]:
    """Return the time that the promise alone does not count: while a deferred material is missing."""
    if case.accepted_on is None:
        return ()
    return tuple(
        Pause(case.accepted_on, max(deferral.met_on, case.accepted_on) if deferral.met_on else None, DEFERRED, "")
        for deferral in application.deferrals
        if deferral.pauses_promise and case.index in deferral.cases and not deferral.lapsed
    )


def extensions(case: Case) -> tuple[Extension, ...]:
    extended = case.ledger.extension
    return (Extension(extended.days, extended.approved_on, "延长审批", extended.article),) if extended else ()


def _said(due: tuple[Due | None, Due | None, Due | None], calendar: Calendar) -> Days:
    answer, promised, statutory = due
    return Days(
        answer_due_on=answer.day if answer else None,
        promised_due_on=promised.day if promised else None,
        statutory_due_on=statutory.day if statutory else None,
        provisional=any(one.provisional for one in due if one is not None),
        calendar=calendar.version,
    )
