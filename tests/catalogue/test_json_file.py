"""The JSON file of the catalogue has the form of the kernel's values; whatever else comes gets its report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalogue.holdings import holdings, implementation, standard
from tongban.catalogue import schema
from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports.jsonfile import form, json_file
from tongban.catalogue.imports import jsonfile
from tongban.catalogue.imports.taken import Taken
from tongban.domain.catalogue import Terms
from tongban.domain.codec import from_plain
from tongban.domain.conformance import effective

SMALL = Holdings(standards=(standard(), standard("X-2")), implementations=(implementation(),))


def read(plain: Any) -> Taken:
    return jsonfile.read(file="a.json", data=json.dumps(plain).encode())


def plain_file() -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json_file(SMALL))
    return plain


def told(taken: Taken) -> list[tuple[str, int, str, str]]:
    return [(fault.sheet, fault.row, fault.column, fault.reason) for fault in taken.faults]


def test_the_schema_of_the_file_is_that_of_the_kernel() -> None:
    stored = Path(schema.__file__).parent / "data" / "schema" / "catalogue.json"

    assert json.loads(stored.read_text(encoding="utf-8")) == form()


@settings(max_examples=25, deadline=None)
@given(holdings())
def test_what_was_written_comes_back_equal(given: Holdings) -> None:
    data = json_file(given)

    taken = jsonfile.read(file="a.json", data=data)

    assert schema.bad_rows("a.json", json.loads(data), "catalogue") == []
    assert (taken.faults, taken.good) == ([], given)


def test_the_file_tells_the_terms_that_are_compared() -> None:
    (one,) = plain_file()["terms"]

    assert (one["matter"], one["body"], one["region"]) == ("X-1", "11130200MA0TB0011Q", "130000")
    assert from_plain(one["terms"], Terms) == effective(SMALL.implementations[0], SMALL.standards[0])


@pytest.mark.parametrize(
    ("path", "value", "column", "reason"),
    [
        (("name",), 5, "name", "应为文字，写的是“5”"),
        (("matter_type",), "permit", "matter_type", "应为 licence、levy"),
        (("statutory", "days"), "20", "statutory/days", "应为整数，写的是“20”"),
        (("statutory", "days"), 99_999, "", "办理时限不能是 99999 天"),
        (("promised",), {}, "promised", "缺少 days、unit、start"),
        (("name",), "甲\0", "", "看不见的控制字符"),
        (("name",), "\ud800", "", "看不见的控制字符"),
        (("version",), 10**20, "", "过大的数字"),
    ],
)
def test_a_wrong_value_is_told_with_list_place_path_and_reason(
    path: tuple[str, ...], value: Any, column: str, reason: str
) -> None:
    plain = plain_file()
    place = plain["standards"][0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    taken = read(plain)

    assert taken.faults[0].cells[:4] == ("a.json", "standards", "1", column)
    assert reason in taken.faults[0].reason
    assert [one.matter for one in taken.good.standards] == ["X-2"]
    assert taken.good.implementations == ()


def test_the_second_of_two_equal_keys_is_told() -> None:
    plain = plain_file()
    plain["standards"].append(plain["standards"][0])

    assert told(read(plain)) == [("standards", 3, "", "与第 1 个重复。请只留一个")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"format": "other", "version": 1}',
        b"[" * 100_000,
        b"\xff",
        b"1" * 9999,
    ],
)
def test_what_is_no_such_file_is_told(data: bytes) -> None:
    taken = jsonfile.read(file="a.json", data=data)

    assert taken.spoilt_whole
    assert taken.good == Holdings()


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_stands_in_the_file_is_taken_or_told(data: st.DataObject) -> None:
    plain = plain_file()
    place: Any = plain
    for _ in range(data.draw(st.integers(1, 4))):
        steps = list(place) if isinstance(place, dict) else list(range(len(place))) if isinstance(place, list) else []
        if not steps:
            break
        step = data.draw(st.sampled_from(steps))
        above, place = place, place[step]
    above[step] = data.draw(JSON)

    taken = read(plain)

    assert all(fault.reason for fault in taken.faults)
