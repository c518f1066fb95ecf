"""Catalogues that contradict themselves are refused whole, with what is wrong and what to do."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest

from tests.domain.strategies import Spec, build
from tongban.domain import plan
from tongban.domain.catalogue import Choice, Circular, Inconsistent, Item, Question, applies, check

SHIP = Question("ship", "船舶来源？", (Choice("new", "新建"), Choice("bought", "购置")), default="new")
BOUGHT = (("ship", frozenset({"bought"})),)


def test_a_bundle_whose_parts_fit_together_is_taken():
    named = Spec("name", elements=("ship_name",), determines=("ship_name",))
    later = Spec("later", needs=("between",), elements=("ship_name",))

    assert check(*build([later, named, Spec("between", needs=("name",)), Spec("other", materials=("a",))])) is None


def without(mapping, code):
    return {each: value for each, value in mapping.items() if each != code}


def changed(part, code):
    catalogue, bundle = build([Spec("a", materials=("id",), elements=("e",)), Spec("b", needs=("a",))])
    return replace(catalogue, **{part: without(getattr(catalogue, part), code)}), bundle


@pytest.mark.parametrize(
    ("part", "code", "sentence"),
    [
        ("standards", "a", "集成办理“试验集成办理”未装载：事项 a 没有标准或实施清单。请先补上。"),
        ("implementations", "b", "集成办理“试验集成办理”未装载：事项 b 没有标准或实施清单。请先补上。"),
        ("materials", "id", "事项 a 未装载：id 没有定义。请在材料、证照类型或数据元中补上。"),
        ("certificate_types", "C-a", "事项 a 未装载：C-a 没有定义。请在材料、证照类型或数据元中补上。"),
        ("elements", "e", "事项 a 未装载：e 没有定义。请在材料、证照类型或数据元中补上。"),
    ],
)
def test_a_code_that_nothing_defines_is_named(part, code, sentence):
    with pytest.raises(Inconsistent) as refusal:
        check(*changed(part, code))

    assert str(refusal.value) == sentence


def test_a_matter_stands_once_in_a_bundle():
    catalogue, bundle = build([Spec("a")])

    with pytest.raises(Inconsistent, match="事项 a 出现了两次"):
        check(catalogue, replace(bundle, items=(*bundle.items, Item("a", "二"))))


def test_one_matter_yields_a_certificate_type():
    catalogue, bundle = build([Spec("a"), Spec("b")])
    standards = {**catalogue.standards, "b": replace(catalogue.standards["b"], yields="C-a")}

    with pytest.raises(Inconsistent, match="证照类型 C-a 出现了两次"):
        check(replace(catalogue, standards=standards), bundle)


def test_two_matters_yield_one_type_where_no_answers_choose_both():
    catalogue, bundle = build([Spec("a"), Spec("b"), Spec("c", needs=("a",))])
    standards = {**catalogue.standards, "b": replace(catalogue.standards["b"], yields="C-a")}
    yes_or_no = Question("q", "?", (Choice("yes", "是"), Choice("no", "否")), default="no")
    a, b, c = bundle.items
    either = replace(
        bundle,
        questions=(yes_or_no,),
        items=(replace(a, when=(("q", frozenset({"yes"})),)), replace(b, when=(("q", frozenset({"no"})),)), c),
    )
    catalogue = replace(catalogue, standards=standards)

    check(catalogue, either)

    waits = {answer: plan.derive(catalogue, either, {"q": answer}).cases[1] for answer in ("yes", "no")}
    assert {answer: (case.matter, case.awaits, case.needs) for answer, case in waits.items()} == {
        "yes": ("c", (1,), ()),
        "no": ("c", (1,), ()),
    }


def test_a_matter_that_waits_for_itself_is_the_smallest_circle():
    with pytest.raises(Circular) as refusal:
        check(*build([Spec("a", needs=("a",))]))

    assert refusal.value.path == ("a", "a")


def test_content_that_another_decision_fixes_stands_only_where_it_is_waited_for():
    with pytest.raises(Inconsistent, match="事项 b 的目录有误：它的证照写有 e，该内容由 a 的决定确定"):
        check(*build([Spec("a", elements=("e",), determines=("e",)), Spec("b", elements=("e",))]))


@pytest.mark.parametrize("turned", [False, True])
def test_content_that_two_decisions_fix_is_refused_in_any_order(turned):
    specs = [Spec("a", determines=("e",)), Spec("b", determines=("e",)), Spec("c", needs=("b",), elements=("e",))]

    with pytest.raises(Inconsistent, match="事项 c 的目录有误：它的证照写有 e，该内容由 a 的决定确定"):
        check(*build(reversed(specs) if turned else specs))


def test_checking_a_long_chain_remembers_no_more_than_the_chain():
    catalogue, bundle = build([Spec(f"m{n}", needs=(f"m{n - 1}",) if n else ()) for n in range(2000)])

    tracemalloc.start()
    check(catalogue, bundle)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 4_000_000  # a set of all that come before, for each matter, would be 90 MB


@pytest.mark.parametrize(
    ("questions", "when", "sentence"),
    [
        ((), BOUGHT, "“a” 的适用条件引用了问题 ship，但它不在此前的问题之中"),
        ((SHIP,), (("ship", frozenset({"stolen"})),), "“a” 的适用条件引用了问题 ship 的选项 stolen，但没有这个选项"),
        ((replace(SHIP, default="stolen"),), (), "“ship” 的默认选项 stolen 不在它的选项之中"),
        ((replace(SHIP, when=BOUGHT),), (), "“ship” 的适用条件引用了问题 ship，但它不在此前的问题之中"),
        ((SHIP, SHIP), (), "问题 ship 出现了两次"),
    ],
)
def test_questions_and_what_refers_to_them_fit_together(questions, when, sentence):
    with pytest.raises(Inconsistent, match=sentence):
        check(*build([Spec("a", when=when)], questions=questions))


def test_a_condition_applies_when_every_question_has_one_of_its_answers():
    when = (("ship", frozenset({"bought", "leased"})), ("flag", frozenset({"cn"})))

    assert applies((), {})
    assert applies(when, {"ship": "leased", "flag": "cn"})
    assert not applies(when, {"ship": "leased", "flag": "other"})
    assert not applies(when, {"ship": "leased"})
