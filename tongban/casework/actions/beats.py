"""The beats that every action on an application shares: lock and read, may I, sign, store and journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, TypedDict

from tongban.casework import adapters, rules, storage
from tongban.catalogue import queries as catalogue_queries
from tongban.crypto import canonical
from tongban.domain import forwarding
from tongban.domain.application import Application, fold, given_last
from tongban.domain.catalogue import Catalogue
from tongban.domain.custody import NotHere
from tongban.domain.events import (
    SYSTEM,
    ActAsked,
    AskedAct,
    CasesTakenOver,
    CertificateFateTold,
    ConclusionReturned,
    Event,
    MaterialsSupplied,
)
from tongban.domain.rules import RegionRules
from tongban.journal import queries as journal
from tongban.journal import storage as journal_storage
from tongban.journal.actions import Answer, LockedStream, NoSuchStream, Operation, append, lock
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.people.actor import SIGNED_IN_AT, Actor
from tongban.people.permissions import may


def sign(actor: Actor, purpose: Purpose, said: dict[str, Any], now: datetime) -> keys.Signature:
    """Sign with the actor's own key, made when he signs for the first time; his name stands sealed elsewhere."""
    return keys.sign_own(owner=actor.id, purpose=purpose, said=said, now=now)


def demand(stream: LockedStream, before: Application, actor: Actor, verb: str, **about: Any) -> None:
    """Ask whether one may by one's duty, and has no stake; entries will tell for whom he stands in by that duty.

    Raises NotAllowed.
    """
    absent = may(actor, verb, **about)
    may(actor, "handle", absent=absent, **stakes(before))
    stream.acting = actor.signs(absent)


class Stakes(TypedDict):
    applicants: list[str]
    parties: list[str]


def stakes(application: Application) -> Stakes:
    """Return whom `may_handle` keeps away: accounts that handed in or confirmed, parties, and whoever a list names."""
    confirmed = [place.by for case in application.cases for place in case.confirmations if place.by]
    parties = [participant.id for participant in application.participants]
    parties += [case.subject for case in application.cases if case.subject]
    return {"applicants": [application.applicant, *confirmed], "parties": parties}


def open_application(application: str, operation: Operation) -> tuple[LockedStream, Application]:
    stream = lock(storage.stream_of(application), operation, reading=storage.reading(application))
    before = storage.understood(stream.found)
    if before is None:
        raise NoSuchStream("没有找到这件申请。请核对申请编号。")
    return stream, before


def store(
    stream: LockedStream,
    before: Application,
    events: Sequence[Event],
    *,
    after: Application | None = None,
    now: datetime,
    answer: Answer,
    actors: Sequence[str] | None = None,
) -> None:
    """Write and journal what happened; `after` is given where it is folded already. Raises NotHere."""
    if SIGNED_IN_AT not in stream.signer:
        dated = [given_last(before, one) if isinstance(one, MaterialsSupplied) else one for one in events]
        events, after = dated, after if dated == [*events] else None
    forwarding.demand_here(before, events)
    after = after or fold(events, onto=before)
    with journal_storage.together():
        storage.write(before, after)
        append(stream, events, at=now, answer=answer, actors=actors, also=told_to_peers(after))


TELL = "tell-peers"
"""Of the outbox: other nodes that have a part in an application are to be told what happened."""


def ask_elsewhere(
    stream: LockedStream,
    before: Application,
    act: AskedAct,
    cases: Collection[int],
    *,
    said: Mapping[str, Any],
    files: Mapping[str, str] = MappingProxyType({}),
    answer: Answer,
    now: datetime,
) -> Answer | None:
    """Let the node that has these cases do what the applicant asks for; None where this node has them itself.

    Answers `answer` with {"to": the node}; what comes of it is told by that node. What another node has asked for is
    done here or not at all: a case that has gone meanwhile is not run after. Raises NotHere.
    """
    to = forwarding.whose(before, cases)
    if not to:
        return None
    asked = asking(stream, before, act, cases, to=to, said=said, files=files, now=now)
    answer = answer | {"to": to}
    store(stream, before, [asked], now=now, answer=answer)
    return answer


def asking(
    stream: LockedStream,
    before: Application,
    act: AskedAct,
    cases: Collection[int],
    *,
    to: str,
    said: Mapping[str, Any],
    files: Mapping[str, str] = MappingProxyType({}),
    now: datetime,
) -> ActAsked:
    """Return the entry that asks a node for what the applicant does here. Raises NotHere."""
    if SIGNED_IN_AT in stream.signer:
        raise NotHere(f"未办理：此件这时已移交给{to}。请刷新页面，看清由谁办理后再提出。")
    sealed = keys.seal(person=before.holder, plaintext=canonical.encode(said))
    return ActAsked(act, to, tuple(sorted(cases)), sealed, tuple(sorted(files.items())), stream.signer, now)


def heard_until(before: Application) -> date | None:
    """Return the last day of which everything is here that the applicant did where he applied; None: that is here.

    What he did there in time may still be on its way: `docs/decisions/0013-an-answer-on-its-way.md`.
    """
    elsewhere = applied_at(before)
    return adapters.heard().get(elsewhere, date.min) if elsewhere else None


def applied_at(application: Application) -> str:
    """Return the node at which it was handed in, and where the applicant acts; empty: this one.

    One statement, where it ever went from one node to another.
    """
    if not application.peers:
        return ""
    taken = journal.of_kinds(CasesTakenOver.__name__, streams=[storage.stream_of(application.id)])
    came = (entry.event for entry in taken if isinstance(entry.event, CasesTakenOver))
    return next((event.sender for event in came if event.first), "")


def told_to_peers(after: Application) -> Sequence[str]:
    return (TELL,) if after.peers else ()


_BY_RULE = (ConclusionReturned, CertificateFateTold)


def by_rule(stream: LockedStream, events: Sequence[Event]) -> list[str]:
    """Return the actor of each event: who acts, or the system where something follows by rule."""
    return [
        SYSTEM if isinstance(event, _BY_RULE) or getattr(event, "by", "") == SYSTEM else stream.signer
        for event in events
    ]


def catalogue_of(application: Application) -> Catalogue:
    return catalogue_queries.catalogue_of(application.bundle, application.bundle_version)[0]


def rules_of(application: Application) -> RegionRules:
    return rules.of_region(application.region)
