"""What do the acts of a batch share, wherever they are done? Rows and entries, and what the last signature means.

The signature that completes an act puts its standards in force, or ends them, in the same transaction: the batch's
stream is locked first, then the catalogue's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from tongban.catalogue import entries, joint, storage
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Act, Batch, fold
from tongban.domain.events import BatchCompleted, Event, StandardEnded, StandardScheduled
from tongban.domain.joint import ActKind
from tongban.journal.actions import Answer, LockedStream, Operation, append, lock
from tongban.people.actor import SYSTEM


def lock_catalogue(act: Act, *, by: str) -> LockedStream:
    """By name the catalogue comes after every batch, so nobody locks in the other order."""
    completing = f"batch/{act.content.batch}/{act.content.serial}/signed/{by}"
    return lock(storage.STREAM, Operation(completing, SYSTEM.id, ""), create=True)


def done(stream: LockedStream, before: Batch | None, events: Sequence[Event], now: datetime, answer: Answer) -> Answer:
    """Write what events make of a batch, and the entries."""
    after = fold(events, onto=before)
    if after is not None:
        joint.write_batch(before, after)
    append(stream, events, at=now, answer=answer)
    return answer


def complete(
    catalogue: LockedStream, before: Batch, completed: BatchCompleted, agreement: Agreement | None, now: datetime
) -> None:
    """Write what a completed act means for the standards in force, and list them anew."""
    content = before.acts[completed.serial - 1].content
    until_on = agreement.last if agreement else None
    if until_on is not None:
        # The agreement may have ended while a signature was on its way.
        until_on = max(until_on, completed.takes_effect_on)
    append(catalogue, _put_in_force(before, content.kind, completed, until_on), at=now, answer={})
    entries.write([one.matter for one in content.standards], today=storage.day_of(now))


def _put_in_force(
    before: Batch, kind: ActKind, completed: BatchCompleted, until_on: date | None
) -> list[StandardScheduled] | list[StandardEnded]:
    content = before.acts[completed.serial - 1].content
    versions = [(one.matter, one.version) for one in content.standards]
    about: dict[str, Any] = {"batch": before.code, "at": completed.at}
    match kind:
        case ActKind.ISSUE:
            return storage.schedule(versions, from_on=completed.takes_effect_on, until_on=until_on, **about)
        case ActKind.AMENDMENT:
            known = {(one.matter, one.version) for one in before.last.content.standards} if before.last else set()
            new = [version for version in versions if version not in known]
            return storage.schedule(new, from_on=completed.takes_effect_on, until_on=until_on, **about)
        case ActKind.WITHDRAWAL:
            return storage.end(versions, until_on=completed.takes_effect_on, **about)
        case ActKind.WIDENING:
            return []
