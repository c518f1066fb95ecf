"""Deferral and commitment through the shell: a draft promises, an application answers for it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.casework.conftest import DAY, conclude, read
from tests.casework.test_statements import ACTION, SUBMISSION, at_most, warm
from tongban.casework import actions, assignments, drafts, draws, filling, models, worklists
from tongban.casework.assignments import Line
from tongban.casework.merged import Days
from tongban.casework.models import Draft
from tongban.casework.worklists import Wanted
from tongban.catalogue import calendars
from tongban.catalogue import files as catalogue_files
from tongban.catalogue import queries as catalogue
from tongban.certificates import queries as certificates
from tongban.crypto.profiles import Algorithm
from tongban.domain import draw
from tongban.domain.acts import NotNow, SameEyes
from tongban.domain.catalogue import Regime
from tongban.domain.certificate import Status
from tongban.domain.events import CommitmentKind, Means, Outcome
from tongban.domain.materials import MaterialMissing, SupplySource
from tongban.domain.promises import CommitmentNotAllowed, DeferralNotAllowed, Next
from tongban.domain.stages import Stage
from tongban.files import actions as files
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.keys import actions as keys
from tongban.keys.models import Checkpoint
from tongban.keys.purposes import Purpose
from tongban.people import actions as people
from tongban.people.actor import SYSTEM
from tongban.people.models import Department
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import HOLDER, at, one_page_pdf, who
from tongban.registries import credit

__all__ = ["warm"]

OWNERSHIP = 2
SUPERVISOR = "hanlei"
DESK = "船舶登记岗"


def agent(day: date = DAY):
    return who("linxiao", acting_for=HOLDER, today=day)


def promising(house: walk.Walk) -> Draft:
    """A draft that is complete but for what it promises: two materials to follow, a proof replaced."""
    draft = house.draft()
    drafts.defer(draft, "M_PHOTO", now=at(DAY, 9, 15))
    drafts.defer(draft, "M_GA", now=at(DAY, 9, 15))
    drafts.commit(draft, "M_NOMORT", now=at(DAY, 9, 15))
    return draft


@pytest.fixture
def promised(house: walk.Walk) -> str:
    return house.hand_in(promising(house))


@pytest.fixture
def underway(house: walk.Walk, promised: str) -> str:
    house.confirm(promised)
    house.accept(promised)
    return promised


def stored(code: str, day: date = DAY) -> str:
    content = one_page_pdf(code)
    kept = files.store(party=HOLDER, name=f"{code}.pdf", stream=io.BytesIO(content), now=at(day, 9))
    return kept.digest


def supply(application: str, *codes: str, day: date = DAY, operation: str = "supply", **changes: Any):
    asked: dict[str, Any] = {"uploads": {code: stored(code, day) for code in codes}, "actor": agent(day)}
    return actions.supply(operation=operation, application=application, now=at(day, 10), **(asked | changes))


def desk(act: str, application: str, *, by: str = "zhaolei", day: date = DAY, case: int = OWNERSHIP, **asked: Any):
    return getattr(actions, act)(
        operation=f"{act}/{by}/{day}/{case}",
        actor=who(by, today=day),
        application=application,
        case=case,
        now=at(day, 16),
        **asked,
    )


# --- the draft --------------------------------------------------------------------------------------------------------


def test_a_draft_keeps_what_it_promises_and_lacks_nothing(house: walk.Walk) -> None:
    draft = promising(house)

    one = filling.read(Draft.objects.get(pk=draft.pk), holder=agent().party, now=at(DAY, 9))

    assert one.complete
    assert {each.code for each in one.wanted if each.later} == {"M_PHOTO", "M_GA"}
    assert [each.code for each in one.wanted if each.found and each.found.supply.source is SupplySource.COMMITMENT] == [
        "M_NOMORT"
    ]


def test_what_is_uploaded_after_all_is_promised_no_longer(house: walk.Walk) -> None:
    draft = promising(house)
    content = one_page_pdf("M_PHOTO")
    drafts.upload(draft, "M_PHOTO", name="a.pdf", stream=io.BytesIO(content), size=len(content), now=at(DAY, 9, 20))
    drafts.unpromise(draft, "M_NOMORT", now=at(DAY, 9, 20))

    one = filling.read(Draft.objects.get(pk=draft.pk), holder=agent().party, now=at(DAY, 9))

    assert draft.deferred == ["M_GA"]
    assert [each.code for each in one.missing_materials] == ["M_NOMORT"]


def test_only_what_is_on_the_lists_is_promised(house: walk.Walk) -> None:
    draft = house.draft()

    with pytest.raises(DeferralNotAllowed, match="必要材料"):
        drafts.defer(draft, "M_NAMES", now=at(DAY, 9, 15))
    with pytest.raises(DeferralNotAllowed, match="必要材料"):
        drafts.defer(draft, "M_NOMORT", now=at(DAY, 9, 15))
    with pytest.raises(CommitmentNotAllowed, match="不能以承诺代替"):
        drafts.commit(draft, "M_PHOTO", now=at(DAY, 9, 15))
    with pytest.raises(CommitmentNotAllowed, match="不实行告知承诺制"):
        drafts.choose_route(draft, "HS-02", by_commitment=True, now=at(DAY, 9, 15))


# --- handing in -------------------------------------------------------------------------------------------------------


def test_handing_in_signs_what_is_promised(promised: str) -> None:
    application = read(promised)

    assert {(one.material, one.cases) for one in application.deferrals} == {("M_PHOTO", (2,)), ("M_GA", (6,))}
    commitment = application.case(OWNERSHIP).proceedings.commitment
    assert (commitment.kind, commitment.materials) == (CommitmentKind.PROOF, ("M_NOMORT",))
    assert commitment.signature
    assert all(one.signature for one in application.deferrals)
    assert next(one for one in application.supplies if one.material == "M_NOMORT").source is SupplySource.COMMITMENT
    assert journal.soundness().replay_ok


def test_a_material_that_is_neither_there_nor_promised_is_missing(house: walk.Walk) -> None:
    draft = promising(house)
    drafts.unpromise(draft, "M_PHOTO", now=at(DAY, 9, 20))

    with pytest.raises(MaterialMissing, match="船舶照片"):
        house.hand_in(draft)


def test_handing_in_promises_keeps_the_budget(warm: walk.Walk) -> None:
    draft, actor = promising(warm), agent()
    keys.ensure_key(owner=actor.id, purpose=Purpose.CONFIRMATION, algorithm=Algorithm.SM2SM3, now=at(DAY, 8))

    # What is promised may be held as a certificate: the wallet is looked into.
    with at_most(SUBMISSION + 1):
        actions.submit(operation="counted", actor=actor, draft=draft.id, now=at(DAY, 9))


# --- deferral ---------------------------------------------------------------------------------------------------------


def test_acceptance_grants_a_deadline_and_what_comes_in_time_is_there(underway: str) -> None:
    waiting = read(underway)
    # The seven natural days of the ownership end on Monday 9: Friday and Monday are kept to decide.
    assert {one.material: one.due_on for one in waiting.deferrals} == {
        "M_PHOTO": date(2026, 3, 5),
        "M_GA": date(2026, 3, 9),
    }

    supply(underway, "M_PHOTO")

    after = read(underway)
    assert [one.material for one in after.deferrals if one.open] == ["M_GA"]
    assert next(one for one in after.supplies if one.material == "M_PHOTO").source is SupplySource.UPLOAD
    assert journal.soundness().replay_ok


def test_supplying_is_refused(house: walk.Walk, underway: str) -> None:
    with pytest.raises(NotNow, match="期限 2026-03-05 已过"):
        supply(underway, "M_PHOTO", day=date(2026, 3, 10))
    with pytest.raises(NotNow, match="不是待补"):
        supply(underway, "M_NAMES")
    with pytest.raises(NotAllowed):
        supply(underway, "M_PHOTO", actor=who("liufang", today=DAY))
    with pytest.raises(files.NoFile, match="没有找到所上传的文件"):
        supply(underway, uploads={"M_PHOTO": "0" * 64})


def test_supplying_twice_has_one_effect(underway: str) -> None:
    first = supply(underway, "M_PHOTO")

    assert supply(underway, "M_PHOTO") == first


# --- commitment -------------------------------------------------------------------------------------------------------


def test_a_commitment_is_taken_back_against_the_proof(underway: str) -> None:
    with pytest.raises(NotNow, match="M_NOMORT"):
        actions.take_back(
            operation="bare", actor=agent(), application=underway, case=OWNERSHIP, uploads={}, now=at(DAY, 11)
        )
    actions.take_back(
        operation="back",
        actor=agent(),
        application=underway,
        case=OWNERSHIP,
        uploads={"M_NOMORT": stored("M_NOMORT")},
        now=at(DAY, 11),
    )

    after = read(underway)
    assert after.case(OWNERSHIP).proceedings.commitment is None
    assert next(one for one in after.supplies if one.material == "M_NOMORT").source is SupplySource.UPLOAD
    assert journal.soundness().replay_ok


def decided(house: walk.Walk, application: str) -> str:
    """The ownership is registered upon the commitment; what awaits its certificate is not decided."""
    supply(application, "M_PHOTO", "M_GA")
    house.opinions(application)
    for case in (1, OWNERSHIP):
        house.conclude_one(application, case, day=DAY)
    assert read(application).case(OWNERSHIP).approved
    return application


BODY = "11130200MA0TB0011Q"


def hold_draw(operation: str = "draw", *, by: str = SUPERVISOR):
    return actions.hold_draw(
        operation=operation, actor=who(by, today=DAY), region="130209", body=BODY, now=at(DAY, 15, 40)
    )


def drawn(operation: str = "draw") -> str:
    """Sign a checkpoint, draw, and let the worker tell the applications."""
    keys.checkpoint(now=at(DAY, 15, 30))
    answer = hold_draw(operation)
    outbox.run(clock=lambda: at(DAY, 15, 45))
    return str(answer["draw"])


def row(application: str) -> models.Case:
    return models.Case.objects.get(application_id=application, index=OWNERSHIP)


AFTER_ORDER, AFTER_STATEMENT = date(2026, 3, 17), date(2026, 3, 26)


def revoked(house: walk.Walk, application: str) -> str:
    decided(house, application)
    drawn()
    desk("verify", application, kept=False, means=Means.DOCUMENT, findings="登记簿载有抵押")
    desk("order", application, reason="请注销抵押或取得同意")
    desk("notice_revocation", application, day=AFTER_ORDER, reason="逾期没有整改", hearing=False)
    desk("revoke", application, by="qianying", day=AFTER_STATEMENT, reason="承诺不实")
    return application


def test_a_broken_word_is_followed_to_its_end(house: walk.Walk, underway: str) -> None:
    decided(house, underway)
    assert (row(underway).promise, row(underway).promise_on) == (Next.DRAW, date(2026, 5, 6))
    certificate = read(underway).case(OWNERSHIP).certificate

    with pytest.raises(NotNow, match="请先公开抽取"):
        desk("verify", underway, kept=False, means=Means.DOCUMENT, findings="登记簿载有抵押")
    drawn()
    assert row(underway).promise == Next.VERIFY
    desk("verify", underway, kept=False, means=Means.DOCUMENT, findings="登记簿载有抵押")
    assert row(underway).promise == Next.ORDER
    assert desk("order", underway, reason="请注销抵押或取得同意")["due_on"] == "2026-03-16"
    assert row(underway).promise == Next.MEND
    with pytest.raises(NotNow, match="还没有届满"):
        desk("notice_revocation", underway, reason="没有整改", hearing=False)
    desk("notice_revocation", underway, day=AFTER_ORDER, reason="逾期没有整改", hearing=False)
    actions.make_statement(
        operation="state",
        actor=agent(AFTER_ORDER),
        application=underway,
        case=OWNERSHIP,
        text="正在办理",
        now=at(AFTER_ORDER, 17),
    )
    with pytest.raises(SameEyes):
        desk("revoke", underway, day=AFTER_STATEMENT, reason="承诺不实")
    desk("revoke", underway, by="qianying", day=AFTER_STATEMENT, reason="承诺不实")

    after = read(underway)
    assert after.case(OWNERSHIP).revoked
    assert certificates.find(identifier=certificate).status is Status.ANNULLED
    assert row(underway).promise == Next.ENTER
    assert journal.soundness().replay_ok


def test_whoever_broke_his_word_makes_no_more_commitments_until_it_is_repaired(house: walk.Walk, underway: str) -> None:
    revoked(house, underway)
    entry = desk("enter_credit", underway, day=AFTER_STATEMENT, item="FALSE-COMMITMENT")["entry"]
    later = walk.Walk(house.catalogue, house.bundle, AFTER_STATEMENT, "later", lambda sentence: None)
    draft = promising(later)

    with pytest.raises(CommitmentNotAllowed, match="尚未修复的失信记录（作出不实承诺）"):
        later.hand_in(draft)

    desk("repair_credit", underway, day=AFTER_STATEMENT, reason="已经纠正")
    assert [(one.entry, one.repaired_at is not None) for one in credit.about(party=HOLDER)] == [(entry, True)]
    assert read(later.hand_in(draft)).case(OWNERSHIP).proceedings.commitment
    assert journal.soundness().replay_ok


def test_each_act_on_a_commitment_keeps_the_budget(warm: walk.Walk) -> None:
    application = warm.hand_in(promising(warm))
    warm.confirm(application)
    warm.accept(application)
    uploads = {code: stored(code) for code in ("M_PHOTO", "M_GA")}
    actor, first = agent(), who("zhaolei", today=DAY)
    with at_most(ACTION + len(uploads)):
        actions.supply(operation="s", actor=actor, application=application, uploads=uploads, now=at(DAY, 10))
    warm.opinions(application)
    for case in (1, OWNERSHIP):
        conclude(application, case)
    asked = {"application": application, "case": OWNERSHIP}
    drawn()
    with at_most(ACTION + 2):  # the application and the registry, before the transaction
        actions.verify(
            operation="v", actor=first, kept=False, means=Means.SITE, findings="不实", now=at(DAY, 16), **asked
        )
    with at_most(ACTION):
        actions.order(operation="o", actor=first, reason="请整改", now=at(DAY, 16), **asked)
    with at_most(ACTION):
        actions.notice_revocation(
            operation="n", actor=first, reason="没有整改", hearing=False, now=at(AFTER_ORDER, 16), **asked
        )


def test_a_draw_is_public_and_computed_again(house: walk.Walk, underway: str) -> None:
    with pytest.raises(draw.NoSeed):
        hold_draw()
    decided(house, underway)

    held = draws.find(drawn())

    assert (held.share, held.drawn) == (20, held.candidates)
    assert draws.wrong_with(held) == ""
    assert draws.wrong_with(replace(held, seed="00")) == f"种子不是日志第 {held.checkpoint} 个检查点的签名。"
    with pytest.raises(draw.NothingToDraw):
        drawn("again")
    assert journal.soundness().replay_ok
    call_command("draw_verify", held.draw)
    with pytest.raises(CommandError, match="没有找到这次抽取"):
        call_command("draw_verify", "none")


def test_whoever_draws_chooses_neither_the_list_nor_the_seed(house: walk.Walk, underway: str) -> None:
    """Waiting for a luckier checkpoint, or drawing for the whole province by another share, changes nothing."""
    decided(house, underway)
    keys.checkpoint(now=at(DAY, 15, 30))
    first = Checkpoint.objects.order_by("number").last()
    actions.urge(operation="u", actor=agent(), application=underway, case=3, now=at(DAY, 15, 32))
    keys.checkpoint(now=at(DAY, 15, 35))

    whole, somebody = {"role": Role.SUPERVISOR, "region": "130000"}, who(SUPERVISOR, today=DAY).id
    people.appoint(operation="w", actor=SYSTEM, account=somebody, valid_from=DAY, now=at(DAY, 8), **whole)

    with pytest.raises(draw.NothingToDraw):
        actions.hold_draw(
            operation="whole", actor=who(SUPERVISOR, today=DAY), region="130000", body=BODY, now=at(DAY, 15, 40)
        )
    held = draws.find(hold_draw()["draw"])

    assert first is not None and Checkpoint.objects.count() > first.number
    assert held.checkpoint == first.number


def test_only_who_supervises_the_region_draws(house: walk.Walk, underway: str) -> None:
    for by in ("zhaolei", "liufang", "linxiao"):
        with pytest.raises(NotAllowed, match="公开抽取"):
            hold_draw(by=by)


def test_only_the_deciding_desk_follows_up(house: walk.Walk, underway: str) -> None:
    decided(house, underway)

    for by in ("limei", "liufang", "linxiao"):
        with pytest.raises(NotAllowed):
            desk("verify", underway, by=by, kept=True, means=Means.DOCUMENT, findings="")


def test_what_sharing_has_on_record_binds(house: walk.Walk, underway: str) -> None:
    from tongban.registries import demo  # noqa: PLC0415 - only here

    decided(house, underway)
    ship = next(one.id for one in read(underway).participants if one.id.startswith("ship:"))
    demo.enter(
        reference="NOMORT-1",
        material="M_NOMORT",
        number=ship.removeprefix("ship:"),
        holder=HOLDER,
        name="船舶未设定抵押的证明",
        issued_on=DAY,
    )

    with pytest.raises(NotNow, match="以共享结果为准"):
        desk("verify", underway, kept=False, means=Means.DOCUMENT, findings="听说有抵押")
    assert desk("verify", underway, by="zhaolei", case=OWNERSHIP, kept=True, means=Means.SHARING, findings="")
    assert row(underway).promise == ""
    assert read(underway).case(OWNERSHIP).outcome is Outcome.APPROVED


# --- decided on the spot ----------------------------------------------------------------------------------------------


def test_whoever_chooses_the_spot_is_decided_there_by_one_pair_of_eyes(db: None) -> None:
    kinds, bundle, delegations = catalogue_files.read_set("maritime")
    standard = replace(kinds.standards["HS-12"], regime=Regime.COMMITMENT)
    kinds = replace(kinds, standards=dict(kinds.standards) | {"HS-12": standard})
    walk.prepare(kinds, bundle, delegations, now=at(DAY, 8))
    one = walk.Walk(kinds, bundle, DAY, "spot", lambda sentence: None)
    ordinary, chosen, taken_back = one.draft(), one.draft(), one.draft()
    for draft in (chosen, taken_back):
        drafts.choose_route(draft, "HS-12", by_commitment=True, now=at(DAY, 9, 15))
    body = Department.objects.get(code="cfd-msa")
    clerk = who("liufang", today=DAY)
    people.appoint(
        operation="both",
        actor=SYSTEM,
        account=clerk.id,
        role=Role.REVIEWER,
        region=body.region,
        department=body.code,
        desk=kinds.implementations["HS-12"].deciding_desk,
        valid_from=date(2026, 1, 1),
        now=at(DAY, 8),
    )

    for draft in (ordinary, chosen, taken_back):
        application = one.hand_in(draft)
        one.confirm(application)
        one.accept(application)
    actions.take_back(operation="back", actor=agent(), application=taken_back.id, case=12, uploads={}, now=at(DAY, 14))
    both = who("liufang", today=DAY)
    days, to_conclude = Days.at(DAY, calendars.load()), Wanted(state=Stage.CONCLUDE)
    listed = worklists.page(worklists.places_of(both), to_conclude, days=days).items
    twelve = [Line(draft.id, 12, kinds.implementations["HS-12"].deciding_desk) for draft in (chosen, ordinary)]
    taken = assignments.take(actor=both, lines=twelve, now=at(DAY, 14))

    assert [(item.application, item.case) for item in listed] == [(chosen.id, 12)]
    assert [bool(refused) for refused in taken.values()] == [False, True]
    for draft in (ordinary, taken_back):
        with pytest.raises(NotAllowed, match="受理这个办件的人不能再作决定"):
            conclude_twelve(draft.id)
    assert conclude_twelve(chosen.id)["decided"] == [12]
    case = read(chosen.id).case(12)
    assert (case.approved, bool(case.certificate)) == (True, True)
    assert models.Case.objects.get(application_id=chosen.id, index=12).promise == Next.DRAW
    catalogue.forget()


def conclude_twelve(application: str):
    """The clerk who accepted decides, nobody else having spoken."""
    return actions.conclude(
        operation=f"spot/{application}",
        actor=who("liufang", today=DAY),
        application=application,
        case=12,
        desk=read(application).case(12).deciding_desk,
        outcome=Outcome.APPROVED,
        reason="",
        determined={},
        now=at(DAY, 15),
    )
