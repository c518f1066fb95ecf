"""What do people look up about the traffic with other nodes?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from tongban.exchange.models import Peer, Stored, Written


@dataclass(frozen=True, slots=True)
class Standing:
    """How far this node has come with another. `refused`: of its messages here; `refused_there`: of ours there."""

    peer: str
    address: str
    written: int
    waiting_since: datetime | None
    """When the oldest message without a receipt was written."""
    receipted: int
    receipted_at: datetime | None
    stored: int
    stored_at: datetime | None
    refused: int
    refused_there: int
    stopped: str
    failure: str
    attempts: int
    due_at: datetime

    @property
    def waiting(self) -> int:
        return self.written - self.receipted

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "peer": self.peer,
            "address": self.address,
            "written": self.written,
            "receipted": self.receipted,
            "waiting": self.waiting,
            "waiting_since": self.waiting_since.isoformat() if self.waiting_since else None,
            "stored": self.stored,
            "refused": self.refused,
            "refused_there": self.refused_there,
            "stopped": self.stopped,
            "failure": self.failure,
            "attempts": self.attempts,
        }


def standings() -> list[Standing]:
    """Return how far this node has come with each other one, by name. One statement."""
    oldest = Written.objects.filter(peer_id=OuterRef("name"), sequence=OuterRef("outgoing__receipted") + 1)
    rows = Peer.objects.select_related("outgoing", "incoming").annotate(
        refused=Coalesce(Subquery(_refused(Stored)), 0),
        refused_there=Coalesce(Subquery(_refused(Written)), 0),
        waiting_since=Subquery(oldest.values("at")),
    )
    return [
        Standing(
            peer=row.name,
            address=row.address,
            written=row.outgoing.sequence,
            waiting_since=row.waiting_since,
            receipted=row.outgoing.receipted,
            receipted_at=row.outgoing.receipted_at,
            stored=row.incoming.sequence,
            stored_at=row.incoming.stored_at,
            refused=row.refused,
            refused_there=row.refused_there,
            stopped=row.outgoing.stopped_because or row.incoming.stopped_because,
            failure=row.outgoing.failure,
            attempts=row.outgoing.attempts,
            due_at=row.outgoing.due_at,
        )
        for row in rows.order_by("name")
    ]


def _refused(model: type[Stored] | type[Written]) -> Any:
    counted = model.objects.filter(peer_id=OuterRef("name")).exclude(refused_code="").values("peer_id")
    return counted.annotate(number=Count("sequence")).values("number")
