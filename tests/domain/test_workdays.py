import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.catalogue import calendars
from tongban.domain.workdays import (
    Calendar,
    CalendarContradicted,
    CalendarNotPublished,
    InvalidCalendar,
    Notice,
    admit,
    build,
)

CALENDAR = calendars.load()
PUBLISHED = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        # 国办发明电〔2024〕12号: National Day and Mid-Autumn 2025
        (date(2025, 9, 28), True),  # Sunday, worked
        (date(2025, 9, 30), True),
        (date(2025, 10, 1), False),
        (date(2025, 10, 8), False),  # Wednesday, off
        (date(2025, 10, 9), True),
        (date(2025, 10, 11), True),  # Saturday, worked
        (date(2025, 10, 12), False),
        # 国办发明电〔2025〕7号: New Year, Spring Festival and National Day 2026
        (date(2026, 1, 2), False),  # Friday, off
        (date(2026, 1, 4), True),  # Sunday, worked
        (date(2026, 2, 14), True),  # Saturday, worked
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),  # Monday, off
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # Saturday, worked
        (date(2026, 3, 1), False),
        (date(2026, 9, 20), True),  # Sunday, worked
        (date(2026, 9, 25), False),  # Friday, off for Mid-Autumn
        (date(2026, 12, 31), True),  # the last day that any notice says anything of
        # 国办发明电〔2018〕15号, for 2019, moved days of 2018
        (date(2018, 12, 29), True),  # Saturday, worked
        (date(2018, 12, 31), False),  # Monday, off
        # 国办发明电〔2020〕1号 lengthened the Spring Festival of 2020
        (date(2020, 1, 31), False),
        (date(2020, 2, 1), False),
        (date(2020, 2, 3), True),
    ],
)
def test_days_off_and_days_made_up_follow_the_notices(day, counts):
    assert CALENDAR.counts(day) is counts


@pytest.mark.parametrize("year", range(2018, 2027))
def test_every_year_of_the_package_is_published_whole(year):
    assert CALENDAR.published(date(year, 1, 1)) and CALENDAR.published(date(year, 12, 31))


def test_nothing_outside_the_notices_is_published():
    assert (CALENDAR.published_from, CALENDAR.published_until) == (date(2018, 1, 1), date(2026, 12, 31))


def test_a_day_no_notice_names_is_refused_never_counted_monday_to_friday():
    with pytest.raises(CalendarNotPublished, match="无法计算到 2027-01-04：国务院的放假安排目前只公布到 2026 年"):
        CALENDAR.counts(date(2027, 1, 4))
    with pytest.raises(CalendarNotPublished, match="无法从 2017-12-29 起算：工作日历自 2018-01-01 起才有数据"):
        CALENDAR.counts(date(2017, 12, 29))


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2027, 1, 1), False),  # New Year
        (date(2027, 1, 4), True),
        (date(2027, 2, 5), False),  # eve of the Spring Festival
        (date(2027, 2, 8), False),
        (date(2027, 2, 9), True),
        (date(2027, 2, 6), False),  # Saturday
        (date(2027, 4, 5), False),  # Qingming
        (date(2027, 6, 9), False),  # Dragon Boat
        (date(2027, 9, 15), False),  # Mid-Autumn
        (date(2027, 10, 1), False),
        (date(2027, 10, 4), True),
    ],
)
def test_a_provisional_answer_leaves_out_weekends_and_statutory_festivals(day, counts):
    assert CALENDAR.counts(day, provisional=True) is counts


def test_a_provisional_answer_ends_where_festivals_are_no_longer_known():
    with pytest.raises(CalendarNotPublished, match="无法暂计到 2041-01-01：法定节日只推算到 2040-12-31"):
        CALENDAR.counts(date(2041, 1, 1), provisional=True)


def test_provisional_never_reaches_before_the_first_notice():
    with pytest.raises(CalendarNotPublished):
        CALENDAR.counts(date(2017, 12, 29), provisional=True)


def test_the_day_itself_is_not_counted_by_nth_after_but_by_on_or_after():
    friday_before_a_worked_saturday = date(2026, 2, 13)

    assert CALENDAR.nth_after(friday_before_a_worked_saturday, 1) == date(2026, 2, 14)
    assert CALENDAR.nth_after(friday_before_a_worked_saturday, 2) == date(2026, 2, 24)
    assert CALENDAR.on_or_after(friday_before_a_worked_saturday) == friday_before_a_worked_saturday
    assert CALENDAR.on_or_after(date(2026, 2, 15)) == date(2026, 2, 24)


@settings(deadline=None)
@given(PUBLISHED, PUBLISHED)
def test_between_counts_each_day_after_the_start_up_to_the_end(start, end):
    step = 1 if end >= start else -1
    low, high = min(start, end), max(start, end)
    days = [low + timedelta(days=n) for n in range(1, (high - low).days + 1)]

    assert CALENDAR.between(start, end) == step * sum(CALENDAR.counts(day) for day in days)


@settings(deadline=None)
@given(st.dates(date(2018, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_the_nth_day_is_found_where_a_walk_finds_it(start, n):
    day, left = start, n
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.counts(day)

    assert CALENDAR.nth_after(start, n) == day


def test_the_same_days_have_the_same_version_and_other_days_another(tmp_path):
    year = json.loads((calendars.DATA / "calendars" / "2026.json").read_text(encoding="utf-8"))
    same, other = tmp_path / "same.json", tmp_path / "other.json"
    same.write_text(json.dumps(year), encoding="utf-8")
    year["days"][0]["isOffDay"] = not year["days"][0]["isOffDay"]
    other.write_text(json.dumps(year), encoding="utf-8")

    assert calendars.load_with(same).version == CALENDAR.version
    assert calendars.load_with(other).version != CALENDAR.version


def test_next_years_notice_turns_provisional_days_into_published_ones(tmp_path):
    notice = tmp_path / "2027.json"
    notice.write_text(
        json.dumps(
            {
                "year": 2027,
                "days": [
                    {"date": "2026-12-31", "name": "元旦", "isOffDay": True},
                    {"date": "2027-01-01", "name": "元旦", "isOffDay": True},
                    {"date": "2027-01-10", "name": "元旦", "isOffDay": False},
                ],
            }
        ),
        encoding="utf-8",
    )

    calendar = calendars.load_with(notice)

    assert CALENDAR.counts(date(2026, 12, 31)) is True
    assert calendar.counts(date(2026, 12, 31)) is False
    assert calendar.counts(date(2027, 1, 10)) is True
    assert calendar.published_until == date(2027, 12, 31)
    assert calendar.version != CALENDAR.version


def test_a_calendar_read_from_files_knows_these_years_alone():
    calendar = calendars.read(calendars.DATA / "calendars" / "2025.json")

    assert (calendar.published_from, calendar.published_until) == (date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("no json", "无法读取工作日历文件 bad.json"),
        ("{}", "缺少或写错了内容"),
        ("[]", "没有任何年份"),
        ('{"year": 2027, "days": [{"date": "2027-02-30", "isOffDay": true}]}', "缺少或写错了内容"),
        ('{"year": 2027, "days": [{"date": "2027-02-20", "isOffDay": "yes"}]}', "缺少或写错了内容"),
        ('{"year": 2027, "days": [{"date": "2025-02-20", "isOffDay": true}]}', "不属于 2027 年"),
        ('{"year": 20270, "days": []}', "年份不能是 20270"),
    ],
)
def test_a_broken_calendar_file_is_refused_with_a_sentence(tmp_path, content, sentence):
    bad = tmp_path / "bad.json"
    bad.write_text(content, encoding="utf-8")

    with pytest.raises(InvalidCalendar, match=sentence):
        calendars.read(bad)


def _notice(year: int, **days: date) -> Notice:
    return Notice(year=year, rest=frozenset(), make_up=frozenset(days.values()))


@pytest.mark.parametrize(
    ("notices", "sentence"),
    [
        ([], "没有任何年份"),
        ([_notice(2024), _notice(2026)], "缺少 2025 年"),
        ([_notice(2024), _notice(2024)], "2024 年的放假通知出现了两次"),
        ([replace(_notice(2024, day=date(2024, 2, 4)), rest=frozenset({date(2024, 2, 4)}))], "既写作放假又写作上班"),
    ],
)
def test_notices_that_contradict_are_refused(notices, sentence):
    with pytest.raises(InvalidCalendar, match=sentence):
        build(version="test", notices=notices)


def test_a_later_notice_overrides_an_earlier_one_on_the_same_day():
    worked, off = date(2018, 12, 29), date(2018, 12, 31)
    earlier = Notice(year=2018, rest=frozenset({worked}), make_up=frozenset({off}))
    later = Notice(year=2019, rest=frozenset({off}), make_up=frozenset({worked}))

    calendar = build(version="test", notices=[later, earlier])

    assert (calendar.rest, calendar.make_up) == (frozenset({off}), frozenset({worked}))


def test_without_festivals_nothing_is_provisional():
    calendar: Calendar = build(version="test", notices=[_notice(2026)])

    with pytest.raises(CalendarNotPublished, match="法定节日只推算到 2026-12-31"):
        calendar.counts(date(2027, 1, 4), provisional=True)


# --- A notice that is to be published ---

PUBLISHED_NOTICES = {notice.year: notice for notice in calendars.packaged()}
NEW_YEAR = date(2027, 1, 1)
FOR_2027 = Notice(2027, rest=frozenset({date(2026, 12, 31), NEW_YEAR}), make_up=frozenset({date(2027, 1, 10)}))


def _admitted(*notices: Notice, amends: bool = False) -> list[int]:
    new = admit(notices, published=PUBLISHED_NOTICES, festivals={NEW_YEAR}, amends=amends)
    return [notice.year for notice in new]


def test_the_notice_for_the_next_year_is_admitted_although_it_moves_days_of_this_one():
    assert _admitted(FOR_2027) == [2027]
    assert _admitted(replace(FOR_2027, year=2028, rest=frozenset(), make_up=frozenset()), FOR_2027) == [2027, 2028]


@pytest.mark.parametrize("sources", [(), ("another address",)])
def test_what_is_published_already_says_nothing_new(sources):
    assert _admitted(*(replace(notice, sources=sources) for notice in PUBLISHED_NOTICES.values())) == []


LONGER = replace(PUBLISHED_NOTICES[2026], rest=PUBLISHED_NOTICES[2026].rest | {date(2026, 2, 24)})


def test_what_is_published_stands_unless_it_is_amended():
    with pytest.raises(CalendarContradicted, match="2026 年的放假安排已经公布，2026-02-24 与已公布的不同"):
        _admitted(LONGER)

    assert _admitted(LONGER, amends=True) == [2026]


def test_a_day_that_the_year_before_named_otherwise_contradicts_it():
    """The notice for 2018 could have named 29 December as off: the one for 2019 makes it worked."""
    named = replace(PUBLISHED_NOTICES[2018], rest=PUBLISHED_NOTICES[2018].rest | {date(2018, 12, 29)})
    published = {2018: named}

    with pytest.raises(CalendarContradicted, match="2018-12-29 是放假还是上班，2019 年的放假通知与 2018 年的不同"):
        admit([PUBLISHED_NOTICES[2019]], published=published)
    assert len(admit([PUBLISHED_NOTICES[2019]], published=published, amends=True)) == 1


@pytest.mark.parametrize(
    ("notices", "sentence"),
    [
        ([replace(FOR_2027, rest=frozenset())], "没有把法定节日 2027-01-01 列为放假：请核对通知是否完整"),
        (
            [replace(FOR_2027, rest=frozenset(), make_up=frozenset({NEW_YEAR}))],
            "没有把法定节日 2027-01-01 列为放假：请核对通知是否完整",
        ),
        ([replace(FOR_2027, year=2028, rest=frozenset(), make_up=frozenset())], "工作日历缺少 2027 年的放假通知"),
        ([FOR_2027, replace(FOR_2027, make_up=frozenset())], "2027 年的放假通知出现了两次"),
        ([replace(FOR_2027, make_up=frozenset({NEW_YEAR}))], "2027-01-01 既写作放假又写作上班"),
        ([replace(FOR_2027, rest=frozenset({date(2028, 1, 1)}))], "2028-01-01 不属于 2027 年的放假通知"),
    ],
)
@pytest.mark.parametrize("amends", [False, True])
def test_a_notice_that_cannot_be_right_is_refused(notices, sentence, amends):
    with pytest.raises(InvalidCalendar, match=sentence):
        _admitted(*notices, amends=amends)
