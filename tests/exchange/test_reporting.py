"""Reporting to the national platform: everything once, nothing lost, what does not fit is shown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import worlds
from tests.exchange.platforms import REASON, Platform, platform
from tongban.casework import actions as casework
from tongban.certificates.models import Certificate
from tongban.domain.certificate import Status
from tongban.domain.events import Channel
from tongban.domain.reporting import schema
from tongban.exchange.reporting import actions, definitions, folder, gathering, queries, uploading
from tongban.exchange.reporting.models import Dispatch, ReportedRow, ReportedSource, Reporting, State
from tongban.journal import outbox
from tongban.keys import actions as keys
from tongban.project import walk

NOW = walk.at(worlds.DAY.replace(month=6), 9)
HEBEI = "130000"
OF_A_CASE = {"up_pro_accept", "up_pro_process", "up_pro_material", "up_pro_result"}
OF_A_MATTER = {"up_task_directory", "up_task_general_basic", "up_task_general_extend", "up_task_general_material"}


@pytest.fixture(autouse=True)
def reports(settings: Settings, tmp_path: Path) -> Path:
    settings.REPORTS_DIR = tmp_path / "reports"
    settings.REPORT_URL = settings.REPORTER = settings.REPORT_TOKEN_FILE = ""
    return tmp_path / "reports"


@pytest.fixture
def house(maritime: None) -> walk.Walk:
    return worlds.maritime_walk()


@pytest.fixture
def national() -> Iterator[Platform]:
    with platform() as known:
        yield known


@pytest.fixture
def accepted(maritime: None) -> str:
    """An application of seventeen cases that were accepted."""
    return worlds.the_application()


@pytest.fixture
def walked(maritime: None) -> str:
    """An application that was walked from draft to close."""
    return worlds.the_application()


def lines(dispatch: str) -> list[dict[str, Any]]:
    """Return all rows of a dispatch, each with its table."""
    where = folder.place(Dispatch.objects.get(pk=dispatch))
    return [
        {"table": path.stem, **json.loads(line)}
        for path in sorted(where.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def told(dispatch: str) -> Counter[tuple[str, str]]:
    return Counter((row["table"], row["cd_operation"]) for row in lines(dispatch))


def rejected(province: str = HEBEI) -> list[queries.Rejected]:
    return queries.rejected(queries.rejected_rows(queries.Scope((province,))))


def test_the_whole_walk_gives_rows_for_every_table_that_should_have_some(walked: str) -> None:
    result = actions.run(now=NOW)

    (number,) = result.written
    tables = {table for table, _ in told(number)}
    assert tables == OF_A_CASE | OF_A_MATTER | {"up_lic_data"}
    assert told(number)[("up_pro_accept", "I")] == told(number)[("up_pro_result", "I")] == 17
    assert told(number)[("up_lic_data", "I")] == Certificate.objects.filter(region__startswith="13").count()
    assert {operation for _, operation in told(number)} == {"I"}


def test_every_row_has_every_field_of_its_table_and_the_journey(walked: str) -> None:
    (number,) = actions.run(now=NOW).written
    tables = definitions.load().schema.tables

    for row in lines(number):
        assert row.keys() - {"table"} == {field.name for field in tables[row["table"]].fields}
        assert (row["cd_batch"], row["cd_time"]) == (number, "2026-06-02 09:00:00")
        assert not [each for each in tables[row["table"]].fields if each.required and row[each.name] in (None, "")]


def test_the_manifest_tells_how_much_there_is_and_by_which_version(walked: str) -> None:
    (number,) = actions.run(now=NOW).written
    dispatch = Dispatch.objects.get()
    said = folder.manifest(dispatch)

    assert (said["cd_batch"], said["province"], said["schema"], said["mapping"]) == (number, HEBEI, 1, 1)
    assert {one["table"]: one["rows"] for one in said["files"]} == dispatch.rows
    assert sum(rows["I"] for rows in dispatch.rows.values()) == len(lines(number))
    assert oct(folder.place(dispatch).stat().st_mode)[-3:] == "700"


def test_a_repeated_run_has_no_second_effect(walked: str) -> None:
    actions.run(now=NOW)
    before = list(ReportedRow.objects.order_by("guid").values())

    again = actions.run(now=NOW + timedelta(days=1))

    assert (again.changed, again.written, Dispatch.objects.count()) == (0, [], 1)
    assert list(ReportedRow.objects.order_by("guid").values()) == before


def test_what_moved_is_told_once_more_and_nothing_else(accepted: str) -> None:
    actions.run(now=NOW)
    worlds.maritime_walk().opinions(accepted)

    (number,) = actions.run(now=NOW + timedelta(days=1)).written

    assert told(number).keys() == {("up_pro_process", "I")}


def test_a_paper_that_is_printed_later_changes_the_row_of_the_acceptance(accepted: str) -> None:
    actions.run(now=NOW)
    while outbox.run(clock=lambda: NOW):
        pass

    (number,) = actions.run(now=NOW + timedelta(days=1)).written

    assert told(number)[("up_pro_accept", "U")] == 17
    assert {row["accept_doc_no"] for row in lines(number) if row["table"] == "up_pro_accept"} != {None}


def test_a_rating_changes_the_result(walked: str) -> None:
    actions.run(now=NOW)
    agent = walk.who(walk.AGENT, acting_for=walk.HOLDER, today=worlds.DAY)
    casework.rate(
        operation="rate", actor=agent, application=walked, case=1, level=2, channel=Channel.ONLINE, words="", now=NOW
    )

    (number,) = actions.run(now=NOW + timedelta(days=1)).written

    assert [(row["cd_operation"], row["satisfaction"]) for row in lines(number)] == [("U", "2")]


def test_a_certificate_that_was_ended_leaves_the_directory(walked: str) -> None:
    actions.run(now=NOW)
    ended = Certificate.objects.first()
    assert ended is not None
    Certificate.objects.filter(identifier=ended.identifier).update(status=Status.REVOKED, ended_on=NOW.date())

    (number,) = actions.run(now=NOW + timedelta(days=1)).written

    (row,) = lines(number)
    assert (row["table"], row["cd_operation"], row["certificate_source_id"]) == ("up_lic_data", "D", None)


def test_what_a_province_of_another_node_decides_is_not_told_here(walked: str, settings: Settings) -> None:
    settings.REGIONS = ["110000"]

    assert actions.run(now=NOW).written == []


# --- what does not fit ------------------------------------------------------------------------------------------------


def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the department have no name that is known."""
    monkeypatch.setattr(gathering.people, "names_of_bodies", lambda ids: {})


def test_rows_that_lack_something_are_shown_and_not_sent(walked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nameless(monkeypatch)

    (number,) = actions.run(now=NOW).written

    shown = rejected()
    # What belongs to a matter or a case that the platform does not have waits for it.
    assert {table for table, _ in told(number)} == {"up_task_directory", "up_lic_data"}
    assert Counter((one.table, one.faults[0].field, one.faults[0].code.value) for one in shown) == {
        ("up_task_general_basic", "dept_name", "required"): 37,
        ("up_pro_accept", "org_name", "required"): 17,
    }
    assert queries.rejected_count(queries.Scope((HEBEI,))) == {"up_pro_accept": 17, "up_task_general_basic": 37}
    assert rejected("110000") == []


def test_what_was_mended_is_told(walked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        nameless(broken)
        actions.run(now=NOW)

    (number,) = actions.run(now=NOW + timedelta(days=1)).written

    assert told(number)[("up_task_general_basic", "I")] == 37
    assert told(number)[("up_pro_accept", "I")] == 17
    assert {table for table, _ in told(number)} == OF_A_CASE | OF_A_MATTER - {"up_task_directory"}
    assert rejected() == []


def test_rows_that_stay_wrong_are_counted_once(walked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nameless(monkeypatch)
    actions.run(now=NOW)

    assert actions.run(now=NOW + timedelta(days=1)).changed == 0
    assert Dispatch.objects.count() == 1


def test_a_run_in_which_everything_was_rejected_leaves_its_count(walked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = definitions.load().schema.tables
    impossible = {
        name: schema.Table(name, one.label, tuple(_impossible(field) for field in one.fields))
        for name, one in tables.items()
    }
    by = definitions.Definitions(schema.Schema(1, impossible), definitions.load().codes, "impossible")
    monkeypatch.setattr(definitions, "load", lambda: by)

    assert actions.run(now=NOW).written == []
    assert [(one.state, one.rows) for one in Dispatch.objects.all()] == [(State.NOTHING, {})]


def _impossible(field: schema.Field) -> schema.Field:
    return schema.Field(field.name, field.label, field.kind, 0, field.required)


def test_how_whole_the_rows_of_each_department_are(walked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nameless(monkeypatch)
    actions.run(now=NOW)

    counts = queries.counts([Dispatch.objects.get()], queries.Scope((HEBEI,)))
    rates = {(one.table, one.field): (one.filled, one.of) for one in queries.rates(counts)}

    assert rates[("up_task_general_basic", "dept_name")] == (0, 37)
    assert rates[("up_pro_result", "")][0] == rates[("up_pro_result", "")][1]


def test_an_application_that_nothing_can_be_derived_of_stops_no_other(
    walked: str, house: walk.Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = worlds.maritime_walk("another")
    application = another.submit()
    another.confirm(application)
    another.accept(application)
    rows = gathering.cases.rows

    def breaking(one: Any, *args: Any) -> Any:
        if one.id == application:
            raise KeyError("broken")
        return rows(one, *args)

    with monkeypatch.context() as broken:
        broken.setattr(gathering.cases, "rows", breaking)
        first = actions.run(now=NOW)
    second = actions.run(now=NOW + timedelta(days=1))

    assert first.failures == [f"application/{application} 没有推导出来（KeyError）"]
    assert told(first.written[0])[("up_pro_accept", "I")] == 17
    assert (second.failures, told(second.written[0])[("up_pro_accept", "I")]) == ([], 17)


def test_another_mapping_tells_anew_what_it_changes(walked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.run(now=NOW)
    by = definitions.load()
    codes = by.codes.codes | {"result": {**by.codes.codes["result"], "approved": "2"}}
    second = definitions.Codes(**{**_fields(by.codes), "version": 2, "codes": codes})
    monkeypatch.setattr(definitions, "load", lambda: definitions.Definitions(by.schema, second, "second"))

    (number,) = actions.run(now=NOW + timedelta(days=1)).written

    assert told(number) == {("up_pro_result", "U"): 17}
    assert Dispatch.objects.get(pk=number).mapping == 2


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def test_of_whoever_had_his_data_erased_nothing_is_told_any_more(walked: str) -> None:
    actions.run(now=NOW)
    keys.erase(person=walk.HOLDER, now=NOW)
    actions.again_all()

    assert actions.run(now=NOW + timedelta(days=1)).written == []


def test_nothing_about_people_lies_in_the_clear_while_it_waits(walked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "write", dying)
    with pytest.raises(Died):
        actions.run(now=NOW)

    kept = json.dumps(list(ReportedRow.objects.values()), ensure_ascii=False, default=str)
    assert Dispatch.objects.get().state == State.SEALED
    assert not [said for said in ("林晓", "13800000002", "130209198803042022", "渤远") if said in kept]


# --- killed -----------------------------------------------------------------------------------------------------------


class Died(BaseException):
    """As if the process were killed: nothing catches it."""


def dying(*args: Any, **kwargs: Any) -> Any:
    raise Died


class DiesAt:
    """Does what it replaces so many times, then dies; `after`: when it has done it once more."""

    def __init__(self, act: Any, times: int, *, after: bool = False) -> None:
        self.act, self.left, self.after = act, times, after

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.left:
            self.left -= 1
            return self.act(*args, **kwargs)
        if self.after:
            self.act(*args, **kwargs)
        raise Died


@pytest.mark.parametrize(
    ("where", "name", "times", "after"),
    [
        (actions.Keeper, "keep", 0, False),
        (actions.Keeper, "keep", 1, False),
        (actions, "_seal", 0, False),
        (folder, "_flush", 0, False),
        (folder, "write", 0, True),
        (folder, "digest", 0, True),
        (uploading.Http, "_send", 3, True),
        (uploading.Http, "upload", 0, True),
        (actions, "answered", 0, True),
    ],
)
def test_a_run_that_dies_anywhere_is_brought_to_its_end_by_the_next(
    walked: str,
    national: Platform,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
    times: int,
    after: bool,
) -> None:
    settings.REPORT_URL = national.address
    with monkeypatch.context() as deadly:
        act = getattr(where, name)
        died = DiesAt(act, times, after=after)
        deadly.setattr(where, name, lambda *args, **kwargs: died(*args, **kwargs))
        with pytest.raises(Died):
            actions.run(now=NOW)

    with pytest.raises(actions.Busy):
        actions.run(now=NOW)
    actions.run(now=NOW + actions.LEASE)

    (dispatch,) = Dispatch.objects.all()
    assert (dispatch.state, national.taken) == (State.SENT, [dispatch.number])
    assert set(national.rows) == set(ReportedRow.objects.values_list("table", "guid"))
    assert actions.run(now=NOW + timedelta(days=2)).written == []


def test_a_run_that_was_taken_for_dead_writes_nothing_more(walked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    act = gathering.ORIGINS[0].derive

    def slow(*args: Any) -> Any:
        Reporting.objects.update(claim=7)
        return act(*args)

    origin = gathering.Origin(gathering.ORIGINS[0].moved, slow, 100)
    monkeypatch.setattr(gathering, "ORIGINS", (origin,))

    with pytest.raises(actions.Overtaken):
        actions.run(now=NOW)
    assert not ReportedRow.objects.exists()
    assert not ReportedSource.objects.exists()


# --- the platform -----------------------------------------------------------------------------------------------------


def test_dispatches_reach_the_platform_with_the_token(
    walked: str, national: Platform, settings: Settings, tmp_path: Path
) -> None:
    settings.REPORT_URL = national.address
    settings.REPORT_TOKEN_FILE = str(tmp_path / "token")
    (tmp_path / "token").write_text("secret\n", encoding="utf-8")

    (number,) = actions.run(now=NOW).sent

    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.receipt, dispatch.refused) == (State.SENT, f"R-{number}", 0)
    assert national.tokens == {"Bearer secret"}
    assert len(national.rows) == sum(rows["I"] for rows in dispatch.rows.values())


def test_a_platform_that_fails_is_asked_again_later(walked: str, national: Platform, settings: Settings) -> None:
    settings.REPORT, settings.REPORT_URL, national.broken = True, national.address, 1
    first = actions.daily(now=NOW)
    assert first is not None
    assert (first.sent, len(first.failures), Dispatch.objects.get().attempts) == ([], 1, 1)

    assert actions.daily(now=NOW + timedelta(seconds=30)) is None
    later = actions.daily(now=NOW + timedelta(minutes=1))

    assert later is not None
    assert (later.sent, national.taken) == ([Dispatch.objects.get().number], [Dispatch.objects.get().number])


def test_what_the_platform_refuses_is_shown_and_told_again_when_it_changed(
    accepted: str, national: Platform, settings: Settings
) -> None:
    settings.REPORT_URL = national.address
    row = {"table": "up_pro_accept"}
    actions.run(now=NOW, upload=False)
    refused = ReportedRow.objects.filter(**row).order_by("guid").first()
    assert refused is not None
    national.refuses = {refused.guid}
    actions.run(now=NOW)

    (shown,) = rejected()
    assert (shown.subject, shown.faults[0].code.value) == (refused.subject, "refused")
    assert shown.faults[0].about == f"{REASON['code']} {REASON['words']}"
    assert actions.run(now=NOW + timedelta(days=1)).written == []

    national.refuses = set()
    while outbox.run(clock=lambda: NOW):
        pass
    (number,) = actions.run(now=NOW + timedelta(days=2)).sent
    assert told(number)[("up_pro_accept", "I")] == 1
    assert rejected() == []


def test_what_was_refused_can_be_told_again_as_it_was(accepted: str, national: Platform, settings: Settings) -> None:
    settings.REPORT_URL = national.address
    actions.run(now=NOW, upload=False)
    national.refuses = set(ReportedRow.objects.filter(table="up_pro_accept").values_list("guid", flat=True))
    actions.run(now=NOW)
    national.refuses = set()

    assert actions.again_refused() == 17
    (number,) = actions.run(now=NOW + timedelta(days=1)).sent

    assert told(number) == {("up_pro_accept", "I"): 17}


def test_a_dispatch_that_got_lost_can_be_told_again(accepted: str) -> None:
    (first,) = actions.run(now=NOW).written

    count = actions.again(number=first)
    (second,) = actions.run(now=NOW + timedelta(days=1)).written

    assert (len(lines(first)), len(lines(second))) == (count, count)
    assert actions.run(now=NOW + timedelta(days=2)).written == []


def test_the_answer_can_be_entered_by_hand_and_counts_once(accepted: str) -> None:
    (number,) = actions.run(now=NOW).written
    row = lines(number)[0]
    body = {"receipt": "R", "refused": [{"table": row["table"], "row_guid": row["row_guid"]} | REASON]}
    answer = uploading.read_answer(json.dumps(body).encode())

    actions.answered(number=number, answer=answer, now=NOW)
    actions.answered(number=number, answer=uploading.Answer("another"), now=NOW)

    assert (Dispatch.objects.get().receipt, Dispatch.objects.get().refused) == ("R", 1)
    assert [one.guid for one in rejected()] == [row["row_guid"]]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"{}",
        b'{"receipt": 1, "refused": []}',
        b'{"receipt": "R", "refused": [], "more": 1}',
        b'{"receipt": "R", "refused": [{"table": "t"}]}',
        b'{"receipt": "R", "refused": ["x"]}',
        b'{"receipt": "R", "refused": [{"table": 1, "row_guid": "", "field": "", "code": "", "words": ""}]}',
    ],
)
def test_an_answer_that_is_none_changes_nothing(said: bytes) -> None:
    with pytest.raises(uploading.NotUploaded, match="国家平台的回答不合约定"):
        uploading.read_answer(said)


def test_there_is_no_answer_to_what_was_not_written(accepted: str) -> None:
    with pytest.raises(actions.NoSuchDispatch, match="没有上报批次“nothing”"):
        actions.answered(number="nothing", answer=uploading.Answer("R"), now=NOW)
    with pytest.raises(actions.NoSuchDispatch):
        actions.again(number="nothing")


def test_folders_go_a_month_after_the_answer(accepted: str, settings: Settings) -> None:
    settings.REPORT = True
    (number,) = actions.run(now=NOW).written
    dispatch = Dispatch.objects.get()
    actions.answered(number=number, answer=uploading.Answer("R"), now=NOW)

    actions.daily(now=NOW + timedelta(days=29))
    assert folder.place(dispatch).exists()
    actions.daily(now=NOW + timedelta(days=31))
    assert not folder.place(dispatch).exists()


def test_a_node_that_does_not_report_does_nothing(accepted: str, settings: Settings) -> None:
    settings.REPORT = False

    assert actions.daily(now=NOW) is None
    assert not Dispatch.objects.exists()


def test_the_worker_reports_once_a_day(accepted: str, settings: Settings) -> None:
    settings.REPORT = True

    days = [actions.daily(now=NOW + timedelta(hours=hours)) for hours in (0, 1, 10, 15, 16)]

    assert [day is not None for day in days] == [True, False, False, True, False]


# --- how much it asks of the database ---------------------------------------------------------------------------------


def test_a_day_costs_the_same_statements_however_many_cases_it_had(house: walk.Walk) -> None:
    actions.run(now=NOW)  # the matters

    _warm, one, three = (statements(house, tags) for tags in (["a"], ["b"], ["c", "d", "e"]))

    assert one == three
    assert three <= 40
    assert min(origin.at_once for origin in gathering.ORIGINS) >= 100


def statements(house: walk.Walk, tags: list[str]) -> int:
    for tag in tags:
        one = worlds.maritime_walk(tag)
        application = one.submit()
        one.confirm(application)
        one.accept(application)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert actions.run(now=NOW + timedelta(minutes=1)).written
    return len([each for each in asked if not each["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))])


@pytest.mark.parametrize("address", ["http://platform.example", "ftp://platform.example", "file:///etc", "platform"])
def test_rows_about_people_and_the_token_go_in_clear_to_nobody_else(address: str) -> None:
    with pytest.raises(uploading.NotUploaded, match="应以 https:// 开头"):
        uploading.Http(address, "token")._send("PUT", f"{address}/batches/1/a", b"rows", {})
