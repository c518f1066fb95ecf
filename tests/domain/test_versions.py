"""Versions are told apart in every element, and a text shows its changed words."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.strategies import values
from tongban.domain.catalogue import (
    Condition,
    Contact,
    FormerName,
    Implementation,
    Jurisdiction,
    MatterType,
    Regime,
    Requirement,
    Source,
    SourceKind,
    Standard,
    SubjectRole,
)
from tongban.domain.clock import Limit, Unit
from tongban.domain.versions import Difference, Segment, changes, word_differences
from tongban.domain.wording import fold, in_words

CITED = Source(SourceKind.CITED, "《某法》第一条")
STANDARD = Standard(
    matter="TB-001",
    name="公司设立登记",
    matter_type=MatterType.LICENCE,
    regime=Regime.LICENCE,
    statutory=Limit(20, Unit.WORKING),
    conditions=(Condition("有符合规定的住所", CITED), Condition("章程合法", CITED)),
    requirements=(Requirement("M_FORM"), Requirement("M_SEAT")),
    themes=("start", "change"),
    legal_basis=(CITED,),
)


def told(new: Standard) -> list[tuple[str, Difference, str, str]]:
    return [(c.path, c.difference, c.before, c.after) for c in changes(STANDARD, new)]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"version": 2}, []),
        ({"name": "公司登记"}, [("name", Difference.CHANGED, "公司设立登记", "公司登记")]),
        ({"regime": Regime.FILING}, [("regime", Difference.CHANGED, "许可", "备案")]),
        (
            {"statutory": Limit(7, Unit.NATURAL)},
            [("statutory", Difference.CHANGED, "20 个工作日（自受理起）", "7 个自然日（自受理起）")],
        ),
        ({"promised": Limit(5, Unit.WORKING)}, [("promised", Difference.ADDED, "无", "5 个工作日（自受理起）")]),
        ({"themes": ("change", "start")}, [("themes", Difference.REORDERED, "start、change", "change、start")]),
        ({"themes": ("change",)}, [("themes/start", Difference.REMOVED, "start", "无")]),
        ({"legal_basis": ()}, [("legal_basis/《某法》第一条", Difference.REMOVED, "《某法》第一条", "无")]),
        (
            {"requirements": (Requirement("M_SEAT"), Requirement("M_FORM", copies=2))},
            [("requirements/M_FORM/copies", Difference.CHANGED, "1", "2")],
        ),
        (
            {"conditions": (STANDARD.conditions[1], Condition("有符合规定的固定住所", CITED))},
            [("conditions/0/text", Difference.CHANGED, "有符合规定的住所", "有符合规定的固定住所")],
        ),
        (
            {"conditions": (*STANDARD.conditions, Condition("无不良记录", CITED))},
            [("conditions/2", Difference.ADDED, "无", "无不良记录")],
        ),
        (
            {"former_names": (FormerName("130000", "企业设立"),)},
            [("former_names/130000", Difference.ADDED, "无", "130000，企业设立")],
        ),
    ],
)
def test_each_element_that_changed_is_told_with_both_values(
    about: dict[str, Any], expected: list[tuple[str, Difference, str, str]]
) -> None:
    assert told(replace(STANDARD, **about)) == expected


def test_an_implementation_is_told_down_to_its_terms_and_contact() -> None:
    old = Implementation(
        "TB-001", "110000", "11110000MA0TB1022H", Limit(5, Unit.WORKING), "审批岗", stated=STANDARD.terms
    )
    new = replace(old, version=2, stated=replace(STANDARD.terms, name="公司登记"), contact=Contact(hours="9:00–17:00"))

    assert [(c.path, c.difference) for c in changes(old, new)] == [
        ("stated/name", Difference.CHANGED),
        ("contact/hours", Difference.ADDED),
    ]


@given(values(Standard), values(Standard))
def test_versions_have_changes_exactly_when_they_differ(old: Standard, new: Standard) -> None:
    assert changes(old, old) == ()
    assert (changes(old, new) == ()) == (replace(old, version=0) == replace(new, version=0))


@given(st.text(max_size=60), st.text(max_size=60))
def test_marked_words_make_up_both_texts(before: str, after: str) -> None:
    segments = word_differences(before, after)

    def without(difference: Difference) -> str:
        return "".join(segment.text for segment in segments if segment.difference is not difference)

    assert (without(Difference.ADDED), without(Difference.REMOVED)) == (before, after)


def test_the_words_that_differ_are_marked() -> None:
    assert word_differences("注册资本不低于 100 万元", "实缴资本不低于 1000 万元") == (
        Segment(Difference.REMOVED, "注册"),
        Segment(Difference.ADDED, "实缴"),
        Segment(Difference.SAME, "资本不低于 "),
        Segment(Difference.REMOVED, "100"),
        Segment(Difference.ADDED, "1000"),
        Segment(Difference.SAME, " 万元"),
    )


def test_a_text_as_long_as_a_book_is_shown_as_replaced() -> None:
    before, after = "旧" * 100_000, "新" * 100_000

    assert word_differences(before, after) == (
        Segment(Difference.REMOVED, before),
        Segment(Difference.ADDED, after),
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("有住所；", "有住所。", True),
        ("（一）年满18周岁", "(一) 年满 18 周岁", True),
        ("（一）年满 18 周岁", "(一)年满 18 周岁", True),
        ("１８周岁", "18周岁", True),
        ("10² 平方米", "102 平方米", False),
        ("A B 两类", "AB 两类", False),
    ],
)
def test_only_the_manner_of_writing_is_folded(one: str, other: str, same: bool) -> None:
    assert (fold(one) == fold(other)) is same


@pytest.mark.parametrize("kind", [MatterType, Regime, Jurisdiction, SubjectRole])
def test_every_member_of_a_closed_set_has_words_of_its_own(kind: type[StrEnum]) -> None:
    words = [in_words(member) for member in kind]

    assert len(set(words)) == len(kind)
    assert not set(words) & {member.value for member in kind}


def test_a_text_that_is_also_a_word_of_a_closed_set_stays_as_it_is() -> None:
    assert (in_words("licence"), in_words(MatterType.LICENCE), in_words(Regime.LICENCE)) == (
        "licence",
        "行政许可",
        "许可",
    )


@given(values(Standard))
def test_every_value_has_words(standard: Standard) -> None:
    assert in_words(standard.statutory) != ""
    assert all(
        in_words(getattr(standard, name)) != "" for name in ("conditions", "requirements", "questions", "serves")
    )
