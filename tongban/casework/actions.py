"""What people do with an application: submit, confirm, accept, give an opinion, conclude.

Each action is one transaction in five beats: lock the stream, read the rows, ask whether one may, ask the kernel, store
what follows and append it to the journal. Page, JSON door and command call these and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from tongban.casework import drafts, form, numbers, storage, supplies
from tongban.casework.models import Draft
from tongban.casework.numbers import query_code
from tongban.casework.prereview import actions as prereview
from tongban.casework.supplies import Parties
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.certificates import actions as certificates
from tongban.crypto import canonical, profiles
from tongban.domain import elements, materials, plan, review
from tongban.domain.application import Application, Case, fold
from tongban.domain.catalogue import Catalogue, SubjectRole
from tongban.domain.certificate import Draft as CertificateDraft
from tongban.domain.certificate import Holder, Issuer
from tongban.domain.clock import day_of
from tongban.domain.events import (
    SYSTEM,
    ApplicationSubmitted,
    CaseDecided,
    CertificateIssued,
    ConclusionReturned,
    Event,
    Outcome,
    Participant,
    Verdict,
)
from tongban.domain.identifiers import ApplicationNumber, case_number
from tongban.domain.materials import Supply
from tongban.domain.plan import Plan
from tongban.domain.refused import Refused
from tongban.journal import storage as journal_storage
from tongban.journal.actions import Answer, LockedStream, NoSuchStream, Operation, action, append, lock
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.people import queries as people
from tongban.people.actor import Actor, Party
from tongban.people.permissions import may


class CannotDetermine(Refused):
    """A conclusion that wants to fix a data element its matter does not determine."""

    code = "cannot_determine"


class PartyUnknown(Refused):
    """A co-applicant who is not registered and so could not confirm."""

    code = "party_unknown"


class SameParty(Refused):
    """A co-applicant who is the applicant himself: nobody is his own mortgagee."""

    code = "same_party"


# --- submit -----------------------------------------------------------------------------------------------------------


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
    contents: tuple[str, ...]
    revision: int
    """Of the draft as it was looked up: what was changed since would be lost."""
    pre_reviews: int
    """How many there were: where there were any, the last one may be open, and ends."""


def submit(*, operation: str, actor: Actor, draft: str, now: datetime, seen: int | None = None) -> Answer:
    """Hand in a draft; answers {"application", "number", "query_code"}.

    `seen` is the revision that was checked before; None where nothing was shown.
    Raises NoSuchDraft, Overtaken, NotAllowed, FormIncomplete, MaterialMissing, NotInTime, PartyUnknown,
    SameParty, DraftSubmitted.
    """
    try:
        found = drafts.open_draft(draft, actor=actor)
        _demand_seen(found, seen)
        prepared = prepare(found, actor=actor, now=now)
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
    with journal_storage.together():
        storage.write(None, fold([event]))
        append(stream, [event], at=now, answer=answer)
    return answer


def _demand_seen(draft: Draft, seen: int | None) -> None:
    """Refuse to hand in what was changed after it was checked: the declaration covers what was shown."""
    if seen not in (None, draft.revision):
        raise drafts.Overtaken("未提交：这份草稿在您核对之后又修改过。下面是现在的内容，请重新核对后再提交。")


def prepare(draft: Draft, *, actor: Actor, now: datetime) -> Prepared:
    """Look up and check everything a submission needs."""
    today = day_of(now)
    catalogue, _ = drafts.of_bundle(draft)
    planned = drafts.derive(draft, today=today)
    matters = [case.matter for case in planned.cases]
    may(actor, "act_for", party=draft.party, matters=matters)
    plan.demand_in_time(planned, {matter: catalogue.standards[matter].name for matter in matters})
    assert actor.party is not None  # `act_for` was asked
    asked = elements.needed(catalogue, matters)
    # What the holder is called and numbered is known; what these matters do not ask for is not taken along.
    known = drafts.values(draft) | form.of_holder(catalogue, actor.party)
    values = {element.code: known[element.code] for element in asked if known.get(element.code)}
    elements.demand(asked, values)
    about = supplies.parties(catalogue, values, actor.party)
    filled = _form(catalogue, planned, values, actor.party, about)
    supplied = tuple(
        found.supply
        for found in supplies.find(
            catalogue=catalogue, planned=planned, uploads=draft.uploads, about=about, today=today
        )
    )
    _demand_supplied(catalogue, planned, supplied)
    implementation = catalogue.implementations[matters[0]]
    return Prepared(
        number=numbers.take(region=implementation.region, day=today),
        region=implementation.region,
        hall=implementation.hall,
        plan=planned,
        form=filled,
        participants=about.participants,
        supplies=supplied,
        contents=tuple(form.digest(catalogue, case.yields, values, filled.salt) for case in planned.cases),
        revision=draft.revision,
        pre_reviews=draft.pre_reviews,
    )


def _form(catalogue: Catalogue, planned: Plan, values: Mapping[str, str], holder: Party, about: Parties) -> form.Form:
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
    return form.Form(values, names, about.numbers, form.new_salt())


def _demand_supplied(catalogue: Catalogue, planned: Plan, supplied: tuple[Supply, ...]) -> None:
    names = {code: material.name for code, material in catalogue.materials.items()}
    names |= {code: kind.name for code, kind in catalogue.certificate_types.items()}
    materials.demand(planned.asks, materials.certificates_needed(planned.cases), supplied, names)


# --- the life of a case -----------------------------------------------------------------------------------------------


@action
def confirm(*, operation: Operation, actor: Actor, application: str, case: int, now: datetime) -> Answer:
    """A co-applicant confirms and signs a case; answers {"case"}. Raises NotNow, AlreadyGiven, NotAllowed."""
    stream, before = _open(application, operation)
    subject = before.case(case)
    place = next((c for c in subject.confirmations if actor.party and c.party == actor.party.id), None)
    if place is None:
        raise review.NotNow(f"第 {case} 个办件不需要您确认：您不是该办件的共同申请人。请核对通知中的办件编号。")
    may(actor, "act_for", party=place.party, matters=[subject.matter])
    said = {"application": before.number, "case": case, "matter": subject.matter, "content": subject.content}
    signature = _sign(actor, Purpose.CONFIRMATION, {**said, "at": now.isoformat()}, now)
    events = review.confirm(
        before,
        case,
        role=place.role,
        party=place.party,
        by=actor.id,
        signature=signature.value.hex(),
        key=signature.key_id,
        at=now,
    )
    _store(stream, before, events, now=now, answer={"case": case})
    return {"case": case}


@action
def accept(*, operation: Operation, actor: Actor, application: str, now: datetime) -> Answer:
    """Accept every complete case at the same time; answers {"accepted": [indexes]}. Raises NotNow, NotAllowed."""
    stream, before = _open(application, operation)
    may(actor, "accept", hall=before.hall)
    _demand_no_stake(actor, before)
    catalogue = _catalogue(before)
    events = review.accept(
        before,
        limits={
            case.index: (
                catalogue.implementations[case.matter].promised,
                catalogue.standards[case.matter].statutory,
            )
            for case in before.cases
        },
        by=actor.id,
        calendar=calendars.load(),
        received_on=day_of(before.submitted_at),
        today=day_of(now),
        at=now,
    )
    answer = {"accepted": [event.case for event in events]}  # type: ignore[attr-defined]
    _store(stream, before, events, now=now, answer=answer)
    return answer


@action
def give_opinion(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    desk: str,
    verdict: Verdict,
    reason: str,
    now: datetime,
) -> Answer:
    """Take down one desk's opinion; answers {"case", "desk", "verdict"}.

    Raises NotYourDesk, NotNow, AlreadyGiven, ReasonMissing, NotAllowed.
    """
    stream, before = _open(application, operation)
    may(actor, "give_opinion", department=before.case(case).body, desk=desk)
    _demand_no_stake(actor, before)
    sealed = form.seal_text(reason.strip(), holder=before.holder)
    events = review.give_opinion(before, case, desk=desk, verdict=verdict, reason=sealed, by=actor.id, at=now)
    answer = {"case": case, "desk": desk, "verdict": verdict.value}
    _store(stream, before, events, now=now, answer=answer)
    return answer


@action
def conclude(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    desk: str,
    outcome: Outcome,
    reason: str,
    determined: Mapping[str, str],
    now: datetime,
    seen: str = "",
) -> Answer:
    """Sign the deciding desk's conclusion; answers {"case", "decided": [indexes], "returned": [...], "closed"}.

    `determined` fixes data elements otherwise than applied for; `seen` is what `review.shown` gave with the page that
    is answered. Raises NotAsSeen, NotYourDesk, NotNow, AlreadyGiven, SameEyes,
    AwaitedDenied, ReasonMissing, CannotDetermine, InvalidElement, NotAllowed.
    """
    stream, before = _open(application, operation)
    subject = before.case(case)
    may(actor, "conclude", department=subject.body, desk=desk, accepted_by=subject.accepted_by)
    _demand_no_stake(actor, before)
    catalogue = _catalogue(before)
    filled = form.unseal(before.form)
    fixed = _determined(catalogue, subject, determined, day_of(now)) if outcome is Outcome.APPROVED else {}
    contents = _contents(catalogue, before, subject, filled, fixed)
    said = review.statement(before, case, outcome=outcome, contents=contents, by=actor.id, at=now)
    signature = _sign(actor, Purpose.CONCLUSION, said, now)
    events = review.conclude(
        before,
        case,
        desk=desk,
        outcome=outcome,
        contents=contents,
        reason=form.seal_text(reason.strip(), holder=before.holder),
        determined=form.seal_determined(fixed, holder=before.holder),
        seen=seen,
        by=actor.id,
        signature=signature.value.hex(),
        key=signature.key_id,
        at=now,
    )
    decided = [event for event in events if isinstance(event, CaseDecided)]
    after = fold(events, onto=before)
    with journal_storage.together():
        following = (*_issue(stream, after, catalogue, filled, decided, now), *review.close(after, at=now))
        events, after = events + following, fold(following, onto=after)
        answer = {
            "case": case,
            "decided": [event.case for event in decided],
            "returned": [event.case for event in events if isinstance(event, ConclusionReturned)],
            "closed": after.closed_at is not None,
        }
        actors = [actor.id if _own(event, case) else SYSTEM for event in events]
        _store(stream, before, events, after=after, now=now, answer=answer, actors=actors)
    return answer


def _determined(catalogue: Catalogue, case: Case, given: Mapping[str, str], today: date) -> dict[str, str]:
    allowed = catalogue.standards[case.matter].determines
    fixed = {}
    for code, text in given.items():
        if code not in allowed:
            raise CannotDetermine(f"未签署：第 {case.index} 个办件的结论不能改动“{code}”。请去掉这一项。", field=code)
        value = elements.check(catalogue.elements[code], text, today=today)
        if value:
            fixed[code] = value
    return fixed


def _contents(
    catalogue: Catalogue, application: Application, subject: Case, filled: form.Form, fixed: Mapping[str, str]
) -> dict[int, str]:
    """Return the digest of each case's content, as this conclusion on `subject` leaves it.

    Only a conclusion that fixes something, or one signed anew after it came back, can make them differ.
    """
    if not fixed and subject.returned is None:
        return {case.index: case.content for case in application.cases}
    values = form.settled(application, filled) | dict(fixed)
    return {case.index: form.digest(catalogue, case.yields, values, filled.salt) for case in application.cases}


def _issue(
    stream: LockedStream,
    application: Application,
    catalogue: Catalogue,
    filled: form.Form,
    decided: Sequence[CaseDecided],
    now: datetime,
) -> tuple[Event, ...]:
    """Issue the certificates of the cases that were decided, all in one statement."""
    cases = [
        case for event in decided if event.outcome is Outcome.APPROVED and (case := application.case(event.case)).yields
    ]
    if not cases:
        return ()
    values = form.settled(application, filled)
    for case in cases:
        # What is issued is what was reviewed: the digest stands in the signed conclusion.
        assert form.digest(catalogue, case.yields, values, filled.salt) == case.content
    issued = certificates.issue_many(
        stream=stream.id,
        drafts=[_certificate(application, case, catalogue, filled, values, now) for case in cases],
        now=now,
    )
    return tuple(
        CertificateIssued(case.index, made.identifier, made.digest, now)
        for case, made in zip(cases, issued, strict=True)
    )


def _certificate(
    application: Application,
    case: Case,
    catalogue: Catalogue,
    filled: form.Form,
    values: Mapping[str, str],
    now: datetime,
) -> CertificateDraft:
    kind = catalogue.certificate_types[case.yields]
    ids = {participant.role: participant.id for participant in application.participants}
    holder = ids[kind.to]
    return CertificateDraft(
        type=kind,
        holder=Holder(
            party=holder,
            kind="organisation" if holder.startswith("org:") else "person",
            name=filled.names[holder],
            number=filled.numbers[holder],
        ),
        subject=ids.get(kind.about, application.holder),
        fields=form.content(catalogue, case.yields, values),
        issuer=Issuer(code=case.body, name=filled.names[f"org:{case.body}"], region=application.region),
        serial=case_number(ApplicationNumber.parse(application.number), case.index).replace("-", ""),
        issued_on=day_of(now),
    )


def _own(event: Event, case: int) -> bool:
    """Whether an event is the reviewer's own act; what it sets free or sends back is the system's."""
    return not isinstance(event, ConclusionReturned) and getattr(event, "case", case) == case


# --- the beats every action shares ------------------------------------------------------------------------------------


def _sign(actor: Actor, purpose: Purpose, said: dict[str, Any], now: datetime) -> keys.Signature:
    """Sign with the actor's own key, made when he signs for the first time; his name stands sealed elsewhere."""
    message = canonical.encode(said)
    try:
        return keys.sign(owner=actor.id, purpose=purpose, message=message, now=now)
    except keys.NoKey:
        algorithm = profiles.for_profile(settings.CRYPTO)
        keys.ensure_key(owner=actor.id, purpose=purpose, algorithm=algorithm, now=now)
    return keys.sign(owner=actor.id, purpose=purpose, message=message, now=now)


def _demand_no_stake(actor: Actor, before: Application) -> None:
    confirmed = [place.by for case in before.cases for place in case.confirmations if place.by]
    parties = [participant.id for participant in before.participants]
    may(actor, "handle", applicants=[before.applicant, *confirmed], parties=parties)


def _open(application: str, operation: Operation) -> tuple[LockedStream, Application]:
    stream = lock(storage.stream_of(application), operation, reading=storage.reading(application))
    before = storage.understood(stream.found)
    if before is None:
        raise NoSuchStream("没有找到这件申请。请核对申请编号。")
    return stream, before


def _store(
    stream: LockedStream,
    before: Application,
    events: Sequence[Event],
    *,
    after: Application | None = None,
    now: datetime,
    answer: Answer,
    actors: Sequence[str] | None = None,
) -> None:
    """Write and journal what happened; `after` is given where it is folded already."""
    with journal_storage.together():
        storage.write(before, after or fold(events, onto=before))
        append(stream, events, at=now, answer=answer, actors=actors)


def _catalogue(application: Application) -> Catalogue:
    return catalogue_queries.catalogue_of(application.bundle, application.bundle_version)[0]
