"""Between receipt and acceptance, through the actions: what is missing, told, answered, refused and withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.casework.before_acceptance import MISSING, act, agent, clerk, file, incomplete, lacking
from tests.casework.conftest import DAY, conclude, read
from tongban.casework import actions, drafts
from tongban.casework.actions import NotInTheForm, Wrong
from tongban.casework.models import Application
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing
from tongban.domain.application import CaseState
from tongban.domain.changes import lost
from tongban.domain.elements import FormIncomplete, InvalidElement
from tongban.domain.events import DemandKind, Outcome, RefusalGround
from tongban.domain.intake import DemandWithoutTarget, NotAllTold, RightBodyMissing, UrgedAlready
from tongban.domain.materials import MaterialMissing, SupplySource
from tongban.files.kinds import WrongKind
from tongban.keys import actions as keys
from tongban.paper.wording import Unwritable
from tongban.people.permissions import NotAllowed
from tongban.project import walk
from tongban.project.walk import at, who


@pytest.fixture
def lacks(house: walk.Walk) -> str:
    return incomplete(house)


@pytest.fixture
def asked(lacks: str) -> str:
    act("ask_correction", lacks, demands=lacking(lacks))
    return lacks


def states(application: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for case in read(application).cases:
        found.setdefault(case.state.value, []).append(case.index)
    return found


# --- handing in -------------------------------------------------------------------------------------------------------


def test_what_is_incomplete_is_received_when_its_applicant_says_so(house: walk.Walk) -> None:
    draft = house.draft()
    drafts.remove_upload(draft, MISSING, now=at(DAY, 9, 20))
    with pytest.raises(MaterialMissing, match="或选择照现状提交"):
        actions.submit(operation="o", actor=agent(), draft=draft.id, now=at(DAY, 9, 30))
    assert Application.objects.count() == 0

    late = at(DAY, 23, 30)
    actions.submit(operation="o", actor=agent(), draft=draft.id, now=late, incomplete=True)

    received = {case.received_on for case in read(draft.id).cases if case.confirmed}
    assert received == {DAY}


def test_without_a_ship_nothing_is_handed_in(house: walk.Walk) -> None:
    draft = house.draft()
    drafts.fill(draft, {"imo_number": "", "ship_name_cn": ""}, today=DAY, now=at(DAY, 9, 20))

    with pytest.raises(FormIncomplete, match="IMO"):
        actions.submit(operation="o", actor=agent(), draft=draft.id, now=at(DAY, 9, 30), incomplete=True)


def test_a_missing_data_element_is_lacking_like_a_material(house: walk.Walk) -> None:
    draft = house.draft()
    drafts.fill(draft, {"ship_name_cn": ""}, today=DAY, now=at(DAY, 9, 20))
    actions.submit(operation="o", actor=agent(), draft=draft.id, now=at(DAY, 9, 30), incomplete=True)

    assert {one.target for one in lacking(draft.id)} == {"ship_name_cn"}
    with pytest.raises(NotNow, match="缺少材料或填报内容"):
        act("accept", draft.id, only=(1,))


# --- the notice -------------------------------------------------------------------------------------------------------


def test_what_lacks_something_is_not_accepted_and_the_rest_is(lacks: str) -> None:
    wanting = {one.case for one in lacking(lacks)}

    accepted = act("accept", lacks)["accepted"]

    assert wanting.isdisjoint(accepted)
    assert accepted
    assert wanting <= set(states(lacks)["submitted"])


def test_one_notice_goes_out_and_its_answers_come_in_parts(lacks: str) -> None:
    condition = Wrong(1, DemandKind.CONDITION, "1", "请说明船舶用途")
    told = act("ask_correction", lacks, demands=(*lacking(lacks), condition))
    assert told["answer_due_on"] == "2026-03-23"
    found = read(lacks)
    words = next(one.text for one in found.demands.values() if one.kind is DemandKind.CONDITION)
    assert words is not None and keys.unseal(words).decode() == "请说明船舶用途"
    with pytest.raises(AlreadyGiven):
        act("ask_correction", lacks, demands=lacking(lacks), operation="again")

    first = act("answer_correction", lacks, files={MISSING: file()})
    number = next(n for n, one in found.demands.items() if one.kind is DemandKind.CONDITION)
    assert number not in first["answered"]
    second = act("answer_correction", lacks, explanations={number: "沿海货运"}, operation="rest")

    assert second["answered"] == [number]
    assert states(lacks)["correcting"] == [4]  # its co-applicant still has to sign
    supply = next(one for one in read(lacks).supplies if one.material == MISSING)
    assert supply.source is SupplySource.UPLOAD
    assert len(act("accept", lacks)["accepted"]) == 16  # all but the one that its co-applicant has not signed


def test_an_answer_sent_twice_has_one_effect(asked: str) -> None:
    answers = [act("answer_correction", asked, files={MISSING: file()}) for _ in range(2)]

    assert answers[0] == answers[1]


NOT_ASKED: list[tuple[Any, type[Exception]]] = [
    (lambda whole: (), DemandWithoutTarget),
    (lambda whole: (Wrong(2, DemandKind.CONDITION, "1", "x"),), NotAllTold),
    (lambda whole: (*whole, Wrong(1, DemandKind.MATERIAL, "NOTHING", "x")), DemandWithoutTarget),
    (lambda whole: (*whole, Wrong(1, DemandKind.ELEMENT, "imo_number", "x")), DemandWithoutTarget),
    (lambda whole: (*whole, Wrong(1, DemandKind.CONDITION, "1", "  ")), ReasonMissing),
]


@pytest.mark.parametrize(("demands", "refusal"), NOT_ASKED)
def test_a_notice_that_does_not_go_out(lacks: str, demands: Any, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        act("ask_correction", lacks, demands=demands(lacking(lacks)))

    assert read(lacks).notices == ()


NO_ANSWER: list[tuple[dict[str, Any], type[Exception]]] = [
    ({}, NotNow),
    ({"files": {"M_OTHER": file()}}, NotInTheForm),
    ({"values": {"imo_number": "9074729"}}, NotInTheForm),
    ({"values": {"nothing": "x"}}, NotInTheForm),
    ({"values": {"gross_tonnage": "much"}}, InvalidElement),
    ({"explanations": {1: "不用交"}}, NotNow),
    ({"actor": who}, NotAllowed),
]


@pytest.mark.parametrize(("given", "refusal"), NO_ANSWER)
def test_what_is_no_answer(asked: str, given: dict[str, Any], refusal: type[Exception]) -> None:
    if "actor" in given:
        given = {"actor": clerk(), "files": {MISSING: file()}}
    with pytest.raises(refusal):
        act("answer_correction", asked, **given)


def test_a_file_that_is_none_is_refused_at_its_own_field(asked: str) -> None:
    one = actions.File("x.exe", file().stream, 3)
    with pytest.raises(WrongKind) as refused:
        act("answer_correction", asked, files={MISSING: one})

    assert refused.value.field == MISSING


def test_at_the_window_it_is_mended_at_once(lacks: str) -> None:
    act("correct_on_the_spot", lacks, files={MISSING: file()}, values={"ship_name_cn": "渤远九号"})

    assert lacking(lacks) == ()
    assert {case.received_on for case in read(lacks).cases if case.confirmed} == {DAY}
    with pytest.raises(NotAllowed):
        act("correct_on_the_spot", lacks, actor=agent(), files={MISSING: file()}, operation="own")


def test_nobody_handles_his_own(house: walk.Walk, lacks: str) -> None:
    stranger = who("zhaolei", today=DAY)
    for verb, given in [
        ("accept", {}),
        ("ask_correction", {"demands": lacking(lacks)}),
        ("refuse", {"case": 1}),
        ("correct_on_the_spot", {"files": {MISSING: file()}}),
    ]:
        with pytest.raises(NotAllowed):
            act(verb, lacks, actor=stranger, **given)


# --- refusing, withdrawing, urging, waiting ---------------------------------------------------------------------------


def test_a_refusal_names_the_right_body_and_the_last_end_closes(submitted: str) -> None:
    with pytest.raises(RightBodyMissing):
        act("refuse", submitted, case=1, ground=RefusalGround.NOT_COMPETENT)
    with pytest.raises(ReasonMissing):
        act("refuse", submitted, case=1, reason="  ")

    act("refuse", submitted, case=1, ground=RefusalGround.NOT_COMPETENT, right_body="天津海事局")

    refusal = read(submitted).case(1).proceedings.refusal
    assert refusal is not None and refusal.right_body == "天津海事局"
    rest = tuple(range(2, 18))
    assert act("withdraw", submitted, cases=rest, reason="不办了")["closed"]
    assert states(submitted) == {"refused": [1], "withdrawn": list(rest)}


def test_one_matter_is_withdrawn_and_who_waited_for_it_is_sent_back(house: walk.Walk, opined: str) -> None:
    conclude(opined, 2)
    conclude(opined, 3)
    assert states(opined)["concluded"] == [2, 3]

    answer = act("withdraw", opined, cases=(1,))

    assert answer == {"cases": [1], "returned": [2], "closed": False} or answer["returned"] == [2, 3]
    with pytest.raises(NotNow, match="没有选择办件"):
        act("withdraw", opined, cases=(), operation="none")
    with pytest.raises(NotAllowed):
        act("withdraw", opined, cases=(2,), actor=clerk(), operation="clerk")


def test_a_certificate_comes_in_the_place_of_one_that_will_not(house: walk.Walk, opined: str) -> None:
    act("withdraw", opined, cases=(1,))
    found = read(opined)
    bereft = [case.index for case in found.cases if lost(found, case)]
    kind = found.case(1).yields
    assert bereft

    answers = [act("supply_in_place", opined, files={kind: file()}) for _ in range(2)]

    assert answers == [{"materials": [kind]}] * 2
    found = read(opined)
    assert all(1 not in found.case(index).awaits for index in bereft)
    assert conclude(opined, 2)["decided"] == [2]
    with pytest.raises(NotNow):
        act("supply_in_place", opined, files={kind: file()}, operation="again")


def test_urging_and_waiting(submitted: str) -> None:
    act("urge", submitted, case=1)
    with pytest.raises(UrgedAlready):
        act("urge", submitted, case=1, operation="again")
    with pytest.raises(NotNow, match="共同申请人"):
        act("urge", submitted, case=4)

    act("ask_to_wait", submitted, wait=True)
    with pytest.raises(NotNow, match="全部办件齐备后"):
        act("accept", submitted, only=(1,))
    act("ask_to_wait", submitted, wait=False, operation="back")
    assert act("accept", submitted, only=(1, 2), operation="now")["accepted"] == [1, 2]


# --- changing data ----------------------------------------------------------------------------------------------------


def test_changed_data_are_reviewed_anew_and_conclusions_go_back(house: walk.Walk, opined: str) -> None:
    conclude(opined, 2)

    answer = act("change", opined, values={"ship_name_cn": "渤远九号"})

    assert 2 in answer["returned"]
    assert read(opined).case(2).state is CaseState.ACCEPTED
    with pytest.raises(NotNow, match="没有改动"):
        act("change", opined, values={"ship_name_cn": "渤远九号"}, operation="same")


def test_what_is_decided_cannot_be_changed(house: walk.Walk, opined: str) -> None:
    conclude(opined, 1)
    assert read(opined).case(1).outcome is Outcome.APPROVED

    with pytest.raises(NotNow, match="已经作出决定"):
        act("change", opined, values={"ship_name_cn": "渤远九号"})
    with pytest.raises(FormIncomplete):
        act("change", opined, values={"ship_name_cn": ""}, operation="empty")


def test_what_a_notice_cannot_show_is_not_told(submitted: str) -> None:
    with pytest.raises(Unwritable, match="不能印在文书上"):
        act("ask_correction", submitted, demands=(Wrong(1, DemandKind.ELEMENT, "ship_name_cn", "与核定书不符🚢"),))
    about = {"case": 1, "ground": RefusalGround.NOT_COMPETENT, "reason": "不归我们管", "right_body": "天津海事局🚢"}
    with pytest.raises(Unwritable, match="不能印在文书上"):
        act("refuse", submitted, **about)


def test_a_change_answers_what_was_demanded_of_it(submitted: str) -> None:
    wrong = Wrong(1, DemandKind.ELEMENT, "ship_name_cn", "与核定书不符")
    act("ask_correction", submitted, demands=(wrong,))
    assert 1 in states(submitted)["correcting"]

    act("change", submitted, values={"ship_name_cn": "渤远九号"})

    assert 1 in states(submitted)["submitted"]
    assert read(submitted).case(1).received_on == date(2026, 3, 2)
