"""What follows a promise: materials come later, commitments are taken back, verified, and answered for.

The applicant supplies and takes back; the deciding desk verifies, orders, tells, revokes, enters and repairs. What data
sharing says is looked up before the transaction, and binds.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from tongban.casework import draws, form, queries, rules, storage, supplies
from tongban.casework.actions import drawing, spot_checks
from tongban.casework.actions.beats import (
    ask_elsewhere,
    asking,
    catalogue_of,
    demand,
    heard_until,
    open_application,
    rules_of,
    sign,
    store,
)
from tongban.catalogue import calendars
from tongban.certificates import ending
from tongban.certificates.ending import Decision
from tongban.domain import draw, promises
from tongban.domain.acts import NotNow
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import SubjectRole
from tongban.domain.certificate import valid_until
from tongban.domain.clock import day_of
from tongban.domain.events import (
    ActAsked,
    AskedAct,
    ConclusionReturned,
    CreditRepairAsked,
    CreditRepairDenied,
    DrawKind,
    Event,
    Means,
    OrderedToCorrect,
    RevocationNoticed,
)
from tongban.domain.forwarding import by_node
from tongban.domain.identifiers import ApplicationNumber, CaseNumber, case_number
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.regions import province_of
from tongban.domain.sealed import Sealed
from tongban.files import actions as files
from tongban.journal.actions import Answer, LockedStream, Operation, action, lock
from tongban.journal.outbox import Errand
from tongban.keys.models import Checkpoint
from tongban.keys.purposes import Purpose
from tongban.people.actor import SYSTEM, Actor
from tongban.people.ids import uuid7
from tongban.people.permissions import may
from tongban.registries import credit

REVOCATION_ARTICLE = ""
"""The region's rule on commitment is composed here (示例): it cites no article."""
REVOCATION_GROUND = "broken_commitment"


# --- what the applicant does ------------------------------------------------------------------------------------------


@action
def supply(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    uploads: Mapping[str, str],
    now: datetime,
    arrived: datetime | None = None,
) -> Answer:
    """Hand in deferred materials, by code the digest of an uploaded file; answers {"supplied": [codes]}, and {"to":
    nodes, with commas} where others have the cases: they say later what was supplied. Of several that wait for one
    material one takes it down, and tells the others. `arrived`: it comes from the node where he applied, and so do the
    files.

    Raises NotNow, NoFile, NotAllowed.
    """
    stream, before = open_application(application, operation)
    concerned = {index for one in before.deferrals if one.material in uploads for index in one.cases}
    _demand_applicant(actor, before, *(before.case(index) for index in sorted(concerned)))
    if arrived is None:
        _demand_held(before, uploads)
    asks = [] if arrived else _passed_on(stream, before, uploads, now)
    here = {code: digest for code, digest in uploads.items() if all(code not in dict(one.files) for one in asks)}
    events: tuple[Event, ...] = ()
    if here or not asks:
        given = [
            _supply(deferral.material, here[deferral.material], deferral.about, deferral.subject)
            for deferral in before.deferrals
            if deferral.open and deferral.material in here
        ]
        known = {one.material for one in given}
        given += [_supply(code, digest) for code, digest in here.items() if code not in known]
        events = promises.meet(before, given, by=actor.id, calendar=calendars.load(), today=day_of(now), at=now)
    answer: Answer = {"supplied": sorted(here)}
    if asks:
        answer["to"] = ",".join(one.to for one in asks)
    store(stream, before, [*events, *asks], now=now, answer=answer)
    return answer


def _passed_on(stream: LockedStream, before: Application, uploads: Mapping[str, str], now: datetime) -> list[ActAsked]:
    """Ask for what only others have open cases to wait for: of each material the node that has the first of them."""
    files_by_node: dict[str, dict[str, str]] = {}
    cases_by_node: dict[str, set[int]] = {}
    for one in before.deferrals:
        nodes = by_node(before, [index for index in one.cases if not before.case(index).ended])
        if one.material in uploads and nodes and "" not in nodes:
            node, cases = next(iter(nodes.items()))
            files_by_node.setdefault(node, {})[one.material] = uploads[one.material]
            cases_by_node.setdefault(node, set()).update(cases)
    return [
        asking(stream, before, AskedAct.SUPPLY, cases_by_node[node], to=node, said={}, files=given, now=now)
        for node, given in files_by_node.items()
    ]


@action
def take_back(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    uploads: Mapping[str, str],
    now: datetime,
    arrived: datetime | None = None,
) -> Answer:
    """Take a commitment back before the decision and hand in the proofs it stood for; answers {"case"}, and {"to"} as
    `supply` does.

    Raises NotNow, NoFile, NotAllowed.
    """
    stream, before = open_application(application, operation)
    _demand_applicant(actor, before, before.case(case))
    if arrived is None:
        _demand_held(before, uploads)
    answer: Answer = {"case": case}
    asked = ask_elsewhere(stream, before, AskedAct.TAKE_BACK, [case], said={}, files=uploads, answer=answer, now=now)
    if asked is not None:
        return asked
    about = {one.material: one for one in before.supplies}
    given = [
        _supply(code, digest, about[code].about, about[code].subject) if code in about else _supply(code, digest)
        for code, digest in uploads.items()
    ]
    events = promises.take_back(before, case, supplies=given, by=actor.id, at=now)
    store(stream, before, events, now=now, answer=answer)
    return answer


def _demand_applicant(actor: Actor, before: Application, *cases: Case) -> None:
    matters = [case.matter for case in cases or before.cases]
    may(actor, "act_for", party=before.holder, matters=matters)


def _demand_held(before: Application, uploads: Mapping[str, str]) -> None:
    """Refuse what is no uploaded file of the holder. Raises NoFile."""
    for code, digest in uploads.items():
        if not files.holds(party=before.holder, digest=digest):
            raise files.NoFile("未提交：没有找到所上传的文件。请重新上传后再提交。", field=code)


def _supply(code: str, digest: str, about: SubjectRole | None = None, subject: str = "") -> Supply:
    return Supply(code, about or SubjectRole.HOLDER, SupplySource.UPLOAD, digest, Basis.GIVEN, subject)


# --- what the deciding desk does --------------------------------------------------------------------------------------


def verify(
    *,
    operation: str,
    actor: Actor,
    application: str,
    case: int,
    kept: bool,
    means: Means,
    findings: str,
    now: datetime,
) -> Answer:
    """Find a commitment kept or broken; answers {"case", "kept"}. Data sharing is asked first, and binds.

    Raises NotNow, AlreadyGiven, ReasonMissing, NotAllowed, NoSuchCase.
    """
    found = storage.read(application)
    subject = found.case(case) if found else None
    commitment = subject.proceedings.commitment if subject else None
    settled = None
    if found and subject and commitment and commitment.materials:
        records = supplies.on_record(found, subject, catalogue_of(found), today=day_of(now))
        # Only where every promised proof is on record does sharing settle the matter.
        settled = True if set(records) == set(commitment.materials) else None
    return _verify(
        operation=operation,
        actor=actor,
        application=application,
        case=case,
        kept=kept,
        means=means,
        findings=findings,
        prepared=settled,
        now=now,
    )


@action
def _verify(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    kept: bool,
    means: Means,
    findings: str,
    prepared: bool | None,
    now: datetime,
) -> Answer:
    stream, before = open_application(application, operation)
    _demand_desk(stream, before, actor, case)
    events = promises.verify(
        before,
        case,
        kept=kept,
        means=means,
        shared=prepared,
        findings=_sealed(findings, before),
        rules=rules_of(before),
        by=actor.id,
        at=now,
    )
    answer = {"case": case, "kept": kept}
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def order(*, operation: Operation, actor: Actor, application: str, case: int, reason: str, now: datetime) -> Answer:
    """Order to correct within the region's term; answers {"case", "due_on"}. Raises NotNow, ReasonMissing."""
    stream, before = open_application(application, operation)
    _demand_desk(stream, before, actor, case)
    (event,) = events = promises.order(
        before,
        case,
        reason=_sealed(reason, before),
        rules=rules_of(before),
        calendar=calendars.load(),
        by=actor.id,
        at=now,
    )
    assert isinstance(event, OrderedToCorrect)
    answer = {"case": case, "due_on": event.due_on.isoformat()}
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def mend(*, operation: Operation, actor: Actor, application: str, case: int, now: datetime) -> Answer:
    """Confirm that the order was met; answers {"case"}. Raises NotNow."""
    stream, before = open_application(application, operation)
    _demand_desk(stream, before, actor, case)
    events = promises.mend(before, case, by=actor.id, at=now)
    store(stream, before, events, now=now, answer={"case": case})
    return {"case": case}


@action
def notice_revocation(
    *, operation: Operation, actor: Actor, application: str, case: int, reason: str, hearing: bool, now: datetime
) -> Answer:
    """Tell that the approval is to be revoked; answers {"case", "statement_due_on"}. Raises NotNow, ReasonMissing."""
    stream, before = open_application(application, operation)
    _demand_desk(stream, before, actor, case)
    (event,) = events = promises.notice_revocation(
        before,
        case,
        reason=_sealed(reason, before),
        hearing=hearing,
        rules=rules_of(before),
        calendar=calendars.load(),
        by=actor.id,
        at=now,
    )
    assert isinstance(event, RevocationNoticed)
    answer = {"case": case, "statement_due_on": event.statement_due_on.isoformat()}
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def revoke(*, operation: Operation, actor: Actor, application: str, case: int, reason: str, now: datetime) -> Answer:
    """Revoke an approval in writing and annul its certificate; answers {"case", "returned": [indexes]}.

    Raises NotNow, SameEyes, ReasonMissing, NotAllowed.
    """
    stream, before = open_application(application, operation)
    _demand_desk(stream, before, actor, case)
    subject = before.case(case)
    said = {"application": before.number, "case": case, "matter": subject.matter, "revoked": subject.certificate}
    signature = sign(actor, Purpose.CONCLUSION, {**said, "at": now.isoformat()}, now)
    events = promises.revoke(
        before,
        case,
        reason=_sealed(reason, before),
        article=REVOCATION_ARTICLE,
        by=actor.id,
        signature=signature.value.hex(),
        key=signature.key_id,
        at=now,
        heard_until=heard_until(before),
    )
    answer = {"case": case, "returned": [one.case for one in events if isinstance(one, ConclusionReturned)]}
    if subject.certificate:
        ending.follow(
            Decision(stream, case, actor.id, signature.value.hex(), signature.key_id),
            certificate=subject.certificate,
            ground=REVOCATION_GROUND,
            article=REVOCATION_ARTICLE,
            reason=reason,
            now=now,
        )
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def enter_credit(
    *, operation: Operation, actor: Actor, application: str, case: int, item: str, now: datetime
) -> Answer:
    """Enter a broken commitment in the credit record; answers {"case", "entry"}. Raises NotNow, NotOnTheList."""
    stream, before = open_application(application, operation)
    _demand_desk(stream, before, actor, case)
    rules = rules_of(before)
    entry = str(uuid7(now=now))
    events = promises.enter_credit(before, case, item=item, entry=entry, party=before.holder, rules=rules, at=now)
    listed = next(one for one in rules.credit_items if one.code == item)
    credit.enter(
        entry=entry,
        number=form.unseal(before.form).numbers[before.holder],
        party=before.holder,
        item=item,
        name=listed.name,
        department=before.case(case).body,
        region=province_of(before.region),
        source=_source(before, case),
        stands_until=valid_until(issued_on=day_of(now), months=listed.stands_months),
        now=now,
    )
    answer = {"case": case, "entry": entry}
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def ask_repair(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    ground: str,
    reason: str,
    now: datetime,
    arrived: datetime | None = None,
) -> Answer:
    """Ask for the repair of the credit entry upon a published ground; answers {"case", "due_on"}, and {"to": node}
    where another node has the case: then it says later by when it answers, and `due_on` is null.

    Raises NotNow, AlreadyGiven, NotOnTheList, ReasonMissing, NotAllowed.
    """
    stream, before = open_application(application, operation)
    _demand_applicant(actor, before, before.case(case))
    (event,) = events = promises.ask_repair(
        before,
        case,
        ground=ground,
        reason=_sealed(reason, before),
        asked=before.case(case).here and _repair_asked(before, case),
        rules=rules.of_case(before, case),
        calendar=calendars.load(),
        by=actor.id,
        at=now,
        arrived_on=day_of(arrived) if arrived else None,
    )
    assert isinstance(event, CreditRepairAsked)
    said = {"ground": ground, "reason": reason}
    later: Answer = {"case": case, "due_on": None}
    asked = ask_elsewhere(stream, before, AskedAct.ASK_REPAIR, [case], said=said, answer=later, now=now)
    if asked is not None:
        return asked
    credit.asked(entry=event.entry, source=_source(before, case), due_on=event.due_on, now=now)
    answer = {"case": case, "due_on": event.due_on.isoformat()}
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def deny_repair(
    *, operation: Operation, actor: Actor, application: str, case: int, reason: str, now: datetime
) -> Answer:
    """Answer a request for repair with no, and why; answers {"case"}. Raises NotNow, AlreadyGiven, ReasonMissing."""
    stream, before = open_application(application, operation)
    _demand_desk(stream, before, actor, case)
    (event,) = events = promises.deny_repair(
        before, case, reason=_sealed(reason, before), asked=_repair_asked(before, case), by=actor.id, at=now
    )
    assert isinstance(event, CreditRepairDenied)
    credit.denied(entry=event.entry)
    store(stream, before, events, now=now, answer={"case": case})
    return {"case": case}


def _source(before: Application, case: int) -> str:
    """Return the number of the case in which a commitment was broken."""
    return case_number(ApplicationNumber.parse(before.number), case)


def _repair_asked(before: Application, case: int) -> bool:
    """Whether a request to repair the entry of a case is open; one statement where there is an entry."""
    commitment = before.case(case).proceedings.commitment
    if commitment is None or not commitment.credit_entry:
        return False
    return credit.find(entry=commitment.credit_entry).repair_due_on is not None


@action
def repair_credit(
    *, operation: Operation, actor: Actor, application: str, case: int, reason: str, now: datetime
) -> Answer:
    """Repair the credit entry, with the reason; answers {"case"}. Raises NotNow, AlreadyGiven, ReasonMissing."""
    stream, before = open_application(application, operation)
    _demand_desk(stream, before, actor, case)
    events = promises.repair_credit(before, case, reason=_sealed(reason, before), by=actor.id, at=now)
    commitment = before.case(case).proceedings.commitment
    assert commitment is not None  # the kernel has looked
    credit.repair(entry=commitment.credit_entry, now=now)
    store(stream, before, events, now=now, answer={"case": case})
    return {"case": case}


# --- the draw ---------------------------------------------------------------------------------------------------------


@action
def hold_draw(*, operation: Operation, actor: Actor, region: str, body: str, now: datetime) -> Answer:
    """Draw in public which commitments of a department in a region are verified; answers {"draw", "drawn", "of"}.

    The list holds what was decided before the last checkpoint of the journal was signed; the seed is the signature of
    the first one after all of it was decided, so that whoever draws chooses neither list nor seed.
    Raises NothingToDraw, NoSeed, NotAllowed.
    """
    may(actor, "draw", region=region)
    stream = lock(draws.stream_of(str(uuid7(now=now))), operation, create=True)
    last = Checkpoint.objects.order_by("-number").first()
    if last is None:
        raise draw.NoSeed
    listed = draws.candidates(region=region, body=body, before=last.at)
    return drawing.hold(
        stream,
        listed,
        seed=draws.seed_of(listed),
        share=rules.of_region(region).verification_share,
        region=region,
        body=body,
        actor=actor,
        now=now,
    )


def record_draw(errand: Errand, now: datetime) -> None:
    """Tell every application of a draw whether its commitment was drawn. What was verified meanwhile stays so.

    Of decisions on the spot only those drawn are told.
    """
    held = draws.read(errand.stream.removeprefix(draws.PREFIX))
    assert held is not None
    commitments = held.kind is DrawKind.COMMITMENTS
    for number in held.candidates if commitments else held.drawn:
        case = CaseNumber.parse(number)
        told: dict[str, Any] = {
            "operation": f"{errand.stream}/{number}",
            "actor": SYSTEM,
            "application": queries.id_of(str(case.application)),
            "case": case.index,
            "held": held.draw,
            "now": now,
        }
        with suppress(NotNow):
            if commitments:
                _record_draw(chosen=number in held.drawn, **told)
            else:
                spot_checks.draw_case(**told)


@action
def _record_draw(
    *, operation: Operation, actor: Actor, application: str, case: int, held: str, chosen: bool, now: datetime
) -> Answer:
    stream, before = open_application(application, operation)
    events = promises.draw(before, case, draw=held, chosen=chosen, at=now)
    store(stream, before, events, now=now, answer={"chosen": chosen})
    return {"chosen": chosen}


def _demand_desk(stream: LockedStream, before: Application, actor: Actor, index: int) -> None:
    case = before.case(index)
    demand(stream, before, actor, "follow_up", department=case.body, desk=case.deciding_desk)


def _sealed(text: str, before: Application) -> Sealed | None:
    return form.seal_text(text, holder=before.holder)
