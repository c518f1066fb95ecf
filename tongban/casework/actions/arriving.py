"""Is what another node hands over for the first time, or changes later, what this node would have made of it?

The plan decides who handles a case, at which desks, within which limits and by which regime; a commitment, whether it
is decided on the spot; the day of receipt, from when silence counts. None of it is believed: the plan is derived anew
from the versions that it names, which are this node's own, and the rest is asked of the kernel as if it were done here.
Of a form another node changes what it names and its cases alone ask for: what was changed elsewhere at the same moment
stays, in whichever order a node hears of both.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from tongban.casework import form, promising
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.actions import StandardDiffers
from tongban.domain import plan, promises, times
from tongban.domain.application import Application, Case, CaseState, fold
from tongban.domain.clock import day_of
from tongban.domain.events import ApplicationSubmitted, CasesReceived, CommitmentMade, Event, FormChanged
from tongban.domain.forwarding import NotTheirs
from tongban.domain.offers import ReceiptCounts
from tongban.domain.rules import RegionRules
from tongban.domain.workdays import Calendar

SHORTEST_ANSWER = timedelta(days=5)
"""Five working days are never less, whichever calendar counts them."""


def demand_plan(application: Application, told: Sequence[Event]) -> None:
    """Refuse cases that are planned otherwise than their versions say. Raises StandardDiffers."""
    submitted = told[0]
    assert isinstance(submitted, ApplicationSubmitted)  # what a first hand-over begins with
    said = submitted.plan
    catalogue, bundle = catalogue_queries.catalogue_of(application.bundle, application.bundle_version)
    people = tuple(dict.fromkeys(case.subject for case in said.cases if case.subject))
    matters = {case.matter for case in said.cases}
    try:
        derived = plan.derive(catalogue, bundle, dict(said.answers), only=matters, people=people).cases
    except (LookupError, ValueError):
        derived = ()
    if derived != said.cases:
        raise StandardDiffers("未接收：办理计划与所依据的标准和实施清单不符。请双方核对程序版本。")


def demand_commitments(told: Sequence[Event], cases: Collection[int], *, rules: RegionRules) -> None:
    """Refuse commitments that nobody could have made here. Raises CommitmentNotAllowed, AlreadyGiven, NotNow."""
    submitted = told[0]
    assert isinstance(submitted, ApplicationSubmitted)
    for place, event in enumerate(told):
        if isinstance(event, CommitmentMade) and event.case in cases:
            before = fold(told[:place])
            catalogue, _ = catalogue_queries.catalogue_of(before.bundle, before.bundle_version)
            promises.commit(
                before,
                event.case,
                kind=event.kind,
                materials=event.materials,
                committable=promising.committable(submitted.plan, catalogue),
                rules=rules,
                by=event.by,
                signature=event.signature,
                key=event.key,
                at=event.at,
            )


def demand_receipt(
    application: Application, told: Sequence[Event], cases: Collection[int], *, calendar: Calendar
) -> None:
    """Refuse a receipt that the offer does not let count yet, or another day than that of intake. Raises NotTheirs."""
    taken = application.intake
    for event in told:
        if not isinstance(event, CasesReceived) or set(cases).isdisjoint(event.cases):
            continue
        at_intake = taken is not None and taken.receipt_counts is ReceiptCounts.AT_INTAKE
        on_its_day = taken is not None and event.received_on == day_of(taken.at)
        due = event.received_on + SHORTEST_ANSWER
        if event.calendar == calendar.version:
            due = times.answer_due(received_on=event.received_on, calendar=calendar).day
        if not (at_intake and on_its_day and event.answer_due_on >= due):
            raise NotTheirs("未接收：所说的收到日或答复期限与收件记录和现行清单不符。请双方核对。")


def changed_here(before: Application, told: Sequence[Event]) -> list[Event]:
    """Return what was told, with each changed form as it stands here and what was changed of it put in.

    Raises NotTheirs, and LookupError or TypeError for a form that cannot be read.
    """
    if not any(isinstance(event, FormChanged) for event in told):
        return list(told)
    catalogue, _ = catalogue_queries.catalogue_of(before.bundle, before.bundle_version)
    asked_here = {code for case in before.cases if _asks(case) for code in catalogue.standards[case.matter].elements}
    current, found = form.unseal(before.form), list(told)
    for place, event in enumerate(told):
        if not isinstance(event, FormChanged):
            continue
        if event.participants != before.participants or not asked_here.isdisjoint(event.elements):
            raise NotTheirs("未接收：所更改的填报内容不只涉及对方所办的办件。请双方核对移交记录。")
        theirs = form.unseal(event.form).values
        given = {code: theirs[code] for code in event.elements}
        if not all(isinstance(text, str) for text in given.values()):
            raise TypeError("a value that is no text")
        current = replace(current, values={**current.values, **given})
        found[place] = replace(event, form=form.seal(current, holder=before.holder))
    return found


def _asks(case: Case) -> bool:
    """Whether a case is this node's, and what its form asks for may not become something else by another one."""
    return case.here and (not case.ended or case.state is CaseState.DECIDED)
