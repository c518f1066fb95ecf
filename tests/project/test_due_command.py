"""`tongban due` asks no database, answers in one sentence or in JSON, and ends with 0, 1 or 2 whatever it is given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tongban.catalogue import calendars

TONGBAN = Path(sys.executable).with_name("tongban")
NOT_PUBLISHED = (
    "无法计算到 2027-01-07：国务院的放假安排目前只公布到 2026 年，工作日历止于 2026-12-31，"
    "请在新的放假通知公布并载入后再计算。\n"
)


def due(*words: object) -> tuple[int, str, str]:
    """Exit code, what is printed, what is complained of."""
    out, err = StringIO(), StringIO()
    try:
        call_command("due", *map(str, words), stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("2026-03-02 20 --unit working", {"due_on": "2026-03-30"}),
        ("2026-02-13 1 --unit working", {"due_on": "2026-02-14"}),  # a Saturday made up for the Spring Festival
        ("2026-03-01 7 --unit natural", {"due_on": "2026-03-09"}),
        ("2026-03-07 0 --unit natural", {"due_on": "2026-03-07"}),
        ("2026-12-24 5 --unit working --provisional", {"due_on": "2026-12-31"}),
        ("2026-12-30 5 --unit working --provisional", {"due_on": "2027-01-07", "provisional": True}),
    ],
)
def test_a_question_is_answered_in_json(words, answer):
    ended, printed, complaint = due(*words.split(), "--json")

    assert (ended, json.loads(printed), complaint) == (0, answer, "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("2026-03-02 20 --unit working", "最迟 2026-03-30 办结（自 2026-03-02 起 20 个工作日，起算日不计）。"),
        ("2026-03-02 0 --unit working", "最迟 2026-03-02 办结（当日办结）。"),
        (
            "2026-03-01 7 --unit natural",
            "最迟 2026-03-09 办结（自 2026-03-01 起 7 个自然日，起算日不计；"
            "2026-03-08 是休息日，依民法典第二百零三条顺延）。",
        ),
        (
            "2026-12-30 5 --unit working --provisional",
            "最迟 2027-01-07 办结（自 2026-12-30 起 5 个工作日，起算日不计；暂计，放假安排公布后须重新计算）。",
        ),
    ],
)
def test_a_question_is_answered_in_one_sentence(words, sentence):
    assert due(*words.split()) == (0, f"{sentence}\n", "")


@pytest.mark.parametrize("json_asked", [(), ("--json",)])
def test_where_no_calendar_is_published_one_sentence_refuses(json_asked):
    assert due("2026-12-30", 5, "--unit", "working", *json_asked) == (1, "", NOT_PUBLISHED)


@pytest.mark.parametrize(
    ("words", "ended", "sentence"),
    [
        ("", 2, "请写明起算日、天数和单位，如 tongban due 2026-03-02 20 --unit working。"),
        ("2026-03-02 5", 2, "请写明起算日、天数和单位，如 tongban due 2026-03-02 20 --unit working。"),
        ("2026-02-30 5 --unit working", 2, "没有“2026-02-30”这一天：起算日请写成 2026-03-02 的样子。"),
        ("20260302 5 --unit working", 2, "没有“20260302”这一天：起算日请写成 2026-03-02 的样子。"),
        ("2026-03-02 5.0 --unit working", 2, "天数不能是“5.0”：请填写 0 至 3650 之间的整数。"),
        ("2026-03-02 五 --unit working", 2, "天数不能是“五”：请填写 0 至 3650 之间的整数。"),
        (f"2026-03-02 {'9' * 5000} --unit working", 2, f"天数不能是“{'9' * 40}…”：请填写 0 至 3650 之间的整数。"),
        ("2026-03-02 5 --unit days", 2, "不认识单位“days”：请写 working（工作日）或 natural（自然日）。"),
        ("2026-03-02 -1 --unit working", 1, "办理时限不能是 -1 天：请填写 0 至 3650 之间的整数，0 表示当日办结。"),
        ("2026-03-02 3651 --unit natural", 1, "办理时限不能是 3651 天：请填写 0 至 3650 之间的整数，0 表示当日办结。"),
        (
            "1999-03-02 5 --unit working",
            1,
            "无法从 1999-03-02 起算：工作日历自 2018-01-01 起才有数据，请核对日期。",
        ),
        (
            "2026-03-02 --batch rows.csv",
            2,
            "用 --batch 时起算日、天数和单位写在文件里，请不要再写在命令里。",
        ),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence(words, ended, sentence):
    assert due(*words.split()) == (ended, "", f"{sentence}\n")


# --- A newly published notice -----------------------------------------------------------------------------------------


def test_a_newly_published_notice_follows_the_years_of_the_package(tmp_path):
    notice = tmp_path / "2027.json"
    day = {"date": "2027-01-01", "name": "元旦", "isOffDay": True}
    notice.write_text("\ufeff" + json.dumps({"year": 2027, "papers": [], "days": [day]}), encoding="utf-8")

    ended, printed, _ = due("2026-12-30", 5, "--unit", "working", "--calendar", notice, "--json")

    assert (ended, json.loads(printed)) == (0, {"due_on": "2027-01-07"})


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe{}", b"[" * 200_000, b'{"year": 2027}', b'{"year": 1e400, "days": []}', b"\0" * 2_000_000],
)
def test_a_broken_notice_is_told_in_one_sentence(tmp_path, content):
    notice = tmp_path / "2027.json"
    notice.write_bytes(content)

    ended, printed, complaint = due("2026-12-30", 5, "--unit", "working", "--calendar", notice)

    assert (ended, printed) == (2, "")
    assert "工作日历文件 2027.json" in complaint and complaint.count("\n") == 1


@pytest.mark.parametrize("name", ["absent.json", ".", "\udcff.json"], ids=["absent", "a folder", "an odd name"])
def test_a_notice_that_cannot_be_read_is_told_in_one_sentence(tmp_path, name):
    ended, _, complaint = due("2026-12-30", 5, "--unit", "working", "--calendar", tmp_path / name)

    assert ended == 2
    assert complaint.startswith("无法读取工作日历文件") and complaint.count("\n") == 1


# --- Many at once -----------------------------------------------------------------------------------------------------

ROWS = """start,days,unit
2026-03-02,20,working
2026-03-01,7,natural
2026-12-30,5,working
2026-02-30,5,working
2026-03-02,-1,working
2026-03-02,5,工作日
"""
ANSWERS = [
    {"due_on": "2026-03-30"},
    {"due_on": "2026-03-09"},
    {"error": NOT_PUBLISHED.strip()},
    {"error": "没有“2026-02-30”这一天：起算日请写成 2026-03-02 的样子。"},
    {"error": "办理时限不能是 -1 天：请填写 0 至 3650 之间的整数，0 表示当日办结。"},
    {"error": "不认识单位“工作日”：请写 working（工作日）或 natural（自然日）。"},
]


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_each_row_is_answered_in_its_order_by_its_day_or_by_the_reason_why_not(batch, encoding, ends):
    batch.write_bytes(ROWS.replace("\n", ends).encode(encoding))

    ended, printed, complaint = due("--batch", batch, "--json")

    assert (ended, json.loads(printed), complaint) == (0, ANSWERS, "")


def test_without_json_each_row_is_a_line(batch):
    batch.write_text("start,days,unit\n2026-03-02,20,working\n2026-03-02,-1,working\n", encoding="utf-8")

    assert due("--batch", batch)[1] == (
        "第 1 行：最迟 2026-03-30 办结（自 2026-03-02 起 20 个工作日，起算日不计）。\n"
        "第 2 行：办理时限不能是 -1 天：请填写 0 至 3650 之间的整数，0 表示当日办结。\n"
    )


def test_columns_are_found_by_their_names_and_lines_without_anything_are_no_rows(batch):
    batch.write_text(
        'name, Unit ,days,START\n"a,b",working,20,2026-03-02\n\nc,natural,7, 2026-03-01\n', encoding="utf-8"
    )

    assert json.loads(due("--batch", batch, "--json")[1]) == ANSWERS[:2]


def test_a_row_with_cells_missing_is_still_a_row(batch):
    batch.write_text("start,days,unit\n2026-03-02\n,,\n2026-03-02,20,working\n", encoding="utf-8")

    answers = json.loads(due("--batch", batch, "--json")[1])

    assert [list(answer) for answer in answers] == [["error"], ["error"], ["due_on"]]


def test_a_batch_may_be_answered_provisionally(batch):
    batch.write_text("start,days,unit\n2026-12-30,5,working\n2026-03-02,20,working\n", encoding="utf-8")

    ended, printed, _ = due("--batch", batch, "--json", "--provisional")

    assert (ended, json.loads(printed)) == (0, [{"due_on": "2027-01-07", "provisional": True}, ANSWERS[0]])


def test_a_file_without_rows_has_no_answers(batch):
    batch.write_text("start,days,unit\n", encoding="utf-8")

    assert due("--batch", batch, "--json") == (0, "[]\n", "")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件 rows.csv 是空的"),
        (b"\xef\xbb\xbf\r\n", "文件 rows.csv 是空的"),
        ("start,days,unit".encode("utf-16"), "文件 rows.csv 不是文本"),
        (bytes(range(256)), "文件 rows.csv 不是文本"),
        (b"start,days\n2026-03-02,5\n", "文件 rows.csv 的第一行须写明 start、days、unit 三个列名"),
        (b"start;days;unit\n2026-03-02;5;working\n", "文件 rows.csv 的第一行须写明 start、days、unit 三个列名"),
        (b"start,start,days,unit\n", "文件 rows.csv 的第一行须写明 start、days、unit 三个列名，各一次"),
        (b"\nstart,days,unit\n", "文件 rows.csv 的第一行须写明"),
        (b'start,days,unit\n"2026-03-02"x,5,working\n', "文件 rows.csv 第 2 行不合 csv 格式"),
        (b"start,days,unit\n" + b"9" * 200_000, "文件 rows.csv 第 2 行不合 csv 格式"),
        (b"s" * 20_000_001, "文件 rows.csv 超过 20 MB"),
    ],
)
def test_a_file_that_is_no_table_is_told_in_one_sentence(batch, content, sentence):
    batch.write_bytes(content)

    ended, printed, complaint = due("--batch", batch, "--json")

    assert (ended, printed) == (2, "")
    assert complaint.startswith(sentence) and complaint.count("\n") == 1


@pytest.mark.parametrize("name", ["absent.csv", ".", "\udcff.csv"], ids=["absent", "a folder", "an odd name"])
def test_a_file_that_cannot_be_read_is_told_in_one_sentence(batch, name):
    ended, _, complaint = due("--batch", batch.parent / name)

    assert ended == 2
    assert complaint.startswith("无法读取文件") and complaint.count("\n") == 1


def test_no_database_is_needed(batch):
    batch.write_text(ROWS, encoding="utf-8")
    environment = os.environ | {"TONGBAN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "TONGBAN_DEBUG": "0"}
    command = [str(TONGBAN), "due", "--batch", str(batch), "--json"]

    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, json.loads(ended.stdout), ended.stderr) == (0, ANSWERS, "")


def test_the_answers_are_those_of_the_package(monkeypatch):
    """What a node has published besides is no matter of this command: it starts without a database."""
    monkeypatch.setattr(calendars, "load", lambda: pytest.fail("the node's calendar was asked for"))

    assert due("2026-03-02", 20, "--unit", "working")[0] == 0
