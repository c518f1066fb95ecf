"""How do cases come to another node, and what does this one do with what others tell of an application?

A hand-over, a recall and what a receipt says of either are acts on the application's stream like any other. What
another node tells is appended as it was written there; what follows from it for this node's own cases follows in the
same act.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings

from tongban.casework import adapters, form, reliance, storage
from tongban.casework.actions import arriving, issuing
from tongban.casework.actions.beats import catalogue_of, demand, open_application, rules_of, store, told_to_peers
from tongban.catalogue import calendars, standing
from tongban.domain import forwarding, intake
from tongban.domain.acts import NotNow, indexes
from tongban.domain.application import Application, fold
from tongban.domain.catalogue import Catalogue
from tongban.domain.clock import day_of
from tongban.domain.events import (
    AT,
    TRAVEL,
    ApplicationSubmitted,
    CasesHandedOver,
    DocumentIssued,
    DocumentsDelivered,
    Event,
)
from tongban.domain.identifiers import ApplicationNumber
from tongban.domain.offers import Entitlement, entitled
from tongban.domain.plan import Plan
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of
from tongban.domain.sealed import Sealed
from tongban.journal import queries as journal
from tongban.journal import storage as journal_storage
from tongban.journal.actions import Answer, LockedStream, Operation, action, append, lock
from tongban.journal.queries import Recorded
from tongban.people.actor import SYSTEM, Actor
from tongban.people.permissions import may, may_take_in


class NotOurs(Refused):
    """Cases that another region decides, or that another one took in."""

    code = "not_ours"


class NotOffered(Refused):
    """Matters of another region that nobody has offered to whoever takes them in."""

    code = "not_offered"


class NotUnderstood(Refused):
    """Entries that do not add up."""

    code = "not_understood"


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of an application as another node wrote it."""

    event: Event
    actor: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """What another node tells of an application; `cases`: those that it hands over by that, at which turn, and why.

    `regions` are those that the sender speaks for.
    """

    sender: str
    regions: frozenset[str]
    told: tuple[Told, ...]
    cases: tuple[int, ...] = ()
    turn: int = 0
    reason: Sealed | None = None


def destinations(
    catalogue: Catalogue, planned: Plan, *, hall: str = "", region: str = "", today: date
) -> dict[str, tuple[int, ...]]:
    """Return by node which cases others decide; those of this node are left out.

    `hall` and its region are where a clerk took them in; empty: the applicant hands them in himself. Raises NoNode,
    NotOffered.
    """
    found: dict[str, tuple[int, ...]] = {}
    for case in planned.cases:
        node = adapters.node_of(catalogue.implementations[case.matter].region)
        if node:
            found[node] = (*found.get(node, ()), case.index)
    away = {index for cases in found.values() for index in cases}
    matters = [case.matter for case in planned.cases if case.index in away]
    demand_offered(catalogue, matters, hall=hall, regions=[region or settings.REGIONS[0]], today=today)
    return found


def demand_offered(
    catalogue: Catalogue, matters: Sequence[str], *, hall: str, regions: Collection[str], today: date
) -> list[Entitlement]:
    """Refuse what another region may not take in today; return upon what it may, by matter. Two statements, where there
    are any. Raises NotOffered.
    """
    found: list[Entitlement] = []
    if not matters:
        return found
    offers, extensions = standing.offers(matters, today=today), standing.extensions(today=today)
    for matter in matters:
        upon = [
            entitled(
                catalogue.implementations[matter],
                hall=hall,
                hall_region=region,
                offers=offers,
                extensions=extensions,
            )
            for region in regions
        ]
        first = next((one for one in upon if one and one.mode), None)
        if first is None:
            name = catalogue.standards[matter].name
            raise NotOffered(f"不能跨省办理：“{name}”没有列入现行的跨省通办清单。请直接向办理地区申请。")
        found.append(first)
    return found


def others_decide(application: Application) -> frozenset[int]:
    """Return the cases that came back from the region that decides them: this one only takes in."""
    back = [case for case in application.cases if case.here and case.holding is not None]
    offered = catalogue_of(application).implementations if back else {}
    return frozenset(case.index for case in back if not adapters.ours(offered[case.matter].region))


def demand_ours(application: Application, cases: Iterable[int]) -> None:
    """Refuse to deal with cases for another region. Raises NotOurs."""
    if others := others_decide(application).intersection(cases):
        raise NotOurs(
            f"未办理：第 {indexes(sorted(others))} 个办件由其他地区受理和办理。请再次转交，或由申请人撤回申请。"
        )


def sent_off(
    submitted: Application, destinations: Mapping[str, Sequence[int]], *, by: str, at: datetime
) -> tuple[CasesHandedOver, ...]:
    """Hand the cases of other nodes over, as far as nobody's signature is still wanting."""
    events: tuple[CasesHandedOver, ...] = ()
    for node, cases in destinations.items():
        ready = [index for index in cases if submitted.case(index).confirmed]
        if ready:
            events += forwarding.hand_over(fold(events, onto=submitted), ready, to=node, reason=None, by=by, at=at)
    return events


@action
def send_again(*, operation: Operation, actor: Actor, application: str, now: datetime) -> Answer:
    """Hand cases over once more that came back, by the applicant or the clerk who took them in; answers {"cases"}.

    Raises NotNow, NoNode, NotOffered, NotAllowed.
    """
    stream, before = open_application(application, operation)
    catalogue = catalogue_of(before)
    back = [case for case in before.cases if case.here and not case.ended and case.holding is not None]
    taken = before.intake
    if taken is not None and may_take_in(actor, hall=taken.hall):
        demand(stream, before, actor, "take_in", hall=taken.hall)
    else:
        may(actor, "act_for", party=before.holder, matters=[case.matter for case in back])
    where: dict[str, list[int]] = {}
    for case in back:
        if node := adapters.node_of(catalogue.implementations[case.matter].region):
            where.setdefault(node, []).append(case.index)
    matters = [before.case(index).matter for cases in where.values() for index in cases]
    if not matters:
        raise NotNow("未转交：没有退回来、可以再次转交的办件。请刷新页面查看进展。")
    hall, region = (taken.hall, taken.region) if taken else ("", settings.REGIONS[0])
    demand_offered(catalogue, matters, hall=hall, regions=[region], today=day_of(now))
    events = sent_off(before, where, by=stream.signer, at=now)
    answer = {"cases": sorted(index for event in events for index in event.cases)}
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def hand_back(
    *, operation: Operation, actor: Actor, application: str, cases: tuple[int, ...], reason: str, now: datetime
) -> Answer:
    """Hand cases back to the node they came from, and say why; answers {"cases", "to"}.

    Raises NotNow, NotHere, NotHanded, ReasonMissing, NotAllowed.
    """
    stream, before = open_application(application, operation)
    demand(stream, before, actor, "accept", hall=before.hall)
    sealed = form.seal_text(reason, holder=before.holder)
    events = forwarding.hand_back(before, cases, reason=sealed, by=stream.acting, at=now)
    answer = {"cases": list(events[0].cases), "to": events[0].to}
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def recall(*, operation: Operation, actor: Actor, application: str, cases: tuple[int, ...], now: datetime) -> Answer:
    """The applicant asks for cases back that were handed over and that nobody there has acted on; answers {"cases"}.

    Raises NotHanded, NoSuchCase, NotAllowed.
    """
    stream, before = open_application(application, operation)
    may(actor, "act_for", party=before.holder, matters=[before.case(index).matter for index in cases])
    events = forwarding.recall(before, cases, by=actor.id, at=now)
    answer = {"cases": sorted(set(cases))}
    store(stream, before, events, now=now, answer=answer)
    return answer


# --- what receipts say ------------------------------------------------------------------------------------------------


@action
def handed_over(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    to: str,
    turn: int,
    refused: tuple[str, str] | None,
    now: datetime,
) -> Answer:
    """Learn whether the other node has stored what was handed over; `refused`: code and words of why not."""
    stream, before = open_application(application, operation)
    events = forwarding.answered(before, to=to, turn=turn, refused=refused, at=now)
    answer = {"cases": [index for event in events for index in event.cases]}
    if events:
        store(stream, before, events, now=now, answer=answer)
    return answer


@action
def not_given_back(
    *, operation: Operation, actor: Actor, application: str, peer: str, turn: int, words: str, now: datetime
) -> Answer:
    """Learn that a recall was refused, and why."""
    stream, before = open_application(application, operation)
    events = forwarding.kept(before, by=peer, turn=turn, words=words, at=now)
    answer = {"cases": [index for event in events for index in event.cases]}
    if events:
        store(stream, before, events, now=now, answer=answer)
    return answer


# --- what other nodes tell --------------------------------------------------------------------------------------------


@action
def receive(*, operation: Operation, actor: Actor, application: str, prepared: Arrived, now: datetime) -> Answer:
    """Append what another node tells of an application, take over what it hands over, and do what follows from it.

    Raises NotTheirs, NotHanded, NotOurs, NotUnderstood.
    """
    stream = lock(storage.stream_of(application), operation, create=True, reading=storage.reading(application))
    before = storage.understood(stream.found)
    after, told = _told(before, _numbered(stream, prepared.told), application, prepared)
    own: tuple[Event, ...] = ()
    if prepared.cases:
        own = _taken_over(before, after, told, prepared, now)
    catalogue = catalogue_of(after)
    arrived = fold(own, onto=after)
    if before is not None:
        own += forwarding.following(before, arrived, told, calendar=calendars.load(), at=now)
        arrived = fold(own, onto=after)
    answer = {"told": len(told), "taken_over": list(prepared.cases)}
    with journal_storage.together():
        more = issuing.following(stream, arrived, own, catalogue=catalogue, now=now)
        arrived = fold(more, onto=arrived)
        own += more
        for event in told:
            reliance.keep_of(stream.id, event, now)
        storage.write(before, arrived)
        others = [peer for peer in arrived.peers if peer != prepared.sender]
        append(
            stream,
            [*told, *own],
            at=now,
            answer=answer,
            actors=[*(one.actor for one in prepared.told), *[SYSTEM.id] * len(own)],
            also=told_to_peers(arrived) if own or others else (),
            elsewhere=len(told),
            # The proof that papers were delivered is written by whoever wrote them.
            heard=(DocumentsDelivered,),
        )
    return answer


def entries_of(entries: Iterable[Recorded], node: str) -> list[int]:
    """Return the numbers of the entries that a node wrote of an application, and that others have too; empty: this one.

    They are in the same order everywhere, whatever else comes between.
    """
    shared = (entry for entry in entries if not isinstance(entry.event, TRAVEL))
    return [entry.seq for entry in shared if written_at(entry.actor) == node]


def written_at(actor: str) -> str:
    """Return the node at which somebody acted; empty: this one."""
    return actor.rpartition(AT)[0].rpartition(AT)[2]


def _numbered(stream: LockedStream, told: Sequence[Told]) -> list[Event]:
    """Return what was told; a document names the act it tells of by its number here, 0 where it is not here."""
    if not any(isinstance(one.event, DocumentIssued) for one in told):
        return [one.event for one in told]
    known = journal.entries(stream.id)

    def numbered(one: Told) -> Event:
        if not isinstance(one.event, DocumentIssued):
            return one.event
        node = written_at(one.actor)
        now = (number for number, each in enumerate(told, stream.seq + 1) if written_at(each.actor) == node)
        here = [*entries_of(known, node), *now]
        return replace(one.event, act=here[one.event.act - 1] if 0 < one.event.act <= len(here) else 0)

    return [numbered(one) for one in told]


def _told(
    before: Application | None, told: Sequence[Event], application: str, prepared: Arrived
) -> tuple[Application, Sequence[Event]]:
    """Return the application with what was told, and that as it is here. Raises NotTheirs, NotUnderstood."""
    try:
        if before is None:
            first = told[0]
            if not isinstance(first, ApplicationSubmitted) or first.application != application or not prepared.cases:
                raise NotUnderstood("未接收：本方没有这件申请，对方也没有移交它。请双方核对。")
            return fold(told), told
        forwarding.demand_theirs(before, told, sender=prepared.sender)
        told = arriving.changed_here(before, told)
        return fold(told, onto=before), told
    except (LookupError, TypeError, ValueError, AssertionError) as wrong:
        raise NotUnderstood("未接收：对方告知的经过前后不符。请双方核对程序版本。") from wrong


def _taken_over(
    before: Application | None, after: Application, told: Sequence[Event], prepared: Arrived, now: datetime
) -> tuple[Event, ...]:
    """Take the cases over and let the clock of acceptance begin, where it has not. Raises NotOurs, NotHanded."""
    taken = forwarding.take_over(
        after,
        prepared.cases,
        sender=prepared.sender,
        turn=prepared.turn,
        first=before is None,
        reason=prepared.reason,
        at=now,
    )
    if before is None:
        _demand_ours(after, prepared, told, day_of(now))
    arrived = fold(taken, onto=after)
    absent = {case.index for case in arrived.cases if not case.here}
    received = intake.receive(arrived, rules=rules_of(arrived), calendar=calendars.load(), at=now, later=absent)
    return (*taken, *received)


def _demand_ours(after: Application, prepared: Arrived, told: Sequence[Event], today: date) -> None:
    """Refuse what another region decides, what was not offered to the sender, what has gone beyond intake, and what is
    otherwise than this node would have made it.
    """
    forwarding.demand_intake(after, told, prepared.cases)
    catalogue = catalogue_of(after)
    matters = [after.case(index).matter for index in prepared.cases]
    for matter in matters:
        if not adapters.ours(catalogue.implementations[matter].region):
            name = catalogue.standards[matter].name
            raise NotOurs(f"未接收：“{name}”不由本地区办理。请按办事指南移交给有权机关。")
    number = ApplicationNumber.parse(after.number)
    if str(number) != after.number or province_of(number.region) not in prepared.regions:
        raise NotOurs(f"未接收：申请编号 {after.number} 不是{prepared.sender}的地区编的。请双方核对。")
    taken = after.intake
    if taken and province_of(taken.region) not in prepared.regions:
        raise NotOurs(f"未接收：收件大厅不在{prepared.sender}的地区。请双方核对。")
    arriving.demand_plan(after, told)
    arriving.demand_commitments(told, prepared.cases, rules=rules_of(after))
    regions = [taken.region] if taken else sorted(prepared.regions)
    upon = demand_offered(catalogue, matters, hall=taken.hall if taken else "", regions=regions, today=today)
    if taken and any(one.receipt_counts is not taken.receipt_counts for one in upon):
        raise NotOffered("未接收：收件凭证上的起算方式与现行清单不同。请按现行清单重新收件。")
    arriving.demand_receipt(after, told, prepared.cases, calendar=calendars.load())


@action
def give_back(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    cases: tuple[int, ...],
    peer: str,
    turn: int,
    now: datetime,
) -> Answer:
    """Answer a recall: hand the cases back as long as nobody has acted on them; answers {"cases"}. Raises NotHanded."""
    stream, before = open_application(application, operation)
    events = forwarding.give_back(before, cases, asked_by=peer, turn=turn, by=SYSTEM.id, at=now)
    answer = {"cases": list(cases)}
    store(stream, before, events, now=now, answer=answer, actors=[SYSTEM.id] * len(events))
    return answer
