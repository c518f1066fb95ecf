"""What people do with an application, and what nobody may do."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from tests.casework.conftest import DAY, REGISTRAR, conclude, read
from tests.soundness import demand_sound
from tongban.casework import actions, drafts, storage
from tongban.casework.models import Draft
from tongban.certificates import queries as certificates
from tongban.domain.application import CaseState
from tongban.domain.events import Outcome, ReturnCause, Verdict
from tongban.domain.materials import MaterialMissing, SupplySource
from tongban.domain.refused import Refused
from tongban.domain.review import AlreadyGiven, AwaitedDenied, NotNow, ReasonMissing, SameEyes
from tongban.journal import queries as journal
from tongban.journal.actions import OperationReused
from tongban.keys.models import SigningKey
from tongban.people.permissions import NotAllowed
from tongban.project import walk
from tongban.project.walk import HOLDER, at, who


def test_one_application_walks_from_draft_to_seventeen_certificates(house: walk.Walk, opined: str) -> None:
    house.conclude(opined)

    closed = read(opined)
    assert closed.closed_at == at(date(2026, 3, 16), 15)
    assert [case.state for case in closed.cases] == [CaseState.DECIDED] * 17
    assert len({case.certificate for case in closed.cases}) == 17
    held = certificates.wallet(party=HOLDER, today=DAY)
    assert len(held) == 16, "the mortgage certificate goes to the mortgagee"
    demand_sound()


def test_each_material_is_asked_once_and_seven_come_from_registries(submitted: str) -> None:
    supplies = read(submitted).supplies

    sources = [supply.source for supply in supplies]
    assert len(supplies) == 33
    assert sources.count(SupplySource.UPLOAD) == 26
    assert sources.count(SupplySource.REGISTRY) == 7


def test_a_conclusion_signed_early_takes_effect_with_the_certificate_it_needs(opined: str) -> None:
    early = conclude(opined, 2)
    assert early["decided"] == []

    release = conclude(opined, 1)

    assert release["decided"] == [1, 2]
    decided = [
        entry for entry in journal.entries(storage.stream_of(opined)) if entry.event.__class__.__name__ == "CaseDecided"
    ]
    assert [(entry.event.case, entry.actor == "system") for entry in decided] == [(1, False), (2, True)]


def test_a_denial_sends_back_only_the_conclusions_that_needed_the_certificate(opined: str) -> None:
    conclude(opined, 2)
    conclude(opined, 6, by="limei", desk="危管防污岗")

    denied = conclude(opined, 1, outcome=Outcome.DENIED, reason="与已登记船舶同音")

    assert (denied["decided"], denied["returned"]) == ([1], [2])
    after = read(opined)
    assert after.case(2).returned is ReturnCause.AWAITED_DENIED
    assert after.case(6).state is CaseState.DECIDED
    with pytest.raises(AwaitedDenied):
        conclude(opined, 2, operation="again")


def test_a_name_fixed_otherwise_sends_back_what_was_reviewed_with_the_old_name(opined: str) -> None:
    conclude(opined, 2)

    answer = conclude(opined, 1, determined={"ship_name_cn": "渤远二号", "ship_name_en": "BO YUAN ER HAO"})

    assert (answer["decided"], answer["returned"]) == ([1], [2])
    assert read(opined).case(2).returned is ReturnCause.CONTENT_CHANGED
    conclude(opined, 2, operation="again")
    document = certificates.read(identifier=read(opined).case(2).certificate)
    assert "渤远二号" in document.decode()
    assert "渤远一号" not in document.decode()


def test_a_conclusion_signed_anew_as_applied_for_certifies_what_was_applied_for(opined: str) -> None:
    """A chain in which the fixing matter itself waits: its conclusion comes back and is signed without the change."""
    before = read(opined)
    fixing = replace(before.case(1), awaits=(12,))
    waiting = replace(before, cases=(fixing, *before.cases[1:]))
    storage.write(before, waiting)
    conclude(opined, 1, determined={"ship_name_cn": "渤远二号"})
    changed = read(opined).case(1).content
    conclude(opined, 12, by="wuyan", desk="体系审核岗", outcome=Outcome.DENIED, reason="体系未运行", operation="deny")
    assert read(opined).case(1).returned is ReturnCause.AWAITED_DENIED

    conclude(opined, 1, outcome=Outcome.DENIED, reason="所需证照未获批准", operation="again")

    assert changed != before.case(1).content
    assert read(opined).case(1).content == before.case(1).content


def test_a_repeat_gets_the_first_answer_and_has_one_effect(opined: str) -> None:
    first = conclude(opined, 1)
    entries = journal.soundness().entries

    again = conclude(opined, 1)

    assert again == first
    assert journal.soundness().entries == entries


def test_the_same_operation_with_other_content_is_refused(opined: str) -> None:
    conclude(opined, 1)

    with pytest.raises(OperationReused, match="同一操作编号已用于另一个请求"):
        conclude(opined, 1, reason="另一个理由")


def test_submitting_twice_makes_one_application(house: walk.Walk, submitted: str) -> None:
    agent = who("linxiao", acting_for=HOLDER, today=DAY)
    number = read(submitted).number

    again = actions.submit(operation=f"test/submit/{submitted}", actor=agent, draft=submitted, now=at(DAY, 11))
    assert again["number"] == number

    with pytest.raises(Refused, match="已经提交过"):
        actions.submit(operation="another", actor=agent, draft=submitted, now=at(DAY, 11))


REFUSALS = [
    (NotAllowed, "不在“船舶登记岗”岗位上", {"by": "limei"}),
    (NotAllowed, "不在“船舶登记岗”岗位上", {"by": "linxiao"}),
    (ReasonMissing, "不予批准时必须写明理由", {"outcome": Outcome.DENIED}),
    (Refused, "没有第 18 个办件", {"case": 18}),
    (Refused, "不能改动“gross_tonnage”", {"determined": {"gross_tonnage": "9"}}),
]


@pytest.mark.parametrize(("refusal", "words", "changes"), REFUSALS)
def test_a_conclusion_that_may_not_be_is_refused_and_leaves_nothing(
    opined: str, refusal: type[Refused], words: str, changes: dict[str, object]
) -> None:
    before, entries = read(opined), journal.soundness().entries

    with pytest.raises(refusal, match=words):
        conclude(opined, **({"case": 1} | changes))

    assert (read(opined), journal.soundness().entries) == (before, entries)


def test_a_missing_opinion_holds_the_conclusion(accepted: str) -> None:
    with pytest.raises(NotNow, match="还缺船舶监督岗的意见"):
        conclude(accepted, 3)


def test_desks_of_a_later_round_speak_when_the_earlier_one_has(accepted: str) -> None:
    smc, first, second = 13, "船舶监督岗", "法规审核岗"
    asked = {"application": accepted, "case": smc, "verdict": Verdict.AGREE, "reason": "", "now": at(DAY, 14)}
    early = {"operation": "early", "actor": who("weidong", today=DAY), "desk": second}

    assert read(accepted).case(smc).asked_opinions == (first,)
    with pytest.raises(NotNow, match=f"还在等待{first}的意见"):
        actions.give_opinion(**asked, **early)
    actions.give_opinion(operation="first", actor=who("chenbin", today=DAY), desk=first, **asked)

    assert read(accepted).case(smc).asked_opinions == (second,)
    actions.give_opinion(**asked, **early)
    assert read(accepted).case(smc).missing_opinions == ()


def test_an_objection_needs_a_reason_and_an_opinion_is_given_once(accepted: str) -> None:
    asked = {"application": accepted, "case": 3, "desk": "船舶监督岗", "now": at(DAY, 14)}
    reviewer = who("chenbin", today=DAY)

    with pytest.raises(ReasonMissing):
        actions.give_opinion(operation="a", actor=reviewer, verdict=Verdict.OBJECT, reason=" ", **asked)
    actions.give_opinion(operation="b", actor=reviewer, verdict=Verdict.AGREE, reason="", **asked)
    with pytest.raises(AlreadyGiven):
        actions.give_opinion(operation="c", actor=reviewer, verdict=Verdict.AGREE, reason="", **asked)


def test_nothing_is_reviewed_before_acceptance(confirmed: str) -> None:
    with pytest.raises(NotNow, match="尚未受理"):
        conclude(confirmed, 1)


def test_a_case_that_waits_for_its_co_applicant_holds_up_no_other(house: walk.Walk, submitted: str) -> None:
    house.accept(submitted)

    states = {case.index: case.state for case in read(submitted).cases}
    assert states.pop(4) is CaseState.SUBMITTED
    assert set(states.values()) == {CaseState.ACCEPTED}
    house.confirm(submitted)
    answer = actions.accept(operation="later", actor=who("heping", today=DAY), application=submitted, now=at(DAY, 16))
    assert answer == {"accepted": [4]}


def test_only_the_co_applicant_confirms(submitted: str) -> None:
    with pytest.raises(NotNow, match="您不是该办件的共同申请人"):
        actions.confirm(
            operation="x",
            actor=who("linxiao", acting_for=HOLDER, today=DAY),
            application=submitted,
            case=4,
            now=at(DAY, 10),
        )


def test_who_accepted_a_case_does_not_decide_it(house: walk.Walk, opined: str) -> None:
    clerk = who("liufang", today=DAY)
    both = replace(clerk, duties=(*clerk.duties, *who(REGISTRAR, today=DAY).duties))

    with pytest.raises((SameEyes, NotAllowed), match="受理"):
        conclude(opined, 1, actor=both)


def test_a_person_without_mandate_for_all_matters_cannot_submit(house: walk.Walk) -> None:
    partial = who("zhoumin", acting_for=HOLDER, today=DAY)
    draft = drafts.start(actor=partial, bundle="maritime", now=at(DAY, 9))

    with pytest.raises(NotAllowed, match="授权不包括事项"):
        actions.submit(operation="x", actor=partial, draft=draft.id, now=at(DAY, 9))


def test_a_stranger_does_not_find_the_draft(house: walk.Walk) -> None:
    agent = who("linxiao", acting_for=HOLDER, today=DAY)
    draft = drafts.start(actor=agent, bundle="maritime", now=at(DAY, 9))

    with pytest.raises(drafts.NoSuchDraft):
        actions.submit(operation="x", actor=who("wangjianguo", today=DAY), draft=draft.id, now=at(DAY, 9))


def test_missing_materials_are_all_named_and_nothing_is_stored(house: walk.Walk) -> None:
    agent = who("linxiao", acting_for=HOLDER, today=DAY)
    draft = drafts.start(actor=agent, bundle="maritime", now=at(DAY, 9))
    asked = drafts.of_bundle(draft)[0].elements
    drafts.fill(draft, {code: e.example for code, e in asked.items()}, today=DAY, now=at(DAY, 9))

    with pytest.raises(MaterialMissing) as missing:
        actions.submit(operation="x", actor=agent, draft=draft.id, now=at(DAY, 9))

    assert len(missing.value.materials) == 26
    assert storage.read(draft.id) is None
    assert Draft.objects.get(pk=draft.id).submitted_at is None


def test_nobody_is_his_own_co_applicant(house: walk.Walk) -> None:
    agent = who("linxiao", acting_for=HOLDER, today=DAY)
    draft = house.draft()
    drafts.fill(draft, {"mortgagee_number": HOLDER.removeprefix("org:")}, today=DAY, now=at(DAY, 9))

    with pytest.raises(actions.SameParty, match="“船舶抵押权登记”由双方共同申请，共同申请人不能是申请人自己。"):
        actions.submit(operation="x", actor=agent, draft=draft.id, now=at(DAY, 9))

    assert storage.read(draft.id) is None


def test_a_key_tells_nothing_of_whoever_signs_with_it(opined: str) -> None:
    conclude(opined, 1)

    signers = SigningKey.objects.filter(purpose__in=["confirmation", "conclusion"])
    assert {key.purpose for key in signers} == {"confirmation", "conclusion"}
    assert {key.name for key in signers} == {""}


def test_an_agent_for_one_matter_reaches_only_drafts_that_hold_it(house: walk.Walk) -> None:
    owner = who("linxiao", acting_for=HOLDER, today=DAY)
    draft = drafts.start(actor=owner, bundle="maritime", now=at(DAY, 9))
    (matter, *_) = (case.matter for case in drafts.derive(draft).cases)
    colleague = replace(owner, id="account:019aaaaa-0000-7000-8000-000000000009")
    inside = replace(colleague, mandate_matters=frozenset({matter}))
    outside = replace(colleague, mandate_matters=frozenset({"another"}))

    assert [drafts.open_draft(draft.id, actor=actor) for actor in (owner, colleague, inside)] == [draft] * 3
    assert [len(drafts.mine(actor=actor)) for actor in (owner, inside, outside)] == [1, 1, 0]
    with pytest.raises(drafts.NoSuchDraft):
        drafts.open_draft(draft.id, actor=outside)
    assert drafts.open_draft(draft.id, actor=replace(outside, id=owner.id)) == draft


def test_nobody_handles_what_he_applied_for(house: walk.Walk, confirmed: str) -> None:
    clerk, agent = who("liufang", today=DAY), who("linxiao", today=DAY)
    company = who("linxiao", acting_for=HOLDER, today=DAY)
    mortgagee = who("sunli", today=DAY)
    interested = {
        "who handed it in": replace(clerk, id=agent.id),
        "who confirmed for the mortgagee": replace(clerk, id=mortgagee.id),
        "who acts for the holder now": replace(clerk, party=company.party),
    }

    for reason, actor in interested.items():
        with pytest.raises(NotAllowed, match="您应当回避"):
            actions.accept(operation=reason, actor=actor, application=confirmed, now=at(DAY, 10))
    house.accept(confirmed)
    for act in (
        lambda actor: actions.give_opinion(
            operation="o",
            actor=actor,
            application=confirmed,
            case=1,
            desk="船舶登记岗",
            verdict=Verdict.AGREE,
            reason="",
            now=at(DAY, 11),
        ),
        lambda actor: actions.conclude(
            operation="c",
            actor=actor,
            application=confirmed,
            case=1,
            desk="船舶登记岗",
            outcome=Outcome.APPROVED,
            reason="",
            determined={},
            now=at(DAY, 11),
        ),
    ):
        with pytest.raises(NotAllowed, match="您应当回避"):
            act(replace(who(REGISTRAR, today=DAY), id=agent.id))


def test_a_draft_holds_the_name_of_a_file_sealed(house: walk.Walk) -> None:
    owner = who("linxiao", acting_for=HOLDER, today=DAY)
    draft = drafts.start(actor=owner, bundle="maritime", now=at(DAY, 9))
    data = walk.one_page_pdf("M_AUTH")

    drafts.upload(draft, "M_AUTH", name="陈海生身份证.pdf", stream=BytesIO(data), size=len(data), now=at(DAY, 9))

    kept = Draft.objects.get(pk=draft.pk)
    assert drafts.file_name(kept, "M_AUTH") == "陈海生身份证.pdf"
    assert "陈海生" not in json.dumps(kept.uploads, ensure_ascii=False)
