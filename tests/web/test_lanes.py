"""The geometry of the lanes: no thread ends in nothing, nothing lies on top of anything."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.web import lanes as module
from tongban.web.lanes import BAR, KNOT, ROW, Day, Drawing, Knot, Lane, Span, SpanKind, Thread, TiedKnot, draw

MONDAY = date(2026, 3, 2)


def days(count: int) -> list[Day]:
    every = [MONDAY + timedelta(days=number) for number in range(count)]
    return [Day(on, on.weekday() >= 5) for on in every]


def on(number: int) -> date:
    return MONDAY + timedelta(days=number)


def lane(key: str, first: int, last: int, *awaits: str, tied: bool = False) -> Lane:
    span = Span(SpanKind.REVIEW, on(first), on(last), "审核")
    knots = tuple(Knot(each, f"证照 {each}", tied) for each in awaits)
    return Lane(key, f"办件 {key}", "登记岗", (span,), knots, "green", "按时", on(last + 2))


@st.composite
def applications(draw_value: st.DrawFn) -> tuple[list[Lane], int]:
    """Lanes in any order that wait for lanes made before them."""
    length = draw_value(st.integers(5, 40))
    made: list[Lane] = []
    for number in range(draw_value(st.integers(1, 14))):
        first = draw_value(st.integers(-3, length))
        last = draw_value(st.integers(first, length + 3))
        awaits = draw_value(st.lists(st.sampled_from([each.key for each in made] + ["gone"]), max_size=4, unique=True))
        made.append(lane(str(number), first, last, *awaits))
    return draw_value(st.permutations(made)), length


def test_days_follow_each_other_and_rest_days_are_narrow() -> None:
    drawing = draw([lane("a", 0, 3)], days(7), on(2))

    assert [column.rest for column in drawing.columns] == [False] * 5 + [True] * 2
    assert all(left.x + left.width == right.x for left, right in pairwise(drawing.columns))
    assert {column.width for column in drawing.columns if column.rest} == {module.REST_WIDTH}
    assert drawing.today_x == drawing.columns[2].middle


def test_a_month_is_named_where_there_is_room_before_the_next() -> None:
    every = [date(2026, 3, 31) + timedelta(days=number) for number in range(7)]
    drawing = draw([Lane("a", "甲", "岗", (), (), "green", "按时", None)], [Day(one, False) for one in every], every[0])

    assert [column.on for column in drawing.columns if column.opens_month] == [date(2026, 4, 1)]


def test_a_bar_covers_its_first_and_its_last_day() -> None:
    drawing = draw([lane("a", 1, 3)], days(7), on(0))
    (bar,) = drawing.rows[0].bars

    assert drawing.columns[1].x < bar.x < bar.x + bar.width < drawing.columns[3].x + drawing.columns[3].width
    assert bar.x + bar.width > drawing.columns[3].x


def test_a_bar_that_began_before_the_picture_begins_at_its_edge() -> None:
    drawing = draw([lane("a", -5, 1), lane("b", -5, -1), lane("c", 8, 9)], days(7), on(0))

    assert [len(row.bars) for row in drawing.rows] == [1, 0, 0]
    assert drawing.rows[0].bars[0].x == module.INSET


def test_a_thread_runs_from_the_supplier_to_every_lane_that_waits() -> None:
    drawing = draw(
        [lane("own", 0, 2), lane("nat", 0, 1, "own"), lane("free", 0, 1), lane("mort", 0, 4, "own")], days(7), on(0)
    )
    (thread,) = drawing.threads
    knots = {row.lane.key: row.knots for row in drawing.rows}

    assert (thread.supplier, thread.top, thread.bottom) == ("own", drawing.rows[0].middle, drawing.rows[3].middle)
    assert drawing.columns[2].x < thread.x < drawing.columns[3].x
    assert [(knot.x, knot.y) for knot in knots["nat"] + knots["mort"]] == [
        (thread.x, drawing.rows[1].middle),
        (thread.x, drawing.rows[3].middle),
    ]
    assert knots["free"] == ()
    assert knots["nat"][0].supplier == "办件 own"


def test_threads_of_one_day_form_a_cascade() -> None:
    chain = [lane("nat", 0, 3, "own"), lane("msm", 0, 3, "nat"), lane("own", 0, 3, "name"), lane("name", 0, 3)]

    drawing = draw(chain, days(7), on(0))

    x = {thread.supplier: thread.x for thread in drawing.threads}
    assert x["name"] < x["own"] < x["nat"]


def test_a_thread_is_whole_when_every_knot_is_tied() -> None:
    open_one = draw([lane("a", 0, 1), lane("b", 0, 1, "a", tied=True), lane("c", 0, 1, "a")], days(5), on(0))
    whole = draw([lane("a", 0, 1), lane("b", 0, 1, "a", tied=True)], days(5), on(0))

    assert [thread.tied for thread in open_one.threads] == [False]
    assert [thread.tied for thread in whole.threads] == [True]


def test_a_knot_without_supplier_in_the_picture_has_no_thread() -> None:
    drawing = draw([lane("late", 20, 25), lane("a", 0, 1, "late", "elsewhere")], days(7), on(0))

    assert drawing.threads == ()
    first, second = drawing.rows[1].knots
    assert second.x - first.x >= 2 * KNOT
    assert first.x - KNOT > drawing.columns[-1].x + drawing.columns[-1].width
    assert (first.supplier, second.supplier) == ("办件 late", "")


def test_today_outside_the_picture_is_not_drawn() -> None:
    assert draw([lane("a", 0, 1)], days(5), on(30)).today_x is None


@pytest.mark.parametrize(
    ("lanes", "some_days", "words"),
    [
        ([], [], "at least one day"),
        ([], [Day(on(0), False), Day(on(2), False)], "without gaps"),
        ([lane("a", 0, 1), lane("a", 0, 1)], days(5), "same key"),
        ([lane("a", 2, 1)], days(5), "ends before it begins"),
        ([lane("a", 0, 1, "b"), lane("b", 0, 1, "a")], days(5), "a → b → a"),
    ],
)
def test_what_cannot_be_drawn_is_refused(lanes: list[Lane], some_days: list[Day], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        draw(lanes, some_days, on(0))


def test_overlapping_spans_are_refused() -> None:
    spans = (Span(SpanKind.REVIEW, on(0), on(2)), Span(SpanKind.HELD, on(2), on(3)))

    with pytest.raises(ValueError, match="overlap"):
        draw([Lane("a", "甲", "岗", spans, (), "green", "按时", None)], days(5), on(0))


@given(applications())
@settings(max_examples=150, deadline=None)
def test_no_thread_ends_in_nothing_and_nothing_overlaps(made: tuple[list[Lane], int]) -> None:
    lanes, length = made
    drawing = draw(lanes, days(length), on(1))

    ends_are_knots(drawing)
    threads_are_apart(drawing)
    shapes_are_apart(drawing)


def ends_are_knots(drawing: Drawing) -> None:
    knots = {(knot.x, knot.y) for row in drawing.rows for knot in row.knots}
    for thread in drawing.threads:
        ends = {(thread.x, thread.top), (thread.x, thread.bottom)}
        assert ends <= knots | {(thread.source.x, thread.source.y)}
        assert any((thread.x, row.middle) in knots for row in drawing.rows)
        # A knot on the line of a thread is tied to it: nothing else may look so.
        met = {knot.supplier for row in drawing.rows for knot in row.knots if on_line(thread, knot)}
        assert met == {next(row.lane.name for row in drawing.rows if row.lane.key == thread.supplier)}


def on_line(thread: Thread, knot: TiedKnot) -> bool:
    return abs(knot.x - thread.x) <= KNOT and thread.top <= knot.y <= thread.bottom


def threads_are_apart(drawing: Drawing) -> None:
    for one, other in combinations(drawing.threads, 2):
        if abs(one.x - other.x) < module.TRACK:
            assert one.bottom < other.top or other.bottom < one.top


def shapes_are_apart(drawing: Drawing) -> None:
    for row in drawing.rows:
        assert all(left.x + left.width < right.x for left, right in pairwise(row.bars))
        assert all(row.top < bar.y and bar.y + BAR < row.top + ROW for bar in row.bars)
        assert all(0 <= bar.x < bar.x + bar.width <= drawing.width for bar in row.bars)
        assert all(0 < knot.x <= drawing.width - KNOT for knot in row.knots)
        places = sorted(knot.x for knot in row.knots)
        assert all(right - left >= 2 * KNOT for left, right in pairwise(places))
