"""A workbook comes back as it went out; a broken one gets its report, never a traceback."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalogue.holdings import CODE, CODES, DAY, LINE, TEXT, holdings, implementation, standard, values
from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports import cells, sheets
from tongban.catalogue.exports.cells import BadCell, Cell, Kind, NotWritable
from tongban.catalogue.exports.sheets import EXPLANATIONS, SHEETS, Sheet
from tongban.catalogue.exports.workbook import workbook
from tongban.catalogue.imports.cells import pages_of
from tongban.catalogue.imports.faults import Fault, as_csv, as_workbook
from tongban.catalogue.imports.taken import Taken
from tongban.catalogue.imports.workbook import read
from tongban.domain.catalogue import Condition, Material, Requirement, Source, SourceKind, Terms
from tongban.domain.clock import Limit, Unit
from tongban.domain.codec import to_plain
from tongban.domain.codes import Channel, Necessity
from tongban.domain.offers import HandlingMode

Table = list[list[Cell]]

SMALL = Holdings(
    standards=(
        standard(
            conditions=(Condition("有住所", Source(SourceKind.CITED, "《某法》第二条"), "A domicile"),),
            requirements=(Requirement("M_A", copies=2, necessity=Necessity.DEFERRABLE),),
        ),
        standard("X-2"),
    ),
    implementations=(
        implementation(stated=Terms("本地名称", (), (Requirement("M_A"),), Limit(9, Unit.WORKING), None)),
        implementation("X-2"),
    ),
    materials=(Material("M_A", "=申请书"),),
)


def sheet_file(
    tables: dict[str, Table], more: Callable[[Any, dict[str, Any]], None] = lambda book, pages: None
) -> bytes:
    """Write cells as they are, as a person with a spreadsheet could."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    pages = {}
    for name, table in tables.items():
        page = pages[name] = book.add_worksheet(name)
        for row, line in enumerate(table):
            for place, cell in enumerate(line):
                if isinstance(cell, date):
                    page.write_datetime(row, place, cell, day)
                elif cell not in (None, ""):
                    (page.write_string if isinstance(cell, str) else page.write_number)(row, place, cell)
    more(book, pages)
    book.close()
    return out.getvalue()


def tables_of(given: Holdings = SMALL) -> dict[str, Table]:
    pages = pages_of(name="a.xlsx", data=workbook(given))
    return {name: page.rows for name, page in pages.items()}


def place(sheet: Sheet, header: str) -> int:
    return [column.header for column in sheet.columns].index(header)


def changed(sheet: Sheet, header: str, cell: Any, *, row: int = 1) -> Taken:
    tables = tables_of()
    tables[sheet.name][row][place(sheet, header)] = cell
    return read(file="a.xlsx", data=sheet_file(tables))


def told(taken: Taken) -> list[tuple[str, int, str, str]]:
    return [(fault.sheet, fault.row, fault.column, fault.reason) for fault in taken.faults]


# --- There and back ---------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(holdings())
def test_what_was_exported_comes_back_equal(given: Holdings) -> None:
    taken = read(file="a.xlsx", data=workbook(given))

    assert told(taken) == []
    assert taken.good == given


PLAIN_VALUES: list[tuple[Kind, st.SearchStrategy[Any]]] = [
    (cells.Text(), TEXT),
    (cells.Number(), st.one_of(st.none(), st.integers(-(10**8), 10**8))),
    (cells.Money(), st.integers(0, 10**12)),
    (cells.YesNo(), st.booleans()),
    (cells.Day(), DAY.map(date.isoformat)),
    (cells.Choice(Channel), st.sampled_from([each.value for each in Channel])),
    (cells.Choice(HandlingMode), st.sampled_from([each.value for each in HandlingMode])),
    (cells.Codes(), CODES.map(list)),
    (cells.Codes(Channel), st.lists(st.sampled_from([each.value for each in Channel]), unique=True)),
    (cells.Pairs(), st.lists(st.tuples(CODE, LINE.filter(bool)).map(list), max_size=3)),
    (cells.When(), st.lists(st.tuples(CODE, st.sets(CODE, min_size=1).map(sorted)).map(list), max_size=3)),
    (cells.Source(), values(Source).map(lambda source: to_plain(source, Source))),
    (cells.Sources(), st.lists(values(Source).map(lambda source: to_plain(source, Source)), max_size=3)),
]


@pytest.mark.parametrize(("kind", "plains"), PLAIN_VALUES, ids=lambda each: type(each).__name__)
def test_a_cell_is_read_as_it_was_written(kind: Kind, plains: st.SearchStrategy[Any]) -> None:
    @settings(max_examples=200, deadline=None)
    @given(plains)
    def check(plain: Any) -> None:
        assert kind.read(kind.write(plain)) == plain

    check()


def test_what_looks_like_a_formula_is_written_as_text() -> None:
    assert tables_of()[sheets.MATERIALS.name][1][:2] == ["M_A", "=申请书"]


def test_names_stand_beside_codes_and_are_not_taken_back() -> None:
    tables = tables_of()
    shown = place(sheets.REQUIREMENTS, "材料名称（供查看）")
    assert tables["材料清单"][1][shown] == "=申请书"

    tables["材料清单"][1][shown] = "别的名称"

    assert read(file="a.xlsx", data=sheet_file(tables)).good == SMALL


def test_the_last_sheet_explains_every_column_that_is_taken() -> None:
    explained = {(line[0], line[1]) for line in tables_of()[EXPLANATIONS]}

    assert {(s.name, c.header) for s in SHEETS for c in s.columns if c.field} <= explained


@pytest.mark.parametrize("name", ["末尾有空白 ", "回车\r换行", "控制\x01字符", "长" * 32_768])
def test_what_a_cell_cannot_hold_is_refused_with_its_place(name: str) -> None:
    with pytest.raises(NotWritable, match="“标准”表“事项名称”，X-1"):
        workbook(Holdings(standards=(standard(name=name),)))


# --- What people type -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"), [(" 甲 ", "甲"), (12.0, "12"), (7, "7"), (None, ""), ("甲\r\n乙", "甲\n乙"), (True, "是")]
)
def test_text_is_read_from_what_spreadsheets_make_of_it(cell: Cell, text: str) -> None:
    assert cells.text_of(cell) == text


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (1e30, "变成了数字，末尾几位已丢失"),
        (123456789012345678, "变成了数字，末尾几位已丢失"),
        (1.5, "变成了小数"),
        (float("nan"), "变成了小数"),
        (float("inf"), "变成了小数"),
        (date(2026, 1, 2), "变成了日期"),
        ("甲\0", "第 2 个字符是看不见的控制字符"),
    ],
)
def test_a_cell_that_lost_its_text_is_told(cell: Cell, reason: str) -> None:
    with pytest.raises(BadCell, match=reason):
        cells.text_of(cell)


@pytest.mark.parametrize("cell", ["abc", "1.005", "-1", "NaN", "sNaN", "1e999999999", 1e300, float("nan"), "1e-3"])
def test_a_sum_of_money_has_at_most_cents(cell: Cell) -> None:
    with pytest.raises(BadCell, match="应为"):
        cells.Money().read(cell)


@pytest.mark.parametrize(("cell", "cents"), [(12.5, 1250), ("0.1", 10), (0.1, 10), ("", 0), (3, 300)])
def test_money_is_read_without_loss(cell: Cell, cents: int) -> None:
    assert cells.Money().read(cell) == cents


def test_a_day_may_be_a_day_or_its_text_but_has_no_hour() -> None:
    day = cells.Day()

    assert day.read(datetime(2026, 1, 2)) == day.read("2026-01-02") == "2026-01-02"  # noqa: DTZ001 - a cell has no zone
    with pytest.raises(BadCell, match="不写时刻"):
        day.read(datetime(2026, 1, 2, 3))  # noqa: DTZ001 - a cell has no zone


# --- One mistake, one report ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "header", "cell", "reason"),
    [
        (sheets.STANDARDS, "事项名称", None, "必须填写"),
        (sheets.STANDARDS, "事项类型", "行政审批", "应为行政许可、行政征收"),
        (sheets.STANDARDS, "法定办结时限", "二十", "应为整数，填的是“二十”"),
        (sheets.STANDARDS, "法定办结时限", 1e9, "应为整数"),
        (sheets.STANDARDS, "法定办结时限单位", None, "必须填写"),
        (sheets.REQUIREMENTS, "份数", "两", "应为整数"),
        (sheets.REQUIREMENTS, "适用情形", "甲", "应为“问题=选项|选项”"),
        (sheets.IMPLEMENTATIONS, "收费金额（元）", "免费", "应为金额"),
        (sheets.IMPLEMENTATIONS, "办理形式", "窗口", "应为窗口办理"),
        (sheets.IMPLEMENTATIONS, "咨询电话", 5.5, "变成了小数"),
    ],
)
def test_a_wrong_cell_is_told_with_sheet_row_column_and_reason(
    sheet: Sheet, header: str, cell: Cell, reason: str
) -> None:
    (fault,) = changed(sheet, header, cell).faults

    assert (fault.file, fault.sheet, fault.row, fault.column) == ("a.xlsx", sheet.name, 2, header)
    assert reason in fault.reason


def test_a_wrong_part_spoils_its_matter_and_no_other() -> None:
    good = changed(sheets.CONDITIONS, "受理条件", None).good

    assert [one.matter for one in good.standards] == ["X-2"]
    assert [one.matter for one in good.implementations] == ["X-2"]


def test_a_wrong_part_of_what_a_body_states_spoils_that_implementation_alone() -> None:
    good = changed(sheets.REQUIREMENTS, "份数", "两", row=2).good

    assert [one.matter for one in good.standards] == ["X-1", "X-2"]
    assert [one.matter for one in good.implementations] == ["X-2"]


@pytest.mark.parametrize(
    ("header", "cell", "reason"),
    [
        ("事项编码", "X-9", "“标准”表里没有这个事项"),
        ("事项编码", None, "看不出这一行属于哪个事项"),
        ("实施主体代码", "11110000MA0TB1022H", "“实施清单”表里没有这个主体自行公布的事项"),
    ],
)
def test_a_part_without_its_owner_spoils_the_file(header: str, cell: Cell, reason: str) -> None:
    taken = changed(sheets.CONDITIONS, header, cell)

    assert reason in taken.faults[-1].reason
    assert taken.good == Holdings()


def test_the_second_of_two_equal_keys_is_told_and_both_are_left_out() -> None:
    taken = changed(sheets.STANDARDS, "事项编码", "X-1", row=2)

    assert told(taken) == [("标准", 3, "事项编码", "与第 2 行重复。请只留一行")]
    assert [one.matter for one in taken.good.standards] == []


def test_a_limit_is_whole_or_empty() -> None:
    taken = changed(sheets.STANDARDS, "共同承诺办结时限", 3)

    assert told(taken) == [("标准", 2, "共同承诺办结时限单位", "时限的天数、单位和起算应一起填写，或一起留空")]


def test_what_a_body_states_without_stating_is_told() -> None:
    taken = changed(sheets.IMPLEMENTATIONS, "自行公布", "否")

    assert "填的是“否”，后面各列却有内容" in told(taken)[-1][3]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_missing_sheet_or_column_spoils_the_file(sheet: Sheet) -> None:
    tables = tables_of()
    del tables[sheet.name]
    without_sheet = read(file="a.xlsx", data=sheet_file(tables))
    tables = tables_of()
    tables[sheet.name] = [line[1:] for line in tables[sheet.name]]
    without_column = read(file="a.xlsx", data=sheet_file(tables))

    assert (sheet.name, 0, "", "缺少这张表。请从导出的工作簿补上，没有内容时只留表头") in told(without_sheet)
    assert (sheet.name, 1, sheet.columns[0].header, "缺少这一列。请从导出的工作簿补上表头") in told(without_column)
    assert without_sheet.good == without_column.good == Holdings()


def test_merged_cells_spoil_the_file() -> None:
    def merge(book: Any, pages: dict[str, Any]) -> None:
        pages["标准"].merge_range("B2:B3", "同一个名称")

    taken = read(file="a.xlsx", data=sheet_file(tables_of(), merge))

    assert ("标准", 2, "", "第 2 至 3 行有合并的单元格。请取消合并，逐格填写") in told(taken)
    assert taken.good == Holdings()


def test_columns_in_another_order_and_columns_of_ones_own_change_nothing() -> None:
    tables = tables_of()
    tables["标准"] = [["备注", *reversed(line)] for line in tables["标准"]]

    assert read(file="a.xlsx", data=sheet_file(tables)).good == SMALL


# --- Hostile files ----------------------------------------------------------------------------------------------------

WHOLE = workbook(SMALL)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(WHOLE) - 1))
def test_a_truncated_workbook_is_one_mistake(length: int) -> None:
    (fault,) = read(file="a.xlsx", data=WHOLE[:length]).faults

    assert fault.spoils_file


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_right_or_told(at: int, noise: bytes) -> None:
    taken = read(file="a.xlsx", data=WHOLE[:at] + noise + WHOLE[at + len(noise) :])

    assert taken.faults or taken.good == SMALL


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.4 %%EOF", "文字".encode(), b"\0" * 100])
def test_what_is_no_workbook_is_one_mistake(data: bytes) -> None:
    (fault,) = read(file="a.xlsx", data=data).faults

    assert fault.spoils_file and fault.row == 0


HOSTILE = st.one_of(
    TEXT,
    st.sampled_from([1e9, -1e9, 1e300, 0.1, True, date(2026, 1, 2), date(9999, 12, 31), "2026-02-30", "9" * 40]),
    st.text("甲\x01\x1f\ufffe=|", max_size=5),
)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_is_typed_into_cells_is_taken_or_told(data: st.DataObject) -> None:
    tables = tables_of()
    for _ in range(data.draw(st.integers(1, 4))):
        table = tables[data.draw(st.sampled_from([sheet.name for sheet in SHEETS]))]
        row = data.draw(st.integers(0, len(table) - 1))
        table[row][data.draw(st.integers(0, len(table[row]) - 1))] = data.draw(HOSTILE)

    taken = read(file="a.xlsx", data=sheet_file(tables))

    assert all(fault.reason and fault.file == "a.xlsx" for fault in taken.faults)


def test_a_formula_is_read_as_the_value_it_shows() -> None:
    def calculate(book: Any, pages: dict[str, Any]) -> None:
        pages["标准"].write_formula(1, place(sheets.STANDARDS, "法定办结时限"), "=10+10", None, 20)

    assert read(file="a.xlsx", data=sheet_file(tables_of(), calculate)).good == SMALL


def test_one_cell_far_away_does_not_take_the_memory() -> None:
    def far(book: Any, pages: dict[str, Any]) -> None:
        pages["标准"].write_string(1_048_575, 16_383, "远")

    (fault,) = read(file="a.xlsx", data=sheet_file(tables_of(), far)).faults

    assert "可能有内容填在很远的行、列" in fault.reason


def test_one_long_text_in_many_cells_does_not_take_the_memory() -> None:
    tables = tables_of()
    tables["标准"] += [["长" * 32_000] * 60 for _ in range(300)]

    (fault,) = read(file="a.xlsx", data=sheet_file(tables)).faults

    assert "工作簿的内容过大" in fault.reason


# --- The report as a file ---------------------------------------------------------------------------------------------


def test_the_report_holds_no_formula() -> None:
    faults = [Fault("=a.xlsx", "标准", 2, "事项名称", "必须填写")]

    assert as_csv(faults).splitlines() == ["文件,表,行,列,原因", "'=a.xlsx,标准,2,事项名称,必须填写"]
    (page,) = pages_of(name="r.xlsx", data=as_workbook(faults)).values()
    assert page.rows == [["文件", "表", "行", "列", "原因"], ["=a.xlsx", "标准", "2", "事项名称", "必须填写"]]
