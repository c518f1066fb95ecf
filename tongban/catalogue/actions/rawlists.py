"""What is done with raw lists: taken in whole, each in the place of what the same source said before.

They are kept beside the catalogue and change nothing in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.catalogue import models
from tongban.catalogue.body import digest
from tongban.domain.events import RawListTaken
from tongban.journal import queries as journal
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.journal.queries import Recorded
from tongban.people.actor import SYSTEM, Actor
from tongban.people.permissions import may

STREAM = "raw-lists"


@dataclass(frozen=True)
class RawHoldings:
    """The rows of one source: unsaved rows of the table. They are told apart by the digest of what they say."""

    source: str
    items: tuple[models.RawItem, ...]

    def __repr__(self) -> str:
        return f"{self.source} {_digest(self.items)}"


@action
def take_raw_list(*, operation: Operation, actor: Actor, raw: RawHoldings, now: datetime) -> Answer:
    """Keep the rows of a source in the place of those it had; answers how many. Raises NotAllowed."""
    stream = lock(STREAM, operation, create=True)
    if actor != SYSTEM:
        may(actor, "propose_standard")
    models.RawItem.objects.filter(source=raw.source).delete()
    models.RawItem.objects.bulk_create(raw.items, batch_size=500)
    answer: Answer = {"raw_items": len(raw.items)}
    event = RawListTaken(raw.source, len(raw.items), _digest(raw.items), now)
    append(stream, [event], at=now, answer=answer)
    return answer


def _digest(items: Iterable[models.RawItem]) -> str:
    return digest({"items": sorted([i.code, i.row, i.region, i.name, i.content, i.defects] for i in items)})


def register_fold() -> None:
    """Tell the journal how its entries, and the rows, give the same record."""
    journal.register(STREAM, fold=_folded, rows=_held, streams=lambda: [STREAM] if _held(STREAM) else [])


def _folded(entries: list[Recorded]) -> dict[str, str]:
    """Source to digest; a source without rows is not told by rows."""
    held: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry.event, RawListTaken):
            held[entry.event.source] = entry.event.digest
            if not entry.event.count:
                del held[entry.event.source]
    return held


def _held(stream: str) -> dict[str, Any]:
    sources: dict[str, list[models.RawItem]] = {}
    for item in models.RawItem.objects.all():
        sources.setdefault(item.source, []).append(item)
    return {source: _digest(items) for source, items in sources.items()}
