"""By when must it be done, and how near is that?

A limit (时限) is a budget of days in a unit, running from receipt or from acceptance. The starting day is not counted,
the first counted day after it is day 1, and 0 days means the same day. A period in natural days that ends on a rest day
ends on the next working day. Time that the law does not count is a pause; more time that a head approves is an
extension. The due day is never stored as truth: it is derived from budget, calendar and this ledger, and every move
names its cause.

Naive way: walk the days and skip the paused ones. Our way: a pause moves the due day by exactly as many counted days as
lie in it, because what was left of the budget on its first day is what is left on the day counting resumes; so each
pause is one addition in the sorted days of the calendar. Left out: limits in months or hours, which no standard of ours
uses.

Source: Civil Code, arts. 201 (2), 203; Administrative Licensing Law, arts. 42, 45, 82.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from tongban.domain.refused import Refused
from tongban.domain.workdays import ONE_DAY, Calendar

WARNING_WORKING_DAYS = 2
"""The lamp turns yellow when at most this many working days are left of the promise."""

LONGEST_DAYS = 3650
"""No limit of a government service is longer; a larger number is a slip of the pen."""

REST_DAY = "期间的最后一日是休息日，顺延至下一工作日"
REST_DAY_ARTICLE = "民法典第二百零三条"

BEIJING_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")


class InvalidLimit(Refused):
    """A limit that is none."""

    code = "invalid_limit"


class InvalidPause(Refused):
    """A pause that cannot have been as it is told."""

    code = "invalid_pause"


class ExtensionNotAllowed(Refused):
    """An extension of a limit that does not admit it."""

    code = "extension_not_allowed"


class Unit(StrEnum):
    WORKING = "working"
    NATURAL = "natural"


class Start(StrEnum):
    """What a limit runs from: the day of receipt (收件), or that of acceptance (受理)."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"


class Lamp(StrEnum):
    """红黄绿灯; `PASSED` is the mark of a statutory limit gone by."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time budget. Raises InvalidLimit for negative days."""

    days: int
    unit: Unit
    start: Start = Start.ACCEPTANCE

    def __post_init__(self) -> None:
        if not 0 <= self.days <= LONGEST_DAYS:
            raise InvalidLimit(
                f"办理时限不能是 {self.days} 天：请填写 0 至 {LONGEST_DAYS} 之间的整数，0 表示当日办结。"
            )


@dataclass(frozen=True, slots=True)
class Pause:
    """Time the law does not count (特别程序): from `began_on` up to, not including, `resumed_on`, or still lasting."""

    began_on: date
    resumed_on: date | None
    cause: str
    article: str

    def __post_init__(self) -> None:
        if self.resumed_on is not None and self.resumed_on < self.began_on:
            raise InvalidPause(f"“{self.cause}”的结束日早于开始日 {self.began_on.isoformat()}：请核对日期。")


@dataclass(frozen=True, slots=True)
class Extension:
    """More days of the same unit, approved by the head before the limit expires, the reason told to the applicant."""

    days: int
    approved_on: date
    cause: str
    article: str

    def __post_init__(self) -> None:
        if not 1 <= self.days <= LONGEST_DAYS:
            raise InvalidLimit(f"延长的期限不能是 {self.days} 天：请填写 1 至 {LONGEST_DAYS} 之间的整数。")


@dataclass(frozen=True, slots=True)
class Move:
    """Why a period does not end where the bare budget would put it: on `after` in place of `before`."""

    cause: str
    article: str
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class Due:
    """The last day that is still on time; `provisional` (暂计) when it lies beyond the published calendar."""

    day: date
    provisional: bool
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class DuePair:
    """Promised (承诺) and statutory (法定) due; None when a limit does not exist, has not begun or is paused."""

    promised: Due | None
    statutory: Due | None


def day_of(now: datetime) -> date:
    """Return the day that an instant falls on where the authorities sit (Beijing time, without summer time)."""
    return now.astimezone(BEIJING_TIME).date()


def due_on(*, start: date, days: int, unit: Unit, calendar: Calendar, provisional: bool = False) -> Due:
    """Return the last day of a period of `days` that starts on `start`. Raises InvalidLimit, CalendarNotPublished.

    Without `provisional` every counted day and the due day must be published.
    """
    limit = Limit(days, unit)
    if limit.days == 0:
        return _same_day(start, calendar, provisional)
    return _due(_ahead(start, days, unit, calendar, provisional), (), unit, calendar, provisional)


def deadline(
    *,
    limit: Limit,
    start: date,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    extensions: Sequence[Extension] = (),
    provisional: bool = False,
) -> Due | None:
    """Return the last day on which a decision is still on time; None while a pause lasts.

    Of several pauses that cover the same day, the day is left out once. Raises CalendarNotPublished, InvalidPause, and
    ExtensionNotAllowed for a second extension or one approved after the limit had expired.
    """
    ledger = _apart(pauses)
    due = _run(limit, None, start, ledger, calendar, provisional)
    if not extensions:
        return due
    if len(extensions) > 1:
        raise ExtensionNotAllowed("期限只能延长一次：该办件已经批准过延长，请按现有期限作出决定。")
    extension = extensions[0]
    if due is not None and extension.approved_on > due.day:
        raise ExtensionNotAllowed(
            f"期限已于 {due.day.isoformat()} 届满，{extension.approved_on.isoformat()} 才批准的延长不能生效："
            "延长须在届满前批准，请尽快作出决定。"
        )
    return _run(limit, extension, start, ledger, calendar, provisional)


def due_pair(
    *,
    promised: Limit,
    statutory: Limit | None,
    received_on: date,
    accepted_on: date | None,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    promise_pauses: Iterable[Pause] = (),
    extensions: Sequence[Extension] = (),
    provisional: bool = False,
) -> DuePair:
    """Return both due days; the promised one is never after the statutory one.

    A limit that runs from acceptance has no due day while `accepted_on` is None. `promise_pauses` is time that a region
    leaves out of its own promise (容缺受理, where its rule says so); the statutory limit runs on. An extension approved
    when the promise was already broken lengthens the statutory limit alone.
    """
    begins = {Start.RECEIPT: received_on, Start.ACCEPTANCE: accepted_on}
    paused = tuple(pauses)
    paused_for_promise = (*paused, *promise_pauses)
    outer = None
    if statutory is not None and (begin := begins[statutory.start]) is not None:
        outer = deadline(
            limit=statutory,
            start=begin,
            calendar=calendar,
            pauses=paused,
            extensions=extensions,
            provisional=provisional,
        )
    inner = None
    if (begin := begins[promised.start]) is not None:
        bare = deadline(
            limit=promised, start=begin, calendar=calendar, pauses=paused_for_promise, provisional=provisional
        )
        kept = [each for each in extensions if bare is None or each.approved_on <= bare.day]
        inner = deadline(
            limit=promised,
            start=begin,
            calendar=calendar,
            pauses=paused_for_promise,
            extensions=kept,
            provisional=provisional,
        )
    if inner is not None and outer is not None and inner.day > outer.day:
        inner = outer
    return DuePair(promised=inner, statutory=outer)


def lamp(*, today: date, promised_due: date | None, statutory_due: date | None, calendar: Calendar) -> Lamp:
    """Which lamp does an undecided case show today? A limit that is None is not running and shows green."""
    if statutory_due is not None and today > statutory_due:
        return Lamp.PASSED
    if promised_due is None:
        return Lamp.GREEN
    if today > promised_due:
        return Lamp.RED
    left = working_days_between(start=today, end=promised_due, calendar=calendar, provisional=True)
    return Lamp.YELLOW if left <= WARNING_WORKING_DAYS else Lamp.GREEN


def working_days_between(*, start: date, end: date, calendar: Calendar, provisional: bool = False) -> int:
    """How many working days lie after `start` up to and including `end`; negative when `end` comes first."""
    return calendar.between(start, end, provisional=provisional)


def _run(
    limit: Limit,
    extension: Extension | None,
    start: date,
    ledger: Sequence[Pause],
    calendar: Calendar,
    provisional: bool,
) -> Due | None:
    """Spend the budget, then move the end by what each pause takes out of it, in the order of the pauses."""
    if limit.days == 0 and extension is None:
        return _same_day(start, calendar, provisional)
    end = _ahead(start, limit.days, limit.unit, calendar, provisional)
    moves: list[Move] = []
    if extension is not None:
        longer = _ahead(start, limit.days + extension.days, limit.unit, calendar, provisional)
        moves.append(Move(extension.cause, extension.article, end, longer))
        end = longer
    for pause in ledger:
        if pause.began_on > _rolled(end, limit.unit, calendar, provisional):
            break
        if pause.resumed_on is None:
            return None
        if pause.began_on > end:  # every day is spent, but the rest days after the last one ran into a pause
            later = pause.resumed_on
        else:
            first = max(pause.began_on, start + ONE_DAY)
            lost = _counted(first, pause.resumed_on, limit.unit, calendar, provisional)
            later = _ahead(end, lost, limit.unit, calendar, provisional)
        if later != end:
            moves.append(Move(pause.cause, pause.article, end, later))
            end = later
    return _due(end, moves, limit.unit, calendar, provisional)


def _due(end: date, moves: Sequence[Move], unit: Unit, calendar: Calendar, provisional: bool) -> Due:
    """Close the period on `end`, or, in natural days, on the first working day from there."""
    last = _rolled(end, unit, calendar, provisional)
    if last != end:
        moves = (*moves, Move(REST_DAY, REST_DAY_ARTICLE, end, last))
    return Due(last, not calendar.published(last), tuple(moves))


def _same_day(start: date, calendar: Calendar, provisional: bool) -> Due:
    calendar.require(start, provisional=provisional)
    return Due(start, not calendar.published(start))


def _rolled(end: date, unit: Unit, calendar: Calendar, provisional: bool) -> date:
    return calendar.on_or_after(end, provisional=provisional) if unit is Unit.NATURAL else end


def _ahead(day: date, days: int, unit: Unit, calendar: Calendar, provisional: bool) -> date:
    calendar.require(day, provisional=provisional)
    if days == 0:
        return day
    if unit is Unit.WORKING:
        return calendar.nth_after(day, days, provisional=provisional)
    return day + timedelta(days=days)


def _counted(first: date, resumed: date, unit: Unit, calendar: Calendar, provisional: bool) -> int:
    """How many days of the unit lie from `first` up to, not including, `resumed`; 0 when there is nothing between."""
    if resumed <= first:
        return 0
    if unit is Unit.WORKING:
        return calendar.between(first - ONE_DAY, resumed - ONE_DAY, provisional=provisional)
    return (resumed - first).days


def _apart(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """The pauses in order, each cut off where an earlier one already covers its days."""
    apart: list[Pause] = []
    covered = date.min
    for pause in sorted(pauses, key=lambda each: (each.began_on, each.resumed_on or date.max)):
        begin = max(pause.began_on, covered)
        if pause.resumed_on is not None and pause.resumed_on <= begin:
            continue
        apart.append(Pause(begin, pause.resumed_on, pause.cause, pause.article))
        if pause.resumed_on is None:
            break
        covered = pause.resumed_on
    return tuple(apart)
