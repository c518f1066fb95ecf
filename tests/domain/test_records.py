"""Which months an applicant means, and that a content changed on its way is noticed."""

import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domain import records
from tongban.domain.records import InvalidPeriod, Period, Span, digest_of, period


def test_the_examples_of_the_module_hold():
    assert doctest.testmod(records).failed == 0


@pytest.mark.parametrize(
    ("span", "today", "text"),
    [
        (Span.LAST_6, date(2026, 3, 2), "2025-09 至 2026-02"),
        (Span.LAST_12, date(2026, 1, 1), "2025-01 至 2025-12"),
        (Span.LAST_12, date(2026, 12, 31), "2025-12 至 2026-11"),
        (Span.LAST_24, date(2028, 2, 29), "2026-02 至 2028-01"),
        (Span.THIS_YEAR, date(2026, 1, 15), "2026-01 至 2026-01"),
        (Span.THIS_YEAR, date(2026, 12, 1), "2026-01 至 2026-12"),
        (Span.LAST_YEAR, date(2026, 1, 1), "2025-01 至 2025-12"),
    ],
)
def test_a_span_names_whole_months(span, today, text):
    found = period(span, today=today)

    assert found is not None
    assert found.text == text


@given(
    span=st.sampled_from([span for span in Span if span is not Span.WHOLE]),
    today=st.dates(date(1950, 1, 1), date(2200, 1, 1)),
)
def test_every_span_is_made_of_whole_months_and_has_begun(span, today):
    found = period(span, today=today)

    assert found is not None
    assert (found.from_on.day, found.until_on.day) == (1, 1)
    assert found.from_on <= today


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [
        (date(2026, 1, 2), date(2026, 3, 1)),
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 4, 1), date(2026, 3, 1)),
    ],
)
def test_a_period_of_anything_else_is_refused(from_on, until_on):
    with pytest.raises(InvalidPeriod, match="不是完整的月份"):
        Period(from_on, until_on)


def test_the_digest_of_a_content_knows_no_order_and_every_character():
    content = {"insured": "yes", "insured_place": "北京市海淀区"}

    assert digest_of(content) == digest_of(dict(reversed(content.items())))
    assert digest_of(content) != digest_of(content | {"insured_place": "北京市海淀区 "})
