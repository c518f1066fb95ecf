"""What is done with the figures: bring them up to date, or make them anew.

Nobody decides anything here and nothing is journalled: the rows are a copy that the journal alone determines.
"""

from __future__ import annotations

from django.db import transaction

from tongban.domain.workdays import Calendar
from tongban.insight import storage
from tongban.insight.models import Measured


def catch_up(*, calendar: Calendar) -> int:
    """Measure every application that moved; return how many. Done twice at once it has the effect of once."""
    moved = storage.moved(calendar)
    storage.keep(moved, calendar=calendar)
    return len(moved)


@transaction.atomic
def rebuild(*, calendar: Calendar) -> int:
    """Forget every row and measure all applications again; return how many."""
    Measured.objects.all().delete()
    return catch_up(calendar=calendar)
