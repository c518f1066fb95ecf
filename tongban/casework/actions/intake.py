"""What people do before acceptance: co-applicants sign; clerks accept, tell what is to be corrected, mend on the spot
or refuse; applicants answer, withdraw, urge, or want everything to wait.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.casework import adapters, form, storage, supplies
from tongban.casework.actions import forwarding, issuing
from tongban.casework.actions.beats import (
    ask_elsewhere,
    asking,
    by_rule,
    catalogue_of,
    demand,
    open_application,
    rules_of,
    sign,
    store,
)
from tongban.casework.actions.changes import File, changed, demand_signed_here, keep, own, uploads
from tongban.catalogue import calendars
from tongban.domain import intake
from tongban.domain.acts import NotNow
from tongban.domain.application import Application, fold
from tongban.domain.catalogue import Catalogue
from tongban.domain.clock import day_of
from tongban.domain.events import (
    SYSTEM,
    ActAsked,
    AskedAct,
    CaseAccepted,
    CasesReceived,
    ConclusionReturned,
    CorrectionAsked,
    Demand,
    DemandKind,
    DemandsAnswered,
    Event,
    FormChanged,
    RefusalGround,
    SupplyCause,
)
from tongban.domain.forwarding import by_node
from tongban.domain.materials import Supply, place
from tongban.journal import storage as journal_storage
from tongban.journal.actions import Answer, LockedStream, NoSuchStream, Operation, action
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.paper.wording import writable
from tongban.people.actor import Actor
from tongban.people.permissions import may


@action
def confirm(
    *, operation: Operation, actor: Actor, application: str, case: int, now: datetime, seen: str = ""
) -> Answer:
    """A co-applicant confirms and signs a case; answers {"case"}. `seen` is what `review.shown` gave with its page.

    Raises NotNow, AlreadyGiven, NotAsSeen, NotAllowed.
    """
    stream, before = open_application(application, operation)
    subject = before.case(case)
    place = next((c for c in subject.confirmations if actor.party and c.party == actor.party.id), None)
    if place is None:
        raise NotNow(f"第 {case} 个办件不需要您确认：您不是该办件的共同申请人。请核对通知中的办件编号。")
    may(actor, "act_for", party=place.party, matters=[subject.matter])
    said = {"application": before.number, "case": case, "matter": subject.matter, "content": subject.content}
    signature = sign(actor, Purpose.CONFIRMATION, {**said, "at": now.isoformat()}, now)
    elsewhere = adapters.node_of(catalogue_of(before).implementations[subject.matter].region)
    events = intake.confirm(
        before,
        case,
        role=place.role,
        party=place.party,
        by=actor.id,
        signature=signature.value.hex(),
        key=signature.key_id,
        calendar=calendars.load(),
        at=now,
        seen=seen,
        later=bool(elsewhere),
    )
    if elsewhere and subject.holding is None:
        events += forwarding.sent_off(fold(events, onto=before), {elsewhere: [case]}, by=actor.id, at=now)
    store(stream, before, events, now=now, answer={"case": case}, actors=by_rule(stream, events))
    return {"case": case}


@action
def accept(
    *, operation: Operation, actor: Actor, application: str, now: datetime, only: tuple[int, ...] = ()
) -> Answer:
    """Accept at the same time every case that is complete, or those in `only`; answers {"accepted": [indexes]}.

    Raises NotNow, NoSuchCase, NotAllowed.
    """
    stream, before = open_application(application, operation)
    demand(stream, before, actor, "accept", hall=before.hall)
    events = intake.accept(
        before,
        by=actor.id,
        rules=rules_of(before),
        calendar=calendars.load(),
        today=day_of(now),
        at=now,
        lacking=_lacking(before),
        only=only,
        others=forwarding.others_decide(before),
    )
    answer = {"accepted": [event.case for event in events if isinstance(event, CaseAccepted)]}
    store(stream, before, events, now=now, answer=answer, actors=by_rule(stream, events))
    return answer


def _lacking(application: Application) -> dict[int, tuple[str, ...]]:
    found = supplies.lacking(catalogue_of(application), application, form.unseal(application.form))
    others = forwarding.others_decide(application)
    return {index: lacking for index, lacking in found.items() if index not in others}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that a clerk wants corrected, in clear; `words` may be empty where the thing is simply missing."""

    case: int
    kind: DemandKind
    target: str
    words: str = ""


@action
def ask_correction(
    *, operation: Operation, actor: Actor, application: str, demands: tuple[Wrong, ...], now: datetime
) -> Answer:
    """Tell once, for all cases that are here, what is to be corrected; answers {"cases": [indexes], "answer_due_on"}.

    Raises AlreadyGiven, NotNow, NoSuchCase, DemandWithoutTarget, DemandedTwice, ReasonMissing, NotAllTold, NotAllowed,
    NotOurs.
    """
    stream, before = open_application(application, operation)
    demand(stream, before, actor, "accept", hall=before.hall)
    forwarding.demand_ours(before, [one.case for one in demands])
    told = notice(before, demands, by=actor.id, now=now)
    cases = list(dict.fromkeys(one.case for one in told.demands))
    answer = {"cases": cases, "answer_due_on": told.answer_due_on.isoformat()}
    store(stream, before, (told,), now=now, answer=answer)
    return answer


def notice(before: Application, demands: Sequence[Wrong], *, by: str = "", now: datetime) -> CorrectionAsked:
    """Return the whole notice that these demands make, without sending it. Raises as `ask_correction` does."""
    (told,) = intake.ask_correction(
        before,
        _sealed(demands, before.holder),
        targets=targets(catalogue_of(before), before),
        lacking=_lacking(before),
        others=forwarding.others_decide(before),
        by=by,
        rules=rules_of(before),
        calendar=calendars.load(),
        at=now,
    )
    assert isinstance(told, CorrectionAsked)
    return told


def _sealed(demands: Sequence[Wrong], holder: str) -> tuple[Demand, ...]:
    said = [writable(one.words) for one in demands]
    seals = iter(keys.seal_many((holder, words.encode()) for words in said if words))
    return tuple(
        Demand(one.case, one.kind, one.target, next(seals) if words else None)
        for one, words in zip(demands, said, strict=True)
    )


def targets(catalogue: Catalogue, application: Application) -> dict[int, intake.Targets]:
    """Return what demands may point at, by case: what its standard asks in the version it began with."""
    return {
        case.index: intake.Targets(
            materials=frozenset(supplies.needed_by(catalogue, application, case)),
            elements=frozenset(form.changeable(catalogue, [case])),
            conditions=len(catalogue.standards[case.matter].conditions),
        )
        for case in application.cases
    }


def answer_correction(
    *,
    operation: str,
    actor: Actor,
    application: str,
    files: Mapping[str, File],
    values: Mapping[str, str],
    explanations: Mapping[int, str],
    now: datetime,
) -> Answer:
    """Answer what was told, wholly or in part; answers {"answered": [numbers], "received": [indexes]}, and
    {"to": nodes, with commas} where others have some of the cases: they say later what was answered.

    `files` by place of the material, `values` by data element, `explanations` by the number of the demand.
    Raises NotNow, NotInTheForm, InvalidElement, WhomItIsAbout, NotAllowed, and what `files.store` refuses.
    """
    before = own(application, actor)
    catalogue = catalogue_of(before)
    among = {_place(catalogue, before, one) for one in before.demands.values() if one.kind is DemandKind.MATERIAL}
    kept = keep(before, files, among=among, now=now)
    return answer_with(
        operation=operation,
        actor=actor,
        application=application,
        files=kept,
        values=dict(values),
        explanations={number: words.strip() for number, words in explanations.items() if words.strip()},
        now=now,
    )


def _place(catalogue: Catalogue, application: Application, demand: Demand) -> str:
    """Return where the material stands that answers a demand."""
    return place(demand.target, supplies.subject_in(catalogue, application.case(demand.case), demand.target))


@dataclass(frozen=True, slots=True)
class Answers:
    """What the applicant gives upon notices: files by place, values by data element, words by number of the demand."""

    files: dict[str, str]
    values: dict[str, str]
    explanations: dict[int, str]

    def to(self, demands: Mapping[int, Demand], *, places: Collection[str]) -> Answers:
        """Return what of it answers these demands; `places`: where the materials stand that they are about."""
        elements = {one.target for one in demands.values() if one.kind is DemandKind.ELEMENT}
        return Answers(
            files={where: digest for where, digest in self.files.items() if where in places},
            values={code: text for code, text in self.values.items() if code in elements},
            explanations={number: words for number, words in self.explanations.items() if number in demands},
        )

    @property
    def said(self) -> dict[str, Any]:
        """What another node is told of it, beside the files."""
        return {"values": self.values, "explanations": {str(n): words for n, words in self.explanations.items()}}


@action
def answer_with(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    files: dict[str, str],
    values: dict[str, str],
    explanations: dict[int, str],
    now: datetime,
    arrived: datetime | None = None,
) -> Answer:
    """As `answer_correction`, with files that are kept already, by their digests; `arrived`: when it came here from
    another node, where it was given at `now`.
    """
    stream, before = open_application(application, operation)
    may(actor, "act_for", party=before.holder)
    catalogue = catalogue_of(before)
    given = Answers(files, values, explanations)
    supplied, moved = _given(before, catalogue, given, by=actor.id, now=now)
    demand_signed_here(before, moved, arrived)
    # What would be refused here, by all that is known, is not worth the way to another node.
    numbers = intake.answering(
        before,
        [case.index for case in before.cases],
        supplies=supplied,
        changes=moved,
        explanations=explanations,
        at=now,
    )
    demands = {number: before.demand(number) for number in numbers}
    reached = {one.case for one in demands.values()}
    may(actor, "act_for", party=before.holder, matters=[before.case(index).matter for index in sorted(reached)])
    nodes = by_node(before, reached)
    if arrived is not None and "" in nodes:
        nodes = {"": nodes[""]}  # the node where he applied asks the others itself
    if len(nodes) > 1 and not {one.target for one in demands.values()}.issuperset(values):
        raise NotNow("未提交：其中有填报内容不在待补正之列。请刷新页面，按补正告知逐项补充。")
    events: list[Event] = []
    for node, cases in nodes.items():
        part = given if len(nodes) == 1 else _part(before, catalogue, given, demands, cases)
        if node:
            events.append(
                asking(stream, before, AskedAct.ANSWER, cases, to=node, said=part.said, files=part.files, now=now)
            )
            continue
        if part is not given:
            supplied, moved = _given(before, catalogue, part, by=actor.id, now=now)
        seals = keys.seal_many((before.holder, words.encode()) for words in part.explanations.values())
        events += intake.answer(
            before,
            supplies=supplied,
            changes=moved,
            explanations=dict(zip(part.explanations, seals, strict=True)),
            by=actor.id,
            calendar=calendars.load(),
            at=now,
            arrived_on=day_of(arrived) if arrived else None,
        )
    answered = [event for event in events if isinstance(event, DemandsAnswered) and event.by != SYSTEM]
    answer: Answer = {"answered": [n for event in answered for n in event.numbers], "received": _received(events)}
    asked = [event.to for event in events if isinstance(event, ActAsked)]
    if asked:
        answer["to"] = ",".join(asked)
    store(stream, before, events, now=now, answer=answer, actors=by_rule(stream, events))
    return answer


def _given(
    before: Application, catalogue: Catalogue, given: Answers, *, by: str, now: datetime
) -> tuple[tuple[Supply, ...], tuple[Event, ...]]:
    """Return what is given as supplies and as changes of the form."""
    moved = changed(before, catalogue, given.values, cause=SupplyCause.CORRECTION, by=by, now=now)
    return uploads(catalogue, before, given.files), moved


def _part(
    before: Application,
    catalogue: Catalogue,
    given: Answers,
    demands: Mapping[int, Demand],
    cases: Collection[int],
) -> Answers:
    """Return what of an answer is for these cases."""
    theirs = {number: one for number, one in demands.items() if one.case in cases}
    materials = [one for one in theirs.values() if one.kind is DemandKind.MATERIAL]
    return given.to(theirs, places={_place(catalogue, before, one) for one in materials})


def _received(events: Sequence[Event]) -> list[int]:
    return [index for event in events if isinstance(event, CasesReceived) for index in event.cases]


def correct_on_the_spot(
    *,
    operation: str,
    actor: Actor,
    application: str,
    files: Mapping[str, File],
    values: Mapping[str, str],
    now: datetime,
) -> Answer:
    """Mend at the window, with the applicant, what can be mended at once (当场更正); answers {"cases": [indexes]}.

    Raises NotNow, NotInTheForm, InvalidElement, WhomItIsAbout, NotAllowed, and what `files.store` refuses.
    """
    before = storage.read(application)
    if before is None:
        raise NoSuchStream("没有找到这件申请。请核对申请编号。")
    may(actor, "accept", hall=before.hall)
    catalogue = catalogue_of(before)
    kept = keep(before, files, among=set(supplies.places(catalogue, before, before.cases)), now=now)
    return _correct_on_the_spot(
        operation=operation, actor=actor, application=application, files=kept, values=dict(values), now=now
    )


@action
def _correct_on_the_spot(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    files: dict[str, str],
    values: dict[str, str],
    now: datetime,
) -> Answer:
    stream, before = open_application(application, operation)
    demand(stream, before, actor, "accept", hall=before.hall)
    catalogue = catalogue_of(before)
    mended = changed(before, catalogue, values, cause=SupplyCause.ON_THE_SPOT, by=actor.id, now=now)
    reached = {index for event in mended if isinstance(event, FormChanged) for index in event.cases}
    reached |= {
        case.index
        for case in before.cases
        if not case.ended and set(files).intersection(supplies.places(catalogue, before, [case]))
    }
    events = intake.correct_on_the_spot(
        before,
        supplies=uploads(catalogue, before, files),
        changes=mended,
        cases=sorted(reached),
        by=actor.id,
        calendar=calendars.load(),
        at=now,
    )
    answer = {"cases": sorted(reached)}
    store(stream, before, events, now=now, answer=answer, actors=by_rule(stream, events))
    return answer


@action
def refuse(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    ground: RefusalGround,
    reason: str,
    right_body: str,
    now: datetime,
) -> Answer:
    """Decide not to accept a case (不予受理); answers {"case", "closed"}.

    Raises NotNow, ReasonMissing, RightBodyMissing, NoSuchCase, NotAllowed, NotOurs.
    """
    stream, before = open_application(application, operation)
    demand(stream, before, actor, "accept", hall=before.hall)
    forwarding.demand_ours(before, [case])
    events = intake.refuse(
        before,
        case,
        ground=ground,
        reason=form.seal_text(reason, holder=before.holder),
        right_body=writable(right_body) if ground is RefusalGround.NOT_COMPETENT else "",
        by=actor.id,
        calendar=calendars.load(),
        at=now,
    )
    return _end(stream, before, events, {"case": case}, now=now)


@action
def withdraw(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    cases: tuple[int, ...],
    reason: str,
    now: datetime,
    arrived: datetime | None = None,
) -> Answer:
    """Withdraw cases before they are decided; answers {"cases", "returned": [indexes], "closed"}, and {"to": node}
    where another node has them: then it says later which.

    Raises NotNow, NoSuchCase, NotAllowed.
    """
    stream, before = open_application(application, operation)
    matters = [before.case(index).matter for index in cases]
    may(actor, "act_for", party=before.holder, matters=matters)
    nothing: Answer = {"cases": [], "returned": [], "closed": False}
    said = {"reason": reason}
    asked = ask_elsewhere(stream, before, AskedAct.WITHDRAW, cases, said=said, answer=nothing, now=now)
    if asked is not None:
        return asked
    events = intake.withdraw(
        before,
        cases,
        reason=form.seal_text(reason, holder=before.holder),
        by=actor.id,
        calendar=calendars.load(),
        at=now,
        arrived_on=day_of(arrived) if arrived else None,
    )
    returned = [event.case for event in events if isinstance(event, ConclusionReturned)]
    return _end(stream, before, events, {"cases": sorted(set(cases)), "returned": returned}, now=now)


def _end(
    stream: LockedStream, before: Application, events: tuple[Event, ...], answer: Answer, *, now: datetime
) -> Answer:
    """Store what ended cases, with what follows from it."""
    after = fold(events, onto=before)
    with journal_storage.together():
        more = issuing.following(stream, after, events, catalogue=catalogue_of(before), now=now)
        events, after = events + more, fold(more, onto=after)
        answer = answer | {"closed": after.closed_at is not None}
        store(stream, before, events, after=after, now=now, answer=answer, actors=by_rule(stream, events))
    return answer


@action
def urge(*, operation: Operation, actor: Actor, application: str, case: int, now: datetime) -> Answer:
    """Urge the department (催办); answers {"case"}, and {"to": node} where another node has it.

    Raises NotNow, UrgedAlready, NoSuchCase, NotAllowed.
    """
    stream, before = open_application(application, operation)
    may(actor, "act_for", party=before.holder, matters=[before.case(case).matter])
    asked = ask_elsewhere(stream, before, AskedAct.URGE, [case], said={}, answer={"case": case}, now=now)
    if asked is not None:
        return asked
    events = intake.urge(before, case, rules=rules_of(before), by=actor.id, at=now)
    store(stream, before, events, now=now, answer={"case": case})
    return {"case": case}


@action
def ask_to_wait(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    wait: bool,
    now: datetime,
    arrived: datetime | None = None,
) -> Answer:
    """Ask that complete cases wait for the incomplete ones, or take that back; answers {"together"}, and {"to": node}
    where others have all of them: one does it, and tells the others.

    Raises AlreadyGiven, NotNow, NotAllowed.
    """
    stream, before = open_application(application, operation)
    may(actor, "act_for", party=before.holder, matters=[case.matter for case in before.cases])
    on = day_of(arrived) if arrived else None
    events = intake.ask_to_wait(before, wait=wait, by=actor.id, calendar=calendars.load(), at=now, arrived_on=on)
    answer: Answer = {"together": wait}
    if not any(case.here for case in before.cases):
        cases = next(iter(by_node(before, [case.index for case in before.cases]).values()))
        asked = ask_elsewhere(stream, before, AskedAct.WAIT, cases, said={"wait": wait}, answer=answer, now=now)
        if asked is not None:
            return asked
    store(stream, before, events, now=now, answer=answer)
    return answer
