"""Raw lists come as they are: every defect is told, and kept with its row where the row can be kept."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tongban.catalogue import models
from tongban.catalogue.imports.rawlist import RawList, read
from tongban.journal import queries as journal

HEAD = "region_code,item_name,local_basic_code,item_code_full,type_name,org_code\n"
GOOD = "512000,食品生产许可,511A0080600053,511A0080600053-512000,行政许可,11130200MA0TB0011Q"


def of(*lines: str) -> RawList:
    return read(file="清单.csv", data=("# SOURCE: 某地\n" + HEAD + "\n".join(lines)).encode())


def told(raw: RawList) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.reason) for fault in raw.faults]


def test_a_sound_row_is_kept_whole() -> None:
    raw = of(GOOD)

    (row,) = raw.rows
    assert (row.row, row.region, row.name, row.code) == (3, "512000", "食品生产许可", "511A0080600053")
    assert (row.matter_type, row.by, row.defects) == ("行政许可", "11130200MA0TB0011Q", ())
    assert dict(row.content)["item_code_full"] == "511A0080600053-512000"
    assert told(raw) == []


def test_the_layout_of_a_basic_catalogue_is_known_as_well() -> None:
    raw = read(file="清单.csv", data="code,name,department,type\n440101007000,提价申报,发展改革委,行政许可\n".encode())

    (row,) = raw.rows
    assert (row.region, row.name, row.code, row.matter_type) == ("440000", "提价申报", "440101007000", "行政许可")


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (GOOD.replace("11Q", "11X"), "org_code", "不可能是统一社会信用代码"),
        (GOOD.replace("11130200MA0TB0011Q", "083372204"), "org_code", "应为 18 位"),
        (GOOD.replace("11130200MA0TB0011Q", "TE510000GD030003VV"), "org_code", "以 TE 开头的代用代码"),
        (GOOD.replace(",511A0080600053,", ",51010080600Y,"), "local_basic_code", "编码 51010080600Y 不可能"),
        (GOOD.replace(",511A0080600053,", ",,"), "local_basic_code", "没有基本编码，以“511A0080600053-512000”代替"),
        (GOOD.replace(",511A0080600053,", ",441A0080600053,"), "local_basic_code", "前两位不是这个地区"),
    ],
)
def test_a_defect_is_told_and_kept_with_its_row(line: str, column: str, reason: str) -> None:
    raw = of(line)

    ((row, where, why),) = told(raw)
    assert (row, where) == (3, column)
    assert reason in why
    assert raw.rows[0].defects == (why,)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (GOOD.replace("食品生产许可", ""), "item_name", "没有填写"),
        ("512000,食品生产许可,,,行政许可,", "local_basic_code", "没有填写"),
        (GOOD.replace("食品生产许可", "长" * 401), "item_name", "超过 400 个字符"),
        (GOOD.replace("512000,食品", "四川,食品"), "region_code", "看不出是哪个地区"),
    ],
)
def test_a_row_that_says_too_little_is_told_and_not_kept(line: str, column: str, reason: str) -> None:
    raw = of(line, GOOD)

    assert [(row, where) for row, where, _ in told(raw)] == [(3, column)]
    assert reason in told(raw)[0][2]
    assert [row.row for row in raw.rows] == [4]


def test_two_matters_under_one_code_are_kept_once_and_told() -> None:
    raw = of(GOOD, GOOD.replace("食品生产许可", "食品经营许可"), GOOD)

    assert [row.name for row in raw.rows] == ["食品生产许可"]
    assert told(raw) == [
        (
            4,
            "local_basic_code",
            "编码 511A0080600053 与第 3 行重复，两个事项用了同一编码：第 3 行是“食品生产许可”，这一行是“食品经营许可”",
        ),
        (5, "local_basic_code", "编码 511A0080600053 与第 3 行重复，同一事项列了两次，这一行是“食品生产许可”"),
    ]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"name,code\n\0", b'name,code\n"a', b"", b"# only\n", b"a,b\n1,2\n"])
def test_what_is_no_list_is_one_mistake(data: bytes) -> None:
    raw = read(file="清单.csv", data=data)

    assert len(raw.faults) == 1
    assert not raw.whole


def test_a_list_in_the_older_encoding_is_read() -> None:
    raw = read(file="清单.csv", data="name,code\n提价申报,440101007000\n".encode("gb18030"))

    assert [row.name for row in raw.rows] == ["提价申报"]


# --- Kept -------------------------------------------------------------------------------------------------------------


def take(file: Path, *words: str) -> str:
    out = StringIO()
    call_command("catalogue_import", str(file), "--format", "raw", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.django_db
def test_nothing_is_kept_of_a_list_with_defects_unless_asked(tmp_path: Path) -> None:
    file = tmp_path / "清单.csv"
    file.write_text(HEAD + GOOD + "\n" + GOOD.replace("食品生产许可", "食品经营许可"), encoding="utf-8")

    with pytest.raises(CommandError, match="有 1 处问题，没有存入任何内容"):
        take(file)
    assert models.RawItem.objects.count() == 0

    assert "已导入：原始清单 1 个。" in take(file, "--take-good")
    assert models.RawItem.objects.get().name == "食品生产许可"
    assert models.Matter.objects.count() == 0


@pytest.mark.django_db
def test_the_same_file_again_takes_the_place_of_what_it_said(tmp_path: Path) -> None:
    file = tmp_path / "清单.csv"
    file.write_text(HEAD + GOOD, encoding="utf-8")
    take(file)
    file.write_text(HEAD + GOOD.replace("0053", "0054"), encoding="utf-8")
    take(file)

    assert [item.code for item in models.RawItem.objects.all()] == ["511A0080600054"]
    assert journal.soundness().replay_faults == ()


@pytest.mark.django_db
def test_a_changed_row_is_found_by_the_journal(tmp_path: Path) -> None:
    file = tmp_path / "清单.csv"
    file.write_text(HEAD + GOOD, encoding="utf-8")
    take(file)

    models.RawItem.objects.update(name="别的名称")

    assert [fault.stream for fault in journal.soundness().replay_faults] == ["raw-lists"]
