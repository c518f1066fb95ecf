"""How long is one to wait before trying again what has failed, and what is due by then?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

_MOST_DOUBLINGS = 30


def wait_after(attempt: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """Return how long to wait after so many failures: twice as long after each, up to the longest.

    >>> second, hour = timedelta(seconds=1), timedelta(hours=1)
    >>> [wait_after(attempt, first=second, longest=hour).seconds for attempt in (1, 2, 3, 12, 13, 10_000)]
    [1, 2, 4, 2048, 3600, 3600]
    """
    return min(first * 2 ** min(attempt - 1, _MOST_DOUBLINGS), longest)


def is_due(now: datetime, *, longest: timedelta, field: str = "due_at") -> Q:
    """Return what rows fulfil whose time has come, which stands in `field`; nothing is put off for longer than that.

    What is put off for longer was put off by a clock that was wrong, and is due as well.
    """
    return Q((f"{field}__lte", now), (f"{field}__gt", now + longest), _connector=Q.OR)
