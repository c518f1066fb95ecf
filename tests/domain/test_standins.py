"""Who stands in: in the same place, one a day, never somebody who is away himself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domain import standins
from tongban.domain.events import ApplicationClosed, DutyGiven, Event, StandInEnded, StandInNamed
from tongban.domain.standins import InvalidStandIn, Post, StandIn

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
FRIDAY, SATURDAY = date(2026, 3, 6), date(2026, 3, 7)
ZHAO, QIAN = "account:zhao", "account:qian"


def duty(role: str = "reviewer", hall: str = "", department: str = "cfd-msa", until: date | None = None) -> DutyGiven:
    return DutyGiven(role, "130209", hall, department, "", date(2026, 1, 1), until, AT)


REVIEWER, CLERK = Post((duty(),)), Post((duty("clerk", "cfd-hall"),))


def name(post: Post = REVIEWER, **changes: object) -> StandInNamed:
    asked: dict[str, object] = {
        "stand_in": "s1",
        "absent": ZHAO,
        "account": QIAN,
        "theirs": REVIEWER,
        "elsewhere": (),
        "valid_from": TODAY,
        "valid_until": SATURDAY,
        "by": ZHAO,
        "at": AT,
        "today": TODAY,
    }
    return standins.name(post, **(asked | changes))


@pytest.mark.parametrize(
    ("day", "stands"),
    [(date(2026, 3, 1), False), (TODAY, True), (FRIDAY, True), (SATURDAY, False)],
)
def test_a_stand_in_counts_from_his_first_day_until_the_day_that_no_longer_does(day: date, stands: bool) -> None:
    (one,) = standins.apply(REVIEWER, name()).stand_ins

    assert one.stands(day) is stands


def test_an_ended_stand_in_counts_no_more() -> None:
    post = standins.apply(REVIEWER, name())

    ended = standins.apply(post, standins.end(post, stand_in="s1", by=ZHAO, at=AT, today=TODAY))

    assert not ended.stand_ins[0].stands(TODAY)
    assert name(ended, stand_in="s2").stand_in == "s2"


AWAY = Post(REVIEWER.duties, (StandIn("s0", "account:else", FRIDAY, date(2026, 3, 9)),))


@pytest.mark.parametrize(
    ("post", "changes", "sentence", "field"),
    [
        (REVIEWER, {"valid_until": TODAY}, "截止日早于开始日。请改正期限。", "last_day"),
        (REVIEWER, {"valid_from": date(2026, 1, 1), "valid_until": TODAY}, "截止日已经过去。", "last_day"),
        (REVIEWER, {"account": ZHAO}, "不能由本人代自己的岗。请选择另一位同事。", "account"),
        (Post(), {}, "这段时间没有需要代岗的窗口或审查职责。", "absent"),
        (Post((duty("steward"),)), {}, "这段时间没有需要代岗的窗口或审查职责。", "absent"),
        (Post((duty(until=TODAY),)), {}, "这段时间没有需要代岗的窗口或审查职责。", "absent"),
        (REVIEWER, {"theirs": Post()}, "代岗人不在同一大厅或部门任职。", "account"),
        (REVIEWER, {"theirs": Post((duty("steward"),))}, "代岗人不在同一大厅或部门任职。", "account"),
        (REVIEWER, {"theirs": Post((duty(department="bj-tax"),))}, "代岗人不在同一大厅或部门任职。", "account"),
        (Post((duty(), duty(department="bj-tax"))), {}, "代岗人不在同一大厅或部门任职。", "account"),
        (AWAY, {}, "这段时间已经安排了代岗人，一天只能有一位。", "valid_from"),
        (REVIEWER, {"theirs": AWAY}, "所选的代岗人这段时间自己也由别人代岗。", "account"),
        (REVIEWER, {"elsewhere": AWAY.stand_ins}, "本人这段时间正替别人代岗，职责不能再转。", "valid_from"),
    ],
)
def test_a_stand_in_that_cannot_be_is_refused(
    post: Post, changes: dict[str, object], sentence: str, field: str
) -> None:
    with pytest.raises(InvalidStandIn, match=f"代岗未生效：{sentence}") as refused:
        name(post, **changes)

    assert refused.value.field == field


def test_a_clerk_and_a_reviewer_of_one_place_stand_in_for_each_other() -> None:
    assert name(CLERK, theirs=REVIEWER).account == QIAN
    assert name(REVIEWER, theirs=CLERK).account == QIAN
    assert name(Post((duty("clerk", "cfd-hall", ""),)), theirs=CLERK).account == QIAN


def test_periods_that_only_touch_do_not_meet() -> None:
    before = name(AWAY, valid_until=FRIDAY)
    after = name(AWAY, valid_from=date(2026, 3, 9), valid_until=date(2026, 3, 10))

    assert (before.valid_until, after.valid_from) == (FRIDAY, date(2026, 3, 9))


@pytest.mark.parametrize(
    ("stand_in", "today", "sentence"),
    [("s9", TODAY, "没有这项安排。"), ("s1", SATURDAY, "它已经结束，无需再办。")],
)
def test_what_is_over_or_unknown_is_not_ended(stand_in: str, today: date, sentence: str) -> None:
    post = standins.apply(REVIEWER, name())

    with pytest.raises(InvalidStandIn, match=f"代岗未结束：{sentence}"):
        standins.end(post, stand_in=stand_in, by=ZHAO, at=AT, today=today)


def test_nothing_is_ended_twice() -> None:
    post = standins.apply(standins.apply(REVIEWER, name()), StandInEnded("s1", ZHAO, AT))

    with pytest.raises(InvalidStandIn, match="已经结束"):
        standins.end(post, stand_in="s1", by=ZHAO, at=AT, today=TODAY)


DAYS = st.integers(-3, 9).map(lambda days: TODAY + timedelta(days=days))


@given(periods=st.lists(st.tuples(DAYS, DAYS, st.booleans()), max_size=6))
def test_whatever_was_named_and_ended_there_is_never_more_than_one_a_day(
    periods: list[tuple[date, date, bool]],
) -> None:
    post = REVIEWER
    for number, (first, until, ended) in enumerate(periods):
        try:
            post = standins.apply(post, name(post, stand_in=f"s{number}", valid_from=first, valid_until=until))
        except InvalidStandIn:
            continue
        if ended:
            post = standins.apply(post, StandInEnded(f"s{number}", ZHAO, AT))

    days = [TODAY + timedelta(days=number) for number in range(-5, 12)]
    assert max(sum(one.stands(day) for one in post.stand_ins) for day in days) <= 1


def test_folding_its_events_gives_the_post() -> None:
    events: list[Event] = [*REVIEWER.duties, name(), StandInEnded("s1", ZHAO, AT), name(stand_in="s2")]

    assert standins.fold(events) == Post(
        REVIEWER.duties, (StandIn("s1", QIAN, TODAY, SATURDAY, ended=True), StandIn("s2", QIAN, TODAY, SATURDAY))
    )


def test_a_stream_that_tells_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="does not belong to the stream of an account"):
        standins.fold([ApplicationClosed(AT)])
