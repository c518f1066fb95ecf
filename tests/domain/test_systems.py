"""What follows from what a department's own system says of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.applications import NINE, accepted
from tests.domain.strategies import Spec
from tongban.crypto import canonical
from tongban.domain import answers, systems
from tongban.domain.acts import ReasonMissing, SameEyes
from tongban.domain.answers import Listed, NotAnAnswer, Said
from tongban.domain.application import Case, CaseState, Conclusion
from tongban.domain.events import Outcome, SystemState
from tongban.domain.systems import (
    STANDARD,
    Contradicts,
    DifferenceKind,
    EndedHere,
    FromTheFuture,
    Here,
    Known,
    NotPlacedThere,
    OfficerMissing,
    UnknownState,
    Weight,
)

KNOWN = Known("cfd-msa", "海事局审批系统")
REVIEWED = replace(KNOWN, said=SystemState.REVIEWING, at=NINE, number="HS-1")
HOUR = timedelta(hours=1)
DENIED = Conclusion(Outcome.DENIED, "account:1", None, None, (), "s", "k", NINE)


def case(**changes: Any) -> Case:
    return replace(accepted([Spec("A")]).case(1), **changes)


def said(**changes: Any) -> Said:
    whole = Said("cfd-msa", 1, "X", "HS-1", "approved", NINE + HOUR, "王芳", "", (), None, "")
    return replace(whole, **changes)


def weigh(meaning: SystemState, *, of: Case | None = None, known: Known = REVIEWED, **changes: Any) -> Weight:
    return systems.weigh(of or case(), known, said(**changes), meaning, accepted_by="李娜", now=NINE + 2 * HOUR)


def test_a_first_word_and_a_new_state_are_noted():
    assert weigh(SystemState.RECEIVED, known=KNOWN) is Weight.NOTE
    assert weigh(SystemState.ASKING) is Weight.NOTE


def test_the_same_again_and_what_is_overtaken_are_nothing():
    assert weigh(SystemState.REVIEWING) is Weight.NOTHING
    assert weigh(SystemState.RECEIVED, at=NINE - HOUR) is Weight.NOTHING
    assert weigh(SystemState.REVIEWING, known=replace(REVIEWED, said=SystemState.APPROVED)) is Weight.NOTHING


def test_the_same_question_asked_again_later_is_told_again():
    asked = replace(REVIEWED, said=SystemState.ASKING)

    assert weigh(SystemState.ASKING, known=asked) is Weight.NOTE


@pytest.mark.parametrize("meaning", [SystemState.APPROVED, SystemState.DENIED])
def test_a_conclusion_concludes_even_if_it_arrives_after_what_came_later(meaning):
    assert weigh(meaning) is Weight.CONCLUDE
    assert weigh(meaning, at=NINE - HOUR) is Weight.CONCLUDE


def test_a_conclusion_told_twice_has_one_effect_and_another_one_none():
    approved = replace(REVIEWED, said=SystemState.APPROVED)

    assert weigh(SystemState.APPROVED, known=approved) is Weight.NOTHING
    with pytest.raises(Contradicts, match="与已有的结论不同"):
        weigh(SystemState.DENIED, known=approved)


def test_what_a_person_concluded_here_is_confirmed_or_contradicted():
    decided = case(state=CaseState.DECIDED, outcome=Outcome.DENIED, conclusion=DENIED)

    assert weigh(SystemState.DENIED, of=decided) is Weight.NOTE
    with pytest.raises(Contradicts):
        weigh(SystemState.APPROVED, of=decided)


def test_a_case_that_was_withdrawn_here_is_not_concluded_there():
    with pytest.raises(EndedHere, match="已由申请人撤回"):
        weigh(SystemState.APPROVED, of=case(state=CaseState.WITHDRAWN))
    assert weigh(SystemState.SUSPENDED, of=case(state=CaseState.WITHDRAWN)) is Weight.NOTHING


def test_a_conclusion_names_who_answers_for_it():
    with pytest.raises(OfficerMissing, match="没有写明由谁作出"):
        weigh(SystemState.APPROVED, officer=" ")


def test_who_accepted_here_does_not_decide_there():
    with pytest.raises(SameEyes, match="受理人不能作决定"):
        weigh(SystemState.APPROVED, officer="李 娜")


def test_another_system_and_a_clock_that_is_ahead_are_refused():
    with pytest.raises(NotPlacedThere):
        weigh(SystemState.REVIEWING, system="other")
    with pytest.raises(FromTheFuture, match="晚于现在"):
        weigh(SystemState.REVIEWING, at=NINE + 3 * HOUR)


def test_a_word_without_a_meaning_is_refused():
    with pytest.raises(UnknownState, match="第 1 版中没有“50”"):
        STANDARD.meaning("50")


def test_filling_in_by_hand_wants_its_reason():
    assert systems.demand_reason(" 系统停机 ") == "系统停机"
    with pytest.raises(ReasonMissing):
        systems.demand_reason(" ")


LISTED = Listed("A", "HS-1", "reviewing", NINE)


@pytest.mark.parametrize(
    ("here", "there", "kind"),
    [
        (Here(SystemState.REVIEWING, None, False), LISTED, None),
        (Here(None, None, False), replace(LISTED, state="received"), None),
        (Here(None, Outcome.APPROVED, True), replace(LISTED, state="approved"), None),
        (Here(None, None, True), None, None),
        (Here(None, None, True), replace(LISTED, state="ended"), None),
        (Here(None, None, False), None, DifferenceKind.NOT_THERE),
        (None, LISTED, DifferenceKind.NOT_HERE),
        (Here(SystemState.RECEIVED, None, False), LISTED, DifferenceKind.BEHIND),
        (Here(None, Outcome.APPROVED, True), replace(LISTED, state="denied"), DifferenceKind.CONTRADICTS),
        (Here(None, None, True), LISTED, DifferenceKind.OPEN_THERE),
        (Here(None, None, False, refused=True), replace(LISTED, state="denied"), DifferenceKind.NOT_TAKEN),
        (Here(None, None, False), replace(LISTED, state="50"), DifferenceKind.UNREADABLE),
    ],
)
def test_both_sides_are_compared_case_by_case(here, there, kind):
    found = systems.compare({"A": here} if here else {}, {"A": there} if there else {}, STANDARD)

    assert [one.kind for one in found.differences] == ([kind] if kind else [])
    assert found.agreed is (kind is None)


# --- the one form -----------------------------------------------------------------------------------------------------

ANSWER = {
    "type": "tongban-system-answer/1",
    "system": "cfd-msa",
    "sequence": 7,
    "case": "130209-20260302-000001X-0001",
    "number": "津海 2026-17",
    "state": "approved",
    "at": "2026-03-03T01:20:00+00:00",
    "officer": "王芳",
    "reason": "",
    "determined": {"ship_name_cn": "渤远二号"},
    "certificate": {"number": "国籍 17", "file": {"digest": "a1" * 32, "size": 10, "name": "国籍证书.pdf"}},
    "seen": "",
}


def test_an_answer_is_read_in_its_one_form():
    read = answers.read_answer(ANSWER)

    assert (read.case, read.sequence, read.determined) == (ANSWER["case"], 7, (("ship_name_cn", "渤远二号"),))
    assert read.certificate is not None
    assert read.certificate.file is not None
    assert read.certificate.file.size == 10


@pytest.mark.parametrize(
    "changes",
    [
        {"more": 1},
        {"type": "tongban-system-answer/2"},
        {"sequence": 0},
        {"sequence": True},
        {"sequence": "7"},
        {"case": "../1"},
        {"number": ""},
        {"state": "已 批准"},
        {"at": "2026-03-03 09:20"},
        {"officer": None},
        {"reason": "长" * 2001},
        {"determined": []},
        {"determined": {"Ship Name": "x"}},
        {"certificate": {"number": "1"}},
        {"certificate": {"number": "1", "file": {"digest": "A1" * 32, "size": 1, "name": "x"}}},
        {"seen": "x"},
    ],
)
def test_anything_else_is_no_answer(changes):
    with pytest.raises(NotAnAnswer):
        answers.read_answer(ANSWER | changes)


def test_what_is_left_out_is_no_answer():
    for member in ANSWER:
        with pytest.raises(NotAnAnswer):
            answers.read_answer({name: value for name, value in ANSWER.items() if name != member})


PAGE = {
    "type": "tongban-system-list/1",
    "system": "cfd-msa",
    "nonce": "n",
    "cases": [{"case": "A", "number": "1", "state": "received", "at": "2026-03-03T01:20:00+00:00"}],
    "more": False,
    "at": "2026-03-03T01:20:00+00:00",
}
ACKNOWLEDGEMENT = {
    "type": "tongban-system-acknowledgement/1",
    "system": "cfd-msa",
    "case": "A",
    "revision": 1,
    "number": "1",
    "missing": [{"digest": "a1" * 32, "have": 0}],
    "at": "2026-03-03T01:20:00+00:00",
}


def test_a_list_is_in_order_and_without_repeats():
    assert answers.read_list(PAGE).cases == (Listed("A", "1", "received", answers.read_list(PAGE).at),)
    with pytest.raises(NotAnAnswer, match="重复"):
        answers.read_list(PAGE | {"cases": PAGE["cases"] * 2})
    with pytest.raises(NotAnAnswer):
        answers.read_list(PAGE | {"cases": [], "more": True})


def test_an_acknowledgement_names_what_is_missing():
    assert answers.read_acknowledgement(ACKNOWLEDGEMENT).missing == (("a1" * 32, 0),)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(member=st.sampled_from(sorted(ANSWER)), value=JSON)
def test_garbage_in_any_place_is_refused_or_read_and_nothing_else(member, value):
    try:
        read = answers.read_answer(ANSWER | {member: value})
    except NotAnAnswer:
        return
    assert isinstance(read, Said)


@given(said=JSON)
def test_garbage_as_a_whole_is_refused(said):
    for read in (answers.read_answer, answers.read_list, answers.read_acknowledgement, answers.sequence_of):
        with pytest.raises(NotAnAnswer):
            read(said)
    with pytest.raises(NotAnAnswer):
        answers.signed(said, member="answer")


def test_an_answer_is_known_by_its_digest():
    assert answers.digest(ANSWER) == answers.digest(canonical.decode(canonical.encode(ANSWER)))
    assert answers.digest(ANSWER) != answers.digest(ANSWER | {"sequence": 8})
