"""How does a running process come to know of a newly published calendar? It looks, twice a minute at most.

Web servers look at a request, workers before they do what the outbox asks for. The look is one statement outside of any
action; between two looks it costs the comparison of two numbers. When it fails the process goes on counting by what it
knows, and whatever comes next tells for itself what is wrong with the database.
"""

from __future__ import annotations

import logging
from time import monotonic

from django.db import DatabaseError

from tongban.catalogue import queries as catalogue
from tongban.domain.workdays import InvalidCalendar

LOG = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 30.0

_next_look = [0.0]


def look(**signal: object) -> None:
    """Take over what was published since the last look, if that was long enough ago."""
    if monotonic() < _next_look[0]:
        return
    _next_look[0] = monotonic() + SECONDS_BETWEEN_LOOKS
    try:
        catalogue.keep_up()
    except (DatabaseError, InvalidCalendar):
        LOG.exception("未能读取新公布的工作日历，仍按已知的计算")
