"""A holiday notice that came late is published once, journalled, and taken over by every process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.own_database import OwnDatabase
from tongban.catalogue import actions, calendars, models, queries
from tongban.domain.clock import Unit, due_on
from tongban.domain.events import CalendarPublished
from tongban.journal import queries as journal
from tongban.people.actor import Actor
from tongban.people.permissions import NotAllowed

PACKAGED = calendars.load()
FESTIVALS_2027 = sorted(day for day in calendars.festivals() if day.year == 2027)


def days(*off: date, worked: tuple[date, ...] = ()) -> list[dict[str, Any]]:
    marked = [(day, True) for day in (*FESTIVALS_2027, *off)] + [(day, False) for day in worked]
    return [{"date": day.isoformat(), "name": "节日", "isOffDay": off} for day, off in marked]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The notice for 2027 (composed): 4 January off as well, Sunday 10 January worked."""
    return written(tmp_path / "2027.json", days(date(2027, 1, 4), worked=(date(2027, 1, 10),)))


def written(path: Path, marked: list[dict[str, Any]], year: int = 2027) -> Path:
    path.write_text(
        json.dumps({"year": year, "papers": ["https://example.org/2027"], "days": marked}), encoding="utf-8"
    )
    return path


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """What a test publishes is unknown again to this process."""
    yield
    calendars.take(())


def load(*words: object) -> str:
    out = StringIO()
    call_command("calendar_load", *map(str, words), stdout=out)
    return out.getvalue()


def listed() -> dict[str, Any]:
    out = StringIO()
    call_command("calendar_list", "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def due(calendar: Any) -> tuple[date, bool]:
    found = due_on(start=date(2026, 12, 30), days=5, unit=Unit.WORKING, calendar=calendar, provisional=True)
    return found.day, found.provisional


@pytest.mark.django_db
def test_a_notice_turns_provisional_days_into_published_ones(file: Path) -> None:
    before = due(calendars.load())

    said = load(file)

    version = calendars.load().version
    assert said == f"已载入 2027 年的放假安排：工作日历止于 2027-12-31，版本 {version}。\n"
    assert (before, due(calendars.load())) == ((date(2027, 1, 7), True), (date(2027, 1, 8), False))


@pytest.mark.django_db
def test_it_is_one_entry_and_one_row_that_tell_the_same(file: Path) -> None:
    load(file)

    (entry,) = journal.entries("calendar")
    assert isinstance(entry.event, CalendarPublished)
    assert (entry.actor, entry.event.year, entry.event.version) == ("system", 2027, 1)
    assert entry.event.calendar == calendars.load().version
    assert entry.event.sources == ("https://example.org/2027",)
    assert models.HolidayNotice.objects.count() == 1
    assert journal.soundness().replay_faults == ()


@pytest.mark.django_db
def test_a_row_without_an_entry_is_found_by_the_journal(file: Path) -> None:
    models.HolidayNotice.objects.create(
        year=2027,
        version=1,
        body={"year": 2027, "rest": [], "make_up": [], "sources": []},
        digest="0" * 64,
        in_force_at="2026-11-05T02:30:00Z",
    )

    assert [fault.stream for fault in journal.soundness().replay_faults] == ["calendar"]


@pytest.mark.django_db
def test_the_same_notice_again_changes_nothing(file: Path) -> None:
    load(file)

    said = load(file)

    assert said.startswith("没有变化：这些放假安排已经公布，工作日历止于 2027-12-31")
    assert len(journal.entries("calendar")) == 1
    assert load(calendars.DATA / "calendars" / "2026.json").startswith("没有变化")


@pytest.mark.django_db
def test_what_contradicts_a_published_year_is_refused_and_leaves_nothing_behind(file: Path, tmp_path: Path) -> None:
    load(file)
    other = written(tmp_path / "other.json", days())

    with pytest.raises(CommandError, match=r"2027-01-04 与已公布的不同：.*（--amend）$"):
        load(other)
    with pytest.raises(CommandError, match="未载入：2026 年的放假安排已经公布，2026-01-01 与已公布的不同"):
        load(written(tmp_path / "2026.json", [], year=2026))

    assert len(journal.entries("calendar")) == models.HolidayNotice.objects.count() == 1


@pytest.mark.django_db
def test_an_amendment_is_another_version(file: Path, tmp_path: Path) -> None:
    load(file)

    load(written(tmp_path / "other.json", days()), "--amend")

    assert due(calendars.load()) == (date(2027, 1, 7), False)
    assert [(row.year, row.version) for row in models.HolidayNotice.objects.order_by("id")] == [(2027, 1), (2027, 2)]
    assert journal.soundness().replay_faults == ()


@pytest.mark.django_db
def test_a_published_year_of_the_package_may_be_amended_too(tmp_path: Path) -> None:
    plain = json.loads((calendars.DATA / "calendars" / "2026.json").read_text(encoding="utf-8"))
    plain["days"].append({"date": "2026-02-24", "name": "春节", "isOffDay": True})
    file = tmp_path / "2026.json"
    file.write_text(json.dumps(plain), encoding="utf-8")

    load(file, "--amend")

    assert (PACKAGED.counts(date(2026, 2, 24)), calendars.load().counts(date(2026, 2, 24))) == (True, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("no json", "未载入：无法读取工作日历文件 2027.json"),
        ('{"year": 2027, "days": []}', "未载入：2027 年的放假通知没有把法定节日 2027-01-01 列为放假"),
        ('{"year": 2029, "days": []}', "未载入：工作日历缺少 2027 年的放假通知"),
        ('[{"year": 2027, "days": []}, {"year": 2027, "days": []}]', "未载入：2027 年的放假通知出现了两次"),
    ],
)
def test_what_is_no_notice_is_refused_in_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "2027.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=sentence):
        load(file)

    assert journal.entries("calendar") == []


@pytest.mark.django_db
def test_only_the_node_itself_publishes(file: Path) -> None:
    with pytest.raises(NotAllowed, match="放假安排由运行本节点的人用命令载入"):
        actions.publish_calendar(
            operation="one",
            actor=Actor("account:1", "某人"),
            notices=calendars.read_notices(file),
            amends=False,
            now=datetime(2026, 11, 5, tzinfo=UTC),
        )


@pytest.mark.django_db
def test_the_list_tells_the_years_of_the_package_and_what_came_later(file: Path) -> None:
    load(file)

    answer = listed()

    assert answer["version"] == calendars.load().version
    assert (answer["published_from"], answer["published_until"]) == ("2018-01-01", "2027-12-31")
    assert [(each["year"], each["version"]) for each in answer["years"]] == [
        *((year, 0) for year in range(2018, 2027)),
        (2027, 1),
    ]
    assert answer["years"][-1]["make_up"] == ["2027-01-10"]
    assert answer["years"][0]["published_at"] is None and answer["years"][-1]["published_at"]


@pytest.mark.django_db
def test_the_list_is_told_line_by_line(file: Path) -> None:
    load(file)
    out = StringIO()

    call_command("calendar_list", stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[8].startswith("2026 年：放假 33 天，调休上班 6 天；随软件附带，国办发明电〔2025〕7号")
    assert lines[9].startswith("2027 年：放假 14 天，调休上班 1 天；") and "载入，第 1 版" in lines[9]
    assert lines[10] == f"工作日历自 2018-01-01 至 2027-12-31，版本 {calendars.load().version}。"


@pytest.mark.django_db
def test_the_database_refuses_to_change_or_delete_a_published_notice(file: Path) -> None:
    load(file)
    rows = models.HolidayNotice.objects

    for verb in (lambda: rows.update(digest="0" * 64), lambda: rows.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="a version in force never changes"), transaction.atomic():
            verb()


# --- Other processes --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_asking_for_the_calendar_costs_no_statement_and_keeping_up_one(file: Path) -> None:
    load(file)
    calendars.take(())

    with CaptureQueriesContext(
        connection,
    ) as asked:
        calendars.load()
    with CaptureQueriesContext(connection) as looked:
        queries.keep_up()

    assert (len(asked), len(looked)) == (0, 1)
    assert calendars.load().published_until == date(2027, 12, 31)


def test_what_one_process_publishes_another_takes_over(own_database: OwnDatabase, file: Path) -> None:
    loading = own_database.command("calendar", "load", str(file))
    output, _ = loading.communicate(timeout=60)

    queries.keep_up()

    assert (loading.returncode, calendars.load().published_until) == (0, date(2027, 12, 31)), output
