"""Four-the-same-one-recognised is a comparison: every difference finds itself, and nothing else does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.strategies import values
from tongban.domain.catalogue import (
    Condition,
    DataElement,
    ElementKind,
    Implementation,
    MatterType,
    Regime,
    Requirement,
    Source,
    SourceKind,
    Standard,
    Terms,
)
from tongban.domain.clock import Limit, Start, Unit
from tongban.domain.codes import MaterialForm, Necessity, SourceChannel
from tongban.domain.conformance import (
    Aspect,
    Mark,
    Weight,
    articles_of,
    broken,
    compare,
    conforms,
    effective,
    marks,
)

BROKEN, UNDETERMINED, BETTER, NOTE = Weight.BROKEN, Weight.UNDETERMINED, Weight.BETTER, Weight.NOTE
ELEMENTS = {
    code: DataElement(code, code, code, ElementKind.INTEGER) for code in ("age", "capital", "staff", "rooms", "years")
}
CITED = Source(SourceKind.CITED, "《某法》第一条")
OTHER = Source(SourceKind.CITED, "《某条例》第二条")
COMPOSED = Source(SourceKind.COMPOSED)
FIVE_DAYS = Limit(5, Unit.WORKING)


def terms(**about: Any) -> Terms:
    usual = {
        "name": "公司设立登记",
        "conditions": (Condition("有符合规定的住所", CITED),),
        "requirements": (Requirement("M_FORM", source=CITED),),
        "statutory": Limit(20, Unit.WORKING),
        "promised": FIVE_DAYS,
        "yields": "C_LICENCE",
        "recognised_in": ("110000", "120000", "130000"),
    }
    return Terms(**(usual | about))


def found(standard: Terms, stated: Terms) -> list[tuple[Aspect, str, Weight]]:
    return [(f.aspect, f.path, f.weight) for f in compare(standard, stated, elements=ELEMENTS)]


# --- Every difference finds itself ------------------------------------------------------------------------------------

SOURCES = st.sampled_from([COMPOSED, CITED])
LIMITS = st.builds(Limit, st.integers(1, 30), st.sampled_from(Unit), st.sampled_from(Start))
CONDITIONS = st.lists(st.sampled_from(sorted(ELEMENTS)), unique=True, max_size=4).flatmap(
    lambda codes: st.tuples(
        *(
            st.builds(
                Condition,
                st.just(f"申请人的{code}符合规定"),
                SOURCES,
                st.sampled_from(["", f"{code} as required"]),
                st.sampled_from(["", f"{code} >= 18"]),
            )
            for code in codes
        )
    )
)
REQUIREMENTS = st.lists(st.sampled_from(["M_FORM", "M_LICENSE", "M_SEAT"]), unique=True, max_size=3).flatmap(
    lambda codes: st.tuples(
        *(
            st.builds(
                Requirement,
                st.just(code),
                st.integers(1, 3),
                st.sampled_from([(), (("q_kind", frozenset({"new", "old"})), ("q_size", frozenset({"big"})))]),
                SOURCES,
                st.sampled_from(MaterialForm),
                st.sampled_from(Necessity),
                st.sampled_from(SourceChannel),
                st.booleans(),
            )
            for code in codes
        )
    )
)
TERMS = st.builds(
    Terms,
    name=st.sampled_from(["公司设立登记", "食品经营许可"]),
    conditions=CONDITIONS,
    requirements=REQUIREMENTS,
    statutory=LIMITS,
    promised=LIMITS,
    yields=st.sampled_from(["", "C_LICENCE"]),
    document=st.sampled_from(["", "准予通知书"]),
    recognised_in=st.lists(st.sampled_from(["110000", "120000", "130000"]), unique=True).map(tuple),
)


@dataclass(frozen=True)
class Mutation:
    """One change of one field, and the finding it must give."""

    of: str
    stated: Terms
    aspect: Aspect
    path: str
    weights: frozenset[Weight]


def mutations(standard: Terms) -> Iterator[Mutation]:
    yield _mutated(standard, "name", standard.name + "（变更）", Aspect.NAME, "name", BROKEN)
    yield _mutated(standard, "yields", "C_OTHER", Aspect.RESULT, "result/certificate_type", BROKEN)
    yield _mutated(standard, "document", "另一文书", Aspect.RESULT, "result/document", BROKEN)
    yield from _of_recognition(standard)
    yield from _of_limits(standard)
    yield from _of_conditions(standard)
    yield from _of_requirements(standard)


def _mutated(standard: Terms, field: str, value: Any, aspect: Aspect, path: str, *weights: Weight) -> Mutation:
    return Mutation(f"Terms.{field}", replace(standard, **{field: value}), aspect, path, frozenset(weights))


def _of_recognition(standard: Terms) -> Iterator[Mutation]:
    provinces = standard.recognised_in
    for province in provinces:
        rest = tuple(each for each in provinces if each != province)
        yield _mutated(standard, "recognised_in", rest, Aspect.RESULT, f"recognition/{province}", BROKEN)
    yield _mutated(standard, "recognised_in", (*provinces, "140000"), Aspect.RESULT, "recognition/140000", NOTE)


def _of_limits(standard: Terms) -> Iterator[Mutation]:
    for field in ("statutory", "promised"):
        limit = getattr(standard, field)
        for part, value, weight in (
            ("days", limit.days + 1, BROKEN),
            ("days", limit.days - 1, BETTER),
            ("unit", next(unit for unit in Unit if unit is not limit.unit), UNDETERMINED),
            ("start", next(start for start in Start if start is not limit.start), UNDETERMINED),
        ):
            stated = replace(standard, **{field: replace(limit, **{part: value})})
            yield Mutation(f"Limit.{part}", stated, Aspect.TIME, f"limits/{field}/{part}", frozenset({weight}))
    yield _mutated(standard, "promised", None, Aspect.TIME, "limits/promised", BROKEN)


def _of_conditions(standard: Terms) -> Iterator[Mutation]:
    rows = standard.conditions
    for place, row in enumerate(rows):
        path = f"conditions/{place}"
        yield _mutated(standard, "conditions", _without(rows, place), Aspect.ACCEPTANCE, path, BROKEN)
        for field, value, at, weight in (
            ("text", row.text + "，另有说明", "text", NOTE if row.expression else UNDETERMINED),
            ("text_en", "other words", "text_en", NOTE),
            ("source", OTHER, "article", NOTE),
        ):
            changed = _with(rows, place, replace(row, **{field: value}))
            yield Mutation(
                f"Condition.{field}",
                replace(standard, conditions=changed),
                Aspect.ACCEPTANCE,
                f"{path}/{at}",
                frozenset({weight}),
            )
        yield from _of_expression(standard, place, row)
    extra = Condition("无不良记录", CITED)
    yield _mutated(standard, "conditions", (extra, *rows), Aspect.ACCEPTANCE, "conditions/extra/0", BROKEN)


def _of_expression(standard: Terms, place: int, row: Condition) -> Iterator[Mutation]:
    element = row.text.removeprefix("申请人的").removesuffix("符合规定")
    others: tuple[tuple[str, set[Weight]], ...] = (
        (("", {NOTE}), (f"{element} >= 19", {BROKEN}), (f"{element} > 18", {BROKEN}), ("((", {UNDETERMINED}))
        if row.expression
        else ((f"{element} >= 18", {UNDETERMINED}),)
    )
    for expression, weights in others:
        changed = _with(standard.conditions, place, replace(row, expression=expression))
        yield Mutation(
            "Condition.expression",
            replace(standard, conditions=changed),
            Aspect.ACCEPTANCE,
            f"conditions/{place}/expression",
            frozenset(weights),
        )


def _of_requirements(standard: Terms) -> Iterator[Mutation]:
    rows = standard.requirements
    for place, row in enumerate(rows):
        path = f"materials/{row.material}"
        yield _mutated(standard, "requirements", _without(rows, place), Aspect.MATERIALS, path, BROKEN)
        for field, value, at, weight in (
            ("copies", row.copies + 1, "copies", BROKEN),
            ("copies", row.copies - 1, "copies", BROKEN),
            ("when", (("q_kind", frozenset({"new"})),), "when", BROKEN),
            ("source", OTHER, "article", NOTE),
            ("commitment", not row.commitment, "commitment", BROKEN),
            *(("form", form, "form", BROKEN) for form in MaterialForm if form is not row.form),
            *(("necessity", each, "necessity", BROKEN) for each in Necessity if each is not row.necessity),
            *(("channel", each, "channel", BROKEN) for each in SourceChannel if each is not row.channel),
        ):
            changed = _with(rows, place, replace(row, **{field: value}))
            yield Mutation(
                f"Requirement.{field}",
                replace(standard, requirements=changed),
                Aspect.MATERIALS,
                f"{path}/{at}",
                frozenset({weight}),
            )
    extra = (Requirement("M_EXTRA"), *rows)
    yield Mutation(
        "Requirement.material",
        replace(standard, requirements=extra),
        Aspect.MATERIALS,
        "materials/M_EXTRA",
        frozenset({BROKEN}),
    )


def _without(rows: tuple[Any, ...], place: int) -> tuple[Any, ...]:
    return rows[:place] + rows[place + 1 :]


def _with(rows: tuple[Any, ...], place: int, row: Any) -> tuple[Any, ...]:
    return (*rows[:place], row, *rows[place + 1 :])


@given(TERMS)
def test_every_mutation_finds_itself_and_only_itself(standard: Terms) -> None:
    for mutation in mutations(standard):
        findings = compare(standard, mutation.stated, elements=ELEMENTS)

        assert [(f.aspect, f.path) for f in findings] == [(mutation.aspect, mutation.path)], mutation
        assert findings[0].weight in mutation.weights, mutation
        assert findings[0].expected != findings[0].found


def test_every_field_of_the_terms_is_mutated() -> None:
    standard = terms(conditions=(Condition("申请人的age符合规定", CITED, "", "age >= 18"),))

    mutated = {mutation.of for mutation in mutations(standard)}

    whole = {
        f"{kind.__name__}.{field.name}"
        for kind in (Terms, Condition, Requirement, Limit)
        for field in dataclasses.fields(kind)
    }
    # A list is mutated by its rows, a limit by its parts.
    assert whole - mutated == {"Terms.statutory"}


@given(TERMS, st.randoms(use_true_random=False))
def test_reordering_finds_nothing(standard: Terms, chance: Any) -> None:
    assert found(standard, _shuffled(standard, chance)) == []


@given(TERMS, TERMS, st.randoms(use_true_random=False))
def test_the_order_in_which_a_body_lists_things_changes_no_finding(one: Terms, other: Terms, chance: Any) -> None:
    assert compare(one, _shuffled(other, chance), elements=ELEMENTS) == compare(one, other, elements=ELEMENTS)


@given(TERMS, TERMS)
def test_only_what_is_the_same_but_for_order_has_no_finding(one: Terms, other: Terms) -> None:
    assert (found(one, other) == []) == (_unordered(one) == _unordered(other))


@given(values(Terms), values(Terms))
def test_any_two_terms_can_be_compared(one: Terms, other: Terms) -> None:
    findings = compare(one, other, elements={})

    assert list(marks(findings)) == list(Aspect)
    assert compare(one, one, elements={}) == ()
    assert all(finding.sentence.endswith("。") for finding in findings)


def _shuffled(stated: Terms, chance: Any) -> Terms:
    def shuffle(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(rows, len(rows)))

    return replace(
        stated,
        conditions=shuffle(stated.conditions),
        requirements=shuffle(tuple(replace(each, when=shuffle(each.when)) for each in stated.requirements)),
        recognised_in=shuffle(stated.recognised_in),
    )


def _unordered(stated: Terms) -> Any:
    return replace(
        stated,
        conditions=frozenset(stated.conditions),  # type: ignore[arg-type]
        requirements=frozenset(replace(each, when=frozenset(each.when)) for each in stated.requirements),  # type: ignore[arg-type]
        recognised_in=frozenset(stated.recognised_in),  # type: ignore[arg-type]
    )


# --- Name and wording -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "weight"),
    [
        ("食品（含保健食品）经营许可", "食品(含保健食品)经营许可", NOTE),
        ("公司设立登记", " 公司 设立登记", NOTE),
        ("公司设立登记", "内资公司设立登记", BROKEN),
        ("3.5 吨以下货车审验", "35 吨以下货车审验", BROKEN),
        ("第 1 2 条备案", "第 12 条备案", BROKEN),
    ],
)
def test_a_name_written_otherwise_is_noted_and_another_name_is_broken(ours: str, theirs: str, weight: Weight) -> None:
    assert found(terms(name=ours), terms(name=theirs)) == [(Aspect.NAME, "name", weight)]


# --- Conditions -------------------------------------------------------------------------------------------------------


def conditions(*rows: str | tuple[str, str]) -> tuple[Condition, ...]:
    pairs = (row if isinstance(row, tuple) else (row, "") for row in rows)
    return tuple(Condition(text, CITED, "", expression) for text, expression in pairs)


def accepted(ours: tuple[Condition, ...], theirs: tuple[Condition, ...]) -> list[tuple[str, Weight]]:
    findings = compare(terms(conditions=ours), terms(conditions=theirs), elements=ELEMENTS)
    assert {finding.aspect for finding in findings} <= {Aspect.ACCEPTANCE}
    return [(finding.path, finding.weight) for finding in findings]


def test_an_expression_written_otherwise_is_the_same_condition() -> None:
    ours = conditions(("年满 18 周岁且有住所", "age >= 18 && rooms > 0"))
    theirs = conditions(("年满 18 周岁且有住所", "rooms > 0 && 18 <= age"))

    assert accepted(ours, theirs) == [("conditions/0/expression", NOTE)]


def test_the_same_expression_in_other_words_is_the_same_condition() -> None:
    assert accepted(conditions(("成年", "age >= 18")), conditions(("年满十八周岁", "age >= 18"))) == [
        ("conditions/0/text", NOTE)
    ]


def test_a_stricter_expression_is_broken() -> None:
    assert accepted(conditions(("年满 18 周岁", "age >= 18")), conditions(("年满 22 周岁", "age >= 22"))) == [
        ("conditions/0/expression", BROKEN)
    ]


def test_conditions_that_are_only_cut_otherwise_ask_the_same() -> None:
    ours = conditions(("成年", "age >= 18"), ("有住所", "rooms > 0"))
    theirs = conditions(("成年且有住所", "rooms > 0 && age >= 18"))

    assert accepted(ours, theirs) == [("conditions", NOTE)]


def test_conditions_cut_otherwise_hide_no_other_difference() -> None:
    ours = conditions(("有从业人员", "staff >= 1"), ("成年", "age >= 18"), ("有住所", "rooms > 0"))
    theirs = conditions(("有从业人员", "staff >= 5"), ("成年且有住所", "rooms > 0 && age >= 18"))

    assert accepted(ours, theirs) == [("conditions/0/expression", BROKEN), ("conditions", NOTE)]


def test_a_finding_names_the_data_elements_of_an_expression() -> None:
    elements = {"age": DataElement("age", "年龄", "Age", ElementKind.INTEGER)}
    ours, theirs = conditions(("成年", 'age >= 18 && "age" != "x"')), conditions(("成年", "age >= 22"))

    (finding,) = compare(terms(conditions=ours), terms(conditions=theirs), elements=elements)

    assert (finding.expected, finding.found) == ('年龄 >= 18 && "age" != "x"', "年龄 >= 22")


def test_other_words_without_expression_are_undetermined() -> None:
    assert accepted(conditions("有符合规定的住所"), conditions("有固定的经营场所")) == [
        ("conditions/0/text", UNDETERMINED)
    ]


def test_a_condition_that_may_have_moved_into_other_words_is_undetermined() -> None:
    ours, theirs = conditions("有符合规定的住所", "章程合法"), conditions("有符合规定的住所，章程合法")

    assert accepted(ours, theirs) == [("conditions/0/text", UNDETERMINED), ("conditions/1", UNDETERMINED)]


def test_words_are_paired_with_the_most_alike() -> None:
    ours = conditions("有符合规定的住所", "章程合法", "名称符合规定")
    theirs = conditions("名称符合有关规定", "有符合规定的固定住所", "章程合法")

    assert accepted(ours, theirs) == [("conditions/0/text", UNDETERMINED), ("conditions/2/text", UNDETERMINED)]


def test_thousands_of_conditions_are_compared_at_once() -> None:
    ours = conditions(*(f"条件{number}：{'长' * 300}" for number in range(2000)))
    theirs = conditions(*(f"要求{number}：{'短' * 300}" for number in range(2000)))

    assert len(accepted(ours, theirs)) == 2000


# --- Materials --------------------------------------------------------------------------------------------------------


def test_a_material_asked_under_several_answers_is_compared_with_its_like() -> None:
    new = Requirement("M_SEAT", 1, (("q", frozenset({"new"})),))
    moved = Requirement("M_SEAT", 2, (("q", frozenset({"moved"})),))

    standard, stated = terms(requirements=(new, moved)), terms(requirements=(replace(moved, copies=3), new))

    assert found(standard, stated) == [(Aspect.MATERIALS, "materials/M_SEAT/1/copies", BROKEN)]


def test_a_finding_names_material_values_and_article() -> None:
    stated = terms(requirements=(Requirement("M_FORM", 2, source=CITED),))

    (finding,) = compare(terms(), stated, elements={}, names={"M_FORM": "公司登记申请书"})

    assert (finding.expected, finding.found, finding.article) == ("1 份", "2 份", CITED)
    assert finding.sentence == (
        "材料“公司登记申请书”的份数与标准不同：标准为“1 份”，此处为“2 份”。请按标准更正，或提出修订标准。"
    )


# --- Limits -----------------------------------------------------------------------------------------------------------


def test_limits_in_other_units_are_undetermined_whatever_their_days() -> None:
    assert found(terms(), terms(promised=Limit(3, Unit.NATURAL))) == [
        (Aspect.TIME, "limits/promised/unit", UNDETERMINED)
    ]


@pytest.mark.parametrize(
    ("promised", "expected"),
    [
        (None, []),
        (Limit(5, Unit.WORKING), []),
        (Limit(20, Unit.WORKING), []),
        (Limit(21, Unit.WORKING), [(Aspect.TIME, "limits/promised/days", BROKEN)]),
    ],
)
def test_without_an_agreed_promise_a_body_promises_within_the_law(
    promised: Limit | None, expected: list[tuple[Aspect, str, Weight]]
) -> None:
    assert found(terms(promised=None), terms(promised=promised)) == expected


# --- Marks ------------------------------------------------------------------------------------------------------------


def test_the_five_marks_tell_what_holds_what_differs_and_what_nobody_knows() -> None:
    stated = terms(
        name="公司设立备案",
        conditions=conditions("有固定的经营场所"),
        promised=Limit(3, Unit.WORKING),
        recognised_in=("110000", "120000", "130000", "140000"),
    )

    findings = compare(terms(), stated, elements={})

    assert marks(findings) == {
        Aspect.NAME: Mark.DIFFERS,
        Aspect.ACCEPTANCE: Mark.UNKNOWN,
        Aspect.MATERIALS: Mark.HOLDS,
        Aspect.TIME: Mark.HOLDS,
        Aspect.RESULT: Mark.HOLDS,
    }
    assert (conforms(findings), broken(findings)) == (False, True)


def test_what_is_undetermined_does_not_conform_and_is_not_broken() -> None:
    findings = compare(terms(), terms(promised=Limit(5, Unit.NATURAL)), elements={})

    assert (conforms(findings), broken(findings)) == (False, False)


def test_better_and_noted_conforms() -> None:
    findings = compare(terms(), terms(name="公司 设立登记", promised=Limit(1, Unit.WORKING)), elements={})

    assert [finding.weight for finding in findings] == [NOTE, BETTER]
    assert (conforms(findings), broken(findings)) == (True, False)


# --- A body's terms ---------------------------------------------------------------------------------------------------

STANDARD = Standard(
    matter="TB-001",
    name="公司设立登记",
    matter_type=MatterType.LICENCE,
    regime=Regime.LICENCE,
    statutory=Limit(20, Unit.WORKING),
    statutory_source=CITED,
    promised=FIVE_DAYS,
    promised_source=OTHER,
    legal_basis=(OTHER, CITED),
)
IMPLEMENTATION = Implementation("TB-001", "110000", "11110000MA0TB1022H", Limit(7, Unit.WORKING), "审批岗")


def test_a_body_that_states_nothing_has_the_words_of_the_standard_and_its_own_promise() -> None:
    assert effective(IMPLEMENTATION, STANDARD) == replace(STANDARD.terms, promised=Limit(7, Unit.WORKING))


@pytest.mark.parametrize(
    ("said", "kept", "counts"),
    [
        (Limit(7, Unit.WORKING), Limit(7, Unit.WORKING), Limit(7, Unit.WORKING)),
        (Limit(7, Unit.WORKING), Limit(5, Unit.WORKING), Limit(7, Unit.WORKING)),
        (Limit(5, Unit.WORKING), Limit(7, Unit.WORKING), Limit(7, Unit.WORKING)),
        (Limit(5, Unit.WORKING), Limit(5, Unit.NATURAL), Limit(5, Unit.NATURAL)),
        (None, Limit(20, Unit.WORKING), None),
        (None, Limit(5, Unit.WORKING), None),
        (None, Limit(25, Unit.WORKING), Limit(25, Unit.WORKING)),
    ],
)
def test_a_body_is_taken_at_its_word_but_for_a_promise_it_does_not_keep(
    said: Limit | None, kept: Limit, counts: Limit | None
) -> None:
    stated = terms(name="另一名称", promised=said)

    assert effective(replace(IMPLEMENTATION, promised=kept, stated=stated), STANDARD) == replace(
        stated, promised=counts
    )


def test_a_finding_carries_the_article_of_the_standards_element() -> None:
    stated = replace(STANDARD.terms, name="另名", statutory=Limit(30, Unit.WORKING), promised=Limit(6, Unit.WORKING))

    findings = compare(STANDARD.terms, stated, elements={}, articles=articles_of(STANDARD))

    assert [(finding.path, finding.article) for finding in findings] == [
        ("name", OTHER),
        ("limits/statutory/days", CITED),
        ("limits/promised/days", OTHER),
    ]
