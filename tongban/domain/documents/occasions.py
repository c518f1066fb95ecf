"""Which documents does an act call for?

One document for each act, kind and body in whose name it speaks: seventeen cases that one body accepts at once are one
acceptance notice. The table names the occasion of each kind by the type of its event; a further kind is one row here
and one text (`texts`). A receipt is given by the hall that took it in, else by the competent one: for what another node
decides, when it has arrived there. Everything else is given by the body that handles the case, a letter of commitment
too: nobody writes or signs in the name of another node's authority. What is decided in the very act that hands it in or
accepts it gets its decision, and no notice on the way there.

Source: Administrative Licensing Law, arts. 32 (1) and (2), 34 (2), 36, 38, 42, 45, 47, 69.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.domain.application import Application
from tongban.domain.documents.content import Issuer
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import (
    AcceptanceRefused,
    ApplicationSubmitted,
    ApprovalRevoked,
    CaseAccepted,
    CaseDecided,
    CaseLapsed,
    CasesTakenOver,
    CommitmentMade,
    CorrectionAsked,
    DocumentsDelivered,
    Event,
    HearingOffered,
    InterestedTold,
    LetterDelivered,
    LimitExtended,
    OrderedToCorrect,
    Outcome,
    ProcedureBegun,
    RevocationNoticed,
    Side,
    StatementMade,
)


@dataclass(frozen=True, slots=True)
class CalledFor:
    """One document that an act calls for: about which cases, because of which events, in whose name."""

    kind: DocumentKind
    issuer: Issuer
    cases: tuple[int, ...]
    events: tuple[Event, ...]
    act: tuple[Event, ...]
    """Everything that happened in the act."""


ON_THE_WAY = frozenset({DocumentKind.RECEIPT, DocumentKind.ACCEPTANCE})


@dataclass(frozen=True, slots=True)
class _Occasion:
    kind: Callable[[Any], DocumentKind]
    cases: Callable[[Application, Any], tuple[int, ...]]


def _of(kind: DocumentKind) -> tuple[_Occasion, ...]:
    return (_Occasion(lambda event: kind, lambda application, event: (event.case,)),)


def _handed_in(application: Application, event: ApplicationSubmitted) -> tuple[int, ...]:
    return tuple(case.index for case in application.cases)


def _arrived(application: Application, event: CasesTakenOver) -> tuple[int, ...]:
    return _without(DocumentKind.RECEIPT, application, event.cases) if application.intake is None else ()


def _arrived_promised(application: Application, event: CasesTakenOver) -> tuple[int, ...]:
    promised = [index for index in event.cases if application.case(index).proceedings.commitment is not None]
    return _without(DocumentKind.COMMITMENT, application, promised)


def _without(kind: DocumentKind, application: Application, cases: Iterable[int]) -> tuple[int, ...]:
    """Return those of the cases of which no paper of this kind was written yet."""
    written = {index for one in application.documents if one.kind is kind for index in one.cases}
    return tuple(index for index in cases if index not in written)


def _decision(event: CaseDecided) -> DocumentKind:
    return DocumentKind.APPROVAL if event.outcome is Outcome.APPROVED else DocumentKind.DENIAL


def _statement(event: StatementMade) -> DocumentKind:
    return DocumentKind.STATEMENT if event.side is Side.APPLICANT else DocumentKind.THIRD_STATEMENT


def _demanded(application: Application, event: CorrectionAsked) -> tuple[int, ...]:
    return tuple(sorted({demand.case for demand in event.demands}))


def _delivered(application: Application, event: DocumentsDelivered) -> tuple[int, ...]:
    delivered = [document for document in application.documents if document.number in event.numbers]
    return tuple(sorted({case for document in delivered for case in document.cases}))


_OCCASIONS: dict[type[Event], tuple[_Occasion, ...]] = {
    ApplicationSubmitted: (_Occasion(lambda event: DocumentKind.RECEIPT, _handed_in),),
    CasesTakenOver: (
        _Occasion(lambda event: DocumentKind.RECEIPT, _arrived),
        _Occasion(lambda event: DocumentKind.COMMITMENT, _arrived_promised),
    ),
    CommitmentMade: _of(DocumentKind.COMMITMENT),
    CorrectionAsked: (_Occasion(lambda event: DocumentKind.CORRECTION, _demanded),),
    AcceptanceRefused: _of(DocumentKind.REFUSAL),
    CaseAccepted: _of(DocumentKind.ACCEPTANCE),
    CaseLapsed: _of(DocumentKind.LAPSE),
    ProcedureBegun: _of(DocumentKind.PROCEDURE),
    LimitExtended: _of(DocumentKind.EXTENSION),
    HearingOffered: _of(DocumentKind.HEARING),
    InterestedTold: _of(DocumentKind.LETTER),
    StatementMade: (_Occasion(_statement, lambda application, event: (event.case,)),),
    CaseDecided: (_Occasion(_decision, lambda application, event: (event.case,)),),
    OrderedToCorrect: _of(DocumentKind.ORDER),
    RevocationNoticed: _of(DocumentKind.REVOCATION_NOTICE),
    ApprovalRevoked: _of(DocumentKind.REVOCATION),
    DocumentsDelivered: (_Occasion(lambda event: DocumentKind.DELIVERY, _delivered),),
    LetterDelivered: _of(DocumentKind.LETTER_DELIVERY),
}


def occasions() -> tuple[type[Event], ...]:
    """Return the events that call for a document."""
    return tuple(_OCCASIONS)


def called_for(
    application: Application, events: Sequence[Event], *, issuers: Mapping[int, Issuer], hall: Issuer
) -> tuple[CalledFor, ...]:
    """Return the documents an act calls for, in the order of its events.

    `application` is what it is after the act; `issuers` says in whose name each case is handled that this node's
    regions decide, and of no other one anything is written here; `hall` who took it in, which receipts all of them
    where it is a window that took them in for others.
    """
    window = application.intake is not None
    decided = {event.case for event in events if isinstance(event, CaseDecided)}
    found: dict[tuple[DocumentKind, str], tuple[Issuer, dict[int, None], dict[int, Event]]] = {}
    for place, event in enumerate(events):
        for occasion in _OCCASIONS.get(type(event), ()):
            kind = occasion.kind(event)
            for index in occasion.cases(application, event):
                ours = index in issuers or (window and kind is DocumentKind.RECEIPT)
                if not ours or (kind in ON_THE_WAY and index in decided):
                    continue
                issuer = hall if kind is DocumentKind.RECEIPT else issuers[index]
                _, cases, because = found.setdefault((kind, issuer.name), (issuer, {}, {}))
                cases[index] = None
                because[place] = event
    return tuple(
        CalledFor(kind, issuer, tuple(sorted(cases)), tuple(because.values()), tuple(events))
        for (kind, _), (issuer, cases, because) in found.items()
    )
