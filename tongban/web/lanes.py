"""How are the cases of one application drawn as parallel lanes?

Time runs to the right, one column per day; rest days are narrow and tinted. Each case is a lane with bars for what
happens in it. A case whose decision needs a certificate of another case is tied to it by a thread: a vertical line from
the lane that supplies the certificate, on the day it supplies it, to a knot in every lane that waits for it.

Naive threads lie on top of each other, because a certificate issued today releases decisions whose certificates are
issued today too. Hence the tracks: the right part of a day's column holds one track per thread of that day, and a
thread always stands right of those that its supplier was waiting for. Read from left to right the threads of a day are
a cascade. Two threads share a track only where their heights do not touch; a column is as wide as its tracks demand.

A knot without a supplier in the picture (the lane is not drawn, or supplies outside the days drawn) has no thread: it
stands beyond the last day, where no thread passes. No thread ends in nothing.

Source: design.md, invariant 5 (review never waits, decisions may); look.md, signature pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

# All lengths in CSS pixels at the base size; lanes.css repeats ROW and HEAD in rem.
ROW = 44
HEAD = 48
BAR = 14
INSET = 3
REST_WIDTH = 18
MONTH_WIDTH = 96
"""So much room has the name of a month; with less before the next one it is left out."""
TRACK = 12
KNOT = 4
GAP = 6
"""Between the last track of a day and its end, where the mark of a due day stands."""
IDEAL_WIDTH = 720


class SpanKind(StrEnum):
    """What happens in a lane: planned, under review, clock stopped, or signed and held until a certificate comes."""

    PLANNED = "planned"
    REVIEW = "review"
    PAUSED = "paused"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    rest: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days, first and last included. `text` says what happens, for readers who do not see the bar."""

    kind: SpanKind
    first_on: date
    last_on: date
    text: str = ""


@dataclass(frozen=True, slots=True)
class Knot:
    """The decision of a lane needs `certificate`, which the lane `awaits` supplies; `tied` once it is there."""

    awaits: str
    certificate: str
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One case. `state` is the name of a lamp; `supplied_on` the day its certificate is or will be issued (None: the
    last day of its last span); `provisional` marks a due day beyond the published calendar.
    """

    key: str
    name: str
    department: str
    spans: tuple[Span, ...]
    knots: tuple[Knot, ...]
    state: str
    state_text: str
    due_on: date | None
    supplied_on: date | None = None
    provisional: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    on: date
    rest: bool
    x: int
    width: int
    body: int
    """Width of the part that bars use; the tracks of the day lie right of it."""
    label: str
    opens_month: bool

    @property
    def middle(self) -> int:
        return self.x + self.body // 2


@dataclass(frozen=True, slots=True)
class Bar:
    kind: SpanKind
    x: int
    y: int
    width: int
    text: str
    height: int = BAR


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class TiedKnot:
    x: int
    y: int
    tied: bool
    certificate: str
    supplier: str
    """Name of the supplying case; empty when it is not in the picture."""


@dataclass(frozen=True, slots=True)
class Thread:
    supplier: str
    x: int
    top: int
    bottom: int
    source: Point
    tied: bool


@dataclass(frozen=True, slots=True)
class Row:
    lane: Lane
    top: int
    middle: int
    bars: tuple[Bar, ...]
    knots: tuple[TiedKnot, ...]
    due_x: int | None


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    threads: tuple[Thread, ...]
    today_x: int | None

    @property
    def width_rem(self) -> str:
        return f"{self.width / 16:g}rem"

    @property
    def height_rem(self) -> str:
        return f"{self.height / 16:g}rem"

    @property
    def bar_box(self) -> str:
        """The view box of one lane's own small bar, as the narrow page shows it."""
        return f"0 {-ROW // 2} {self.width} {ROW}"


def draw(lanes: Sequence[Lane], days: Sequence[Day], today: date) -> Drawing:
    """Place the lanes on the days. Raises ValueError for days with gaps, overlapping spans or a cycle of knots."""
    _check(lanes, days)
    tracks = _tracks(lanes, days)
    columns = _columns(days, tracks)
    at = {column.on: column for column in columns}
    rows_y = {lane.key: HEAD + ROW * index + ROW // 2 for index, lane in enumerate(lanes)}
    thread_x = {key: at[on].x + at[on].body + TRACK * track + TRACK // 2 for key, (on, track) in tracks.items()}
    names = {lane.key: lane.name for lane in lanes}
    rows = tuple(_row(lane, rows_y[lane.key], at, thread_x, names) for lane in lanes)
    edge = max([columns[-1].x + columns[-1].width, *[knot.x + KNOT + INSET for row in rows for knot in row.knots]])
    return Drawing(
        width=edge,
        height=HEAD + ROW * len(lanes),
        columns=columns,
        rows=rows,
        threads=tuple(_threads(lanes, rows_y, thread_x)),
        today_x=at[today].middle if today in at else None,
    )


def _check(lanes: Sequence[Lane], days: Sequence[Day]) -> None:
    if not days:
        raise ValueError("lanes need at least one day")
    if any(later.on - earlier.on != timedelta(days=1) for earlier, later in pairwise(days)):
        raise ValueError("the days of the lanes must follow each other without gaps")
    if len({lane.key for lane in lanes}) != len(lanes):
        raise ValueError("two lanes have the same key")
    for lane in lanes:
        if any(span.last_on < span.first_on for span in lane.spans):
            raise ValueError(f"a span of lane {lane.key} ends before it begins")
        if any(later.first_on <= earlier.last_on for earlier, later in pairwise(lane.spans)):
            raise ValueError(f"the spans of lane {lane.key} overlap or are out of order")


def supplies_on(lane: Lane) -> date | None:
    """Return the day on which the lane's certificate is there for others; None while nothing is known of it."""
    return lane.supplied_on or (lane.spans[-1].last_on if lane.spans else None)


def _tracks(lanes: Sequence[Lane], days: Sequence[Day]) -> dict[str, tuple[date, int]]:
    """Give each supplying lane the day and the track of its thread."""
    shown = {day.on for day in days}
    place = {lane.key: index for index, lane in enumerate(lanes)}
    by_key = {lane.key: lane for lane in lanes}
    ends: dict[str, list[int]] = {}
    for lane in lanes:
        for knot in lane.knots:
            if knot.awaits in by_key and supplies_on(by_key[knot.awaits]) in shown:
                ends.setdefault(knot.awaits, []).append(place[lane.key])
    taken: dict[tuple[date, int], list[tuple[int, int]]] = {}
    tracks: dict[str, tuple[date, int]] = {}
    for key in _suppliers_first(ends, by_key):
        on = supplies_on(by_key[key])
        assert on is not None  # else it would not be among the ends
        low, high = min(*ends[key], place[key]), max(*ends[key], place[key])
        before = [tracks[knot.awaits][1] for knot in by_key[key].knots if tracks.get(knot.awaits, (None,))[0] == on]
        track = max(before, default=-1) + 1
        while any(low <= other_high and other_low <= high for other_low, other_high in taken.get((on, track), [])):
            track += 1
        taken.setdefault((on, track), []).append((low, high))
        tracks[key] = (on, track)
    return tracks


def _suppliers_first(ends: Mapping[str, list[int]], by_key: Mapping[str, Lane]) -> Iterator[str]:
    """Yield the supplying lanes so that each comes after those it waits for itself."""
    done: set[str] = set()
    under_way: list[str] = []

    def visit(key: str) -> Iterator[str]:
        if key in done:
            return
        if key in under_way:
            raise ValueError("lanes wait for each other in a circle: " + " → ".join([*under_way, key]))
        under_way.append(key)
        for knot in by_key[key].knots:
            if knot.awaits in by_key:
                yield from visit(knot.awaits)
        under_way.pop()
        done.add(key)
        if key in ends:
            yield key

    for key in by_key:
        yield from visit(key)


def _columns(days: Sequence[Day], tracks: Mapping[str, tuple[date, int]]) -> tuple[Column, ...]:
    work = sum(not day.rest for day in days) or 1
    room = IDEAL_WIDTH - REST_WIDTH * (len(days) - work) - TRACK * len(tracks)
    body = max(22, min(56, room // work))
    columns: list[Column] = []
    x = 0
    for index, day in enumerate(days):
        lanes_here = 1 + max((track for on, track in tracks.values() if on == day.on), default=-1)
        own = REST_WIDTH if day.rest else body
        width = own + TRACK * lanes_here + (GAP if lanes_here else 0)
        columns.append(
            Column(
                on=day.on,
                rest=day.rest,
                x=x,
                width=width,
                body=own,
                label=str(day.on.day),
                opens_month=index == 0 or day.on.day == 1,
            )
        )
        x += width
    opening = [place for place, column in enumerate(columns) if column.opens_month]
    for place, after in pairwise(opening):
        if columns[after].x - columns[place].x < MONTH_WIDTH:
            columns[place] = replace(columns[place], opens_month=False)
    return tuple(columns)


def _row(
    lane: Lane, middle: int, at: Mapping[date, Column], thread_x: Mapping[str, int], names: Mapping[str, str]
) -> Row:
    bars = tuple(bar for span in lane.spans if (bar := _bar(span, middle, at)))
    beyond = max(column.x + column.width for column in at.values()) + KNOT + INSET
    loose = 0
    knots = []
    for knot in lane.knots:
        if knot.awaits in thread_x:
            x = thread_x[knot.awaits]
        else:
            x, loose = beyond + loose * (2 * KNOT + INSET), loose + 1
        knots.append(TiedKnot(x, middle, knot.tied, knot.certificate, names.get(knot.awaits, "")))
    due = at.get(lane.due_on) if lane.due_on else None
    return Row(
        lane=lane,
        top=middle - ROW // 2,
        middle=middle,
        bars=bars,
        knots=tuple(knots),
        due_x=due.x + due.width - 1 if due else None,
    )


def _bar(span: Span, middle: int, at: Mapping[date, Column]) -> Bar | None:
    inside = [column for day, column in at.items() if span.first_on <= day <= span.last_on]
    if not inside:
        return None
    x = inside[0].x + INSET
    return Bar(span.kind, x, middle - BAR // 2, inside[-1].x + inside[-1].body - INSET - x, span.text)


def _threads(lanes: Sequence[Lane], rows_y: Mapping[str, int], thread_x: Mapping[str, int]) -> Iterator[Thread]:
    for supplier, x in thread_x.items():
        waiting = [(rows_y[lane.key], knot) for lane in lanes for knot in lane.knots if knot.awaits == supplier]
        heights = [rows_y[supplier], *[y for y, _ in waiting]]
        yield Thread(
            supplier=supplier,
            x=x,
            top=min(heights),
            bottom=max(heights),
            source=Point(x, rows_y[supplier]),
            tied=all(knot.tied for _, knot in waiting),
        )
