"""What follows for the other cases when one comes to its end, and what follows when its content changes?

A conclusion stands on certificates of other cases. When such a case ends without one, or its content becomes another,
the conclusions that relied on it go back to their desks: those and no others (design, invariants 5 and 6). What follows
for a case that another node has, that node finds when it is told.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from tongban.domain.application import Application, Case, CaseState
from tongban.domain.events import ConclusionReturned, Event, Outcome, ReturnCause


def of_barren(application: Application, index: int, *, at: datetime) -> tuple[Event, ...]:
    """Return the approvals to their desks that waited for a case whose certificate will not come."""
    cause = ReturnCause.AWAITED_DENIED if application.case(index).denied else ReturnCause.AWAITED_ENDED
    return tuple(
        ConclusionReturned(case.index, index, cause, at)
        for case in application.cases
        if case.here and case.state is CaseState.CONCLUDED and index in case.awaits and _approves(case)
    )


def of_changed_content(
    application: Application, changed: Collection[int], *, because: int, at: datetime
) -> tuple[Event, ...]:
    """Return the conclusions that were signed upon content that has now changed; the one that changed it stands."""
    relying = [
        case.index
        for case in application.cases
        if case.index != because and (case.index in changed or set(changed).intersection(case.awaits))
    ]
    return returned(application, relying, because=because, at=at)


def returned(application: Application, cases: Collection[int], *, because: int, at: datetime) -> tuple[Event, ...]:
    """Return those of these cases to their desks that are concluded."""
    return tuple(
        ConclusionReturned(index, because, ReturnCause.CONTENT_CHANGED, at)
        for index in cases
        if application.case(index).here and application.case(index).state is CaseState.CONCLUDED
    )


def branch(application: Application, index: int) -> tuple[Case, ...]:
    """Return the case and all that wait for it, near or far, in the order of the plan."""
    waiting: dict[int, list[int]] = {}
    for other in application.cases:
        for awaited in other.awaits:
            waiting.setdefault(awaited, []).append(other.index)
    found, open_cases = {index}, [index]
    while open_cases:
        further = [one for one in waiting.get(open_cases.pop(), ()) if one not in found]
        found.update(further)
        open_cases += further
    return tuple(other for other in application.cases if other.index in found)


def relying(application: Application, index: int) -> tuple[Case, ...]:
    """Return the cases that were approved upon the certificate of this one, near or far, and whose approval stands."""
    return tuple(case for case in branch(application, index) if case.index != index and case.approved)


def _approves(case: Case) -> bool:
    return case.conclusion is not None and case.conclusion.outcome is Outcome.APPROVED
