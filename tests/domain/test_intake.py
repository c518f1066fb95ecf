from datetime import date

import pytest

from tongban.catalogue import calendars
from tongban.domain.times import answer_due


@pytest.mark.parametrize(
    ("received_on", "last_day"),
    [
        (date(2026, 3, 2), date(2026, 3, 9)),  # Monday to Monday
        # Over Mid-Autumn (25 to 27 September) and the National Day (1 to 7 October): 28, 29, 30, then 8 and 9.
        (date(2026, 9, 24), date(2026, 10, 9)),
    ],
)
def test_an_application_is_answered_within_five_working_days(received_on: date, last_day: date) -> None:
    due = answer_due(received_on=received_on, calendar=calendars.load())

    assert (due.day, due.provisional) == (last_day, False)


def test_beyond_the_published_calendar_the_day_is_provisional() -> None:
    due = answer_due(received_on=date(2026, 12, 30), calendar=calendars.load())

    assert due.provisional
