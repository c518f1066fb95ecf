"""Who oversees departments reads what of theirs was not reported, why, and what to do; others read nothing."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import worlds
from tests.exchange.test_reporting import NOW, nameless
from tongban.exchange.reporting import actions, uploading
from tongban.exchange.reporting.models import Dispatch, ReportedRow
from tongban.people.models import Account
from tongban.project import walk

PAGE = "/exchange/reports/"


@pytest.fixture
def reported(maritime: None, walked: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The number of a dispatch that lacks rows of a department whose name nobody knew."""
    settings.REPORTS_DIR = tmp_path / "reports"
    monkeypatch.setattr("tongban.web.clock.now", lambda: NOW)
    with monkeypatch.context() as broken:
        nameless(broken)
        (number,) = actions.run(now=NOW).written
    return number


@pytest.fixture
def walked(maritime: None) -> str:
    return worlds.the_application()


def signed_in(client: Client, username: str) -> Client:
    client.force_login(Account.objects.get(username=username))
    return client


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))  # type: ignore[attr-defined]


@pytest.mark.parametrize("username", ["hanlei", "yangguang"])
def test_rejected_rows_are_shown_with_field_reason_and_remedy(client: Client, reported: str, username: str) -> None:
    said = text(signed_in(client, username).get(PAGE))

    assert "未上报的记录 54" in said
    assert "事项实施清单基本信息 曹妃甸海事局 实施主体 必填，没有内容 在来源处补填" in said
    assert reported in said
    assert "实施主体 0 ÷ 37 0.0%" in said


def test_a_supervisor_opens_the_case_or_the_matter_that_a_row_is_about(client: Client, reported: str) -> None:
    page = signed_in(client, "hanlei").get(PAGE, {"page": "1"})
    second = client.get(PAGE, {"page": "2"})

    hrefs = {row.href for one in (page, second) for row in one.context["rejected"]}
    cases = [href for href in hrefs if "/matters/" not in href]
    assert len(cases) == 1
    assert client.get(cases[0]).status_code == 200
    assert client.get("/matters/HS-01/").status_code == 200


def test_a_dispatch_is_shown_by_table_and_department(client: Client, reported: str) -> None:
    said = text(signed_in(client, "hanlei").get(f"{PAGE}{reported}/"))

    assert f"上报批次 {reported}" in said
    assert "状态 待送出" in said
    assert "证照目录 17 0 0" in said
    assert "办件结果信息 曹妃甸海事局 合计" in said


@pytest.mark.parametrize("username", ["liufang", "linxiao"])
def test_others_read_nothing(client: Client, reported: str, username: str) -> None:
    for path in (PAGE, f"{PAGE}{reported}/"):
        assert signed_in(client, username).get(path).status_code == 403


def test_rows_of_other_departments_are_not_shown(client: Client, reported: str) -> None:
    ReportedRow.objects.update(department="11110000000000000X")

    assert "没有未上报的记录。" in text(signed_in(client, "hanlei").get(PAGE))


def test_a_dispatch_of_another_province_is_not_there(client: Client, reported: str) -> None:
    Dispatch.objects.update(province="110000")

    assert signed_in(client, "hanlei").get(f"{PAGE}{reported}/").status_code == 404


def test_what_did_not_get_through_is_told(client: Client, reported: str) -> None:
    Dispatch.objects.update(failure="没有连上国家平台")

    assert f"批次 {reported} 没有送达：没有连上国家平台" in text(signed_in(client, "hanlei").get(PAGE))


def test_the_page_asks_the_same_whatever_there_is(client: Client, reported: str) -> None:
    signed_in(client, "hanlei").get(PAGE)
    counts = []
    for keep in (54, 3, 1):
        wrong = ReportedRow.objects.exclude(faults="").order_by("guid").values_list("pk", flat=True)
        ReportedRow.objects.filter(pk__in=list(wrong[keep:])).delete()
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))

    assert counts[0] == counts[1] == counts[2]


def test_everything_is_read_in_english(client: Client, reported: str) -> None:
    said = text(signed_in(client, "hanlei").get(PAGE, headers={"Accept-Language": "en"}))

    assert "Rows not reported 54" in said
    assert "required, and empty Fill it in where it comes from" in said


# --- commands ---------------------------------------------------------------------------------------------------------


def test_the_commands_tell_how_far_it_has_come(reported: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("report_status")
    status = capsys.readouterr().out
    assert f"{reported}  待送出  新增" in status
    assert "未上报的记录  up_pro_accept  17 条" in status

    call_command("report_show", reported)
    shown = capsys.readouterr().out
    assert "事项实施清单基本信息  11130200MA0TB0011Q  实施主体  0/37" in shown
    assert "未上报  办件受理信息  130209-" in shown

    call_command("report_show", json=True)
    assert '"code": "required"' in capsys.readouterr().out
    call_command("report_status", json=True)
    assert f'"number": "{reported}"' in capsys.readouterr().out


def test_a_run_by_command_mends_and_an_answer_is_entered(
    reported: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("report_run", no_upload=True)
    assert "有变化的记录 366 条。" in capsys.readouterr().out

    (tmp_path / "answer.json").write_text('{"receipt": "R-1", "refused": []}', encoding="utf-8")
    call_command("report_answer", reported, tmp_path / "answer.json")
    assert "退回 0 条" in capsys.readouterr().out
    assert Dispatch.objects.get(pk=reported).receipt == "R-1"

    call_command("report_rerun", reported)
    assert f"批次 {reported} 的" in capsys.readouterr().out
    call_command("report_rerun", all=True)
    assert "个来源将在下一次上报时重新推导" in capsys.readouterr().out
    call_command("report_rerun", refused=True)
    assert "0 条记录" in capsys.readouterr().out


def test_a_command_that_cannot_says_why(reported: str, tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(CommandError, match="没有上报批次“nothing”"):
        call_command("report_show", "nothing")
    with pytest.raises(CommandError, match="没有上报批次“nothing”"):
        call_command("report_rerun", "nothing")
    with pytest.raises(CommandError, match="未记下：读不了文件"):
        call_command("report_answer", reported, tmp_path / "nothing")
    settings.REPORT_URL = "ftp://platform"
    with pytest.raises(CommandError, match="应以 https:// 开头"):
        call_command("report_run")


def test_somebody_elses_run_is_not_disturbed(reported: str) -> None:
    actions._claim(NOW)

    with pytest.raises(CommandError, match="另一个进程正在上报"):
        call_command("report_run")
    assert uploading.uploader() is None
    assert walk.HOLDER
