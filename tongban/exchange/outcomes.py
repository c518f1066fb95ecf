"""What follows here once a peer has receipted a message? Other rooms tell, once at start, for each type.

A message whose outcome is awaited says so in its row. When a receipt covers it, a worker runs what was told, with the
refusal where the peer refused it, and the row awaits nothing more. What is run may be run again, by a worker that died
or by two at the same time; it has one effect as an action whose operation id is made from the message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import F

from tongban.domain.envelope import Message, Refusal
from tongban.exchange import storage
from tongban.exchange.models import Written

LOG = logging.getLogger(__name__)
AT_ONCE = 200

Outcome = Callable[[Message, Refusal | None, datetime], None]
"""Called with the message, the peer's refusal (None: it has had its effect there) and the instant."""

_outcomes: dict[str, Outcome] = {}


def install(outcomes: Mapping[str, Outcome]) -> None:
    _outcomes.clear()
    _outcomes.update(outcomes)


def awaited(kind: str) -> bool:
    """Whether something follows from the receipt of a message of this type."""
    return kind in _outcomes


def run(*, clock: Callable[[], datetime]) -> int:
    """Do what follows from receipts that have come; return how often something did."""
    rows = Written.objects.filter(awaited=True, sequence__lte=F("peer__outgoing__receipted"), type__in=_outcomes)
    return sum(_follow(row, clock()) for row in rows.order_by("peer_id", "sequence")[:AT_ONCE])


def _follow(row: Written, now: datetime) -> bool:
    refused = Refusal(row.sequence, row.refused_code, row.refused_words) if row.refused_code else None
    try:
        _outcomes[row.type](storage.read(row.content), refused, now)
    except Exception:  # whatever it is: one message must not stop what follows from the others
        LOG.exception("写给%s的第 %d 号消息已签收，但随后的事没有办成，下一轮再办", row.peer_id, row.sequence)
        return False
    return bool(Written.objects.filter(pk=row.pk, awaited=True).update(awaited=False))
