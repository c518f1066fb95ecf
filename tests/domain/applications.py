"""Applications in all stages of their life, for the kernel's tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from tests.domain.strategies import Spec, build
from tongban.casework import rules
from tongban.catalogue import calendars
from tongban.domain import intake, review
from tongban.domain.application import Application, Case, fold
from tongban.domain.catalogue import SubjectRole
from tongban.domain.clock import day_of
from tongban.domain.events import (
    ApplicationSubmitted,
    ApplicationTakenIn,
    Event,
    IntakeCheck,
    Outcome,
    Participant,
    Verdict,
)
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.offers import HandlingMode, ReceiptCounts
from tongban.domain.plan import derive
from tongban.domain.sealed import Sealed

CALENDAR = calendars.load()
MONDAY = date(2026, 3, 2)
NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Nine o'clock of that Monday in Beijing."""
REASON = Sealed("org:holder", "reason")
RULES = rules.of_region("130209")


def submitted(specs: Iterable[Spec], *, at: datetime = NINE, by_registry: Iterable[str] = ()) -> ApplicationSubmitted:
    """An application for all of them, everything supplied; the content of each case is the letter of its matter."""
    shared = frozenset(by_registry)
    plan = derive(*build(specs, retrievable=shared), {})
    return ApplicationSubmitted(
        application="application",
        number="130209-20260302-000001X",
        region="130209",
        hall="hall",
        holder="org:holder",
        applicant="account:applicant",
        participants=tuple(Participant(role, f"party:{role}") for role in SubjectRole),
        plan=plan,
        supplies=tuple(
            Supply(ask.material, ask.about, SupplySource.REGISTRY, "entry", Basis.DUTY)
            if ask.material in shared
            else Supply(ask.material, ask.about, SupplySource.UPLOAD, "digest", Basis.GIVEN)
            for ask in plan.asks
        ),
        form=Sealed("org:holder", "form"),
        contents=tuple(f"{case.matter} as applied for" for case in plan.cases),
        at=at,
    )


def handed_in(specs: Iterable[Spec]) -> Application:
    return received(fold((submitted(specs),)))


def taken_in(counts: ReceiptCounts = ReceiptCounts.AT_ARRIVAL, *, by: str = "account:clerk") -> ApplicationTakenIn:
    """A hall of another region took the application in."""
    checked = tuple(IntakeCheck)
    return ApplicationTakenIn(
        "far-hall", "120000", HandlingMode.PROXY, counts, "A-1", checked, None, "assistance:1", by, NINE
    )


def received(application: Application, *, at: datetime = NINE) -> Application:
    return fold(intake.receive(application, rules=RULES, calendar=CALENDAR, at=at), onto=application)


def accept(application: Application, *, by: str = "clerk", at: datetime = NINE) -> tuple[Event, ...]:
    return intake.accept(application, by=by, rules=RULES, calendar=CALENDAR, today=day_of(at), at=at)


def confirm(
    application: Application, index: int, role: SubjectRole, *, at: datetime = NINE, seen: str = ""
) -> tuple[Event, ...]:
    return intake.confirm(
        application,
        index,
        role=role,
        party=f"party:{role}",
        by="partner",
        signature="s",
        key="k",
        calendar=CALENDAR,
        at=at,
        seen=seen,
    )


def give(
    application: Application,
    index: int,
    desk: str,
    *,
    verdict: Verdict = Verdict.AGREE,
    reason: Sealed | None = REASON,
    at: datetime = NINE,
) -> tuple[Event, ...]:
    return review.give_opinion(application, index, desk=desk, verdict=verdict, reason=reason, by="first", at=at)


def conclude(
    application: Application,
    index: int,
    outcome: Outcome,
    *,
    desk: str = "决定岗",
    contents: Mapping[int, str] | None = None,
    reason: Sealed | None = REASON,
    by: str = "first",
    at: datetime = NINE,
    heard_until: date | None = None,
) -> tuple[Event, ...]:
    """Conclude; `contents` only where they are to differ from what the cases hold."""
    return review.conclude(
        application,
        index,
        desk=desk,
        outcome=outcome,
        contents={case.index: case.content for case in application.cases} | dict(contents or {}),
        reason=reason,
        by=by,
        signature="signature",
        key="key",
        at=at,
        heard_until=heard_until,
    )


def accepted(specs: Iterable[Spec]) -> Application:
    application = handed_in(specs)
    return fold(accept(application), onto=application)


def branch(application: Application, index: int) -> set[int]:
    """The case and everything that waits for it, near or far."""
    found = {index}
    while more := {case.index for case in application.cases if found.intersection(case.awaits)} - found:
        found |= more
    return found


def finish(application: Application, *, at: datetime = NINE) -> tuple[Event, ...]:
    """Do whatever is open, approving what can be approved, until the application is closed or nothing is left to do."""
    done: list[Event] = []
    for _ in range(10 * len(application.cases) + 10):
        events = _next(application, at)
        if not events:
            break
        done += events
        application = fold(events, onto=application)
    return tuple(done)


def _next(application: Application, at: datetime) -> tuple[Event, ...]:
    for case in application.cases:
        for confirmation in case.confirmations:
            if confirmation.at is None:
                return confirm(application, case.index, confirmation.role, at=at)
    if intake.ready_to_accept(application):
        return accept(application, at=at)
    for case in application.cases:
        for desk in case.missing_opinions:
            return give(application, case.index, desk, at=at)
    for case in application.cases:
        if case.state == "accepted":
            return conclude(application, case.index, _possible(application, case), by="third", at=at)
    return review.close(application, at=at)


def _possible(application: Application, case: Case) -> Outcome:
    denied = any(application.case(index).denied for index in case.awaits)
    return Outcome.DENIED if denied else Outcome.APPROVED
