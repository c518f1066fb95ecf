"""What an authority does to a certificate that it issued, and what its holder says to that.

Each act is an action on the certificate's own stream, which begins with the first of them. Only reviewers of the
issuing authority act, none who has a stake; who told the holder does not decide. What was decided reaches those who
relied on the certificate through the corridor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from tongban.catalogue import calendars
from tongban.certificates import adapters, storage
from tongban.certificates.queries import NoSuchCertificate
from tongban.certificates.storage import Kept
from tongban.domain import codec, ends, grounds
from tongban.domain.acts import NotNow
from tongban.domain.clock import day_of
from tongban.domain.events import CertificateActNoticed, CertificateHearingRequested, Event
from tongban.domain.sealed import Sealed
from tongban.journal.actions import Answer, LockedStream, Operation, action, append, lock
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.paper.wording import writable
from tongban.people.actor import SYSTEM, Actor
from tongban.people.permissions import may

# --- what the authority does ------------------------------------------------------------------------------------------


@action
def notice(
    *, operation: Operation, actor: Actor, certificate: str, ground: str, reason: str, hearing: bool, now: datetime
) -> Answer:
    """Tell the holder what is to be done to his certificate; answers {"certificate", "statement_due_on", "hearing"}.

    Raises NoSuchCertificate, NotAllowed, UnknownGround, NotNow, AlreadyGiven, ReasonMissing, Unwritable.
    """
    stream, kept = _open(certificate, operation)
    _demand_authority(stream, kept, actor)
    events = ends.notice(
        kept.standing,
        kept.held,
        ground=ground,
        reason=_sealed(reason, kept),
        hearing=hearing,
        statement=adapters.statement(region=kept.region),
        calendar=calendars.load(),
        by=actor.id,
        at=now,
    )
    (noticed,) = events
    assert isinstance(noticed, CertificateActNoticed)
    answer = {
        "certificate": certificate,
        "statement_due_on": noticed.statement_due_on.isoformat(),
        "hearing": noticed.hearing,
    }
    _store(stream, kept, events, now=now, answer=answer)
    return answer


@action
def drop(*, operation: Operation, actor: Actor, certificate: str, reason: str, now: datetime) -> Answer:
    """Do not go on with what was told; answers {"certificate"}. Raises NotNow, ReasonMissing, NotAllowed."""
    stream, kept = _open(certificate, operation)
    _demand_authority(stream, kept, actor)
    events = ends.drop(kept.standing, kept.held, reason=_sealed(reason, kept), by=actor.id, at=now)
    _store(stream, kept, events, now=now, answer={"certificate": certificate})
    return {"certificate": certificate}


@action
def hold_hearing(*, operation: Operation, actor: Actor, certificate: str, record: str, now: datetime) -> Answer:
    """Record the hearing; answers {"certificate"}. Raises NotNow, AlreadyGiven, ReasonMissing, NotAllowed."""
    stream, kept = _open(certificate, operation)
    _demand_authority(stream, kept, actor)
    events = ends.hold_hearing(kept.standing, kept.held, record=_sealed(record, kept), by=actor.id, at=now)
    _store(stream, kept, events, now=now, answer={"certificate": certificate})
    return {"certificate": certificate}


@action
def decide(*, operation: Operation, actor: Actor, certificate: str, ground: str, reason: str, now: datetime) -> Answer:
    """Suspend, restore or end a certificate by a signed decision; answers {"certificate", "status", "on"}.

    Raises NoSuchCertificate, NotAllowed, UnknownGround, NotNow, SameEyes, ReasonMissing, Unwritable.
    """
    stream, kept = _open(certificate, operation)
    _demand_authority(stream, kept, actor)
    chosen = grounds.ground(ground)
    said = {
        "certificate": certificate,
        "act": chosen.act.value,
        "ground": chosen.code,
        "article": chosen.article,
        "by": actor.id,
        "at": codec.to_plain(now, datetime),
    }
    signature = keys.sign_own(owner=actor.id, purpose=Purpose.CONCLUSION, said=said, now=now)
    events = ends.decide(
        kept.standing,
        kept.held,
        ground=ground,
        reason=_sealed(reason, kept),
        by=actor.id,
        signature=signature.value.hex(),
        key=signature.key_id,
        at=now,
    )
    after = ends.fold(events, onto=kept.standing)
    answer = {"certificate": certificate, "status": after.status.value, "on": (after.since or day_of(now)).isoformat()}
    _store(stream, kept, events, now=now, answer=answer)
    return answer


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision in a case that takes its certificate, or the one before it, along: which case, who signed it how."""

    stream: LockedStream
    case: int
    by: str
    signature: str
    key: str


def follow(decision: Decision, *, certificate: str, ground: str, article: str, reason: str, now: datetime) -> None:
    """End a certificate that a decision in a case takes along, in the transaction of that decision.

    One that has ended stays as it is, and so does one that another node issued: it ends there. Raises
    NoSuchCertificate.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("certificates are ended inside a deciding action")
    case = decision.stream
    stream, kept = _open(certificate, Operation(f"{case.id}#{case.seq}/{decision.case}", SYSTEM.id, ""))
    if kept.origin:
        return
    stream.acting = case.signer
    sealed = _sealed(reason, kept)
    assert sealed is not None  # a decision has its reason
    events = ends.follow(
        kept.standing,
        kept.held,
        ground=ground,
        article=article,
        reason=sealed,
        case=case.id,
        by=decision.by,
        signature=decision.signature,
        key=decision.key,
        at=now,
    )
    if events:
        _store(stream, kept, events, now=now, answer={"certificate": certificate})


# --- what its holder does ---------------------------------------------------------------------------------------------


@action
def state(*, operation: Operation, actor: Actor, certificate: str, text: str, now: datetime) -> Answer:
    """State one's case (陈述申辩); answers {"certificate"}. Raises NotNow, ReasonMissing, NotAllowed, Unwritable."""
    stream, kept = _open(certificate, operation)
    may(actor, "answer_for_certificate", party=kept.held.holder)
    events = ends.state(kept.standing, kept.held, text=_sealed(text, kept), by=actor.id, at=now)
    _store(stream, kept, events, now=now, answer={"certificate": certificate})
    return {"certificate": certificate}


@action
def request_hearing(*, operation: Operation, actor: Actor, certificate: str, now: datetime) -> Answer:
    """Ask for a hearing in time; answers {"certificate", "hold_by_on"}. Raises NotNow, AlreadyGiven, NotAllowed."""
    stream, kept = _open(certificate, operation)
    may(actor, "answer_for_certificate", party=kept.held.holder)
    (asked,) = events = ends.request_hearing(kept.standing, kept.held, calendar=calendars.load(), by=actor.id, at=now)
    assert isinstance(asked, CertificateHearingRequested)
    answer = {"certificate": certificate, "hold_by_on": asked.hold_by_on.isoformat()}
    _store(stream, kept, events, now=now, answer=answer)
    return answer


# --- beats ------------------------------------------------------------------------------------------------------------


def _open(certificate: str, operation: Operation) -> tuple[LockedStream, Kept]:
    stream = lock(storage.stream_of(certificate), operation, create=True, reading=storage.reading(certificate))
    kept = storage.understood(stream.found)
    if kept is None:
        raise NoSuchCertificate.numbered()
    return stream, kept


def _demand_authority(stream: LockedStream, kept: Kept, actor: Actor) -> None:
    if kept.origin:
        raise NotNow(f"未办理：这张证照由节点 {kept.origin} 签发，状态由签发地区决定。请到签发地区办理。")
    absent = may(actor, "end_certificate", department=kept.issuer)
    may(actor, "handle", absent=absent, applicants=[], parties=[kept.held.holder, kept.subject])
    stream.acting = actor.signs(absent)


def _sealed(text: str, kept: Kept) -> Sealed | None:
    said = writable(text)
    return keys.seal(person=kept.held.holder, plaintext=said.encode()) if said else None


def _store(stream: LockedStream, kept: Kept, events: Sequence[Event], *, now: datetime, answer: Answer) -> None:
    storage.write(kept.held.identifier, ends.fold(events, onto=kept.standing))
    append(stream, events, at=now, answer=answer)
