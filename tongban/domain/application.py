"""What is an application, once it is handed in?

An application (申请) holds one case (办件) for each matter of its plan, one pool of supplied materials and one form. It
is only ever made by folding its events; rows in the database are a copy of this value, and `tongban journal verify`
compares the two (design, invariant 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from typing import Any, cast

from tongban.domain.catalogue import SubjectRole
from tongban.domain.events import (
    ApplicationClosed,
    ApplicationSubmitted,
    CaseAccepted,
    CaseDecided,
    CertificateIssued,
    ConclusionReturned,
    DecisionSigned,
    Event,
    JointApplicantConfirmed,
    OpinionGiven,
    Outcome,
    Participant,
    ReturnCause,
    Verdict,
)
from tongban.domain.materials import Supply
from tongban.domain.plan import PlannedCase
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed


class CaseState(StrEnum):
    """Where a case stands: handed in, accepted and under review, concluded and waiting, decided."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    CONCLUDED = "concluded"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One desk's opinion, or the open place for it: `verdict` None means not yet given."""

    desk: str
    verdict: Verdict | None = None
    by: str = ""
    reason: Sealed | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A co-applicant's signature under a case, or the open place for it: `at` None means not yet given."""

    role: SubjectRole
    party: str
    by: str = ""
    signature: str = ""
    key: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The deciding desk's signed outcome, in force or not yet."""

    outcome: Outcome
    by: str
    reason: Sealed | None
    determined: Sealed | None
    relied_on: tuple[tuple[int, str], ...]
    signature: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One matter of the application, handled by one department. `content` digests what its certificate will say."""

    index: int
    matter: str
    standard_version: int
    implementation_version: int
    body: str
    deciding_desk: str
    awaits: tuple[int, ...]
    yields: str
    content: str
    opinions: tuple[Opinion, ...]
    confirmations: tuple[Confirmation, ...]
    state: CaseState = CaseState.SUBMITTED
    accepted_by: str = ""
    accepted_at: datetime | None = None
    promised_due_on: date | None = None
    statutory_due_on: date | None = None
    provisional: bool = False
    conclusion: Conclusion | None = None
    returned: ReturnCause | None = None
    """Why the last conclusion came back; None once a new one is signed."""
    decided_at: datetime | None = None
    certificate: str = ""

    @property
    def confirmed(self) -> bool:
        return all(confirmation.at is not None for confirmation in self.confirmations)

    @property
    def missing_opinions(self) -> tuple[str, ...]:
        return tuple(opinion.desk for opinion in self.opinions if opinion.verdict is None)

    @property
    def approved(self) -> bool:
        return self.state is CaseState.DECIDED and self._outcome is Outcome.APPROVED

    @property
    def denied(self) -> bool:
        return self.state is CaseState.DECIDED and self._outcome is Outcome.DENIED

    @property
    def _outcome(self) -> Outcome | None:
        return self.conclusion.outcome if self.conclusion else None


@dataclass(frozen=True, slots=True)
class Application:
    """What one applicant handed in: its cases in the order of the plan, its supplied materials, its sealed form."""

    id: str
    number: str
    region: str
    hall: str
    bundle: str
    bundle_version: int
    answers: tuple[tuple[str, str], ...]
    holder: str
    applicant: str
    participants: tuple[Participant, ...]
    supplies: tuple[Supply, ...]
    form: Sealed
    cases: tuple[Case, ...]
    submitted_at: datetime
    closed_at: datetime | None = None

    def case(self, index: int) -> Case:
        """Return the case numbered `index`, from 1. Raises NoSuchCase."""
        if not 1 <= index <= len(self.cases):
            raise NoSuchCase(f"申请 {self.number} 没有第 {index} 个办件，只有 {len(self.cases)} 个。请核对办件编号。")
        return self.cases[index - 1]

    def waits_for(self, case: Case) -> tuple[Case, ...]:
        """Return the awaited cases whose certificate is not there yet."""
        return tuple(awaited for index in case.awaits if not (awaited := self.case(index)).approved)


class NoSuchCase(Refused):
    code = "no_such_case"
    status = 404


def begin(event: ApplicationSubmitted) -> Application:
    plan = event.plan
    parties = {party.role: party.id for party in event.participants}
    return Application(
        id=event.application,
        number=event.number,
        region=event.region,
        hall=event.hall,
        bundle=plan.bundle,
        bundle_version=plan.bundle_version,
        answers=plan.answers,
        holder=event.holder,
        applicant=event.applicant,
        participants=event.participants,
        supplies=event.supplies,
        form=event.form,
        cases=tuple(
            _opened(planned, content, parties) for planned, content in zip(plan.cases, event.contents, strict=True)
        ),
        submitted_at=event.at,
    )


def _opened(planned: PlannedCase, content: str, parties: dict[SubjectRole, str]) -> Case:
    return Case(
        index=planned.index,
        matter=planned.matter,
        standard_version=planned.standard_version,
        implementation_version=planned.implementation_version,
        body=planned.body,
        deciding_desk=planned.deciding_desk,
        awaits=planned.awaits,
        yields=planned.yields,
        content=content,
        opinions=tuple(Opinion(desk) for desk in planned.opinion_desks),
        confirmations=tuple(Confirmation(role, parties[role]) for role in planned.joint_applicants),
    )


def apply(application: Application, event: Event) -> Application:
    """Return the application after one more event."""
    match event:
        case ApplicationClosed():
            return replace(application, closed_at=event.at)
        case DecisionSigned():
            contents = dict(event.contents)
            cases = tuple(
                replace(case, content=contents[case.index]) if case.index in contents else case
                for case in application.cases
            )
            return _put(replace(application, cases=cases), event.case, lambda case: _signed(case, event))
        case _:
            change, index = _CHANGES[type(event)], cast(Any, event).case
            return _put(application, index, lambda case: change(case, event))


def fold(events: Iterable[Event], *, onto: Application | None = None) -> Application:
    """Return the application its events add up to. The first event of a whole life is ApplicationSubmitted."""
    remaining = iter(events)
    if onto is None:
        first = next(remaining)
        assert isinstance(first, ApplicationSubmitted)
        onto = begin(first)
    return reduce(apply, remaining, onto)


def _put(application: Application, index: int, change: Callable[[Case], Case]) -> Application:
    cases = application.cases
    return replace(application, cases=(*cases[: index - 1], change(application.case(index)), *cases[index:]))


def _confirmed(case: Case, event: JointApplicantConfirmed) -> Case:
    return replace(
        case,
        confirmations=tuple(
            replace(c, by=event.by, signature=event.signature, key=event.key, at=event.at)
            if c.role is event.role
            else c
            for c in case.confirmations
        ),
    )


def _accepted(case: Case, event: CaseAccepted) -> Case:
    return replace(
        case,
        state=CaseState.ACCEPTED,
        accepted_by=event.by,
        accepted_at=event.at,
        promised_due_on=event.promised_due_on,
        statutory_due_on=event.statutory_due_on,
        provisional=event.provisional,
    )


def _opinion(case: Case, event: OpinionGiven) -> Case:
    given = Opinion(event.desk, event.verdict, event.by, event.reason, event.at)
    return replace(case, opinions=tuple(given if o.desk == event.desk else o for o in case.opinions))


def _signed(case: Case, event: DecisionSigned) -> Case:
    conclusion = Conclusion(
        outcome=event.outcome,
        by=event.by,
        reason=event.reason,
        determined=event.determined,
        relied_on=event.relied_on,
        signature=event.signature,
        key=event.key,
        at=event.at,
    )
    return replace(case, state=CaseState.CONCLUDED, conclusion=conclusion, returned=None)


def _returned(case: Case, event: ConclusionReturned) -> Case:
    return replace(case, state=CaseState.ACCEPTED, conclusion=None, returned=event.cause)


def _decided(case: Case, event: CaseDecided) -> Case:
    return replace(case, state=CaseState.DECIDED, decided_at=event.at)


def _issued(case: Case, event: CertificateIssued) -> Case:
    return replace(case, certificate=event.certificate)


_CHANGES: dict[type[Event], Callable[[Case, Any], Case]] = {
    JointApplicantConfirmed: _confirmed,
    CaseAccepted: _accepted,
    OpinionGiven: _opinion,
    ConclusionReturned: _returned,
    CaseDecided: _decided,
    CertificateIssued: _issued,
}
