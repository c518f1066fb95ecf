"""Has the holder been heard before something that was given to him is taken away?

He is told what is to be done and why, and may state his case (陈述申辩) by a day; where a hearing (听证) is offered he
may ask for one by the same day. Nothing is decided before he has spoken or the day is over, nor while a hearing that
was asked for has not been held; where he speaks at another node, not before that node has said something later.

Source: Administrative Licensing Law, arts. 7, 47; Administrative Penalty Law, arts. 44, 45, 62–64.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from tongban.domain.clock import Limit, Unit, day_of, due_on
from tongban.domain.events import Side
from tongban.domain.proceedings import Hearing, Statement
from tongban.domain.workdays import Calendar

HEARING_REQUEST_DAYS = 5
"""Within how many working days of being told a hearing is asked for."""


ON_ITS_WAY = (
    "申请人在另一地区提交申请，期限届满后还没有收到该地区的消息，"
    "他可能已经在那里按时提出。请等消息到达后再作决定；久等不到的，请运维人员查看与该地区的连接。"
)
"""How a refusal goes on that waits for a message."""


class Outstanding(StrEnum):
    """What must still happen before the decision."""

    HEARING = "hearing"  # asked for, not yet held
    STATEMENT = "statement"  # he may still speak, or ask for a hearing
    MESSAGE = "message"  # what he said in time may still be on its way


def speak_until(*, told_on: date, statement: Limit, hearing: bool, calendar: Calendar) -> date:
    """Return the last day to speak: the region's, and not before the right to ask for a hearing is over."""
    own = due_on(start=told_on, days=statement.days, unit=statement.unit, calendar=calendar, provisional=True).day
    if not hearing:
        return own
    asked = due_on(start=told_on, days=HEARING_REQUEST_DAYS, unit=Unit.WORKING, calendar=calendar, provisional=True)
    return max(own, asked.day)


def outstanding(
    *,
    told_at: datetime,
    until: date,
    statements: Iterable[Statement],
    hearing: Hearing | None,
    at: datetime,
    heard: date | None = None,
) -> Outstanding | None:
    """Return what stands in the way of deciding now; `statements` may hold older ones and those of others.

    `heard` is the last day of which everything is known here that he did at another node; None: he acts at this one.
    """
    if hearing is not None and hearing.outstanding:
        return Outstanding.HEARING
    spoken = any(one.side is Side.APPLICANT and one.at >= told_at for one in statements)
    may_ask = hearing is not None and hearing.requested_by is None
    if spoken and not may_ask:
        return None
    if day_of(at) <= until:
        return Outstanding.STATEMENT
    return Outstanding.MESSAGE if heard is not None and heard < until else None
