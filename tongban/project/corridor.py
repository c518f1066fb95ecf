"""What follows from what? One table from event to what hears of it, on one screen (design, chapter 2).

`AT_ONCE`: a handler of a room downstream writes rows of the stream that is locked, in the transaction of the act.
`AFTERWARDS`: a subject of the outbox, once for each act; the worker runs what `RUNNERS` names for it, after commit.
`MESSAGES`: what a message of another node does, in the transaction that stores it.
`OUTCOMES`: what follows here once another node has receipted a message; the worker runs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongban.casework import draws, reliance
from tongban.casework.actions import beats, promises
from tongban.casework.actions import reliance as reliance_acts
from tongban.casework.documents import issuing
from tongban.catalogue import entries
from tongban.certificates import statuses
from tongban.domain.documents.occasions import occasions
from tongban.domain.events import (
    ApplicationSubmitted,
    CaseAccepted,
    CaseDecided,
    CaseLapsed,
    CaseWithdrawn,
    CertificateEnded,
    CertificateRestored,
    CertificateStandingHeard,
    CertificateSuspended,
    ConclusionReturned,
    DrawHeld,
    Event,
    EvidenceAsked,
    EvidenceGiven,
    FormChanged,
    LimitExtended,
    MaterialsSupplied,
    ProcedureEnded,
)
from tongban.exchange import certificates, evidence, history, inbox, outcomes
from tongban.exchange.cases import hearing as case_hearing
from tongban.exchange.cases import receipts as case_receipts
from tongban.exchange.cases import telling as case_telling
from tongban.exchange.standards import hearing, telling, types
from tongban.exchange.systems import actions as systems
from tongban.journal import actions as journal
from tongban.journal import outbox

AT_ONCE: Mapping[type[Event], Sequence[journal.Handler]] = {
    ApplicationSubmitted: (reliance.keep,),
    MaterialsSupplied: (reliance.keep,),
}


def _gathered(*told: tuple[Sequence[type[Event]], Sequence[str]]) -> Mapping[type[Event], Sequence[str]]:
    """Return by event all the subjects that it asks for, in the order of the table."""
    found: dict[type[Event], tuple[str, ...]] = {}
    for events, subjects in told:
        for event in events:
            found[event] = (*found.get(event, ()), *subjects)
    return found


AFTERWARDS: Mapping[type[Event], Sequence[str]] = _gathered(
    ((DrawHeld,), (draws.RECORD,)),
    (
        (CertificateSuspended, CertificateRestored, CertificateEnded),
        (reliance_acts.SUBJECT, statuses.SUBJECT, certificates.SUBJECT),
    ),
    ((CertificateStandingHeard,), (reliance_acts.SUBJECT,)),
    ((EvidenceAsked,), (evidence.ASKING,)),
    ((EvidenceGiven,), (evidence.ANSWERING,)),
    # Each act that calls for documents asks for them once.
    (occasions(), (issuing.SUBJECT,)),
    # What a department's own system that decides the case has to know.
    (
        (
            CaseAccepted,
            CaseWithdrawn,
            CaseLapsed,
            CaseDecided,
            ConclusionReturned,
            FormChanged,
            MaterialsSupplied,
            LimitExtended,
            ProcedureEnded,
        ),
        (systems.SUBJECT,),
    ),
    # What other nodes keep copies of.
    (telling.EVENTS, (telling.SUBJECT,)),
)

RUNNERS: Mapping[str, outbox.Runner] = {
    draws.RECORD: promises.record_draw,
    issuing.SUBJECT: issuing.issue,
    certificates.SUBJECT: certificates.tell,
    **evidence.RUNNERS,
    reliance_acts.SUBJECT: reliance_acts.tell,
    statuses.SUBJECT: statuses.renew,
    beats.TELL: case_telling.tell,
    systems.SUBJECT: systems.follow,
    telling.SUBJECT: telling.follow,
}


MESSAGES: Mapping[str, inbox.Handler] = {
    **inbox.HANDLERS,
    **history.HANDLERS,
    **case_hearing.HANDLERS,
    **certificates.HANDLERS,
    **evidence.HANDLERS,
    **hearing.HANDLERS,
}

OUTCOMES: Mapping[str, outcomes.Outcome] = {**case_receipts.OUTCOMES, **evidence.OUTCOMES}


def install() -> None:
    inbox.install(MESSAGES, apart=types.APART, around=(entries.together,))
    outcomes.install(OUTCOMES)
    journal.subscribe(at_once=AT_ONCE, afterwards=AFTERWARDS)
    outbox.install(RUNNERS)
