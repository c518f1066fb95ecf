"""What time is it? The only place that reads the clock for pages, commands and workers; rules get it as an argument.

In demo and tests `TONGBAN_CLOCK_OFFSET` sets it forward or back by seconds.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    return timezone.now() + timedelta(seconds=settings.CLOCK_OFFSET)


def today() -> date:
    """Return the day in the authorities' calendar (Asia/Shanghai)."""
    return timezone.localdate(now(), timezone.get_default_timezone())
