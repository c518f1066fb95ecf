"""How long is one to wait before trying again what has failed?"""

from __future__ import annotations

from datetime import timedelta

_MOST_DOUBLINGS = 30


def wait_after(attempt: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """Return how long to wait after so many failures: twice as long after each, up to the longest.

    >>> second, hour = timedelta(seconds=1), timedelta(hours=1)
    >>> [wait_after(attempt, first=second, longest=hour).seconds for attempt in (1, 2, 3, 12, 13, 10_000)]
    [1, 2, 4, 2048, 3600, 3600]
    """
    return min(first * 2 ** min(attempt - 1, _MOST_DOUBLINGS), longest)
