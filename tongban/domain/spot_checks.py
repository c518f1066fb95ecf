"""Was a decision on the spot right? A sample of each month is looked at again, by somebody who had no part in it.

Where the regime decides on the spot one pair of eyes decides, or none: a filing when it is accepted, an instant matter
when it is asked for, a licence for whoever chose commitment. What four eyes would have seen is looked for afterwards
(事后抽查). When a month is over, the share that the region lays down is drawn among what each department decided on
the spot in it; the seed is the first checkpoint of the journal after the month: nobody chooses list or seed.

A decision found wrong stands until it is put right or annulled as the law has it: nothing is undone by the check
itself. The supervision case that it opens is closed when that is done.

Source: rules of regions (composed); Administrative Licensing Law, art. 34 (2); design, invariant 13.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, SameEyes
from tongban.domain.application import Application, Case, CaseState
from tongban.domain.clock import BEIJING_TIME, day_of, due_on
from tongban.domain.events import (
    Event,
    FollowUp,
    SpotCheckDrawn,
    SpotChecked,
    SupervisionOpened,
    SupervisionRule,
)
from tongban.domain.refused import Refused
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar


class MonthNotOver(Refused):
    """A draw among the decisions of a month that lasts, or of none."""

    code = "month_not_over"


def month_of(day: date) -> str:
    """Return the month of a day as a draw names it.

    >>> month_of(date(2026, 11, 29))
    '2026-11'
    """
    return day.isoformat()[:7]


def before(month: str) -> str:
    """Return the month before.

    >>> before("2026-01")
    '2025-12'
    """
    return month_of(date.fromisoformat(f"{month}-01") - timedelta(days=1))


def span(month: str) -> tuple[datetime, datetime]:
    """Return when a month begins and when the next one does, as instants."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    starts = (datetime(day.year, day.month, 1, tzinfo=BEIJING_TIME).astimezone(UTC) for day in (first, following))
    return next(starts), next(starts)


def demand_over(month: str, *, today: date) -> None:
    """Raise MonthNotOver unless that month is over."""
    try:
        date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise MonthNotOver(f"未抽取：“{month}”不是月份。请按“2026-11”的写法填写。", field="month") from error
    if month >= month_of(today):
        raise MonthNotOver(f"未抽取：{month} 还没有结束，当月的决定还会增加。请在月末之后抽取。", field="month")


def decided_at(case: Case) -> datetime | None:
    """Return when a case was decided on the spot; None where it was not."""
    return case.decided_at if case.state is CaseState.DECIDED and case.on_the_spot else None


def due(case: Case) -> date | None:
    """Return by when a case is to be checked; None where it was not drawn, or is checked."""
    check = case.proceedings.spot_check
    return check.due_on if check is not None and check.open else None


def draw(
    application: Application, index: int, *, draw: str, rules: RegionRules, calendar: Calendar, at: datetime
) -> tuple[Event, ...]:
    """A draw chose this decision: set the day by which it is checked. Raises NotNow."""
    case = application.case(index)
    if decided_at(case) is None:
        raise NotNow(f"未列入抽查：第 {index} 个办件不是当场决定的。请核对办件编号。")
    if case.proceedings.spot_check is not None:
        raise NotNow(f"未列入抽查：第 {index} 个办件已经被抽中过，无需再次抽取。")
    limit = rules.spot_check
    last = due_on(start=day_of(at), days=limit.days, unit=limit.unit, calendar=calendar, provisional=True)
    return (SpotCheckDrawn(index, draw, last.day, at),)


def record(
    application: Application,
    index: int,
    *,
    right: bool,
    follow_up: FollowUp | None,
    finding: Sealed | None,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Record what the check found; what is wrong is followed up and supervised until it is done.

    Raises NotNow, AlreadyGiven, SameEyes, ReasonMissing.
    """
    case = application.case(index)
    check = case.proceedings.spot_check
    if check is None:
        raise NotNow(f"未记录：第 {index} 个办件没有被抽中抽查。请从抽查列表中打开。")
    if not check.open:
        raise AlreadyGiven(f"未记录：第 {index} 个办件已经抽查过，不能再次记录。")
    if by in took_part(case):
        raise SameEyes(f"未记录：第 {index} 个办件由您受理或决定，您不能抽查。请转给其他人员。")
    if finding is None:
        raise ReasonMissing("未记录：必须写明抽查情况。请填写后再提交。", field="finding")
    if not right and follow_up is None:
        raise ReasonMissing("未记录：决定有误的，必须选择怎样处理。请选择更正或者提请撤销。", field="follow_up")
    checked = SpotChecked(index, None if right else follow_up, finding, by, at)
    if right:
        return (checked,)
    return (checked, SupervisionOpened(index, SupervisionRule.SPOT_CHECK_FAILED, case.deciding_desk, "", at))


def took_part(case: Case) -> frozenset[str]:
    """Return who took in, accepted or decided a case: he does not check it."""
    signed = {case.conclusion.by} if case.conclusion else set()
    return frozenset({case.taken_in_by, case.accepted_by, *signed} - {""})
