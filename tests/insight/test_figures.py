"""The figures are those of the journal, whether they were kept or are counted while one waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.insight.conftest import DAY, handed_in
from tongban.catalogue import calendars
from tongban.domain.measures import Period
from tongban.domain.workdays import Calendar
from tongban.insight import actions, queries
from tongban.insight.models import Measured
from tongban.insight.queries import Selection
from tongban.project import walk

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
AS_WALKED = {
    "matters": 17,
    "categories": 9,
    "certificates_issued": 17,
    "materials_one_by_one": 61,
    "materials_asked_without_sharing": 33,
    "materials_asked_with_sharing": 26,
    "materials_from_registry": 7,
    "materials_from_certificate": 0,
    "repeats_saved": 28,
    "serial_working_days": 80,
    "parallel_working_days": 10,
    "certificate_chain_days": 30,
    "working_days_taken": 10,
    "first_attempt": 1,
    "within_promise": 1,
    "within_limit": 1,
    "online": 1,
    "materials_saved": Fraction(35, 61),
    "time_saved": Fraction(7, 8),
    "limit_shortened": Fraction(173, 247),
}


def calendar() -> Calendar:
    return calendars.load()


def find(**chosen: Any) -> queries.Found:
    return queries.find(Selection(**{"period": MARCH} | chosen), calendar=calendar())


def values(found: queries.Found) -> dict[str, Fraction | None]:
    return {figure.measure.code: figure.value for figure in found.summary().figures}


def rows() -> list[dict[str, Any]]:
    return list(Measured.objects.order_by("stream").values())


def test_the_walked_application_gives_the_figures_of_the_demo(walked: str) -> None:
    assert values(find()) == AS_WALKED


def test_kept_figures_are_the_same_as_counted_ones(walked: str) -> None:
    counted = values(find())

    actions.catch_up(calendar=calendar())

    assert Measured.objects.count() == 1
    assert values(find()) == counted


def test_what_moved_since_is_counted_with_what_was_kept(house: walk.Walk) -> None:
    application = house.submit()
    actions.catch_up(calendar=calendar())
    house.confirm(application)
    house.accept(application)
    house.opinions(application)
    house.conclude(application)

    assert values(find()) == AS_WALKED
    assert Measured.objects.get().parts["certificates_issued"] == [0, 1]

    assert actions.catch_up(calendar=calendar()) == 1
    assert Measured.objects.get().parts["certificates_issued"] == [17, 1]


def test_catching_up_again_changes_nothing(walked: str) -> None:
    actions.catch_up(calendar=calendar())
    before = rows()

    assert actions.catch_up(calendar=calendar()) == 0
    assert rows() == before


def test_rebuilt_rows_equal_kept_ones(
    house: walk.Walk, walked: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.insight.storage.AT_ONCE", 1)
    actions.catch_up(calendar=calendar())
    handed_in(house, date(2026, 3, 3), "later")
    actions.catch_up(calendar=calendar())
    kept = rows()
    Measured.objects.update(parts={}, region="")
    Measured.objects.create(stream="application/nobody", seq=1, submitted_on=DAY, parts={})

    call_command("insight_rebuild")

    assert rows() == kept
    assert len(kept) == 2
    assert capsys.readouterr().out == "已从日志重新计算 2 件申请的指标。\n"


def test_a_new_calendar_makes_the_application_count_anew(walked: str) -> None:
    actions.catch_up(calendar=calendar())
    holiday = replace(calendar(), version="other", rest=calendar().rest | {date(2026, 3, 5)})

    found = queries.find(Selection(MARCH), calendar=holiday)

    assert found.summary().figure("working_days_taken").value == 9


@pytest.mark.parametrize(
    ("since", "before", "applications"),
    [
        (date(2026, 3, 2), date(2026, 3, 3), 1),
        (date(2026, 3, 3), date(2026, 4, 1), 0),
        (date(2026, 1, 1), date(2026, 3, 2), 0),
    ],
)
@pytest.mark.parametrize("kept", [True, False])
def test_an_application_belongs_to_the_period_it_was_handed_in(
    house: walk.Walk, since: date, before: date, applications: int, kept: bool
) -> None:
    house.submit()
    if kept:
        actions.catch_up(calendar=calendar())

    assert find(period=Period(since, before)).summary().applications == applications


@pytest.mark.parametrize(
    ("chosen", "applications"),
    [
        ({"bundle": "maritime"}, 1),
        ({"bundle": "another"}, 0),
        ({"region": "130000"}, 1),
        ({"region": "130209"}, 1),
        ({"region": "120000"}, 0),
    ],
)
@pytest.mark.parametrize("kept", [True, False])
def test_a_bundle_or_a_region_narrows(house: walk.Walk, chosen: dict[str, str], applications: int, kept: bool) -> None:
    house.submit()
    if kept:
        actions.catch_up(calendar=calendar())

    assert find(**chosen).summary().applications == applications


def test_what_is_too_much_to_wait_for_is_said_and_not_counted(
    house: walk.Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "WHILE_ONE_WAITS", 1)
    handed_in(house, DAY, "one")
    handed_in(house, DAY, "two")

    assert (find().summary().applications, find().behind) == (0, 2)

    actions.catch_up(calendar=calendar())
    handed_in(house, DAY, "three")

    assert (find().summary().applications, find().behind) == (3, 0)


def test_an_application_still_open_does_not_shorten_the_mean(house: walk.Walk, walked: str) -> None:
    handed_in(house, DAY, "open")

    figures = values(find())

    assert (figures["matters"], figures["working_days_taken"], figures["time_saved"]) == (34, 10, Fraction(7, 8))


def test_the_number_of_statements_is_the_same_for_one_and_for_three(house: walk.Walk) -> None:
    counts = []
    for tag in ("one", "two", "three"):
        handed_in(house, DAY, tag)
        with CaptureQueriesContext(connection) as waiting:
            find()
        actions.catch_up(calendar=calendar())
        with CaptureQueriesContext(connection) as kept:
            find()
        with CaptureQueriesContext(connection) as rebuilding:
            actions.rebuild(calendar=calendar())
        frame = [query for query in rebuilding if "SAVEPOINT" in query["sql"]]
        counts.append((len(waiting), len(kept), len(rebuilding) - len(frame)))

    assert counts == [(3, 2, 4)] * 3
