"""A list of people: every wrong row is told, and each of the others becomes a case of his own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue import files
from tongban.domain import alone, elements, materials, plan, roster
from tongban.domain.catalogue import Bundle, Category, Item, SubjectRole
from tongban.domain.materials import MaterialMissing, place
from tongban.domain.plan import PlannedCase
from tongban.domain.roster import Examined, Fault, Line

CATALOGUE, _, _ = files.read_set("maritime")
TODAY = date(2026, 3, 2)
PASSPORT, COMPETENCY = "HS-18", "HS-24"
ASKED = roster.asked_of_each(CATALOGUE, [COMPETENCY])
NUMBERS = ("130209199003072113", "130209198509120034", "130209199311050143", "120116198807210026")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def line(row: int, number: str = NUMBERS[0], name: str = "吴海波", post: str = "大副") -> Line:
    return Line(row, {"seafarer_name": name, "seafarer_number": number, "seafarer_post": post})


def examine(*lines: Line) -> Examined:
    return roster.examine(lines, ASKED, today=TODAY)


def numbered(serial: int) -> str:
    body = f"13020919900307{serial:03d}"
    return body + "10X98765432"[sum(int(digit) * w for digit, w in zip(body, WEIGHTS, strict=True)) % 11]


def test_what_is_asked_of_each_follows_from_the_catalogue() -> None:
    assert [element.code for element in ASKED] == ["seafarer_name", "seafarer_number", "seafarer_post"]
    assert [code for code in sorted(CATALOGUE.standards) if roster.of_people(CATALOGUE, code)] == [
        "HS-18",
        "HS-24",
        "HS-37",
    ]


def test_a_right_row_is_kept_by_its_codes() -> None:
    found = examine(line(2, post="Chief mate"), line(3, NUMBERS[1].lower(), "　李　航 ".strip(), "master"))

    assert found.faults == ()
    assert [(entry.row, entry.number, entry.name, entry.values["seafarer_post"]) for entry in found.entries] == [
        (2, NUMBERS[0], "吴海波", "chief_mate"),
        (3, NUMBERS[1], "李　航", "master"),
    ]


@pytest.mark.parametrize(
    ("wrong", "column", "reason"),
    [
        (line(2, "130209199003072114"), "seafarer_number", "校验位"),
        (line(2, "13020919900307211"), "seafarer_number", "18"),
        (line(2, "130209199002302113"), "seafarer_number", "日期"),
        (line(2, ""), "seafarer_number", "必须填写"),
        (line(2, name=""), "seafarer_name", "必须填写"),
        (line(2, name="吴3"), "seafarer_name", "只写文字和间隔号"),
        (line(2, name="=cmd|'/c calc'!A1"), "seafarer_name", "只写文字和间隔号"),
        (line(2, name="吴"), "seafarer_name", "两个字以上"),
        (line(2, name="吴\u202e波"), "seafarer_name", "控制字符"),
        (line(2, post="厨师"), "seafarer_post", "只能选择"),
    ],
)
def test_a_wrong_row_is_told_with_its_column_and_reason(wrong: Line, column: str, reason: str) -> None:
    found = examine(line(5, NUMBERS[1]), wrong)

    assert [(fault.row, fault.element) for fault in found.faults] == [(2, column)]
    assert reason in found.faults[0].reason
    assert [entry.row for entry in found.entries] == [5]


def test_one_person_stands_on_one_row() -> None:
    found = examine(line(2), line(3, NUMBERS[1]), line(4), line(5, NUMBERS[1], name="李航"))

    assert [(fault.row, fault.reason) for fault in found.faults] == [
        (3, "与第 5 行是同一个人，内容却不同。请只留一行"),
        (4, "与第 2 行是同一个人。请只留一行"),
        (5, "与第 3 行是同一个人。请只留一行"),
    ]
    assert [entry.row for entry in found.entries] == [2]


def test_what_the_list_cannot_know_takes_a_row_out() -> None:
    found = roster.strike(
        examine(line(2), line(3, NUMBERS[1])), ASKED, {NUMBERS[0]: (False, "已在办理"), NUMBERS[1]: (True, "姓名不符")}
    )

    assert found == Examined((), (Fault(2, "seafarer_number", "已在办理"), Fault(3, "seafarer_name", "姓名不符")))


def test_nothing_is_kept_unless_the_good_ones_are_to_be_taken() -> None:
    found = examine(line(2), line(3, "1"))

    with pytest.raises(roster.BadLines, match="有 1 行填写有误。可以改正后重新上传，也可以只收下其余 1 行。"):
        roster.take(found, good_only=False)
    assert [entry.row for entry in roster.take(found, good_only=True)] == [2]
    with pytest.raises(roster.BadLines, match="请改正后重新上传"):
        roster.take(examine(line(3, "1")), good_only=True)


def test_a_list_has_somebody_on_it_and_an_end() -> None:
    roster.demand_size(roster.MOST)
    with pytest.raises(roster.NobodyNamed):
        roster.demand_size(0)
    with pytest.raises(roster.TooManyPeople, match=f"一次最多为 {roster.MOST} 人申请，表中有 {roster.MOST + 1} 人"):
        roster.demand_size(roster.MOST + 1)


ROWS = st.lists(
    st.tuples(st.sampled_from([*NUMBERS, "1", ""]), st.sampled_from(["吴海波", "李航", "3", ""]), st.just("master")),
    max_size=12,
)


@given(ROWS)
def test_every_row_is_either_taken_or_told(rows: list[tuple[str, str, str]]) -> None:
    found = examine(*(line(row, *texts) for row, texts in enumerate(rows, start=2)))

    taken, told = {entry.row for entry in found.entries}, {fault.row for fault in found.faults}
    assert taken | told == set(range(2, len(rows) + 2))
    assert not taken & told
    assert len({entry.number for entry in found.entries}) == len(found.entries)


@given(st.integers(0, 999))
def test_a_number_with_another_last_digit_is_never_taken(serial: int) -> None:
    right = numbered(serial)
    others = [right[:17] + last for last in "0123456789X" if last != right[17]]

    assert [entry.number for entry in examine(line(2, right)).entries] == [right]
    assert not examine(*(line(row, other) for row, other in enumerate(others, start=2))).entries


# --- the plan ---------------------------------------------------------------------------------------------------------


def planned(*people: str) -> plan.Plan:
    return plan.derive(CATALOGUE, alone.bundle(CATALOGUE.standards[PASSPORT]), {}, people=people)


def test_each_person_has_a_case_and_gives_his_own_materials() -> None:
    found = planned("person:a", "person:b")

    assert [(case.index, case.matter, case.subject) for case in found.cases] == [
        (1, PASSPORT, "person:a"),
        (2, PASSPORT, "person:b"),
    ]
    assert {(ask.material, ask.about, ask.subject) for ask in found.asks} == {
        ("M_CREWAPP", SubjectRole.PERSON, "person:a"),
        ("M_CREWAPP", SubjectRole.PERSON, "person:b"),
        ("M_AUTH", SubjectRole.HOLDER, ""),
    }
    figures = found.figures
    assert (figures.matters, figures.materials_one_by_one, figures.materials_asked_without_sharing) == (2, 4, 3)
    assert (figures.repeats_saved, figures.serial_working_days, figures.parallel_working_days) == (1, 6, 3)


def test_without_a_roster_the_plan_is_as_ever() -> None:
    (case,) = planned().cases

    assert (case.subject, case.index) == ("", 1)
    assert [ask.subject for ask in planned().asks] == ["", ""]


def test_a_persons_case_waits_for_his_own_and_nobodys_for_all() -> None:
    standards = CATALOGUE.standards | {
        COMPETENCY: replace(CATALOGUE.standards[COMPETENCY], needs=("C_SEABOOK",)),
        "HS-27": replace(CATALOGUE.standards["HS-27"], needs=("C_SEABOOK",)),
    }
    bundle = Bundle(
        "crew", "船员", tuple(Item(m, "船员") for m in (PASSPORT, COMPETENCY, "HS-27")), (), (Category("船员"),)
    )

    found = plan.derive(replace(CATALOGUE, standards=standards), bundle, {}, people=("a", "b"))

    assert [(case.matter, case.subject, case.awaits) for case in found.cases] == [
        (PASSPORT, "a", ()),
        (PASSPORT, "b", ()),
        (COMPETENCY, "a", (1,)),
        (COMPETENCY, "b", (2,)),
        ("HS-27", "", (1, 2)),
    ]


@given(st.integers(1, roster.MOST))
def test_shared_materials_are_asked_once_however_many_people(count: int) -> None:
    people = [f"person:{number}" for number in range(count)]
    found = planned(*people)

    keys = [(ask.material, ask.subject) for ask in found.asks]
    assert len(keys) == len(set(keys)) == count + 1
    assert [case.index for case in found.cases] == list(range(1, count + 1))
    assert plan.figures(cases=found.cases, asks=found.asks) == found.figures


def test_one_persons_file_does_not_stand_for_another() -> None:
    found = planned("person:a", "person:b")
    given_one = [
        materials.Supply(
            ask.material, ask.about, materials.SupplySource.UPLOAD, "d", materials.Basis.GIVEN, ask.subject
        )
        for ask in found.asks
        if ask.subject != "person:b"
    ]

    with pytest.raises(MaterialMissing) as missing:
        materials.demand(found.asks, (), given_one, {})

    assert missing.value.materials == (place("M_CREWAPP", "person:b"),)


def test_the_cases_of_nobody_are_not_multiplied() -> None:
    case: PlannedCase = planned().cases[0]

    assert plan.for_each((case,), ("a",), set()) == (case,)


def test_an_element_is_about_whoever_its_topic_identifies() -> None:
    assert elements.about(CATALOGUE, SubjectRole.VOYAGE) == {
        "voyage_number",
        "last_port",
        "next_port",
        "calls_on",
        "cargo",
    }
    assert elements.about(replace(CATALOGUE, elements={}), SubjectRole.PERSON) == frozenset()
