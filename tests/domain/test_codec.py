"""What is written comes back equal; what the declaration does not allow is neither written nor read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.strategies import values
from tongban.crypto import canonical
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.sealed import Sealed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    number: int
    sealed: Sealed


KINDS = st.recursive(
    st.sampled_from([str, int, bool, date, datetime, Colour, Sealed, Inner]),
    lambda inner: st.one_of(
        inner.map(lambda kind: tuple[kind, ...]),
        st.tuples(inner, inner).map(lambda pair: tuple[pair]),
        inner.map(lambda kind: kind | None),
    ),
    max_leaves=4,
)


@given(KINDS.flatmap(lambda kind: st.tuples(st.just(kind), values(kind))))
def test_what_is_written_comes_back_equal_through_its_bytes(kind_and_value):
    kind, value = kind_and_value

    plain = canonical.decode(canonical.encode(to_plain(value, kind)))

    assert from_plain(plain, kind) == value


def test_equal_instants_have_equal_text():
    at_beijing = NOON.astimezone(timezone(timedelta(hours=8)))

    assert to_plain(at_beijing, datetime) == to_plain(NOON, datetime) == "2026-03-02T12:00:00+00:00"


def test_sets_are_written_in_order():
    assert to_plain(frozenset({"b", "a", "c"}), frozenset[str]) == ["a", "b", "c"]
    assert from_plain(["a", "b"], frozenset[str]) == frozenset({"a", "b"})


def test_a_closed_set_stands_as_plain_text_where_text_is_declared():
    plain = to_plain(Colour.RED, str)

    assert (plain, type(plain)) == ("red", str)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("in the clear", Sealed),
        ({"person": "p", "ciphertext": "x"}, Sealed),
        ("in the clear", Sealed | None),
        (Sealed("p", "x"), str),
        (Inner(1, "in the clear"), Inner),
        (1, str),
        (None, str),
        ("1", int),
        (True, int),
        (1, bool),
        (1.5, int),
        ("abc", tuple[str, ...]),
        (["a"], tuple[str, ...]),
        ({"a"}, frozenset[str]),
        ("ab", tuple[str, str]),
        (NOON, date),
        ("2026-03-02", date),
        (NOON.replace(tzinfo=None), datetime),
        (NOON.date(), datetime),
        ("red", Colour),
        (object(), object),
    ],
)
def test_what_the_declaration_does_not_allow_is_not_written(value, kind):
    with pytest.raises(TypeError):
        to_plain(value, kind)


@pytest.mark.parametrize(
    ("plain", "kind"),
    [
        ("in the clear", Sealed),
        ({"person": "p"}, Sealed),
        ({"person": "p", "ciphertext": 5}, Sealed),
        (5, str),
        ("5", int),
        (True, int),
        (1, bool),
        ("abc", tuple[str, ...]),
        ({"a": 1}, tuple[str, ...]),
        (["a"], tuple[str, str]),
        ("ab", tuple[str, str]),
        ("ab", frozenset[str]),
        ("2026-02-30", date),
        (20260302, date),
        ("2026-03-02T12:00:00", datetime),
        ("soon", datetime),
        ("blue", Colour),
        (None, date),
    ],
)
def test_what_stands_for_no_value_is_not_read(plain, kind):
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_plain(plain, kind)


def test_anything_passes_where_anything_is_declared():
    assert from_plain(to_plain({"a": [1]}, Any), Any) == {"a": [1]}
