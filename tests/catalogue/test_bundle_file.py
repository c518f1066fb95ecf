"""A bundle file from elsewhere is read whole or refused with every mistake in its place."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.catalogue import files
from tongban.catalogue.rows import BadRows
from tongban.domain import plan
from tongban.domain.catalogue import Circular, Inconsistent, Source, SourceKind
from tongban.domain.clock import Limit, Start, Unit

SMALL: dict[str, Any] = {
    "title": "小例子",
    "materials": {
        "M_A": {"name": "甲材料", "retrievable_by_data_sharing": True},
        "M_B": {"name": "乙材料"},
    },
    "certificates": {"C_1": {"name": "第一证"}, "C_2": {"name": "第二证"}},
    "items": [
        {
            "id": "X-1",
            "category": "一类",
            "name": "事项一",
            "office": "甲岗",
            "item_type": "行政许可",
            "statutory_days": 7,
            "statutory_days_unit": "日",
            "statutory_days_source": "条例第十四条：自收到申请之日起7日",
            "promised_days": 3,
            "promised_days_unit": "工作日",
            "materials": ["M_A", "M_B"],
            "yields": "C_1",
            "requires_certificates": [],
        },
        {
            "id": "X-2",
            "category": "二类",
            "name": "事项二",
            "office": "乙岗",
            "promised_days": 5,
            "materials": ["M_A"],
            "yields": "C_2",
            "requires_certificates": ["C_1"],
            "unheard_of": [1.5, None],
        },
    ],
}


def small(path: tuple[str | int, ...] = (), value: Any = None) -> dict[str, Any]:
    document = copy.deepcopy(SMALL)
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    if path:
        place[path[-1]] = value
    return document


def test_a_small_file_says_what_it_says() -> None:
    catalogue, bundle = files.read_bundle(small())

    first, second = catalogue.standards["X-1"], catalogue.standards["X-2"]
    assert bundle.name == "小例子"
    assert [(item.matter, item.category) for item in bundle.items] == [("X-1", "一类"), ("X-2", "二类")]
    assert first.statutory == Limit(7, Unit.NATURAL, Start.RECEIPT)
    assert first.statutory_source == Source(SourceKind.CITED, "条例第十四条：自收到申请之日起7日")
    assert catalogue.implementations["X-1"].promised == Limit(3, Unit.WORKING, Start.RECEIPT)
    assert catalogue.implementations["X-1"].deciding_desk == "甲岗"
    assert second.needs == ("C_1",)
    assert plan.derive(catalogue, bundle, {}).figures == plan.Figures(2, 2, 3, 2, 1, 1, 8, 5, 8)


def test_where_no_statutory_limit_is_given_that_of_the_licensing_law_is_taken() -> None:
    catalogue, _ = files.read_bundle(small(("items", 0, "statutory_days"), None))
    longer, _ = files.read_bundle(small(("items", 1, "promised_days"), 30))

    assert catalogue.standards["X-1"].statutory == Limit(20, Unit.WORKING, Start.ACCEPTANCE)
    assert longer.standards["X-2"].statutory == Limit(30, Unit.WORKING, Start.ACCEPTANCE)


def test_a_file_without_a_code_is_known_by_what_it_says() -> None:
    one, same = (files.read_bundle(small())[1].code for _ in range(2))
    other = files.read_bundle(small(("items", 0, "promised_days"), 4))[1].code
    named = files.read_bundle(small(("code",), "mine"))[1].code

    assert one == same
    assert one != other
    assert named == "mine"


@pytest.mark.parametrize(
    ("path", "value", "row"),
    [
        (("materials",), None, "materials：应为一组“名称: 值”，没有写"),
        (("materials", "M_A"), 5, "materials/M_A：应为一组“名称: 值”，写的是 5"),
        (("materials", "M_A", "name"), "", "materials/M_A/name：应为 1 至 400 个字的文字，写的是“”"),
        (
            ("materials", "M_A", "retrievable_by_data_sharing"),
            "yes",
            "materials/M_A/retrievable_by_data_sharing：应为 true 或 false，写的是“yes”",
        ),
        (("certificates",), [], "certificates：应为一组“名称: 值”，写的是列表或一组值"),
        (("items",), {}, "items：应为列表，写的是列表或一组值"),
        (("items",), [], "items：不应为空"),
        (("items", 1), "x", "items/1：应为一组“名称: 值”，写的是“x”"),
        (("items", 1, "id"), "X 2", "items/1/id：应为不超过 40 个字、不含空格的代码，写的是“X 2”"),
        (("items", 1, "id"), "X-1", "items/1/id：X-1 出现了两次"),
        (("items", 1, "name"), "长" * 401, "items/1/name：应为 1 至 400 个字的文字"),
        (("items", 1, "office"), None, "items/1/office：应为 1 至 400 个字的文字，没有写"),
        (("items", 1, "promised_days"), -1, "items/1/promised_days：应为 0 至 3650 的整数，写的是 -1"),
        (("items", 1, "promised_days"), True, "items/1/promised_days：应为 0 至 3650 的整数，写的是 True"),
        (("items", 1, "promised_days"), 2.0, "items/1/promised_days：应为 0 至 3650 的整数，写的是 2.0"),
        (("items", 1, "promised_days"), 10**400, "items/1/promised_days：应为 0 至 3650 的整数"),
        (
            ("items", 1, "promised_days_unit"),
            "周",
            "items/1/promised_days_unit：应为 工作日、日、自然日 之一，写的是“周”",
        ),
        (("items", 0, "statutory_days"), "7", "items/0/statutory_days：应为 0 至 3650 的整数，写的是“7”"),
        (
            ("items", 0, "item_type"),
            "行政处罚",
            "items/0/item_type：应为 行政许可、行政征收、行政确认、其他行政权力、公共服务 之一，写的是“行政处罚”",
        ),
        (("items", 1, "materials"), ["M_C"], "items/1/materials：M_C 没有定义"),
        (("items", 1, "materials"), ["M_A", "M_A"], "items/1/materials：同一项写了两次"),
        (("items", 1, "materials"), "M_A", "items/1/materials：应为列表，写的是“M_A”"),
        (("items", 1, "requires_certificates"), ["C_9"], "items/1/requires_certificates：C_9 没有定义"),
        (("items", 1, "yields"), "C_9", "items/1/yields：C_9 没有定义"),
        (("items", 1, "yields"), 0, "items/1/yields：应为不超过 40 个字、不含空格的代码，写的是 0"),
    ],
)
def test_each_mistake_is_named_with_its_place(path: tuple[str | int, ...], value: object, row: str) -> None:
    with pytest.raises(BadRows) as refused:
        files.read_bundle(small(path, value))

    assert f"集成办理文件 的 {row}" in [str(each) for each in refused.value.rows]


def test_all_mistakes_are_reported_at_once() -> None:
    document = small(("items", 0, "promised_days"), -1)
    document["items"][1] |= {"materials": ["M_X"], "name": None}

    with pytest.raises(BadRows, match="有 3 处不合要求") as refused:
        files.read_bundle(document)

    assert [row.path for row in refused.value.rows] == ["items/0/promised_days", "items/1/name", "items/1/materials"]


def test_a_circle_is_refused_with_its_path() -> None:
    with pytest.raises(Circular) as refused:
        files.read_bundle(small(("items", 0, "requires_certificates"), ["C_2"]))

    assert refused.value.path == ("X-1", "X-2", "X-1")


def test_a_certificate_that_two_matters_yield_is_refused() -> None:
    with pytest.raises(Inconsistent, match="证照类型 C_1 出现了两次"):
        files.read_bundle(small(("items", 1, "yields"), "C_1"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe", "不是 UTF-8"),
        (b"{", "不是 JSON"),
        (b'{"items": [], "items": []}', "“items”出现了两次"),
        (b"[" * 100_000, "有 1 处不合要求"),
        (b'{"items": [{"promised_days": NaN}]}', "NaN"),
        (b"[1,2]", "应为一组“名称: 值”"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    file = tmp_path / "bundle.json"
    file.write_bytes(data)

    with pytest.raises(BadRows, match=sentence):
        files.read_bundle_file(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRows, match=r"missing\.json：打不开"):
        files.read_bundle_file(tmp_path / "missing.json")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    with file.open("wb") as large:
        large.truncate(files.LARGEST_FILE + 1)

    with pytest.raises(BadRows, match="超过 20 MB"):
        files.read_bundle_file(file)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["M_A", "C_1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps: list[str | int] = []
    if isinstance(value, dict):
        steps = list(value)
    elif isinstance(value, list):
        steps = list(range(len(value)))
    return [path, *(inner for step in steps for inner in paths(value[step], (*path, step)))]


PLACES = [path for path in paths(SMALL) if path]


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=3))
def test_whatever_stands_in_a_place_is_taken_or_refused_with_a_sentence(changes: list[tuple[Any, Any]]) -> None:
    document = small()
    for path, value in sorted(changes, key=lambda change: len(change[0]), reverse=True):
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    try:
        catalogue, bundle = files.read_bundle(document)
    except Inconsistent as refused:
        assert str(refused).endswith("。")
    else:
        assert plan.derive(catalogue, bundle, {}).figures.matters == len(document["items"])


@given(ANYTHING)
def test_any_value_at_all_is_refused_with_a_sentence(document: object) -> None:
    with pytest.raises(BadRows):
        files.read_bundle(document)


def test_a_file_of_thousands_of_matters_in_one_chain_is_read(tmp_path: Path) -> None:
    count = 5000
    document = {
        "materials": {},
        "certificates": {f"C{number}": {"name": f"证{number}"} for number in range(count)},
        "items": [
            {
                "id": f"X{number}",
                "category": "类",
                "name": f"事项{number}",
                "office": "岗",
                "promised_days": 1,
                "materials": [],
                "yields": f"C{number}",
                "requires_certificates": [f"C{number - 1}"] if number else [],
            }
            for number in range(count)
        ],
    }
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(document))

    catalogue, bundle = files.read_bundle_file(file)

    assert plan.derive(catalogue, bundle, {}).figures.certificate_chain_days == count
