"""What becomes of a message that comes before that on which it rests? It waits, and is taken up when the other is here.

Messages of one node come in order, those of two nodes do not: a signature of one region may be here before the proposal
of another. It is receipted, and kept. A worker takes up what waits again and again, after longer and longer waits, and
at once when something of the same batch or agreement has come; what is refused then, or has waited for too long, stands
as refused beside the message. Its receipt is long gone: so the sender is told by a message of its own, and has it among
what was refused, for people to see and to tell again.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from tongban.crypto import canonical, sm3
from tongban.domain.envelope import Message
from tongban.domain.refused import Refused
from tongban.exchange import actions, delivering, inbox, storage
from tongban.exchange.models import Peer, Stored, Waiting
from tongban.exchange.standards import types
from tongban.journal import backoff

LOG = logging.getLogger(__name__)
MOST = 1_000
"""That wait of one peer."""
AT_ONCE = 100
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=1)
GIVEN_UP_AFTER = timedelta(days=30)
_SPACE = uuid.UUID("0192a3b4-0000-7000-8000-000000000004")


class ListTooOld(Exception):
    """A key that this node's copy of the peer's list does not name, and a newer one may."""


class TooManyWait(Refused):
    """Too much of a peer waits already."""

    code = "too_many_wait"


class NothingCame(Refused):
    """What waited for a month for that on which it rests."""

    code = "nothing_came"


def keep(message: Message, body: Any, *, now: datetime) -> None:
    """Let a message wait; one that was taken up too early once more waits longer. Raises TooManyWait, NothingCame."""
    row = Waiting.objects.filter(peer_id=message.source, sequence=message.sequence).first()
    if row is not None:
        since = stored_at(message)
        if since is not None and now - since > GIVEN_UP_AFTER:
            raise NothingCame(f"未接收：等了 {GIVEN_UP_AFTER.days} 天，它所依据的内容一直没有到。请核对后重新告知。")
        _put_off(row, now)
        return
    if Waiting.objects.filter(peer_id=message.source).count() >= MOST:
        raise TooManyWait("未接收：等候处理的消息太多。请先补发它们所依据的内容。")
    text = canonical.encode(body).decode()
    Waiting.objects.create(peer_id=message.source, sequence=message.sequence, body=text, due_at=now)


def stored_at(message: Message) -> datetime | None:
    """Return when a message that waits was stored; None: it is only arriving."""
    rows = Stored.objects.filter(peer_id=message.source, sequence=message.sequence)
    return rows.values_list("stored_at", flat=True).first()


def wake(*, now: datetime) -> None:
    """Let everything that waits be taken up at once: something has come on which it may rest."""
    Waiting.objects.filter(due_at__gt=now).update(due_at=now)


def run(*, clock: Callable[[], datetime]) -> int:
    """Take up what is due, of each peer in its order; return how often that went on."""
    due = Waiting.objects.filter(backoff.is_due(clock(), longest=LONGEST_WAIT)).order_by("peer_id", "sequence")
    return sum(_take_up(key, clock()) for key in list(due.values_list("peer_id", "sequence")[:AT_ONCE]))


def _take_up(key: tuple[str, int], now: datetime) -> bool:
    peer, sequence = key
    try:
        with transaction.atomic():
            return _tried(peer, sequence, now)
    except ListTooOld:
        if delivering.look_again(Peer.objects.get(pk=peer), now=now):
            return True
    except Exception:  # whatever it is: one message must not stop the others
        LOG.exception("%s的第 %d 号消息等候处理，这一次没有办成，过一会儿再办", peer, sequence)
        if not connection.in_atomic_block:
            connection.close()
    for row in Waiting.objects.filter(peer_id=peer, sequence=sequence):
        _put_off(row, now)
    return False


def _tried(peer: str, sequence: int, now: datetime) -> bool:
    """Whether a message waits no more."""
    row = Waiting.objects.select_for_update().filter(peer_id=peer, sequence=sequence).first()
    if row is None:
        return False
    stored = Stored.objects.get(peer_id=peer, sequence=sequence)
    try:
        with transaction.atomic():
            inbox.handle(storage.read(stored.content), canonical.decode(row.body.encode()), now)
    except Refused as refused:
        LOG.warning("%s的第 %d 号消息等候之后没有接收：%s", peer, sequence, refused)
        stored.refused_code, stored.refused_words = refused.code, str(refused)[:500]
        stored.save(update_fields=["refused_code", "refused_words"])
        _tell_back(stored, now)
    else:
        if Waiting.objects.filter(pk=row.pk, attempts__gt=row.attempts).exists():
            return False
    row.delete()
    return True


def _tell_back(stored: Stored, now: datetime) -> None:
    """Tell the sender, whose receipt said nothing of it."""
    body = {
        "sequence": stored.sequence,
        "digest": stored.digest,
        "code": stored.refused_code,
        "words": stored.refused_words,
    }
    actions.write(
        to=stored.peer_id,
        id=str(uuid.uuid5(_SPACE, f"{settings.NODE} {stored.peer_id} {stored.sequence}")),
        type=types.of("refused"),
        subject=f"refused:{stored.sequence}:{sm3.digest(canonical.encode(body)).hex()[:16]}",
        body=body,
        now=now,
    )


def _put_off(row: Waiting, now: datetime) -> None:
    row.attempts += 1
    row.due_at = now + backoff.wait_after(row.attempts, first=FIRST_WAIT, longest=LONGEST_WAIT)
    row.save(update_fields=["attempts", "due_at"])
