"""One value, one form; what another reader could understand otherwise is refused."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.crypto.canonical import DEEPEST, NotCanonical, decode, encode

texts = st.text(st.characters(exclude_categories=["Cs"]))
whole = st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    st.none() | st.booleans() | whole | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_what_is_written_reads_back_the_same(value):
    form = encode(value)

    assert decode(form) == value
    assert encode(decode(form)) == form
    assert json.loads(form, parse_int=float) == value


@given(st.dictionaries(texts, whole, max_size=6), st.randoms())
def test_the_order_of_members_does_not_matter(members, chance):
    names = list(members)
    chance.shuffle(names)

    assert encode({name: members[name] for name in names}) == encode(members)


def test_members_are_sorted_by_utf_16_units():
    assert encode({"\ufb33": 1, "\U0001f602": 2, "é": 3}).decode() == '{"é":3,"\U0001f602":2,"\ufb33":1}'


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (1e21, "1e+21"),
        (999999999999999900000.0, "999999999999999900000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (123456.789, "123456.789"),
        (2**53 - 1, "9007199254740991"),
    ],
)
def test_numbers_have_their_shortest_form(number, text):
    assert encode(number).decode() == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (math.nan, "NaN"),
        (math.inf, "NaN"),
        (2**53, "53 次方"),
        (-(2**53), "53 次方"),
        ("\ud800", "代理字符"),
        ({"\udc00": 1}, "代理字符"),
        ({1: "one"}, "名称必须是文本"),
        ({1, 2}, "set"),
        (b"bytes", "bytes"),
    ],
)
def test_a_value_without_a_form_is_refused(value, words):
    with pytest.raises(NotCanonical, match=words):
        encode(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"a":1,"b":2,"a":1}', "“a”出现了两次"),
        (b"NaN", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"1e999", "太大"),
        (b"9007199254740993", "53 次方"),
        (b"9" * 5000, "53 次方"),
        (b'"\\ud800"', "代理字符"),
        (b"\xef\xbb\xbf{}", "不是 JSON"),
        (b'"\xff"', "UTF-8"),
        (b"{}{}", "第 1 行第 3 列"),
        (b"", "不是 JSON"),
        (b"[" * 100_000, "嵌套"),
        (b"[" * 200 + b"]" * 200, "嵌套"),
    ],
)
def test_a_text_with_two_meanings_is_refused(text, words):
    with pytest.raises(NotCanonical, match=words):
        decode(text)


def test_a_deep_value_is_refused_by_its_depth():
    def nested(levels):
        value = []
        for _ in range(levels):
            value = [value]
        return value

    assert encode(nested(DEEPEST)) == b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1)
    with pytest.raises(NotCanonical, match="嵌套"):
        encode(nested(DEEPEST + 1))
