"""`tongban verify` asks no database, tells one sentence and ends with 0, 1 or 2 whatever it is given."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.certificates.drafts import draft
from tongban.certificates import actions, queries

TONGBAN = Path(sys.executable).with_name("tongban")


@pytest.fixture
def file(issuer, now, tmp_path) -> Path:
    (issued,) = actions.issue_many(stream="application:1", drafts=[draft()], now=now)
    place = tmp_path / "certificate.tongban.json"
    place.write_bytes(queries.read(identifier=issued.identifier))
    return place


def verify(*words: object) -> tuple[int, dict[str, object]]:
    answer = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", *map(str, words), "--json", stdout=answer)
    return ended.value.code, json.loads(answer.getvalue())


def test_a_valid_file_ends_with_0(profile, file):
    assert verify(file, "--at", "2026-03-02") == (
        0,
        {
            "valid": True,
            "code": "valid",
            "message": "有效：由“曹妃甸海事局”签发，内容与签发时一致，有效期至 2031-03-02。",
            "message_en": "Valid: issued by “曹妃甸海事局”, unchanged since, valid until 2031-03-02.",
            "status_as_of": "2026-03-02",
            "status_stale": False,
            "status_message": "状态以 2026-03-02 的状态列表为准。",
            "status_message_en": "Its state is that of the status list of 2026-03-02.",
        },
    )


@pytest.mark.parametrize(
    ("day", "ends_with", "code"), [("2026-03-01", 1, "not_yet_valid"), ("2031-03-03", 1, "expired")]
)
def test_the_day_can_be_named(file, day, ends_with, code):
    ended, answer = verify(file, "--at", day)

    assert (ended, answer["code"], answer["valid"]) == (ends_with, code, False)


def test_a_changed_byte_ends_with_1(file):
    document = bytearray(file.read_bytes())
    document[200] ^= 1
    file.write_bytes(document)

    ended, answer = verify(file, "--at", "2026-03-02")

    assert (ended, answer["code"]) == (1, "altered")


def test_a_trust_list_of_others_ends_with_1(file, tmp_path):
    others = tmp_path / "others"
    others.mkdir()
    (others / "trust.json").write_text('{"version":2,"lists":[]}')

    ended, answer = verify(file, "--at", "2026-03-02", "--trust", others)

    assert (ended, answer["code"]) == (1, "unknown_issuer")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable"),
        (os.urandom(5000), "unreadable"),
        (b"[" * 200_000, "unreadable"),
        (b"{" + b'"a":1,' * 30_000 + b'"b":1}', "unreadable"),
        (b"\x00" * 3_000_000, "too_large"),
    ],
    ids=["empty", "noise", "deep", "names twice", "large"],
)
def test_what_is_no_certificate_ends_with_2(file, content, code):
    file.write_bytes(content)

    ended, answer = verify(file, "--at", "2026-03-02")

    assert (ended, answer["code"], answer["valid"]) == (2, code, False)


def test_an_endless_file_is_not_read_to_its_end(file):
    assert verify("/dev/zero", "--at", "2026-03-02")[1]["code"] == "too_large"


@pytest.mark.parametrize("name", ["absent.json", ".", "\udcff.json"], ids=["absent", "a folder", "an odd name"])
def test_a_file_that_cannot_be_read_ends_with_2(file, name):
    ended, answer = verify(file.parent / name)

    assert (ended, answer["code"], answer["status_as_of"]) == (2, "no_file", None)
    assert str(answer["message"]).startswith("无法核验：读不到文件")


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b"\xff", b'{"version":2}'])
def test_without_a_trust_list_nothing_is_verified(file, tmp_path, content):
    folder = tmp_path / "other"
    folder.mkdir()
    if content is not None:
        (folder / "trust.json").write_bytes(content)

    ended, answer = verify(file, "--trust", folder)

    assert (ended, answer["code"]) == (2, "no_trust_list")


def test_a_day_that_is_none_is_told(file):
    ended, answer = verify(file, "--at", "2026-13-02")

    assert (ended, answer["message"]) == (2, "无法核验：“2026-13-02”不是日期。请写成 2026-11-23 这样。")


def test_no_database_is_needed(file, keys_dir, tmp_path):
    environment = os.environ | {"TONGBAN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "TONGBAN_DEBUG": "0"}
    command = [str(TONGBAN), "verify", str(file), "--trust", str(keys_dir), "--at", "2026-03-02"]

    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == (
        "有效：由“曹妃甸海事局”签发，内容与签发时一致，有效期至 2031-03-02。状态以 2026-03-02 的状态列表为准。\n"
    )
