"""What must hold of an application at every moment, however it came there: checked after each step of a history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from tongban.domain import consequences, times, watch
from tongban.domain.application import UNACCEPTED, UNDER_REVIEW, Application, CaseState
from tongban.domain.events import Outcome
from tongban.domain.rules import RegionRules
from tongban.domain.workdays import Calendar

WITHIN_THE_CASE = frozenset(
    {
        "begin_procedure",
        "end_procedure",
        "extend",
        "extend_limit",
        "make_statement",
        "offer_hearing",
        "record_statement",
        "send_back",
        "state",
        "verify",
    }
)
"""Acts on one case that no other case feels."""


def of(application: Application, calendars: Mapping[str, Calendar]) -> None:
    """Assert all that an application tells by itself; `calendars` are those that counted so far, by version."""
    a_material_stands_once_for_each_subject(application)
    days_are_derived_from_the_ledger(application, calendars)
    what_is_concluded_waits_for_something_that_may_still_come(application)
    who_accepts_does_not_decide(application)
    review_waits_for_no_other_case(application)
    an_end_is_an_end(application)


def a_material_stands_once_for_each_subject(application: Application) -> None:
    places = [(s.material, s.about, s.subject) for s in application.supplies]
    assert len(places) == len(set(places))
    open_ones = [deferral.names for deferral in application.deferrals if deferral.open]
    assert len(open_ones) == len(set(open_ones))


def days_are_derived_from_the_ledger(application: Application, calendars: Mapping[str, Calendar]) -> None:
    for case in application.cases:
        if case.ended or not case.calendar:
            continue
        due = times.days(application, case, calendar=calendars[case.calendar])
        assert (case.promised_due_on, case.statutory_due_on) == (due.promised_due_on, due.statutory_due_on)
        if case.state is CaseState.SUBMITTED and case.received_on:
            assert case.answer_due_on == due.answer_due_on
        if case.promised_due_on and case.statutory_due_on:
            assert case.promised_due_on <= case.statutory_due_on
        if case.paused:  # a pause that begins after the limit has passed heals nothing
            began_on = case.ledger.lasting.began_on
            assert case.statutory_due_on is None or case.statutory_due_on < began_on
        elif case.state in UNDER_REVIEW:
            assert case.statutory_due_on is not None


def what_is_concluded_waits_for_something_that_may_still_come(application: Application) -> None:
    for case in application.cases:
        if case.state is CaseState.CONCLUDED:
            assert case.conclusion is not None and case.conclusion.outcome is Outcome.APPROVED
            waiting = application.waits_for(case)
            assert waiting and not any(awaited.barren for awaited in waiting)
            assert case.conclusion.relied_on == tuple((i, application.case(i).content) for i in case.awaits)


def who_accepts_does_not_decide(application: Application) -> None:
    for case in application.cases:
        if case.state is CaseState.DECIDED and case.conclusion and not case.on_the_spot:
            assert case.conclusion.by != case.accepted_by


def review_waits_for_no_other_case(application: Application) -> None:
    """A desk that is asked may speak, whatever the other cases do (invariant 5)."""
    for case in application.cases:
        if case.state is CaseState.ACCEPTED and not case.on_the_spot and case.missing_opinions:
            assert case.asked_opinions


def nothing_moves_by_itself_twice(
    application: Application,
    *,
    rules: RegionRules,
    calendar: Calendar,
    consents: watch.Consents,
    today: date,
    at: datetime,
) -> None:
    """What has fallen due is done; then the watcher sleeps until a day to come."""
    woken = watch.wakes_on(application)
    if woken is None or woken > today:
        due = watch.fall_due(application, rules=rules, calendar=calendar, consents=consents, today=today, at=at)
        assert due == (), due


def an_end_is_an_end(application: Application) -> None:
    for case in application.cases:
        assert case.ended == (case.ended_at is not None)
        assert (case.outcome is not None) == (case.state is CaseState.DECIDED)
        if case.state in UNACCEPTED:
            assert case.accepted_at is None
    assert (application.closed_at is not None) == all(case.ended for case in application.cases)


def changed(before: Application, after: Application) -> set[int]:
    """Return the cases that are not what they were."""
    return {one.index for one, was in zip(after.cases, before.cases, strict=True) if one != was}


def an_act_stays_in_its_branch(before: Application, after: Application, name: str, cases: Collection[int]) -> None:
    """An act on cases touches them and what depends on them, and some acts only them (invariant 6)."""
    reached = set(cases)
    if name not in WITHIN_THE_CASE:
        reached |= {one.index for index in cases for one in consequences.branch(before, index)}
    beyond = changed(before, after) - reached
    assert not beyond, f"{name} of {sorted(cases)} touched {sorted(beyond)}"
