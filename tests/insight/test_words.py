"""Numbers are not made to look better than they are."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest
from django.utils.translation import override

from tongban.domain.measures import MEASURES, Figure, Measure, Period
from tongban.insight import comparing, words
from tongban.insight.models import Measured
from tongban.insight.queries import Found

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
ONLINE: Measure = next(measure for measure in MEASURES if measure.code == "online")
TAKEN: Measure = next(measure for measure in MEASURES if measure.code == "working_days_taken")


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    with override("zh-hans"):
        yield


def test_every_documented_example_is_so() -> None:
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize(
    ("measure", "number", "of", "value", "denominator"),
    [
        (ONLINE, 9_999, 10_000, "99.9", "9,999 ÷ 10,000（申请）"),
        (ONLINE, 0, 0, "—", "0 ÷ 0（申请）"),
        (TAKEN, 31, 3, "10.3", "合计 31 个工作日 ÷ 3（已办结的申请）"),
        (TAKEN, 3_001, 300, "10.0", "合计 3,001 个工作日 ÷ 300（已办结的申请）"),
    ],
)
def test_a_figure_is_said_with_what_it_was_divided_by(
    measure: Measure, number: int, of: int, value: str, denominator: str
) -> None:
    figure = Figure(measure, number, of, MARCH)

    assert (words.value(figure), words.denominator(figure)) == (value, denominator)


def compared(serial: int, parallel: int, taken: int) -> comparing.Comparison | None:
    parts = {
        "serial_working_days": [serial, 1],
        "parallel_working_days": [parallel, 1],
        "working_days_taken": [taken, 1],
        "time_saved": [serial - taken, serial],
    }
    row = Measured(stream="application/x", submitted_on=date(2026, 3, 2), parts=parts)
    return comparing.time(Found(MARCH, (row,), behind=0), hrefs={})


def test_more_time_than_before_is_not_praised() -> None:
    comparison = compared(10, 5, 16)

    assert comparison is not None
    assert (comparison.saved, comparison.worse) == ("-60", True)
    assert [bar.width for bar in comparison.bars] == ["62.50%", "31.25%", "100.00%"]


def test_where_nothing_was_promised_nothing_is_saved() -> None:
    comparison = compared(0, 0, 0)

    assert comparison is not None
    assert (comparison.saved, comparison.worse) == ("", False)
    assert [(bar.value, bar.width) for bar in comparison.bars] == [("0", "0%")] * 3
    assert words.mean(Fraction(0)) == "0"
