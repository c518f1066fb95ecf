"""Which days count as working days (工作日), and under which version of the calendar?

Monday to Friday count, except the days off that a notice of the State Council names; a Saturday or Sunday that the
notice makes a working day (调休上班) counts. A day counts only as far as notices are published: beyond that a question
is refused with `CalendarNotPublished`, or, when the caller asks for a provisional answer (暂计), weekends and the
statutory festivals stand in for the notice that is still to come. A notice may also move the last days of the year
before it (29 December 2018 was worked by the notice for 2019): loading it makes a new version, and what was counted is
counted anew.

The n-th working day is found by bisection in one sorted tuple, not by walking the days.

Source: Administrative Licensing Law, art. 82; 全国年节及纪念日放假办法, arts. 2, 6; the State Council's yearly notices.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from tongban.domain.refused import Refused

SATURDAY = 5
ONE_DAY = timedelta(days=1)


class CalendarNotPublished(Refused):
    """The question needs a day whose rest or work no notice has fixed yet."""

    code = "calendar_not_published"


class InvalidCalendar(Refused):
    """A holiday notice that is incomplete, or contradicts itself."""

    code = "invalid_calendar"


class CalendarContradicted(Refused):
    """A notice that says otherwise of days whose rest or work is published already."""

    code = "calendar_contradicted"


@dataclass(frozen=True, slots=True)
class Notice:
    """The State Council's arrangement for one year: days off and weekend days to be worked, some in the year before."""

    year: int
    rest: frozenset[date]
    make_up: frozenset[date]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """Days off and days made up as far as published; statutory festivals from there to `horizon`."""

    version: str
    published_from: date
    published_until: date
    rest: frozenset[date]
    make_up: frozenset[date]
    festivals: frozenset[date] = field(default=frozenset(), repr=False)
    horizon: date | None = None
    """The last day that a provisional answer may reach; None when nothing is known beyond publication."""

    def published(self, day: date) -> bool:
        return self.published_from <= day <= self.published_until

    def counts(self, day: date, *, provisional: bool = False) -> bool:
        """Is `day` a working day? Raises CalendarNotPublished."""
        self.require(day, provisional=provisional)
        place = bisect_left(self._days, day)
        return place < len(self._days) and self._days[place] == day

    def require(self, day: date, *, provisional: bool = False) -> None:
        """Raise CalendarNotPublished unless the calendar can say whether `day` is worked."""
        if self.published(day) or (provisional and self.published_until < day <= self._last):
            return
        raise CalendarNotPublished(self._unknown(day, provisional=provisional))

    def nth_after(self, day: date, n: int, *, provisional: bool = False) -> date:
        """The n-th working day (n from 1) after `day`, which is not counted. Raises CalendarNotPublished."""
        self.require(day, provisional=provisional)
        return self._at(bisect_right(self._days, day) + n - 1, provisional=provisional)

    def on_or_after(self, day: date, *, provisional: bool = False) -> date:
        """`day` itself when it is a working day, else the next one. Raises CalendarNotPublished."""
        self.require(day, provisional=provisional)
        return self._at(bisect_left(self._days, day), provisional=provisional)

    def between(self, start: date, end: date, *, provisional: bool = False) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` comes first."""
        self.require(start, provisional=provisional)
        self.require(end, provisional=provisional)
        return bisect_right(self._days, end) - bisect_right(self._days, start)

    @cached_property
    def _last(self) -> date:
        return max(self.published_until, self.horizon or self.published_until)

    @cached_property
    def _days(self) -> tuple[date, ...]:
        """Every working day up to the horizon, in order."""
        days = (self.published_from + timedelta(days=n) for n in range((self._last - self.published_from).days + 1))
        return tuple(day for day in days if self._is_worked(day))

    def _is_worked(self, day: date) -> bool:
        if day in self.make_up:
            return True
        off = self.rest if day <= self.published_until else self.festivals
        return day.weekday() < SATURDAY and day not in off

    def _at(self, place: int, *, provisional: bool) -> date:
        if place >= len(self._days):
            raise CalendarNotPublished(self._unknown(self._last + ONE_DAY, provisional=provisional))
        self.require(self._days[place], provisional=provisional)
        return self._days[place]

    def _unknown(self, day: date, *, provisional: bool) -> str:
        if day < self.published_from:
            return (
                f"无法从 {day.isoformat()} 起算：工作日历自 {self.published_from.isoformat()} 起才有数据，请核对日期。"
            )
        if provisional:
            return f"无法暂计到 {day.isoformat()}：法定节日只推算到 {self._last.isoformat()}，请核对天数。"
        return (
            f"无法计算到 {day.isoformat()}：国务院的放假安排目前只公布到 {self.published_until.year} 年，"
            f"工作日历止于 {self.published_until.isoformat()}，请在新的放假通知公布并载入后再计算。"
        )


def admit(
    notices: Iterable[Notice],
    *,
    published: Mapping[int, Notice],
    festivals: Collection[date] = (),
    amends: bool = False,
) -> tuple[Notice, ...]:
    """Return the notices that say anything new, by year. Raises InvalidCalendar, CalendarContradicted.

    What is `published`, by year, stands, unless they `amend` it, as 国办发明电〔2020〕1号 lengthened a holiday that had
    begun. No year is left out, and every statutory festival is off: a file without days is a year whose notice is
    still to come.
    """
    given = sorted(notices, key=lambda notice: notice.year)
    for notice in given:
        _check_notice(notice)
    for earlier, later in pairwise(given):
        if earlier.year == later.year:
            raise _twice(later.year)
    new = tuple(notice for notice in given if not _same(notice, published.get(notice.year)))
    after = {**published, **{notice.year: notice for notice in new}}
    _check_years(sorted(after))
    for notice in new:
        _demand_festivals_off(notice, festivals)
        if not amends:
            _demand_no_contradiction(notice, published.get(notice.year), after)
    return new


def _same(notice: Notice, before: Notice | None) -> bool:
    return before is not None and (before.rest, before.make_up) == (notice.rest, notice.make_up)


def _demand_festivals_off(notice: Notice, festivals: Collection[date]) -> None:
    for day in sorted(festivals):
        worked = day in notice.make_up or (day.weekday() < SATURDAY and day not in notice.rest)
        if worked and day.year == notice.year:
            raise InvalidCalendar(
                f"{notice.year} 年的放假通知没有把法定节日 {day.isoformat()} 列为放假：请核对通知是否完整。"
            )


def _demand_no_contradiction(notice: Notice, before: Notice | None, others: Mapping[int, Notice]) -> None:
    """A day that no notice names is free to be named: each year moves the last days of the one before it."""
    if before is not None:
        day = min((before.rest ^ notice.rest) | (before.make_up ^ notice.make_up))
        raise CalendarContradicted(
            f"{notice.year} 年的放假安排已经公布，{day.isoformat()} 与已公布的不同："
            "请核对文件；如果国务院修改了放假安排，请按修改载入。"
        )
    for other in (others[year] for year in (notice.year - 1, notice.year + 1) if year in others):
        if clash := (notice.rest & other.make_up) | (notice.make_up & other.rest):
            raise CalendarContradicted(
                f"{min(clash).isoformat()} 是放假还是上班，{notice.year} 年的放假通知与 {other.year} 年的不同："
                "请核对文件；如果国务院修改了放假安排，请按修改载入。"
            )


def build(
    *, version: str, notices: Iterable[Notice], festivals: Iterable[date] = (), horizon: date | None = None
) -> Calendar:
    """Join the notices of consecutive years into one calendar; a later notice overrides an earlier one on the same day.

    Raises InvalidCalendar when a year is missing or stands twice, or a notice contradicts itself.
    """
    ordered = sorted(notices, key=lambda notice: notice.year)
    _check_years([notice.year for notice in ordered])
    rest: set[date] = set()
    make_up: set[date] = set()
    for notice in ordered:
        _check_notice(notice)
        rest = (rest - notice.make_up) | notice.rest
        make_up = (make_up - notice.rest) | notice.make_up
    return Calendar(
        version=version,
        published_from=date(ordered[0].year, 1, 1),
        published_until=date(ordered[-1].year, 12, 31),
        rest=frozenset(rest),
        make_up=frozenset(make_up),
        festivals=frozenset(festivals),
        horizon=horizon,
    )


def _check_years(years: list[int]) -> None:
    if not years:
        raise InvalidCalendar("工作日历没有任何年份：请至少载入一个年度的放假通知。")
    for earlier, later in pairwise(years):
        if later == earlier:
            raise _twice(later)
        if later != earlier + 1:
            raise InvalidCalendar(f"工作日历缺少 {earlier + 1} 年的放假通知：请补齐后再载入。")


def _twice(year: int) -> InvalidCalendar:
    return InvalidCalendar(f"{year} 年的放假通知出现了两次：请只保留一份。")


def _check_notice(notice: Notice) -> None:
    if not 1950 <= notice.year <= 2200:
        raise InvalidCalendar(f"放假通知的年份不能是 {notice.year}：请核对年份。")
    both = notice.rest & notice.make_up
    if both:
        raise InvalidCalendar(f"{min(both).isoformat()} 既写作放假又写作上班：请核对 {notice.year} 年的放假通知。")
    for listed in sorted(notice.rest | notice.make_up):
        if not date(notice.year - 1, 12, 1) <= listed <= date(notice.year, 12, 31):
            raise InvalidCalendar(f"{listed.isoformat()} 不属于 {notice.year} 年的放假通知：请核对年份。")
