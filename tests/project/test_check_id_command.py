"""`tongban check-id` asks no database and ends with 0, 1 or 2 whatever it is given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

TONGBAN = Path(sys.executable).with_name("tongban")
WRONG = "船舶IMO识别号的校验位不符，其中至少一位有误：请对照船舶证书逐位核对。"


def check_id(*words: object) -> tuple[int, str, str]:
    """Exit code, what is printed, what is complained of."""
    out, err = StringIO(), StringIO()
    try:
        call_command("check_id", *map(str, words), stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uscc", "91310115MA1K3BTP2B"),
        ("ric", "130608197612160342"),
        ("ric", "13060820030203728x"),
        ("certificate", "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S"),
        ("imo", "9074729"),
        ("imo", "IMO 9074729"),
    ],
)
def test_a_number_that_can_exist_ends_with_0(kind, value):
    ended, printed, _ = check_id(kind, value, "--json")

    assert (ended, json.loads(printed)) == (0, {"value": value, "valid": True, "reason": None})


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("uscc", "91310115MA1K3BTP2C", "统一社会信用代码的校验位不符"),
        ("uscc", "91310115MA1K3BTP2", "统一社会信用代码应为 18 位，填的是 17 位"),
        ("ric", "130608197613160342", "公民身份号码第 7 至 14 位出生日期不是存在的日期"),
        ("certificate", "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.T", "校验位不符"),
        ("certificate", "S", "应为“1.2.156.3005.2.类型.颁发机构.流水号.版本号.校验位”"),
        ("imo", "9074728", WRONG),
        ("imo", "", "没有填写船舶IMO识别号"),
        ("imo", "-5", "船舶IMO识别号应为 7 位"),
        ("imo", "\udcff", "船舶IMO识别号第 1 位不是数字或字母"),
        ("imo", "9" * 100_000, "船舶IMO识别号应为 7 位，填的是 100000 位"),
    ],
)
def test_a_number_that_cannot_exist_ends_with_1_and_the_reason(kind, value, reason):
    ended, printed, _ = check_id(kind, value)
    judged = json.loads(check_id(kind, value, "--json")[1])

    assert ended == 1
    assert reason in printed and printed.count("\n") == 1
    assert (judged["valid"], judged["reason"]) == (False, printed.rstrip())


def test_a_valid_number_is_told_in_one_sentence():
    assert check_id("imo", "9074729") == (0, "有效：船舶 IMO 识别号的格式和校验位都对。\n", "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "请写明号码的种类（uscc、ric、certificate、imo），如 tongban check-id imo 9074729。"),
        (("ship", "1"), "请写明号码的种类（uscc、ric、certificate、imo），如 tongban check-id imo 9074729。"),
        (("imo",), "请写一个号码，或用 --batch 指定一个每行一个号码的文件。"),
        (("imo", "9074729", "--batch", "ids"), "请写一个号码，或用 --batch 指定一个每行一个号码的文件。"),
    ],
)
def test_what_is_no_question_ends_with_2(words, sentence):
    assert check_id(*words) == (2, "", f"{sentence}\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_batch_is_answered_line_by_line(tmp_path, encoding, ends):
    ids = tmp_path / "ids.txt"
    ids.write_bytes("IMO9074729\n9074728\n\n编号\n".replace("\n", ends).encode(encoding))

    ended, printed, _ = check_id("imo", "--batch", ids)

    assert ended == 0
    assert json.loads(printed) == [
        {"value": "IMO9074729", "valid": True, "reason": None},
        {"value": "9074728", "valid": False, "reason": WRONG},
        {"value": "编号", "valid": False, "reason": "船舶IMO识别号第 1 位不是数字或字母：请对照证件逐位核对。"},
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "无法读取文件 ids.txt"), (b"", "文件 ids.txt 是空的"), (bytes(range(256)), "文件 ids.txt 不是文本")],
)
def test_a_file_that_cannot_be_read_ends_with_2(tmp_path, content, sentence):
    ids = tmp_path / "ids.txt"
    if content is not None:
        ids.write_bytes(content)

    ended, printed, complaint = check_id("imo", "--batch", ids)

    assert (ended, printed) == (2, "")
    assert complaint.startswith(sentence) and complaint.count("\n") == 1


def test_no_database_is_needed():
    environment = os.environ | {"TONGBAN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "TONGBAN_DEBUG": "0"}
    command = [str(TONGBAN), "check-id", "imo", "9074728"]

    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (1, f"{WRONG}\n", "")
