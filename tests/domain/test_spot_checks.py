"""A sample of what one pair of eyes decided is looked at again, by somebody who had no part in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.domain.applications import CALENDAR, MONDAY, NINE, REASON, RULES, accept, conclude, submitted
from tests.domain.applications import received as handed
from tests.domain.strategies import Spec
from tongban.domain import spot_checks, watch
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, SameEyes
from tongban.domain.application import Application, fold
from tongban.domain.catalogue import Regime
from tongban.domain.events import FollowUp, Outcome, SpotChecked, SupervisionOpened, SupervisionRule

ALSO = Spec("b")


def decided(regime: Regime = Regime.FILING, *, by: str = "clerk") -> Application:
    """One filing, accepted and decided by the same officer, beside a licence that goes its ordinary way."""
    application = fold((submitted((Spec("a"), ALSO)),))
    first, second = application.cases
    application = handed(replace(application, cases=(replace(first, regime=regime), second)))
    application = fold(accept(application), onto=application)
    return fold(conclude(application, 1, Outcome.APPROVED, by=by), onto=application)


def drawn(application: Application | None = None) -> Application:
    application = application or decided()
    events = spot_checks.draw(application, 1, draw="d", rules=RULES, calendar=CALENDAR, at=NINE)
    return fold(events, onto=application)


def record(application: Application, **changes):
    asked = {"right": True, "follow_up": None, "finding": REASON, "by": "supervisor", "at": NINE} | changes
    return spot_checks.record(application, 1, **asked)


@pytest.mark.parametrize(
    ("month", "begins", "ends"),
    [
        ("2026-02", datetime(2026, 1, 31, 16, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC)),
        ("2026-12", datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)),
        ("2028-02", datetime(2028, 1, 31, 16, tzinfo=UTC), datetime(2028, 2, 29, 16, tzinfo=UTC)),
    ],
)
def test_a_month_lasts_from_midnight_to_midnight_in_beijing(month, begins, ends):
    assert spot_checks.span(month) == (begins, ends)


@pytest.mark.parametrize("month", ["2026-03", "2026-04", "", "2026", "2026-13", "2026-3", "三月", "2026-02-01"])
def test_only_a_month_that_is_over_is_drawn_from(month):
    spot_checks.demand_over("2026-02", today=MONDAY)
    with pytest.raises(spot_checks.MonthNotOver):
        spot_checks.demand_over(month, today=MONDAY)


def test_what_was_decided_on_the_spot_stands_on_the_list_and_nothing_else():
    application = decided()

    assert [spot_checks.decided_at(case) for case in application.cases] == [NINE, None]


def test_who_is_drawn_is_checked_within_the_days_of_the_region():
    application = drawn()

    assert spot_checks.due(application.case(1)) == date(2026, 3, 23)  # 15 working days
    assert watch.wakes_on(application) == date(2026, 3, 24)
    with pytest.raises(NotNow, match="已经被抽中过"):
        drawn(application)
    with pytest.raises(NotNow, match="不是当场决定的"):
        spot_checks.draw(application, 2, draw="d", rules=RULES, calendar=CALENDAR, at=NINE)


def test_a_right_decision_is_recorded_and_nothing_follows():
    application = drawn()

    (checked,) = record(application)

    assert isinstance(checked, SpotChecked)
    after = fold((checked,), onto=application)
    assert spot_checks.due(after.case(1)) is None
    with pytest.raises(AlreadyGiven, match="已经抽查过"):
        record(after)


def test_a_wrong_decision_stands_and_is_supervised_until_it_is_followed_up():
    application = drawn()

    events = record(application, right=False, follow_up=FollowUp.ANNUL)

    checked, opened = events
    assert checked.follow_up is FollowUp.ANNUL
    assert (opened.rule, opened.desk) == (SupervisionRule.SPOT_CHECK_FAILED, application.case(1).deciding_desk)
    after = fold(events, onto=application)
    assert after.case(1).approved
    closing = watch.close_supervision(
        after, 1, rule=SupervisionRule.SPOT_CHECK_FAILED, finding=REASON, by="supervisor", at=NINE
    )
    assert not [one for one in fold(closing, onto=after).case(1).proceedings.supervision if one.closed_at is None]


@pytest.mark.parametrize(("by", "decider"), [("clerk", "clerk"), ("officer", "officer"), ("clerk", "officer")])
def test_who_accepted_or_decided_does_not_check(by, decider):
    application = drawn(decided(by=decider))

    with pytest.raises(SameEyes, match="您不能抽查"):
        record(application, by=by)


def test_a_check_is_refused():
    with pytest.raises(NotNow, match="没有被抽中"):
        record(decided())
    with pytest.raises(ReasonMissing, match="抽查情况") as missing:
        record(drawn(), finding=None)
    assert missing.value.field == "finding"
    with pytest.raises(ReasonMissing, match="怎样处理"):
        record(drawn(), right=False)


def test_a_check_that_is_not_made_in_time_is_supervised_once():
    application = drawn()
    due = spot_checks.due(application.case(1))

    def fall_due(application, day):
        at = datetime.combine(day, time(1), tzinfo=UTC)
        return watch.fall_due(application, rules=RULES, calendar=CALENDAR, consents={}, today=day, at=at)

    def about_checks(events):
        rule = SupervisionRule.SPOT_CHECK_OVERDUE
        return [one for one in events if isinstance(one, SupervisionOpened) and one.rule is rule]

    assert about_checks(fall_due(application, due)) == []
    late = fall_due(application, due + timedelta(days=1))
    assert [one.case for one in about_checks(late)] == [1]
    after = fold(late, onto=application)
    assert about_checks(fall_due(after, due + timedelta(days=2))) == []
    assert record(after)
