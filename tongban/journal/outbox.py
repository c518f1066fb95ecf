"""How is what follows from an act done, when it cannot be done in its transaction?

Rendering, mail and what concerns another stream wait in the outbox: a row written with the act itself, so that neither
is there without the other. A worker takes a row up by moving it on (a conditional update: of many workers one gets it),
runs what the roof has installed for its subject, and removes it. A worker that dies in the middle leaves the row, and
it is due again when its lease is over; what it runs must therefore have one effect however often it is run, which it
has as an action whose operation id is made from the errand. What fails is noted, told, and tried again after longer and
longer waits; nothing is given up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from tongban.domain.refused import Refused
from tongban.journal import backoff, storage
from tongban.journal.models import Errand as Row
from tongban.journal.storage import ErrandRow

LOG = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done: about the entries `seq` to `last_seq` of a stream, which one act appended."""

    stream: str
    seq: int
    last_seq: int
    subject: str


Runner = Callable[[Errand, datetime], None]
"""Does an errand; may be run again, at the same time too, and then has no second effect."""

_runners: dict[str, Runner] = {}


def install(runners: Mapping[str, Runner]) -> None:
    """The roof tells, once at start, who does what of each subject."""
    _runners.clear()
    _runners.update(runners)


def run(*, clock: Callable[[], datetime], most: int = 50) -> int:
    """Take up what is due, at most so many; return how many were done or have failed."""
    now = clock()
    due = storage.due_errands(now=now, longest=2 * LONGEST_WAIT, most=most)
    return sum(_take_up(row, clock) for row in due)


def _take_up(row: ErrandRow, clock: Callable[[], datetime]) -> bool:
    runner = _runners.get(row.subject)
    # A subject that this process does not know was asked for by a newer one: it is left to that.
    if runner is None or not storage.claim(row, until=clock() + LEASE):
        return False
    attempt = row.attempts + 1
    try:
        runner(Errand(row.stream, row.seq, row.last_seq, row.subject), clock())
    except Exception as failed:  # whatever it is: one errand that cannot be done must not stop the others
        _note(row, attempt, failed, clock())
    else:
        storage.forget_errand(row, attempt=attempt)
    return True


def _note(row: ErrandRow, attempt: int, failed: Exception, now: datetime) -> None:
    """Personal data may stand in what an unforeseen exception says, so only its name is kept."""
    if isinstance(failed, Refused):
        LOG.error("%s %s#%d：%s", row.subject, row.stream, row.seq, failed)
    else:
        LOG.error("%s %s#%d 第 %d 次未完成", row.subject, row.stream, row.seq, attempt, exc_info=failed)
        if not connection.in_atomic_block:
            connection.close()
    failure = str(failed) if isinstance(failed, Refused) else type(failed).__name__
    storage.put_off(row, attempt=attempt, until=now + wait_after(attempt), failure=failure, at=now)


def wait_after(attempt: int) -> timedelta:
    """Return how long to wait after so many failures.

    >>> [wait_after(attempt).seconds for attempt in (1, 2, 3, 10, 11, 10_000)]
    [5, 10, 20, 2560, 3600, 3600]
    """
    return backoff.wait_after(attempt, first=FIRST_WAIT, longest=LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Failed:
    """An errand that could not be done so far, and when it is tried again."""

    errand: Errand
    attempts: int
    failure: str
    failed_at: datetime
    due_at: datetime


def waiting() -> int:
    """Return how many errands there are, failed ones included."""
    return Row.objects.count()


def failures(*, stream: str | None = None) -> list[Failed]:
    """Return what failed and waits to be tried again, of one stream or of all, the oldest failure first."""
    rows = Row.objects.exclude(failed_at=None).order_by("failed_at", "stream_id", "seq")
    return [
        Failed(
            Errand(row.stream_id, row.seq, row.last_seq, row.subject),
            row.attempts,
            row.failure,
            row.failed_at,
            row.due_at,
        )
        for row in (rows if stream is None else rows.filter(stream_id=stream))
        if row.failed_at is not None
    ]


@dataclass(frozen=True, slots=True)
class Open:
    """An errand that is still to be done; `failure` says why it could not be, where it was tried."""

    errand: Errand
    failure: str


def of_stream(*, stream: str, subject: str) -> list[Open]:
    """Return what is still to be done for a stream under a subject, the oldest act first. One statement."""
    rows = Row.objects.filter(stream_id=stream, subject=subject).order_by("seq")
    return [Open(Errand(row.stream_id, row.seq, row.last_seq, row.subject), row.failure) for row in rows]


def try_again(*, now: datetime) -> int:
    """Let everything that failed be tried at once; return how many."""
    return Row.objects.exclude(failed_at=None).filter(due_at__gt=now).update(due_at=now)
