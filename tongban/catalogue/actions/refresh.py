"""What does the house do by itself once a day? It writes the lists anew: standards and offers begin and end by days."""

from __future__ import annotations

from datetime import datetime

from tongban.catalogue import entries, storage
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.people.actor import SYSTEM, Actor


@action
def refresh(*, operation: Operation, actor: Actor, now: datetime) -> Answer:
    """Write the rows by which all matters are listed, as of this day; answers how many matters are listed."""
    stream = lock(storage.STREAM, operation, create=True)
    entries.write(None, today=storage.day_of(now))
    answer: Answer = {"matters": entries.count()}
    append(stream, [], at=now, answer=answer)
    return answer


def refresh_daily(*, now: datetime) -> Answer:
    """Write the lists anew, once a day however often it is asked."""
    return refresh(operation=f"lists/{storage.day_of(now)}", actor=SYSTEM, now=now)
