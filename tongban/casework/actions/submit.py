"""How is a draft handed in? What it needs is looked up first; then one transaction receives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings

from tongban.casework import adapters, drafts, form, numbers, promising, recorded, rosters, rules, storage, supplies
from tongban.casework.actions import forwarding
from tongban.casework.actions.beats import sign, told_to_peers
from tongban.casework.models import Draft
from tongban.casework.numbers import query_code
from tongban.casework.prereview import actions as prereview
from tongban.casework.promising import Promised
from tongban.casework.rosters import Member
from tongban.casework.supplies import Parties
from tongban.catalogue import calendars
from tongban.domain import elements, intake, materials, plan, promises
from tongban.domain.application import Application, fold
from tongban.domain.catalogue import Catalogue, DataElement, SubjectRole
from tongban.domain.clock import day_of
from tongban.domain.events import (
    ApplicationSubmitted,
    ApplicationTakenIn,
    CommitmentKind,
    Event,
    IntakeCheck,
    Participant,
)
from tongban.domain.materials import Supply
from tongban.domain.offers import Entitlement
from tongban.domain.plan import Plan
from tongban.domain.refused import Refused
from tongban.domain.roster import NobodyNamed
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed
from tongban.journal import storage as journal_storage
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.keys.actions import Signature
from tongban.keys.purposes import Purpose
from tongban.people import queries as people
from tongban.people.actor import Actor, Party
from tongban.people.permissions import may
from tongban.registries import credit


class PartyUnknown(Refused):
    """A co-applicant who is not registered and so could not confirm."""

    code = "party_unknown"


class NotConfirmed(Refused):
    """What was taken over from an earlier application, and nobody said that it still holds."""

    code = "not_confirmed"


class SameParty(Refused):
    """A co-applicant who is the applicant himself: nobody is his own mortgagee."""

    code = "same_party"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """At which window it is taken in, by which clerk, upon what, and what he checked. Whoever says it has proved it."""

    hall: str
    region: str
    upon: Entitlement
    checked: tuple[IntakeCheck, ...]
    remark: Sealed | None
    assistance: str
    by: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a submission looks up before its transaction: nobody's lock waits for a registry."""

    number: str
    region: str
    hall: str
    plan: Plan
    form: form.Form
    participants: tuple[Participant, ...]
    supplies: tuple[Supply, ...]
    promised: Promised
    names: Mapping[str, str]
    """What the promised materials are called, by code."""
    barred: str
    """The item under which a broken commitment stands in the holder's credit record; empty where none does."""
    contents: tuple[str, ...]
    taken_in: TakenIn | None
    elsewhere: Mapping[str, tuple[int, ...]]
    """By node, the cases that another one decides."""
    revision: int
    """Of the draft as it was looked up: what was changed since would be lost."""
    pre_reviews: int
    """How many there were: where there were any, the last one may be open, and ends."""


def submit(
    *,
    operation: str,
    actor: Actor,
    draft: str,
    now: datetime,
    seen: int | None = None,
    incomplete: bool = False,
    confirmed: bool = False,
    taken_in: TakenIn | None = None,
) -> Answer:
    """Hand in a draft; answers {"application", "number", "query_code"}. `taken_in`: at a window, with a clerk's help.

    `seen` is the revision that was checked before; None where nothing was shown. `incomplete`: the applicant knows that
    something is missing and hands in all the same; only whom the application is about must be told. `confirmed`: he has
    looked at everything that was taken over from an earlier application.
    Raises NoSuchDraft, Overtaken, NotConfirmed, NotAllowed, FormIncomplete, MaterialMissing, NotInTime, PartyUnknown,
    SameParty, CommitmentNotAllowed, DraftSubmitted.
    """
    try:
        found = drafts.open_draft(draft, actor=actor)
        _demand_seen(found, seen)
        _demand_confirmed(found, confirmed)
        prepared = prepare(found, actor=actor, now=now, incomplete=incomplete, taken_in=taken_in)
    except Refused:
        # A repeat gets its first answer even if the draft could no longer be handed in.
        if not journal_storage.operation_exists(actor.id, operation):
            raise
        prepared = None
    return _submit(operation=operation, actor=actor, draft=draft, prepared=prepared, now=now)


@action
def _submit(*, operation: Operation, actor: Actor, draft: str, prepared: Prepared | None, now: datetime) -> Answer:
    stream = lock(storage.stream_of(draft), operation, create=True)
    if prepared is None or stream.seq:
        raise drafts.DraftSubmitted("未提交：这份申请已经提交过。请到“我的办件”查看进度。")
    if prepared.pre_reviews:
        prereview.end(draft, application=draft, now=now)
    holder = form.participant(prepared.participants, SubjectRole.HOLDER)
    event = ApplicationSubmitted(
        application=draft,
        number=prepared.number,
        region=prepared.region,
        hall=prepared.hall,
        holder=holder,
        applicant=actor.id,
        participants=prepared.participants,
        plan=prepared.plan,
        supplies=prepared.supplies,
        form=form.seal(prepared.form, holder=holder),
        contents=prepared.contents,
        at=now,
    )
    looked_up = {"revision": prepared.revision, "pre_reviews": prepared.pre_reviews}
    if not Draft.objects.filter(pk=draft, submitted_at=None, **looked_up).update(submitted_at=now):
        raise drafts.Overtaken("未提交：这份草稿刚刚在别处修改过，或者提请了预审。请重新核对后再提交。")
    answer = {"application": draft, "number": prepared.number, "query_code": query_code(prepared.number)}
    laid_down = rules.of_region(prepared.region)
    taken_in = _taken_in(prepared.taken_in, now)
    submitted = fold([event, *taken_in])
    promised = _promise(submitted, prepared, actor, laid_down, now)
    submitted = fold(promised, onto=submitted)
    later = {index for cases in prepared.elsewhere.values() for index in cases}
    received = intake.receive(submitted, rules=laid_down, calendar=calendars.load(), at=now, later=later)
    submitted = fold(received, onto=submitted)
    sent = forwarding.sent_off(submitted, prepared.elsewhere, by=actor.id, at=now)
    submitted = fold(sent, onto=submitted)
    with journal_storage.together():
        storage.write(None, submitted)
        events = [event, *taken_in, *promised, *received, *sent]
        actors = [_by(one, stream.signer) for one in events]
        append(stream, events, at=now, answer=answer, actors=actors, also=told_to_peers(submitted))
    return answer


def _by(event: Event, applicant: str) -> str:
    """Return who did it: the applicant, but for the clerk at the window."""
    return event.by if isinstance(event, ApplicationTakenIn) else applicant


def _taken_in(at: TakenIn | None, now: datetime) -> tuple[Event, ...]:
    if at is None:
        return ()
    return (
        ApplicationTakenIn(
            hall=at.hall,
            region=at.region,
            mode=at.upon.mode,
            receipt_counts=at.upon.receipt_counts,
            agreement=at.upon.agreement,
            checked=at.checked,
            remark=at.remark,
            assistance=at.assistance,
            by=at.by,
            at=now,
        ),
    )


def _promise(
    submitted: Application, prepared: Prepared, actor: Actor, laid_down: RegionRules, now: datetime
) -> tuple[Event, ...]:
    """Sign what is to follow later, and what stands in the place of proofs or opens the way to the spot."""
    events: tuple[Event, ...] = ()
    for later in prepared.promised.later:
        said: dict[str, Any] = {"material": later.material, "cases": list(later.cases)}
        signature = _signed(actor, submitted, said, promising.DEFERRAL_TEXT, now)
        events += promises.defer(
            fold(events, onto=submitted),
            material=later.material,
            name=prepared.names[later.material],
            about=later.about,
            cases=later.cases,
            deferrable=True,
            by=actor.id,
            signature=signature.value.hex(),
            key=signature.key_id,
            at=now,
        )
    for one in prepared.promised.committed:
        said = {"case": one.case, "materials": list(one.materials)}
        signature = _signed(actor, submitted, said, promising.COMMITMENT_TEXT, now)
        events += promises.commit(
            fold(events, onto=submitted),
            one.case,
            kind=CommitmentKind.LICENCE if one.on_the_spot else CommitmentKind.PROOF,
            materials=one.materials,
            committable=one.materials,
            rules=laid_down,
            barred=prepared.barred,
            by=actor.id,
            signature=signature.value.hex(),
            key=signature.key_id,
            at=now,
        )
    return events


def _signed(actor: Actor, submitted: Application, said: Mapping[str, Any], words: str, now: datetime) -> Signature:
    """Sign a promise with the words that were told beforehand."""
    whole = {"application": submitted.number, **said, "words": promising.digest(words), "at": now.isoformat()}
    return sign(actor, Purpose.CONFIRMATION, whole, now)


def _demand_seen(draft: Draft, seen: int | None) -> None:
    """Refuse to hand in what was changed after it was checked: the declaration covers what was shown."""
    if seen not in (None, draft.revision):
        raise drafts.Overtaken("未提交：这份草稿在您核对之后又修改过。下面是现在的内容，请重新核对后再提交。")


def _demand_confirmed(draft: Draft, confirmed: bool) -> None:
    if not confirmed and (left := drafts.carries(draft)):
        raise NotConfirmed(
            f"未提交：有 {len(left)} 项内容沿用自 {draft.carried_from}，还没有确认。"
            "请核对后确认仍然属实、有效，再提交。",
            field="confirmed",
        )


def prepare(
    draft: Draft, *, actor: Actor, now: datetime, incomplete: bool = False, taken_in: TakenIn | None = None
) -> Prepared:
    """Look up and check everything a submission needs. The number is one of the region where it is handed in."""
    today = day_of(now)
    catalogue, _ = drafts.of_bundle(draft)
    planned = drafts.derive(draft, today=today)
    matters = list(dict.fromkeys(case.matter for case in planned.cases))
    may(actor, "act_for", party=draft.party, matters=matters)
    plan.demand_in_time(planned, {matter: catalogue.standards[matter].name for matter in matters})
    assert actor.party is not None  # `act_for` was asked
    of_each, listed = _people(draft)
    asked = [one for one in elements.needed(catalogue, matters) if one not in of_each]
    # What the holder is called and numbered is known; what these matters do not ask for is not taken along.
    on_record = recorded.of_record(catalogue, actor.party, today=today)
    known = drafts.values(draft) | on_record | form.of_holder(catalogue, actor.party)
    values = {element.code: known[element.code] for element in asked if known.get(element.code)}
    elements.demand([one for one in asked if one.identifies or not incomplete], values)
    about = rosters.with_people(supplies.parties(catalogue, values, actor.party), listed)
    filled = _form(catalogue, planned, values, actor.party, about, listed)
    filled = replace(filled, recorded=[code for code in values if code in on_record])
    looked_up = supplies.look_up(
        catalogue=catalogue,
        planned=planned,
        uploads=draft.uploads,
        consented=draft.consented,
        about=about,
        now=now,
    )
    supplied = tuple(one.supply for one in looked_up.found)
    promised = promising.of_draft(draft, planned, catalogue, supplied={supply.material for supply in supplied})
    supplied += promised.supplies
    if not incomplete:
        _demand_supplied(catalogue, planned, supplied, promised)
    offered = [catalogue.implementations[matter] for matter in matters]
    # Where several nodes decide, this one's hall has what is decided here.
    implementation = next((one for one in offered if adapters.ours(one.region)), offered[0])
    where = {"hall": taken_in.hall, "region": taken_in.region} if taken_in else {}
    elsewhere = forwarding.destinations(catalogue, planned, **where, today=today)
    return Prepared(
        number=numbers.take(region=_numbered_in(implementation.region, taken_in), day=today),
        region=implementation.region,
        hall=implementation.hall,
        plan=planned,
        form=filled,
        participants=about.participants,
        supplies=supplied,
        promised=promised,
        names={one.material: catalogue.materials[one.material].name for one in promised.later},
        barred=_barred(actor.party, implementation.region, today) if promised.committed else "",
        contents=tuple(
            form.digest(catalogue, case.yields, filled.of(case.subject), filled.salt) for case in planned.cases
        ),
        taken_in=taken_in,
        elsewhere=elsewhere,
        revision=draft.revision,
        pre_reviews=draft.pre_reviews,
    )


def _numbered_in(region: str, taken_in: TakenIn | None) -> str:
    """Return the region under which the application is numbered: one of this node, which alone numbers there."""
    if taken_in and taken_in.upon.mode:
        return taken_in.region
    return region if adapters.ours(region) else settings.REGIONS[0]


def _barred(holder: Party, region: str, today: date) -> str:
    """Return the item under which an entry stands against the holder that counts in this region."""
    return credit.barring(number=holder.number, regions=rules.of_region(region).credit_regions, today=today)


def _people(draft: Draft) -> tuple[tuple[DataElement, ...], tuple[Member, ...]]:
    """Return what is asked of each person, and who is on the list. Raises NobodyNamed, AppliedForAlready."""
    of_each, listed = rosters.asked(draft), rosters.members(draft)
    if of_each and not listed:
        raise NobodyNamed("还不能提交：还没有人员名单。请先上传名单，再提交。", field="people")
    if not of_each:
        return (), ()
    if standing := rosters.asked_elsewhere(draft, [one.id for one in listed]):
        names = "、".join(f"{one.name}（{standing[one.id]}）" for one in listed if one.id in standing)
        raise rosters.AppliedForAlready(
            f"未提交：名单上有人的同一事项正在办理：{names}。请从名单中去掉后再提交。", field="people"
        )
    return of_each, listed


def _form(
    catalogue: Catalogue,
    planned: Plan,
    values: Mapping[str, str],
    holder: Party,
    about: Parties,
    listed: Sequence[Member],
) -> form.Form:
    bodies = {f"org:{case.body}" for case in planned.cases}
    ids = {participant.id for participant in about.participants}
    names = people.names_of_bodies(ids=bodies | ids) | {holder.id: holder.name}
    roles = about.by_role
    for case in planned.cases:
        for role in case.joint_applicants:
            if roles.get(role) == holder.id:
                raise SameParty(
                    f"未提交：“{catalogue.standards[case.matter].name}”由双方共同申请，共同申请人不能是申请人自己。"
                    "请核对所填共同申请人的号码。"
                )
            if roles.get(role) not in names:
                raise PartyUnknown(
                    f"未提交：“{catalogue.standards[case.matter].name}”的共同申请人尚未在本平台登记，无法在线确认。"
                    "请核对其统一社会信用代码，或请对方先登记。"
                )
    names |= {one.id: one.name for one in listed}
    return form.Form(
        values,
        names,
        about.numbers,
        form.new_salt(),
        {one.id: one.values for one in listed},
        documents={holder.id: holder.document},
    )


def _demand_supplied(catalogue: Catalogue, planned: Plan, supplied: tuple[Supply, ...], promised: Promised) -> None:
    names = {code: material.name for code, material in catalogue.materials.items()}
    names |= {code: kind.name for code, kind in catalogue.certificate_types.items()}
    materials.demand(
        planned.asks, materials.certificates_needed(planned.cases), supplied, names, promised=promised.deferred
    )
