"""Has the holder been heard before something that was given to him is taken away?

He is told what is to be done and why, and may state his case (陈述申辩) by a day; where a hearing (听证) is offered he
may ask for one by the same day. Nothing is decided before he has spoken or the day is over, nor while a hearing that
was asked for has not been held.

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


class Outstanding(StrEnum):
    """What must still happen before the decision."""

    HEARING = "hearing"  # asked for, not yet held
    STATEMENT = "statement"  # he may still speak, or ask for a hearing


def speak_until(*, told_on: date, statement: Limit, hearing: bool, calendar: Calendar) -> date:
    """Return the last day to speak: the region's, and not before the right to ask for a hearing is over."""
    own = due_on(start=told_on, days=statement.days, unit=statement.unit, calendar=calendar, provisional=True).day
    if not hearing:
        return own
    asked = due_on(start=told_on, days=HEARING_REQUEST_DAYS, unit=Unit.WORKING, calendar=calendar, provisional=True)
    return max(own, asked.day)


def outstanding(
    *, told_at: datetime, until: date, statements: Iterable[Statement], hearing: Hearing | None, at: datetime
) -> Outstanding | None:
    """Return what stands in the way of deciding now; `statements` may hold older ones and those of others."""
    if hearing is not None and hearing.outstanding:
        return Outstanding.HEARING
    spoken = any(one.side is Side.APPLICANT and one.at >= told_at for one in statements)
    may_ask = hearing is not None and hearing.requested_by is None
    return Outstanding.STATEMENT if day_of(at) <= until and (not spoken or may_ask) else None
