"""What is done with the figures: bring them up to date, or make them anew.

Nobody decides anything here and nothing is journalled: the rows are a copy that the journal alone determines.
"""

from __future__ import annotations

from tongban.domain.workdays import Calendar
from tongban.insight import storage


def catch_up(*, calendar: Calendar) -> int:
    """Measure every application that moved; return how many. Done twice at once it has the effect of once."""
    moved = storage.moved(calendar)
    storage.keep(moved, calendar=calendar)
    return len(moved)


def rebuild(*, calendar: Calendar) -> int:
    """Measure all applications again and return how many.

    Rows are overwritten some at a time: readers meet no gap, and nobody waits for a lock until all is done.
    """
    streams = storage.every_stream()
    storage.keep(streams, calendar=calendar)
    storage.forget_strangers()
    return len(streams)
