"""By when must the department answer an application that was handed in (收件)?

It accepts (受理) what is complete, or tells once and for all what is to be corrected, within five working days of
receipt; an application on which it stays silent counts as accepted from the day of receipt.

Source: Administrative Licensing Law, arts. 32 (1)(4) and (5), 82.
"""

from __future__ import annotations

from datetime import date

from tongban.domain.clock import Due, Unit, due_on
from tongban.domain.workdays import Calendar

ANSWER_WITHIN_DAYS = 5
ARTICLE = "行政许可法第三十二条"


def answer_due(*, received_on: date, calendar: Calendar) -> Due:
    """Return the last day on which acceptance or a correction notice is still on time."""
    return due_on(start=received_on, days=ANSWER_WITHIN_DAYS, unit=Unit.WORKING, calendar=calendar, provisional=True)
