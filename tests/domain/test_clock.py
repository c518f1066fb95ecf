"""Dated examples, each with its article; the days off are those of the notices named.

The rules of a period are told twice: by tables that were counted by hand, and by `_walk`, which goes on day by day.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.catalogue import calendars
from tongban.domain.clock import (
    Due,
    DuePair,
    Extension,
    ExtensionNotAllowed,
    InvalidLimit,
    InvalidPause,
    Lamp,
    Limit,
    Move,
    Pause,
    Start,
    Unit,
    day_of,
    deadline,
    due_on,
    due_pair,
    lamp,
    working_days_between,
)
from tongban.domain.workdays import ONE_DAY, Calendar, CalendarNotPublished

CALENDAR = calendars.load()
WORKING, NATURAL = Unit.WORKING, Unit.NATURAL


# --- Budget alone ---


@pytest.mark.parametrize(
    ("start", "days", "unit", "due"),
    [
        # Civil Code art. 201 (2): the starting day is not counted; Licensing Law art. 82: working days
        (date(2026, 3, 2), 1, WORKING, date(2026, 3, 3)),
        (date(2026, 3, 2), 5, WORKING, date(2026, 3, 9)),
        (date(2026, 3, 2), 20, WORKING, date(2026, 3, 30)),
        (date(2026, 3, 6), 1, WORKING, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, WORKING, date(2026, 3, 9)),  # handed in on a Saturday
        # 0 days: the same day, whatever day that is
        (date(2026, 3, 2), 0, WORKING, date(2026, 3, 2)),
        (date(2026, 3, 7), 0, WORKING, date(2026, 3, 7)),
        (date(2026, 3, 7), 0, NATURAL, date(2026, 3, 7)),
        # 国办发明电〔2024〕12号: 1 to 8 October 2025 off, Sunday 28 September and Saturday 11 October worked
        (date(2025, 9, 26), 1, WORKING, date(2025, 9, 28)),
        (date(2025, 9, 26), 5, WORKING, date(2025, 10, 10)),
        (date(2025, 9, 30), 1, WORKING, date(2025, 10, 9)),
        (date(2025, 9, 30), 5, WORKING, date(2025, 10, 14)),
        (date(2025, 9, 30), 20, WORKING, date(2025, 11, 4)),
        # 国办发明电〔2025〕7号: 15 to 23 February 2026 off, Saturdays 14 and 28 February worked
        (date(2026, 2, 13), 1, WORKING, date(2026, 2, 14)),
        (date(2026, 2, 13), 5, WORKING, date(2026, 2, 27)),
        (date(2026, 2, 13), 6, WORKING, date(2026, 2, 28)),
        (date(2026, 2, 10), 20, WORKING, date(2026, 3, 16)),
        # Ship Registration Regulations art. 14: seven days, natural; Civil Code art. 203: never ends on a rest day
        (date(2026, 3, 2), 7, NATURAL, date(2026, 3, 9)),
        (date(2026, 3, 1), 7, NATURAL, date(2026, 3, 9)),  # ends on a Sunday
        (date(2025, 9, 25), 7, NATURAL, date(2025, 10, 9)),  # ends in the National Day holiday
        (date(2026, 2, 7), 7, NATURAL, date(2026, 2, 14)),  # ends on a Saturday that is worked
        (date(2026, 2, 8), 7, NATURAL, date(2026, 2, 24)),  # ends in the Spring Festival
        # the last published days
        (date(2026, 12, 24), 5, WORKING, date(2026, 12, 31)),
        (date(2026, 12, 24), 7, NATURAL, date(2026, 12, 31)),
    ],
)
def test_a_period_ends_on_the_day_the_law_says(start, days, unit, due):
    assert due_on(start=start, days=days, unit=unit, calendar=CALENDAR).day == due


def test_a_natural_period_that_was_moved_names_the_article():
    due = due_on(start=date(2026, 3, 1), days=7, unit=NATURAL, calendar=CALENDAR)

    move = Move("期间的最后一日是休息日，顺延至下一工作日", "民法典第二百零三条", date(2026, 3, 8), date(2026, 3, 9))
    assert due == Due(date(2026, 3, 9), provisional=False, moves=(move,))


@pytest.mark.parametrize(
    ("start", "days", "unit", "due"),
    [
        (date(2026, 12, 25), 10, WORKING, date(2027, 1, 11)),
        (date(2026, 12, 31), 1, WORKING, date(2027, 1, 4)),
        (date(2026, 12, 25), 7, NATURAL, date(2027, 1, 4)),
        (date(2027, 1, 29), 7, NATURAL, date(2027, 2, 9)),
        (date(2027, 3, 1), 0, WORKING, date(2027, 3, 1)),
    ],
)
def test_beyond_the_published_calendar_a_day_is_refused_or_marked_provisional(start, days, unit, due):
    assert due_on(start=start, days=days, unit=unit, calendar=CALENDAR, provisional=True).day == due
    assert due_on(start=start, days=days, unit=unit, calendar=CALENDAR, provisional=True).provisional is True
    with pytest.raises(CalendarNotPublished, match="国务院的放假安排目前只公布到 2026 年"):
        due_on(start=start, days=days, unit=unit, calendar=CALENDAR)


def test_asking_for_a_provisional_day_changes_nothing_that_is_published():
    published = due_on(start=date(2026, 3, 2), days=20, unit=WORKING, calendar=CALENDAR)

    assert due_on(start=date(2026, 3, 2), days=20, unit=WORKING, calendar=CALENDAR, provisional=True) == published
    assert published.provisional is False


@pytest.mark.parametrize("start", [date.min, date(2017, 12, 29), date.max])
@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("days", [0, 5, 3650])
@pytest.mark.parametrize("provisional", [False, True])
def test_a_start_the_calendar_does_not_know_is_refused(start, unit, days, provisional):
    with pytest.raises(CalendarNotPublished):
        due_on(start=start, days=days, unit=unit, calendar=CALENDAR, provisional=provisional)


@pytest.mark.parametrize("days", [-1, 3651, 10**12])
def test_a_limit_without_sense_is_refused(days):
    with pytest.raises(InvalidLimit, match="请填写 0 至 3650 之间的整数，0 表示当日办结"):
        due_on(start=date(2026, 3, 2), days=days, unit=WORKING, calendar=CALENDAR)
    with pytest.raises(InvalidLimit, match="请填写 1 至 3650 之间的整数"):
        Extension(days, date(2026, 3, 2), "案情复杂", "行政许可法第四十二条第一款")


def _walk(start: date, days: int, unit: Unit, paused: list[Pause]) -> date:
    """The naive way: go on day by day, count what the law counts, end on a day the law lets a period end on."""

    def rests(day: date) -> bool:
        return any(pause.began_on <= day and (pause.resumed_on is None or day < pause.resumed_on) for pause in paused)

    day, left = start, days
    while left:
        day += ONE_DAY
        if not rests(day) and (unit is NATURAL or CALENDAR.counts(day, provisional=True)):
            left -= 1
    while days and (rests(day) or not CALENDAR.counts(day, provisional=True)):
        day += ONE_DAY
    return day


@settings(max_examples=3000, deadline=None)
@given(st.dates(date(2018, 1, 1), date(2026, 9, 30)), st.integers(0, 60), st.sampled_from(Unit))
def test_bisection_finds_the_day_that_a_walk_finds(start, days, unit):
    assert due_on(start=start, days=days, unit=unit, calendar=CALENDAR).day == _walk(start, days, unit, [])


@settings(deadline=None)
@given(st.dates(date(2018, 1, 1), date(2026, 6, 30)), st.integers(0, 60), st.sampled_from(Unit))
def test_a_later_start_or_a_longer_limit_never_ends_earlier(start, days, unit):
    due = due_on(start=start, days=days, unit=unit, calendar=CALENDAR).day

    assert due <= due_on(start=start, days=days + 1, unit=unit, calendar=CALENDAR).day
    assert due <= due_on(start=start + ONE_DAY, days=days, unit=unit, calendar=CALENDAR).day


# --- Pauses and extensions ---

LICENCE = Limit(20, WORKING)
ART_45 = "行政许可法第四十五条"


def _inspection(began_on: date, resumed_on: date | None) -> Pause:
    return Pause(began_on, resumed_on, cause="检验", article=ART_45)


@pytest.mark.parametrize(
    ("began_on", "resumed_on", "due"),
    [
        # accepted Monday 2 March 2026, 20 working days: 30 March. Licensing Law art. 45: inspection is not counted
        (date(2026, 3, 9), date(2026, 3, 13), date(2026, 4, 3)),  # Monday to Thursday: four days
        (date(2026, 3, 9), date(2026, 3, 9), date(2026, 3, 30)),  # over on the day it began: nothing
        (date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 30)),  # a weekend holds no counted day
        (date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 31)),  # the starting day was not counted anyway
        (date(2026, 2, 2), date(2026, 2, 6), date(2026, 3, 30)),  # over before acceptance
        (date(2026, 2, 26), date(2026, 3, 4), date(2026, 3, 31)),  # begun before acceptance
        (date(2026, 3, 30), date(2026, 3, 31), date(2026, 3, 31)),  # on the last day itself
        (date(2026, 3, 31), date(2026, 4, 8), date(2026, 3, 30)),  # after the limit had expired
        (date(2026, 3, 30), date(2026, 4, 8), date(2026, 4, 8)),  # over Qingming (4 to 6 April off)
    ],
)
def test_a_pause_moves_the_due_day_by_the_days_it_takes_out(began_on, resumed_on, due):
    ledger = [_inspection(began_on, resumed_on)]

    end = deadline(limit=LICENCE, start=date(2026, 3, 2), pauses=ledger, calendar=CALENDAR)

    assert end is not None
    assert end.day == due


@pytest.mark.parametrize(
    ("began_on", "resumed_on", "due"),
    [
        # accepted Monday 2 February 2026, 20 working days: 6 March. 国办发明电〔2025〕7号: 15 to 23 February off,
        # Saturdays 14 and 28 February worked
        (date(2026, 2, 12), date(2026, 2, 25), date(2026, 3, 12)),  # over the festival: 12, 13, 14 and 24 February
        (date(2026, 2, 14), date(2026, 2, 24), date(2026, 3, 9)),  # the Saturday that is worked is a counted day
        (date(2026, 2, 15), date(2026, 2, 24), date(2026, 3, 6)),  # the festival itself holds none
        (date(2026, 2, 28), date(2026, 3, 2), date(2026, 3, 9)),  # a weekend of which one day is worked
        (date(2026, 3, 1), date(2026, 3, 4), date(2026, 3, 10)),  # begun on a rest day: counts from Monday
        (date(2026, 2, 13), date(2026, 2, 18), date(2026, 3, 10)),  # over on a rest day: nothing is counted before 24
        (date(2026, 2, 18), date(2026, 2, 26), date(2026, 3, 10)),  # begun in the festival
        (date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 9)),  # from the last day over a weekend
        (date(2026, 3, 7), date(2026, 3, 10), date(2026, 3, 6)),  # begun on the rest day after the last day: too late
    ],
)
def test_a_pause_over_a_holiday_takes_out_the_days_that_are_worked(began_on, resumed_on, due):
    ledger = [_inspection(began_on, resumed_on)]

    end = deadline(limit=LICENCE, start=date(2026, 2, 2), pauses=ledger, calendar=CALENDAR)

    assert end is not None
    assert end.day == due


@pytest.mark.parametrize(
    ("began_on", "resumed_on", "due"),
    [
        # received 5 February 2026, 15 natural days: 20 February lies in the Spring Festival, hence Tuesday 24
        (date(2026, 2, 9), date(2026, 2, 9), date(2026, 2, 24)),
        (date(2026, 2, 9), date(2026, 2, 13), date(2026, 2, 24)),  # four days more end on that day by themselves
        (date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 27)),  # seven days, the weekend among them
        (date(2026, 2, 13), date(2026, 2, 25), date(2026, 3, 4)),  # over the festival: twelve days
        (date(2026, 2, 14), date(2026, 2, 22), date(2026, 2, 28)),  # eight days end on a Saturday that is worked
        (date(2026, 2, 14), date(2026, 2, 23), date(2026, 3, 2)),  # nine on a Sunday
        (date(2026, 2, 21), date(2026, 2, 26), date(2026, 2, 26)),  # begun on a rest day after the last natural day
        (date(2026, 2, 25), date(2026, 3, 4), date(2026, 2, 24)),  # after the limit had expired
    ],
)
def test_a_pause_of_natural_days_takes_out_rest_days_too(began_on, resumed_on, due):
    ledger = [_inspection(began_on, resumed_on)]

    end = deadline(limit=Limit(15, NATURAL), start=date(2026, 2, 5), pauses=ledger, calendar=CALENDAR)

    assert end is not None
    assert end.day == due


def test_a_pause_may_lead_out_of_the_published_calendar():
    ledger = [_inspection(date(2026, 12, 21), date(2026, 12, 24))]  # without it: 29 December 2026

    end = deadline(limit=LICENCE, start=date(2026, 12, 1), pauses=ledger, calendar=CALENDAR, provisional=True)

    assert end == Due(
        date(2027, 1, 4),
        provisional=True,
        moves=(Move("检验", ART_45, date(2026, 12, 29), date(2027, 1, 4)),),
    )
    with pytest.raises(CalendarNotPublished, match="国务院的放假安排目前只公布到 2026 年"):
        deadline(limit=LICENCE, start=date(2026, 12, 1), pauses=ledger, calendar=CALENDAR)


@pytest.mark.parametrize("started_on", [date(2026, 3, 2), date(2026, 3, 7)])
def test_a_limit_of_the_same_day_knows_no_pause(started_on):
    ledger = [_inspection(started_on, started_on + ONE_DAY)]

    end = deadline(limit=Limit(0, WORKING), start=started_on, pauses=ledger, calendar=CALENDAR)

    assert end == Due(started_on, provisional=False)


def test_while_a_pause_lasts_there_is_no_due_day():
    open_pause = [_inspection(date(2026, 3, 9), None)]

    assert deadline(limit=LICENCE, start=date(2026, 3, 2), pauses=open_pause, calendar=CALENDAR) is None


def test_a_pause_that_began_after_the_limit_expired_stops_nothing():
    late = [_inspection(date(2026, 3, 31), None)]

    end = deadline(limit=LICENCE, start=date(2026, 3, 2), pauses=late, calendar=CALENDAR)

    assert end == Due(date(2026, 3, 30), provisional=False)


def test_each_moved_date_names_its_cause_in_the_order_of_the_ledger():
    ledger = [
        Pause(date(2026, 3, 19), date(2026, 3, 24), cause="听证", article=ART_45),
        _inspection(date(2026, 3, 9), date(2026, 3, 13)),
    ]
    extension = Extension(10, date(2026, 3, 16), "案情复杂", "行政许可法第四十二条第一款")

    end = deadline(limit=LICENCE, start=date(2026, 3, 2), pauses=ledger, extensions=[extension], calendar=CALENDAR)

    assert end == Due(
        date(2026, 4, 23),
        provisional=False,
        moves=(
            Move("案情复杂", "行政许可法第四十二条第一款", date(2026, 3, 30), date(2026, 4, 14)),
            Move("检验", ART_45, date(2026, 4, 14), date(2026, 4, 20)),
            Move("听证", ART_45, date(2026, 4, 20), date(2026, 4, 23)),
        ),
    )


def test_a_natural_period_whose_rest_days_run_into_a_pause_ends_when_it_is_over():
    seven_days = Limit(7, NATURAL)  # from 1 March 2026: Sunday 8 March, hence Monday 9 March
    ledger = [_inspection(date(2026, 3, 9), date(2026, 3, 12))]

    end = deadline(limit=seven_days, start=date(2026, 3, 1), pauses=ledger, calendar=CALENDAR)

    assert end is not None
    assert end.day == date(2026, 3, 12)


def test_a_pause_cannot_end_before_it_begins():
    with pytest.raises(InvalidPause, match="“检验”的结束日早于开始日 2026-03-09"):
        _inspection(date(2026, 3, 9), date(2026, 3, 8))


@st.composite
def _ledgers(draw: st.DrawFn, start: date) -> list[Pause]:
    ledger = []
    for _ in range(draw(st.integers(0, 4))):
        began = start + timedelta(days=draw(st.integers(-10, 60)))
        ledger.append(_inspection(began, began + timedelta(days=draw(st.integers(0, 25)))))
    return ledger


@settings(max_examples=1000, deadline=None)
@given(st.data(), st.dates(date(2018, 2, 1), date(2026, 6, 30)), st.integers(0, 40), st.sampled_from(Unit))
def test_any_ledger_of_pauses_gives_the_day_that_a_walk_gives(data, start, days, unit):
    ledger = data.draw(_ledgers(start))

    end = deadline(limit=Limit(days, unit), start=start, pauses=ledger, calendar=CALENDAR, provisional=True)

    assert end is not None
    assert end.day == _walk(start, days, unit, ledger)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.dates(date(2018, 2, 1), date(2026, 6, 30)), st.integers(1, 40), st.sampled_from(Unit))
def test_moves_lead_from_the_bare_budget_to_the_due_day_without_a_gap(data, start, days, unit):
    ledger = data.draw(_ledgers(start))

    end = deadline(limit=Limit(days, unit), start=start, pauses=ledger, calendar=CALENDAR, provisional=True)

    assert end is not None
    steps = [move.before for move in end.moves] + [end.day]
    assert [move.after for move in end.moves] == steps[1:]
    assert steps == sorted(steps)


def test_an_extension_is_approved_once():
    twice = [Extension(10, date(2026, 3, day), "案情复杂", "行政许可法第四十二条第一款") for day in (9, 10)]

    with pytest.raises(ExtensionNotAllowed, match="期限只能延长一次"):
        deadline(limit=LICENCE, start=date(2026, 3, 2), extensions=twice, calendar=CALENDAR)


@pytest.mark.parametrize(("approved_on", "allowed"), [(date(2026, 3, 30), True), (date(2026, 3, 31), False)])
def test_an_extension_is_approved_before_the_limit_expires(approved_on, allowed):
    extension = [Extension(10, approved_on, "案情复杂", "行政许可法第四十二条第一款")]

    if allowed:
        end = deadline(limit=LICENCE, start=date(2026, 3, 2), extensions=extension, calendar=CALENDAR)
        assert end is not None
        assert end.day == date(2026, 4, 14)
    else:
        with pytest.raises(ExtensionNotAllowed, match="期限已于 2026-03-30 届满"):
            deadline(limit=LICENCE, start=date(2026, 3, 2), extensions=extension, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("limit", "start", "days", "approved_on", "due"),
    [
        # art. 42 (1); 国办发明电〔2025〕7号: 15 to 23 February 2026 off, Saturdays 14 and 28 worked
        (Limit(15, WORKING), date(2026, 1, 19), 10, date(2026, 2, 9), date(2026, 2, 28)),  # bare: 9 February
        (Limit(20, WORKING), date(2026, 1, 19), 10, date(2026, 2, 14), date(2026, 3, 6)),  # approved on that Saturday
        (Limit(20, WORKING), date(2026, 1, 20), 10, date(2026, 2, 20), date(2026, 3, 9)),  # approved in the festival
        # natural days: 10 February and 15 more end on 25 February; 10 February and 10 more in the festival
        (Limit(15, NATURAL), date(2026, 1, 26), 15, date(2026, 2, 10), date(2026, 2, 25)),
        (Limit(15, NATURAL), date(2026, 1, 26), 10, date(2026, 2, 10), date(2026, 2, 24)),
        # a period that ended on a rest day had not expired before the next working day
        (Limit(7, NATURAL), date(2026, 3, 1), 10, date(2026, 3, 9), date(2026, 3, 18)),
        # of the same day
        (Limit(0, WORKING), date(2026, 2, 13), 5, date(2026, 2, 13), date(2026, 2, 27)),
    ],
)
def test_an_extension_reaches_over_a_holiday(limit, start, days, approved_on, due):
    extension = [Extension(days, approved_on, "案情复杂", "行政许可法第四十二条第一款")]

    end = deadline(limit=limit, start=start, extensions=extension, calendar=CALENDAR)

    assert end is not None
    assert end.day == due


def test_an_extension_approved_while_a_pause_lasts_adds_to_what_is_left():
    ledger = [_inspection(date(2026, 3, 9), date(2026, 3, 13))]  # without extension: 3 April
    extension = [Extension(10, date(2026, 3, 10), "案情复杂", "行政许可法第四十二条第一款")]

    end = deadline(limit=LICENCE, start=date(2026, 3, 2), pauses=ledger, extensions=extension, calendar=CALENDAR)

    assert end is not None
    assert end.day == date(2026, 4, 20)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.dates(date(2018, 2, 1), date(2026, 6, 30)), st.integers(0, 40), st.sampled_from(Unit))
def test_an_extended_limit_ends_where_a_walk_over_all_its_days_ends(data, start, days, unit):
    ledger = data.draw(_ledgers(start))
    extension = Extension(
        data.draw(st.integers(1, 20)), start + timedelta(days=data.draw(st.integers(0, 60))), "案情复杂", "示例"
    )

    def end():
        return deadline(
            limit=Limit(days, unit),
            start=start,
            pauses=ledger,
            extensions=[extension],
            calendar=CALENDAR,
            provisional=True,
        )

    if extension.approved_on > _walk(start, days, unit, ledger):
        with pytest.raises(ExtensionNotAllowed):
            end()
    else:
        assert end().day == _walk(start, days + extension.days, unit, ledger)


# --- A notice loaded late ---


def _before(year: int, *festivals: date) -> Calendar:
    """The calendar as it was before the notice for a year came, with the statutory festivals of that year."""
    files = [calendars.DATA / "calendars" / f"{each}.json" for each in range(2018, year)]
    return replace(calendars.read(*files), festivals=frozenset(festivals), horizon=date(year, 12, 31))


# 全国年节及纪念日放假办法, art. 2: New Year's Day, and four days from the eve of the Spring Festival on
BEFORE_2026 = _before(2026, date(2026, 1, 1), *(date(2026, 2, day) for day in (16, 17, 18, 19)))


@pytest.mark.parametrize(
    ("start", "days", "unit", "provisional", "projected"),
    [
        # 国办发明电〔2025〕7号 of November 2025: 1 to 3 January 2026 off, Sunday 4 January worked; 15 to 23 February
        # off, Saturdays 14 and 28 February worked
        (date(2025, 12, 25), 5, WORKING, date(2026, 1, 2), date(2026, 1, 4)),
        (date(2025, 12, 25), 6, WORKING, date(2026, 1, 5), date(2026, 1, 5)),  # one day less and one more: the same
        (date(2026, 2, 10), 5, WORKING, date(2026, 2, 23), date(2026, 2, 24)),
        (date(2026, 2, 10), 20, WORKING, date(2026, 3, 16), date(2026, 3, 16)),
        (date(2026, 2, 24), 5, WORKING, date(2026, 3, 3), date(2026, 3, 2)),
        (date(2026, 2, 13), 7, NATURAL, date(2026, 2, 20), date(2026, 2, 24)),  # its last day is off after all
        (date(2026, 2, 7), 7, NATURAL, date(2026, 2, 20), date(2026, 2, 14)),  # and here worked after all
        (date(2026, 2, 14), 0, NATURAL, date(2026, 2, 14), date(2026, 2, 14)),
    ],
)
def test_a_day_told_before_the_notice_is_provisional_and_projected_once_it_is_loaded(
    start, days, unit, provisional, projected
):
    before = due_on(start=start, days=days, unit=unit, calendar=BEFORE_2026, provisional=True)
    after = due_on(start=start, days=days, unit=unit, calendar=CALENDAR)

    assert (before.day, before.provisional) == (provisional, True)
    assert (after.day, after.provisional) == (projected, False)


def test_a_pause_told_before_the_notice_takes_out_other_days_once_it_is_loaded():
    ledger = [_inspection(date(2026, 2, 12), date(2026, 2, 25))]

    def end(calendar: Calendar) -> Due | None:
        return deadline(limit=LICENCE, start=date(2026, 2, 2), pauses=ledger, calendar=calendar, provisional=True)

    # both limits end on 6 March; taken out are 12, 13, 20, 23 and 24 February before, 12, 13, 14 and 24 after
    assert end(BEFORE_2026) == Due(
        date(2026, 3, 13), provisional=True, moves=(Move("检验", ART_45, date(2026, 3, 6), date(2026, 3, 13)),)
    )
    assert end(CALENDAR) == Due(
        date(2026, 3, 12), provisional=False, moves=(Move("检验", ART_45, date(2026, 3, 6), date(2026, 3, 12)),)
    )


def test_the_notice_for_a_year_may_move_published_days_of_the_year_before():
    """国办发明电〔2018〕15号, for 2019: Saturday 29 December 2018 worked, Monday 31 December off."""
    before = due_on(start=date(2018, 12, 26), days=3, unit=WORKING, calendar=_before(2019))
    after = due_on(start=date(2018, 12, 26), days=3, unit=WORKING, calendar=CALENDAR)

    assert (before, after) == (Due(date(2018, 12, 31), False), Due(date(2018, 12, 29), False))


# --- Promised and statutory ---


def test_both_due_days_run_from_what_their_limit_says():
    pair = due_pair(
        promised=Limit(10, WORKING),
        statutory=Limit(20, WORKING, Start.RECEIPT),
        received_on=date(2026, 2, 27),
        accepted_on=date(2026, 3, 2),
        calendar=CALENDAR,
    )

    assert pair == DuePair(promised=Due(date(2026, 3, 16), False), statutory=Due(date(2026, 3, 26), False))


@pytest.mark.parametrize(
    ("promised", "statutory", "day", "due"),
    [
        (Limit(7, WORKING), Limit(7, NATURAL), date(2026, 3, 2), date(2026, 3, 9)),  # 11 March by itself
        # 7 natural days: the festival ends on Tuesday 24 February; 5 working days by themselves: 27 February
        (Limit(5, WORKING), Limit(7, NATURAL), date(2026, 2, 13), date(2026, 2, 24)),
        # 20 natural days end on 21 March, a Saturday, hence Monday 23; 16 working days by themselves: the same day
        (Limit(15, WORKING), Limit(20, NATURAL), date(2026, 3, 1), date(2026, 3, 20)),
        (Limit(16, WORKING), Limit(20, NATURAL), date(2026, 3, 1), date(2026, 3, 23)),
        (Limit(17, WORKING), Limit(20, NATURAL), date(2026, 3, 1), date(2026, 3, 23)),
        (Limit(0, WORKING), Limit(0, WORKING), date(2026, 3, 7), date(2026, 3, 7)),
        (Limit(1, WORKING), Limit(0, WORKING), date(2026, 3, 7), date(2026, 3, 7)),  # the law says at once
    ],
)
def test_the_promise_is_never_due_after_the_statutory_limit(promised, statutory, day, due):
    pair = due_pair(promised=promised, statutory=statutory, received_on=day, accepted_on=day, calendar=CALENDAR)

    assert pair.promised is not None and pair.statutory is not None
    assert pair.promised.day == due
    assert pair.promised.day <= pair.statutory.day


def test_a_limit_from_acceptance_has_no_due_day_before_acceptance():
    pair = due_pair(
        promised=Limit(10, WORKING),
        statutory=None,
        received_on=date(2026, 3, 2),
        accepted_on=None,
        calendar=CALENDAR,
    )

    assert pair == DuePair(promised=None, statutory=None)


@pytest.mark.parametrize(
    ("approved_on", "promised"),
    [(date(2026, 3, 16), date(2026, 3, 30)), (date(2026, 3, 17), date(2026, 3, 16))],
)
def test_an_extension_never_heals_a_promise_already_broken(approved_on, promised):
    pair = due_pair(
        promised=Limit(10, WORKING),
        statutory=LICENCE,
        received_on=date(2026, 3, 2),
        accepted_on=date(2026, 3, 2),
        extensions=[Extension(10, approved_on, "案情复杂", "行政许可法第四十二条第一款")],
        calendar=CALENDAR,
    )

    assert pair.promised is not None and pair.statutory is not None
    assert (pair.promised.day, pair.statutory.day) == (promised, date(2026, 4, 14))


def test_a_pause_stops_both():
    pair = due_pair(
        promised=Limit(10, WORKING),
        statutory=LICENCE,
        received_on=date(2026, 3, 2),
        accepted_on=date(2026, 3, 2),
        pauses=(each for each in [_inspection(date(2026, 3, 9), None)]),
        calendar=CALENDAR,
    )

    assert pair == DuePair(promised=None, statutory=None)


def _awaited(began_on: date, resumed_on: date | None) -> Pause:
    return Pause(began_on, resumed_on, cause="容缺补交", article="示例：本地容缺受理办法")


# A region may leave the wait for a deferred material (容缺) out of its promise; the law knows no such pause.
@pytest.mark.parametrize(
    ("began_on", "resumed_on", "promised"),
    [
        (date(2026, 3, 2), None, None),  # still waiting: the promise does not run
        (date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 19)),  # three counted days, the day of acceptance not among
        (date(2026, 3, 16), date(2026, 3, 18), date(2026, 3, 18)),  # begun on the last day of the promise
        (date(2026, 3, 17), None, date(2026, 3, 16)),  # begun when the promise was broken: stops nothing
        (date(2026, 3, 2), date(2026, 4, 10), date(2026, 3, 30)),  # longer than the law gives: never after its limit
    ],
)
def test_a_pause_of_the_promise_leaves_the_statutory_limit_running(began_on, resumed_on, promised):
    pair = due_pair(
        promised=Limit(10, WORKING),  # 16 March
        statutory=LICENCE,  # 30 March
        received_on=date(2026, 3, 2),
        accepted_on=date(2026, 3, 2),
        promise_pauses=[_awaited(began_on, resumed_on)],
        calendar=CALENDAR,
    )

    assert pair.statutory == Due(date(2026, 3, 30), provisional=False)
    assert (pair.promised and pair.promised.day) == promised


def test_a_day_that_both_kinds_of_pause_cover_is_left_out_of_the_promise_once():
    pair = due_pair(
        promised=Limit(10, WORKING),
        statutory=LICENCE,
        received_on=date(2026, 3, 2),
        accepted_on=date(2026, 3, 2),
        pauses=[_inspection(date(2026, 3, 9), date(2026, 3, 11))],
        promise_pauses=[_awaited(date(2026, 3, 10), date(2026, 3, 12))],
        calendar=CALENDAR,
    )

    assert pair.promised is not None and pair.statutory is not None
    assert (pair.promised.day, pair.statutory.day) == (date(2026, 3, 19), date(2026, 4, 1))


def test_an_extension_approved_while_the_promise_is_paused_lengthens_both():
    pair = due_pair(
        promised=Limit(10, WORKING),
        statutory=LICENCE,
        received_on=date(2026, 3, 2),
        accepted_on=date(2026, 3, 2),
        promise_pauses=[_awaited(date(2026, 3, 12), date(2026, 3, 23))],
        extensions=[Extension(10, date(2026, 3, 20), "案情复杂", "行政许可法第四十二条第一款")],
        calendar=CALENDAR,
    )

    assert pair.promised is not None and pair.statutory is not None
    assert (pair.promised.day, pair.statutory.day) == (date(2026, 4, 9), date(2026, 4, 14))


@settings(max_examples=300, deadline=None)
@given(
    st.data(),
    st.dates(date(2018, 2, 1), date(2026, 6, 30)),
    st.tuples(st.integers(0, 30), st.sampled_from(Unit)),
    st.tuples(st.integers(0, 40), st.sampled_from(Unit)),
)
def test_both_due_days_are_those_that_a_walk_over_their_own_pauses_finds(data, start, promised, statutory):
    ledger, of_the_promise = data.draw(_ledgers(start)), data.draw(_ledgers(start))

    pair = due_pair(
        promised=Limit(*promised),
        statutory=Limit(*statutory),
        received_on=start,
        accepted_on=start,
        pauses=ledger,
        promise_pauses=of_the_promise,
        calendar=CALENDAR,
        provisional=True,
    )

    outer = _walk(start, *statutory, ledger)
    inner = _walk(start, *promised, [*ledger, *of_the_promise])
    assert pair.promised is not None and pair.statutory is not None
    assert (pair.promised.day, pair.statutory.day) == (min(inner, outer), outer)


# --- Lamps ---

PROMISED, STATUTORY = date(2026, 3, 16), date(2026, 3, 30)


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        (date(2026, 3, 2), Lamp.GREEN),
        (date(2026, 3, 11), Lamp.GREEN),  # three working days left
        (date(2026, 3, 12), Lamp.YELLOW),  # Friday and Monday left
        (date(2026, 3, 14), Lamp.YELLOW),
        (date(2026, 3, 16), Lamp.YELLOW),  # the last day
        (date(2026, 3, 17), Lamp.RED),
        (date(2026, 3, 30), Lamp.RED),
        (date(2026, 3, 31), Lamp.PASSED),
    ],
)
def test_the_lamp_follows_the_promise_then_the_statutory_limit(today, shown):
    assert lamp(today=today, promised_due=PROMISED, statutory_due=STATUTORY, calendar=CALENDAR) is shown


@pytest.mark.parametrize(
    ("promised_due", "statutory_due", "shown"),
    [
        (None, None, Lamp.GREEN),
        (None, STATUTORY, Lamp.GREEN),
        (PROMISED, None, Lamp.RED),
        (date(2026, 3, 23), STATUTORY, Lamp.GREEN),
    ],
)
def test_a_limit_that_does_not_run_lights_nothing(promised_due, statutory_due, shown):
    today = date(2026, 3, 18)

    assert lamp(today=today, promised_due=promised_due, statutory_due=statutory_due, calendar=CALENDAR) is shown


def test_a_lamp_still_shines_beyond_the_published_calendar():
    shown = lamp(today=date(2026, 12, 30), promised_due=date(2027, 1, 11), statutory_due=None, calendar=CALENDAR)

    assert shown is Lamp.GREEN


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), 0),
        (date(2026, 3, 2), date(2026, 3, 9), 5),
        (date(2026, 3, 9), date(2026, 3, 2), -5),
        (date(2026, 2, 13), date(2026, 2, 24), 2),  # the Spring Festival of 2026 between them
    ],
)
def test_working_days_lie_after_the_start_up_to_and_including_the_end(start, end, count):
    assert working_days_between(start=start, end=end, calendar=CALENDAR) == count


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 2, 15, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), date(2026, 3, 3)),
    ],
)
def test_the_day_is_that_of_beijing(now, day):
    assert day_of(now) == day
