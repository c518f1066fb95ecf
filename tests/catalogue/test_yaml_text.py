"""A data file says what its author sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue import yaml_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", "no"),
        ("a: on", "on"),
        ("a: 2021-07-01", "2021-07-01"),
        ("a: 000718", "000718"),
        ("a: 1_000", "1_000"),
        ("a: 1.5", "1.5"),
        ("a: 0x1F", "0x1F"),
        ("a: trueness", "trueness"),
        ("a: 12", 12),
        ("a: -3", -3),
        ("a: true", True),
        ("a: null", None),
        ("a: '12'", "12"),
    ],
)
def test_only_plain_numbers_truth_and_null_are_not_text(text: str, value: object) -> None:
    assert yaml_text.read(text) == {"a": value}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: 2\na: 3", "第 3 行第 1 列的“a”写了两次"),
        ("1: a", "第 1 行第 1 列的名称不是文字"),
        ("a: !!python/object:os.system x", "第 1 行第 4 列不合 YAML 语法"),
        ("a: \x00", "含有 YAML 不允许的字符"),
    ],
)
def test_what_could_be_read_otherwise_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(yaml_text.Unreadable) as refused:
        yaml_text.read(text)

    assert str(refused.value) == sentence


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        yaml_text.read(text)
    except yaml_text.Unreadable as refused:
        assert str(refused)
