"""Conditions are judged as an evaluator without the engine judges them; what is unknown decides nothing; what is said
in another way is the same, and what is not the same is never called so."""

from __future__ import annotations

from itertools import product

import cel
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.domain.condition_texts import (
    ELEMENTS,
    SMALL,
    condition,
    element,
    expressions,
    full_forms,
    judge,
    partial_forms,
)
from tongban.domain.catalogue import Condition, ElementKind, Source, SourceKind
from tongban.domain.conditions import (
    BadExpression,
    Eligibility,
    Judged,
    Truth,
    compile,
    counterexample,
    evaluate,
    next_questions,
    normal,
    same,
    verdict,
)
from tongban.domain.conditions.fitting import engine_value, variable

OF = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}


def truth(expression, form):
    return evaluate([condition(expression)], form, ELEMENTS)[0].verdict


# --- Judging ----------------------------------------------------------------------------------------------------------


@settings(max_examples=400, deadline=None)
@given(expressions, partial_forms)
@example("tonnage + area <= 0.3", {"tonnage": "0.1", "area": "0.2"})
@example("crew > 1 && false", {})
@example("crew > 1 || true", {})
def test_the_engine_judges_as_kleene_does(expression, form):
    assert truth(expression, form) is OF[judge(compile(expression, ELEMENTS).tree, form)]


@settings(max_examples=200, deadline=None)
@given(expressions, full_forms)
def test_another_engine_judges_a_full_form_the_same(expression, form):
    known = {variable(code): engine_value(ELEMENTS[code], value) for code, value in form.items()}

    assert OF[cel.evaluate(compile(expression, ELEMENTS).said, known)] is truth(expression, form)


@pytest.mark.parametrize(
    ("expression", "form", "expected"),
    [
        # 0.1 + 0.2 is 0.3, whatever binary fractions say.
        ("tonnage + area == 0.3", {"tonnage": "0.1", "area": "0.2"}, Truth.TRUE),
        ("crew * 0.5 >= tonnage", {"crew": "5", "tonnage": "2.5"}, Truth.TRUE),
        ("crew > 2.5", {"crew": "3"}, Truth.TRUE),
        ("issued + 90 >= ends", {"issued": "2026-01-01", "ends": "2026-04-01"}, Truth.TRUE),
        ("issued + 90 >= ends", {"issued": "2026-01-01", "ends": "2026-04-02"}, Truth.FALSE),
        ("ends - issued > 365", {"issued": "2024-02-29", "ends": "2025-02-28"}, Truth.FALSE),
        ("size(ship) == 3", {"ship": "渤远号"}, Truth.TRUE),
        (r"""ship.matches(r'^\p{Han}+\d*$')""", {"ship": "渤远12"}, Truth.TRUE),
        ("""ship == 'a"b'""", {"ship": 'a"b'}, Truth.TRUE),
        ("crew > 1", {"crew": ""}, Truth.UNKNOWN),
        ("crew > 1", {"crew": None}, Truth.UNKNOWN),
        # What the form would not take is not judged.
        ("crew > 1", {"crew": "viele"}, Truth.UNKNOWN),
        ("issued > date('2026-01-01')", {"issued": "2026-02-30"}, Truth.UNKNOWN),
        ("tonnage > 1", {"tonnage": "1.00001"}, Truth.UNKNOWN),
        # Beyond 64 bits nothing is decided, and neither by a text that cannot be encoded.
        ("crew * crew * crew > 5", {"crew": "999999999999"}, Truth.UNKNOWN),
        ("ship == 'a'", {"ship": "\ud800"}, Truth.UNKNOWN),
    ],
)
def test_values_are_compared_exactly_or_not_at_all(expression, form, expected):
    assert truth(expression, form) is expected


def test_each_condition_says_why_and_by_which_article():
    conditions = [
        condition("crew >= 3 && use != 'fish'", article="《船舶登记条例》第二条"),
        condition("tonnage > 300 || ship.contains('渤')", article="《船舶登记条例》第三条"),
        Condition("信誉良好", Source(SourceKind.COMPOSED)),
        condition("berths * berths * berths > 1"),
    ]

    judged = evaluate(conditions, {"crew": "2", "use": "cargo", "tonnage": "20.5", "berths": "999999999999"}, ELEMENTS)

    assert judged == (
        Judged(
            conditions[0],
            Truth.FALSE,
            (),
            ("crew",),
            "“船员人数”填写为“2 人”，不符合这一条。",
            "《船舶登记条例》第二条",
        ),
        Judged(conditions[1], Truth.UNKNOWN, ("ship",), (), "还不知道“船名”，无法判断。", "《船舶登记条例》第三条"),
        Judged(conditions[2], Truth.UNKNOWN, (), (), "这一条需要人工判断。", ""),
        Judged(
            conditions[3],
            Truth.UNKNOWN,
            (),
            (),
            "填写的数值超出了能精确计算的范围，需要人工判断。",
            "《船舶登记条例》第二条",
        ),
    )


def test_a_reason_names_what_settled_it_in_the_words_of_the_form():
    judged = evaluate([condition("use == 'cargo' && crew >= 3")], {"use": "cargo", "crew": "3"}, ELEMENTS)[0]

    assert judged.because == ("use", "crew")
    assert judged.reason == "“用途”填写为“货运”、“船员人数”填写为“3 人”，符合这一条。"


@pytest.mark.parametrize(
    ("expressions", "form", "expected"),
    [
        (["crew > 1", "berths > 1"], {"crew": "2", "berths": "2"}, Eligibility.ELIGIBLE),
        (["crew > 1", "berths > 1"], {"crew": "2", "berths": "1"}, Eligibility.NOT_ELIGIBLE),
        (["crew > 1", "berths > 1"], {"crew": "2"}, Eligibility.UNKNOWN),
        (["crew > 1", "berths > 1"], {"berths": "1"}, Eligibility.NOT_ELIGIBLE),
        (["crew > 1", ""], {"crew": "2"}, Eligibility.UNKNOWN),
        (["crew > 1", ""], {"crew": "1"}, Eligibility.NOT_ELIGIBLE),
        ([""], {}, Eligibility.UNKNOWN),
        ([], {}, Eligibility.UNKNOWN),
    ],
)
def test_one_false_refuses_and_what_is_unknown_decides_nothing(expressions, form, expected):
    assert verdict(evaluate([condition(each) for each in expressions], form, ELEMENTS)) is expected


# --- Asking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expressions", "form", "expected"),
    [
        (["crew > 1 && tonnage > 2"], {}, ("crew", "tonnage")),
        # Settled by a short circuit.
        (["crew > 1 || tonnage > 2", "area > 1"], {"crew": "2"}, ("area",)),
        # Of alternatives the first; the next when it failed or nobody knew.
        (["crew > 1 || tonnage > 2"], {}, ("crew",)),
        (["crew > 1 || tonnage > 2"], {"crew": "1"}, ("tonnage",)),
        (["crew > 1 || tonnage > 2"], {"crew": None}, ("tonnage",)),
        (["!(crew > 1 && tonnage > 2)"], {}, ("crew",)),
        # One condition has failed, or all hold.
        (["crew > 1", "tonnage > 2"], {"crew": "1"}, ()),
        (["crew > 1"], {"crew": "2"}, ()),
        # Nobody knew, or only a person can tell.
        (["crew > 1"], {"crew": None}, ()),
        ([""], {}, ()),
        (["", "crew > 1"], {}, ("crew",)),
    ],
)
def test_only_what_can_still_change_the_verdict_is_asked(expressions, form, expected):
    assert next_questions([condition(each) for each in expressions], form, ELEMENTS) == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(expressions, min_size=1, max_size=3), full_forms)
def test_answering_what_is_asked_gives_the_verdict_of_the_full_form(texts, form):
    conditions = [condition(each) for each in texts]
    told: dict[str, str] = {}
    while asked := next_questions(conditions, told, ELEMENTS):
        assert not set(asked) & set(told)
        told |= {code: form[code] for code in asked}

    assert verdict(evaluate(conditions, told, ELEMENTS)) is verdict(evaluate(conditions, form, ELEMENTS))


@settings(max_examples=150, deadline=None)
@given(st.lists(expressions, min_size=1, max_size=3), partial_forms)
def test_missing_names_everything_that_could_settle_a_condition(texts, form):
    for judged in evaluate([condition(each) for each in texts], form, ELEMENTS):
        others = [code for code in SMALL if code not in judged.missing and code not in form]
        more = form | {code: SMALL[code][0] for code in others}

        assert evaluate([judged.condition], more, ELEMENTS)[0].verdict is judged.verdict


# --- The normal form --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("3 < crew", "crew > 3"),
        ("crew - 1 > 2", "crew > 3"),
        ("2 * crew > 6", "crew > 3"),
        ("crew + crew + crew > 10", "3 * crew > 10"),
        ("!(crew > 3)", "crew <= 3"),
        ("!!(crew > 3)", "crew > 3"),
        ("!(crew > 3 || use == 'fish')", 'crew <= 3 && use != "fish"'),
        ("use in ['fish']", 'use == "fish"'),
        ("use in ['fish', 'cargo', 'fish']", 'use in ["cargo", "fish"]'),
        ("use == 'fish' || use == 'cargo'", 'use in ["cargo", "fish"]'),
        ("use != 'fish' && use != 'cargo'", '!(use in ["cargo", "fish"])'),
        ("crew in [3, 1] || crew == 2", "crew in [1, 2, 3]"),
        ("area > 1 && (crew > 3 && area > 1)", "area > 1 && crew > 3"),
        ("crew > 1 || false || (use == 'fish' && true)", 'crew > 1 || use == "fish"'),
        ("crew > 1 && 1 > 2", "false"),
        ("tonnage > 1 + 1.5", "tonnage > 2.5"),
        ("0.3 * tonnage > 1", "3 * tonnage > 10"),
        ("crew == berths", "berths == crew"),
        ("crew - berths == 0", "berths == crew"),
        ("port != ship", "port != ship"),
        ("ship != port", "port != ship"),
        ("date('2026-01-01') + 1 <= issued", 'issued >= date("2026-01-02")'),
        ("issued + 90 >= ends", "ends - issued <= 90"),
        ("ship.matches(r'\\d')", 'ship.matches("\\\\d")'),
        ("ship.size() > 3", "size(ship) > 3"),
        ("(crew + berths) * (crew - berths) > 0", "berths * berths - crew * crew < 0"),
    ],
)
def test_ways_of_saying_the_same_become_one_text(expression, expected):
    assert normal(expression) == expected
    assert same(expression, expected, ELEMENTS) is True


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_a_normal_form_is_its_own(expression):
    assert normal(normal(expression)) == normal(expression)


@settings(max_examples=300, deadline=None)
@given(expressions, st.lists(full_forms, min_size=5, max_size=5))
def test_a_normal_form_judges_every_form_the_same(expression, forms):
    for form in forms:
        assert truth(normal(expression), form) is truth(expression, form)


@settings(max_examples=200, deadline=None)
@given(expressions, partial_forms)
def test_on_half_a_form_a_normal_form_never_contradicts(expression, form):
    assert {truth(expression, form), truth(normal(expression), form)} != {Truth.TRUE, Truth.FALSE}


@settings(max_examples=200, deadline=None)
@given(st.lists(expressions, min_size=2, max_size=4), st.sampled_from(["&&", "||"]), st.randoms(use_true_random=False))
def test_order_brackets_and_repetition_change_nothing(texts, sign, shuffling):
    again = [*texts, texts[0]]
    shuffling.shuffle(again)

    assert normal(f" {sign} ".join(again)) == normal(f" {sign} ".join(texts))
    assert normal(f"{texts[0]} {sign} (" + f" {sign} ".join(texts) + ")") == normal(f" {sign} ".join(texts))


# --- The same? --------------------------------------------------------------------------------------------------------

RULE = (
    "crew >= 3 && tonnage * 2 < 500.5 && use in ['cargo', 'fish'] && issued > date('2020-05-01') "
    "&& (ship.startsWith('渤') || size(port) == 4)"
)


@pytest.mark.parametrize(
    ("piece", "other"),
    [
        ("crew", "berths"),
        (">= 3", "> 3"),
        (">= 3", "== 3"),
        (">= 3", "<= 3"),
        (">= 3", ">= 4"),
        ("tonnage", "area"),
        ("* 2", "* 3"),
        ("500.5", "500.4"),
        ("< 500.5", "<= 500.5"),
        ("'cargo', 'fish'", "'cargo', 'other'"),
        ("'cargo', 'fish'", "'cargo'"),
        ("issued", "ends"),
        ("05-01", "05-02"),
        ("> date", ">= date"),
        ("startsWith", "contains"),
        ("'渤'", "'渤海'"),
        ("ship.", "port."),
        ("== 4", "!= 4"),
        ("== 4", "== 5"),
        ("size(port)", "size(ship)"),
        ("||", "&&"),
        ("&& (", "|| ("),
        ("(ship", "(!ship"),
    ],
)
def test_any_one_changed_piece_is_a_difference_with_an_example(piece, other):
    assert RULE.count(piece) == 1
    changed = RULE.replace(piece, other)

    found = counterexample(RULE, changed, ELEMENTS)

    assert same(RULE, changed, ELEMENTS) is False
    assert {truth(RULE, found), truth(changed, found)} == {Truth.TRUE, Truth.FALSE}


@settings(max_examples=200, deadline=None)
@given(expressions, expressions, st.lists(full_forms, min_size=5, max_size=5))
def test_what_differs_in_one_form_is_never_called_the_same(one, other, forms):
    differs = any(truth(one, form) is not truth(other, form) for form in forms)
    found = same(one, other, ELEMENTS)

    assert not (found is True and differs)
    if found is False:
        shown = counterexample(one, other, ELEMENTS)
        assert judge(compile(one, ELEMENTS).tree, shown) is not judge(compile(other, ELEMENTS).tree, shown)


@settings(max_examples=60, deadline=None)
@given(expressions)
def test_the_opposite_is_never_the_same(expression):
    assume(normal(expression) not in ("true", "false"))

    assert same(expression, f"!({expression})", ELEMENTS) is not True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Equal for whole numbers, by distribution, by implication: true, but not by the normal form.
        ("crew > 2", "crew >= 3"),
        ("crew > 1 && (use == 'fish' || area > 1)", "crew > 1 && use == 'fish' || crew > 1 && area > 1"),
        ("crew > 2", "crew > 2 && crew > 1"),
        # No number of a ship distinguishes them: a form takes only numbers with seven digits.
        ("size(imo) == 7", "size(imo) >= 7"),
        # Only a person can tell, and what cannot be read.
        ("", ""),
        ("crew > 1", ""),
        ("crew >", "crew >"),
        ("nosuch > 1", "nosuch > 1"),
    ],
)
def test_what_is_not_certain_is_undetermined(one, other):
    elements = ELEMENTS | {"imo": element("imo", "船舶识别号", ElementKind.IMO, example="9074729")}

    assert same(one, other, elements) is None


# --- What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "column", "said"),
    [
        ("crew > 1 && nosuch > 2", 13, "“nosuch”不是数据元，请从数据元表中选用"),
        ("crew == '3'", 6, "一边是文字、一边是数字"),
        ("ship > 'a'", 6, "文字不分大小"),
        ("crew", 1, "应是一个判断，不是一个值"),
        ("crew > 1 && berths", 13, "应是一个判断，不是一个值"),
        ("!crew > 1", 2, "应是一个判断，不是一个值"),
        ("(crew > 1) == true", 12, "不能比较两个判断"),
        ("use == 'mail'", 8, "“mail”不是“用途”的选项，请从 cargo、fish、other 中选用"),
        ("use in ['cargo', 'mail']", 18, "“mail”不是“用途”的选项"),
        ("issued > 20260101", 8, "日期只能与日期比较"),
        ("issued * crew > 1", 8, "日期不能相乘"),
        ("issued * 0.5 > date('2026-01-01')", 8, "日期不能乘以小数"),
        ("issued > date('2026-02-30')", 10, "没有这一天"),
        ("size(crew) > 1", 1, "size 只能数文字的字数"),
        ("ship + port == 'ab'", 6, "只能计算数字和日期"),
        ("use.contains('a')", 5, ".contains 只能用于填写文字的数据元"),
        ("ship.matches(port)", 6, ".matches 只能与固定的文字比"),
        ("ship.matches('(')", 6, "正则表达式不成立"),
        ("crew in [berths]", 6, "只能写固定的值"),
        ("ship in [port]", 10, "只能写固定的值"),
        ("crew in ['a']", 6, "in 前后类型不同"),
        ("crew in []", 10, "列表是空的"),
        ("1 < crew < 3", 10, "不能连续比较"),
        ("crew >", 7, "没有写完"),
        ("(crew > 1", 10, "这里应为“)”"),
        ("crew > 1)", 9, "不应出现“)”"),
        ("crew ＞ 1", 6, "全角符号“＞”"),
        ("crew > 1.23456", 8, "数字过长"),
        ("crew > 0x10", 8, "数字写法不对"),
        ("crew > 1e9", 8, "数字写法不对"),
        ("crew > 1 ? true : false", 10, "不能使用“?”"),
        ("crew / 2 > 1", 6, "不能使用“/”"),
        ("crew.value > 1", 5, "只能用 .startsWith"),
        ("ship.lower() == 'a'", 6, "不能使用“lower”"),
        ("ship == 'a", 9, "没有收尾的引号"),
        ("ship == '\\d'", 9, "没有意义"),
        ("type > 1", 1, "“type”不是数据元"),
        ("", 0, "表达式是空的"),
        ("  \n", 0, "表达式是空的"),
        ("crew * crew * crew * crew > 1", 6, "相乘的数据元过多"),
        ("tonnage * tonnage * tonnage > 999999999999", 29, "数字太大"),
    ],
)
def test_what_is_outside_the_language_is_refused_with_its_column(expression, column, said):
    with pytest.raises(BadExpression) as refused:
        compile(expression, ELEMENTS)

    assert refused.value.column == column
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("x" * 100_000, "过长"),
        ("crew > 1 && " * 8_000 + "true", "过长"),
        ("+" * 1_500, "过长"),
        ("(" * 190 + "crew > 1" + ")" * 190, "套得太深"),
        ("!" * 300 + "true", "套得太深"),
        ("-" * 300 + "crew > 1", "套得太深"),
        ("size(" * 130 + "ship" + ")" * 130 + " > 1", "套得太深"),
        ("crew" + " + crew" * 100 + " > 1", "连加或连乘"),
        ("ship == 'a\0b'", "U+0000"),
        ("ship\0 == 'a'", "U+0000"),
        ("ship == '\u202eb'", "U+202E"),
        ("ship == '\ud800'", "U+D800"),
        ("crew > " + "9" * 400, "数字过长"),
        ("crew * 999999999999 * 999999999999 * 999999999999 > 1", "数字太大"),
        ("ship.matches('((a{100}){100}){100}')", "正则表达式"),
        ("ship.matches('" + "(a*)*" * 60 + "')", "文字过长"),
        ("[1, 2].exists(i, i > crew)", "不应出现“[”"),
        ("ship.all(i, true)", "不能使用“all”"),
        ("ship.map(i, i)", "不能使用“map”"),
        ("ship.filter(i, true)", "不能使用“filter”"),
        ("has(ship.x)", "不能使用“has”"),
        ("timestamp('2026-01-01T00:00:00Z') > 1", "不能使用“timestamp”"),
        ("{'a': crew}.a > 1", "不能使用“{”"),
        ("crew > 1 // 注", "不能使用“/”"),
        ("`crew` > 1", "不能使用“`”"),
        ("b'a' == ship", "不应出现"),
    ],
    ids=lambda text: text[:24].encode("unicode_escape").decode() if isinstance(text, str) else None,
)
def test_hostile_input_is_refused_with_a_sentence(expression, said):
    with pytest.raises(BadExpression, match="条件表达式未保存：") as refused:
        compile(expression, ELEMENTS)

    assert said in str(refused.value)
    assert len(str(refused.value)) < 200


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="crewship ()[]!&|<>=+-*.,'\"\\0123date\0中", max_size=60))
def test_any_text_is_an_expression_or_refused(text):
    try:
        compiled = compile(text, ELEMENTS)
    except BadExpression as refused:
        assert 0 <= refused.column <= len(text) + 1
    else:
        assert normal(compiled.expression) == normal(normal(text))


def test_products_of_long_sums_are_refused_before_they_are_multiplied_out():
    many = {f"n{place}": element(f"n{place}", "数", ElementKind.INTEGER) for place in range(60)}
    sums = ["(" + " + ".join(f"n{place}" for place in range(start, start + 20)) + ")" for start in (0, 20, 40)]

    with pytest.raises(BadExpression, match="项数太多"):
        normal(f"{' * '.join(sums)} > 1")

    assert same(f"{' * '.join(sums)} > 1", f"{' * '.join(sums)} > 1", many) is None


def test_every_choice_of_small_forms_is_a_value_that_a_form_takes():
    for code, values in SMALL.items():
        assert [engine_value(ELEMENTS[code], value) is None for value in values] == [False] * len(values)
    assert len(list(product(*SMALL.values()))) > 1_000
