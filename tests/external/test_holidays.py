"""The calendar of the package against the State Council's arrangements as an outside project keeps them."""

import json
from datetime import date, timedelta

import pytest

from tests.external import EXTERNAL
from tongban.catalogue import calendars

YEARS = range(2018, 2027)


def _outside(year: int) -> dict[date, bool]:
    """Which days the notice for a year names, and whether they are off."""
    content = json.loads((EXTERNAL / "holidays" / f"{year}.json").read_text(encoding="utf-8"))
    return {date.fromisoformat(day["date"]): day["isOffDay"] for day in content["days"]}


def _all_days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_the_year_counts_as_the_notices_say(year):
    named = _outside(year) | (_outside(year + 1) if year + 1 in YEARS else {})
    calendar = calendars.load()

    wrong = [day for day in _all_days(year) if calendar.counts(day) == named.get(day, day.weekday() >= 5)]

    assert wrong == []


def test_the_days_named_are_the_same_and_no_others():
    named = {day: off for year in YEARS for day, off in _outside(year).items()}
    calendar = calendars.load()

    assert calendar.rest == {day for day, off in named.items() if off}
    assert calendar.make_up == {day for day, off in named.items() if not off}


@pytest.mark.parametrize("year", YEARS)
def test_the_file_of_another_project_can_be_loaded_as_it_is(year):
    ours = calendars.read(calendars.DATA / "calendars" / f"{year}.json")

    theirs = calendars.read(EXTERNAL / "holidays" / f"{year}.json")

    assert theirs == ours
