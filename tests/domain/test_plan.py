"""The plan beside a brute force, and beside what nobody should be able to make it do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.strategies import Spec, acyclic, build
from tongban.catalogue import calendars
from tongban.domain.catalogue import Choice, Circular, Inconsistent, Question, StepsApart, awaited, check, order
from tongban.domain.clock import Unit
from tongban.domain.plan import (
    Figures,
    Late,
    NothingChosen,
    NotInTime,
    UnknownAnswer,
    complete,
    demand_in_time,
    derive,
)

SHIP = Question("ship", "船舶来源？", (Choice("new", "新建"), Choice("bought", "购置")), default="new")
BOUGHT = (("ship", frozenset({"bought"})),)
FLAG = Question(
    "flag", "原国籍？", (Choice("cn", "中国"), Choice("other", "外国")), "cn", when=(("ship", frozenset({"bought"})),)
)


def brute_force(specs, retrievable):
    """What `practice.md` says, without a graph: relax until nothing moves."""
    by_code = {spec.code: spec for spec in specs}
    side = {spec.code: spec.days for spec in specs}
    chain = dict(side)
    for _ in specs:
        side = {c: max([by_code[c].days, *(side[n] for n in by_code[c].needs)]) for c in by_code}
        chain = {c: by_code[c].days + max([0, *(chain[n] for n in by_code[c].needs)]) for c in by_code}
    single = [material for spec in specs for material in spec.materials]
    pooled = set(single)
    return Figures(
        matters=len(specs),
        categories=len({spec.category for spec in specs}),
        materials_one_by_one=len(single),
        materials_asked_without_sharing=len(pooled),
        materials_asked_with_sharing=len(pooled - retrievable),
        repeats_saved=len(single) - len(pooled),
        serial_working_days=sum(spec.days for spec in specs),
        parallel_working_days=max(side.values()),
        certificate_chain_days=max(chain.values()),
    )


@given(acyclic(), st.frozensets(st.sampled_from("abcdef")))
def test_the_figures_equal_a_brute_force(specs, retrievable):
    plan = derive(*build(specs, retrievable=retrievable), {})

    assert plan.figures == brute_force(specs, retrievable)


@given(acyclic())
def test_a_case_awaits_exactly_the_matters_whose_certificates_it_needs(specs):
    plan = derive(*build(specs), {})

    assert {case.matter: {plan.cases[i - 1].matter for i in case.awaits} for case in plan.cases} == {
        spec.code: set(spec.needs) for spec in specs
    }
    assert [case.needs for case in plan.cases] == [()] * len(specs)
    assert [case.index for case in plan.cases] == list(range(1, len(specs) + 1))


@given(acyclic())
def test_a_material_is_asked_once_for_all_the_matters_it_serves(specs):
    plan = derive(*build(specs), {})

    assert {ask.material: ask.matters for ask in plan.asks} == {
        material: tuple(spec.code for spec in specs if material in spec.materials)
        for material in dict.fromkeys(m for spec in specs for m in spec.materials)
    }
    assert len({ask.material for ask in plan.asks}) == len(plan.asks)


@given(acyclic())
def test_the_critical_path_is_a_chain_of_certificates_as_long_as_the_figure_says(specs):
    plan = derive(*build(specs), {})
    by_code = {spec.code: spec for spec in specs}
    path = plan.critical_path

    assert all(earlier in by_code[later].needs for earlier, later in pairwise(path))
    assert by_code[path[0]].needs == ()
    assert sum(by_code[code].days for code in path) == plan.figures.certificate_chain_days


@given(acyclic())
def test_the_order_places_whoever_is_awaited_first_and_everybody_once(specs):
    catalogue, bundle = build(specs)
    matters = [item.matter for item in bundle.items]
    sequence = order(awaited(catalogue, matters))

    assert sorted(sequence) == sorted(matters)
    assert all(sequence.index(n) < sequence.index(s.code) for s in specs for n in s.needs)


@given(acyclic(), st.data())
def test_a_circle_is_refused_with_a_path_that_walks_and_closes(specs, data):
    # A chain through every matter, closed by one edge back, among whatever edges were there.
    around = [spec.code for spec in specs]
    closed = tuple(
        replace(spec, needs=tuple(dict.fromkeys((*spec.needs, around[place - 1])))) for place, spec in enumerate(specs)
    )
    needs = {spec.code: spec.needs for spec in closed}
    catalogue, bundle = build(data.draw(st.permutations(closed)))

    for act in (lambda: check(catalogue, bundle), lambda: derive(catalogue, bundle, {})):
        with pytest.raises(Circular, match=r"事项互相等待，成了环：.* → ") as refusal:
            act()
        path = refusal.value.path
        assert path[0] == path[-1]
        assert len(set(path)) == len(path) - 1 >= 1
        assert all(later in needs[earlier] for earlier, later in pairwise(path))


def long_chain(days):
    return [
        Spec(f"m{n}", days=days(n), statutory=3650, needs=(f"m{n - 1}",) if n else (), materials=("a",))
        for n in range(5000)
    ]


def test_a_chain_of_five_thousand_matters_exhausts_neither_the_stack_nor_patience():
    catalogue, bundle = build(reversed(long_chain(lambda n: 1)))

    check(catalogue, bundle)
    plan = derive(catalogue, bundle, {})

    assert plan.figures.serial_working_days == plan.figures.certificate_chain_days == 5000
    assert plan.critical_path == tuple(f"m{n}" for n in range(5000))
    assert (plan.feasible, len(plan.stages)) == (True, 1)


def test_a_long_chain_in_which_everybody_is_late_comes_apart_into_as_many_stages():
    plan = derive(*build(long_chain(lambda n: max(0, 3000 - n))), {})

    assert len(plan.stages) == 3001
    assert plan.stages[0] == ("m0",)
    assert len(plan.stages[-1]) == 2000


# --- In time ---


def in_time(specs, stage):
    """Whether every matter of a stage can be decided within its own days when its stage is handed in together."""
    by_code = {spec.code: spec for spec in specs}
    return all(
        stage[need] < stage[spec.code] or (stage[need] == stage[spec.code] and by_code[need].days <= spec.days)
        for spec in specs
        for need in spec.needs
    )


@given(acyclic(most=5, longest=4))
def test_stages_are_feasible_and_as_few_as_can_be(specs):
    plan = derive(*build(specs), {})
    stage = {matter: number for number, matters in enumerate(plan.stages) for matter in matters}
    codes = [spec.code for spec in specs]
    fewest = next(
        number
        for number in range(1, len(specs) + 1)
        if any(in_time(specs, dict(zip(codes, way, strict=True))) for way in product(range(number), repeat=len(codes)))
    )

    assert sorted(stage) == sorted(codes)
    assert in_time(specs, stage)
    assert len(plan.stages) == fewest
    assert plan.feasible == (fewest == 1)
    for matters in plan.stages:
        together = {s.code for s in specs if s.code in matters}
        alone = [replace(s, needs=tuple(n for n in s.needs if n in together)) for s in specs if s.code in together]
        assert derive(*build(alone), {}).late == ()


def test_what_comes_too_late_is_named_with_the_one_it_waits_for():
    catalogue, bundle = build([Spec("a", days=10), Spec("b", days=3), Spec("c", days=4, needs=("a", "b"))])
    plan = derive(catalogue, bundle, {})

    assert plan.late == (Late(matter="c", awaited="a", own=4, comes=10),)
    assert plan.stages == (("a", "b"), ("c",))
    with pytest.raises(
        NotInTime, match="“丙”须等待“甲”的证照，到时已超过自身时限。请分批提交（第1批：甲、b；第2批：丙）。"
    ):
        demand_in_time(plan, {"a": "甲", "c": "丙"})


def test_a_plan_in_time_may_be_handed_in():
    plan = derive(*build([Spec("a", days=4), Spec("b", days=4, needs=("a",))]), {})

    assert demand_in_time(plan, {}) is None


def test_the_law_shortens_a_promise_that_is_longer_than_it():
    plan = derive(*build([Spec("a", days=8), Spec("b", days=9, statutory=7, needs=("a",))]), {})

    assert plan.late == (Late(matter="b", awaited="a", own=7, comes=8),)


@pytest.mark.parametrize(
    ("start", "late"),
    [
        (date(2026, 3, 2), False),  # 7 natural days from a Monday end on Monday the 9th, 5 working days too
        (date(2026, 2, 13), True),  # over the Spring Festival 5 working days end on 28 February, 7 natural on the 24th
    ],
)
def test_limits_in_different_units_meet_on_the_calendar(start, late):
    specs = [Spec("a", days=5), Spec("b", days=7, unit=Unit.NATURAL, needs=("a",))]
    plan = derive(*build(specs), {}, calendar=calendars.load(), start=start)

    assert plan.feasible is not late


def test_no_figure_mixes_natural_and_working_days():
    specs = [Spec("a", days=5), Spec("b", days=7, unit=Unit.NATURAL)]
    figures = derive(*build(specs), {}).figures

    assert (figures.serial_working_days, figures.parallel_working_days, figures.certificate_chain_days) == (None,) * 3
    assert figures.matters == 2


# --- Answers ---


def asked():
    return build([Spec("a"), Spec("b", when=BOUGHT), Spec("c", needs=("b",))], questions=(SHIP, FLAG))


def test_defaults_answer_what_was_not_said_and_what_does_not_arise_is_left_out():
    _, bundle = asked()

    assert complete(bundle, {}) == {"ship": "new"}
    assert complete(bundle, {"flag": "other"}) == {"ship": "new"}
    assert complete(bundle, {"ship": "bought"}) == {"ship": "bought", "flag": "cn"}


def test_answers_choose_the_matters_and_a_certificate_of_one_not_chosen_must_be_held():
    new, bought = derive(*asked(), {}), derive(*asked(), {"ship": "bought"})

    assert [(c.matter, c.awaits, c.needs) for c in new.cases] == [("a", (), ()), ("c", (), ("C-b",))]
    assert [(c.matter, c.awaits, c.needs) for c in bought.cases] == [("a", (), ()), ("b", (), ()), ("c", (2,), ())]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"colour": "red"}, "问题“colour”不属于“试验集成办理”。请按页面上的问题作答。"),
        ({"ship": "stolen"}, "“船舶来源？”没有“stolen”这个选项。请从新建、购置中选择。"),
        ({"ship": ""}, "“船舶来源？”没有“”这个选项。请从新建、购置中选择。"),
        ({"ship": ["new"]}, "“船舶来源？”没有“['new']”这个选项。请从新建、购置中选择。"),
        ({"ship": None}, "“船舶来源？”没有“None”这个选项。请从新建、购置中选择。"),
    ],
)
def test_an_unknown_answer_is_refused(answers, sentence):
    with pytest.raises(UnknownAnswer) as refusal:
        derive(*asked(), answers)

    assert str(refusal.value) == sentence
    assert refusal.value.field == next(iter(answers))


def test_answers_that_leave_nothing_are_refused():
    catalogue, bundle = build([Spec("a", when=BOUGHT)], questions=(SHIP,))

    with pytest.raises(NothingChosen, match="没有需要办理的事项。请修改回答。"):
        derive(catalogue, bundle, {})


def test_a_chain_whose_middle_the_answers_leave_out_is_refused_where_it_fixes_content() -> None:
    """`c` shows what `a` fixes and waits for it only through `b`, which a new ship does not need."""
    specs = [
        Spec("a", elements=("name",), determines=("name",)),
        Spec("b", needs=("a",), when=BOUGHT),
        Spec("c", needs=("b",), elements=("name",)),
    ]
    catalogue, bundle = build(specs, questions=(SHIP,))
    check(catalogue, bundle)

    assert [case.matter for case in derive(catalogue, bundle, {"ship": "bought"}).cases] == ["a", "b", "c"]
    with pytest.raises(Inconsistent, match="c 的目录有误：它的证照写有 name，该内容由 a 的决定确定"):
        derive(catalogue, bundle, {"ship": "new"})


def test_a_stage_needs_what_other_stages_yield_from_outside() -> None:
    catalogue, bundle = build([Spec("a", days=9), Spec("b", days=2, needs=("a",)), Spec("c", needs=("b",))])
    whole = derive(catalogue, bundle, {})

    first, second = (derive(catalogue, bundle, {}, only=stage) for stage in whole.stages)

    assert whole.stages == (("a",), ("b", "c"))
    assert [(case.matter, case.awaits, case.needs) for case in first.cases] == [("a", (), ())]
    assert [(case.matter, case.awaits, case.needs) for case in second.cases] == [
        ("b", (), ("C-a",)),
        ("c", (1,), ()),
    ]
    assert first.feasible and second.feasible


@pytest.mark.parametrize(
    ("steps", "planned"), [((), ()), ((1, 1), (1, 1)), ((1, 2), (1, 2)), ((2, 1), (2, 1))], ids=str
)
def test_a_plan_keeps_the_rounds_in_which_opinions_are_asked(steps, planned):
    catalogue, bundle = build([Spec("a", opinion_desks=("甲岗", "乙岗"))])
    offered = {"a": replace(catalogue.implementations["a"], opinion_steps=steps)}

    assert derive(replace(catalogue, implementations=offered), bundle, {}).cases[0].steps == planned


@pytest.mark.parametrize("steps", [(1,), (1, 2, 3), (0, 1)])
def test_rounds_that_do_not_fit_the_desks_are_refused(steps):
    catalogue, bundle = build([Spec("a", opinion_desks=("甲岗", "乙岗"))])
    offered = {"a": replace(catalogue.implementations["a"], opinion_steps=steps)}

    with pytest.raises(StepsApart, match="意见次序与意见岗位不一致"):
        derive(replace(catalogue, implementations=offered), bundle, {})
