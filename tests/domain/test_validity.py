"""At most one version of a standard is in force on any day, whatever begins and ends in whatever order."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongban.domain.validity import Span, begin, end, end_version, in_force

DAY = date(2026, 1, 1)

days = st.integers(0, 30).map(lambda number: DAY + timedelta(days=number))


@st.composite
def histories(draw):
    spans = ()
    for version in range(1, draw(st.integers(1, 6)) + 1):
        from_on = draw(days)
        until_on = draw(st.none() | st.integers(0, 20).map(lambda n, start=from_on: start + timedelta(days=n)))
        spans = begin(spans, Span(version, "", from_on, until_on))
        if draw(st.booleans()):
            spans = end_version(spans, version=draw(st.integers(1, version)), batch="", until_on=draw(days))
    return spans


@given(histories(), days)
def test_no_two_versions_are_in_force_on_one_day(spans, day):
    standing = [s for s in spans if s.from_on <= day and (s.until_on is None or day < s.until_on)]

    assert len(standing) <= 1
    assert in_force(spans, on=day) == (standing[0] if standing else None)


@given(histories(), days)
def test_a_version_that_begins_is_in_force_from_its_day_and_changes_nothing_before(spans, day):
    after = begin(spans, Span(99, "B", day))

    assert in_force(after, on=day).version == 99
    assert in_force(after, on=day + timedelta(days=1000)).version == 99
    for before in (DAY + timedelta(days=n) for n in range((day - DAY).days)):
        assert in_force(after, on=before) == in_force(spans, on=before) or (
            in_force(after, on=before).version == in_force(spans, on=before).version
        )


@given(histories(), days)
def test_after_the_end_nothing_is_in_force(spans, day):
    ended = end(spans, until_on=day)

    assert {in_force(ended, on=day + timedelta(days=number)) for number in range(60)} == {None}


def test_the_end_of_one_version_leaves_its_successor():
    spans = begin(begin((), Span(1, "A", DAY)), Span(2, "B", DAY + timedelta(days=5)))

    left = end_version(spans, version=1, batch="A", until_on=DAY + timedelta(days=2))

    assert [(s.version, s.from_on, s.until_on) for s in left] == [
        (1, DAY, DAY + timedelta(days=2)),
        (2, DAY + timedelta(days=5), None),
    ]


def test_the_end_of_a_batch_leaves_the_same_version_in_another():
    spans = begin(begin((), Span(1, "A", DAY, DAY + timedelta(days=5))), Span(1, "B", DAY + timedelta(days=5)))

    left = end_version(spans, version=1, batch="A", until_on=DAY + timedelta(days=2))

    assert [(s.batch, s.from_on, s.until_on) for s in left] == [
        ("A", DAY, DAY + timedelta(days=2)),
        ("B", DAY + timedelta(days=5), None),
    ]


@given(histories(), days)
def test_no_version_begins_twice_on_one_day(spans, day):
    """What never began may begin after all, in another batch."""
    never = end_version(begin(spans, Span(99, "A", day)), version=99, batch="A", until_on=day)

    after = begin(never, Span(99, "B", day))

    assert [s for s in after if s.version == 99] == [Span(99, "B", day)]
