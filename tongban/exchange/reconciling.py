"""Do this node and a peer say the same of what went between them? Each asks the other, once a day or when told to.

What a node says of itself is signed, and bears the word that the asker made for this one question: an old answer is no
answer. The comparison is the kernel's (`domain/reconciliation.py`); the last one is kept for the people who run the
node. What other rooms keep with another node takes part by a function in `PARTS`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from tongban.crypto import base64url, canonical
from tongban.domain import reconciliation
from tongban.domain.reconciliation import Line, Listed, NotAStanding, Own, Received, Sent, Standing
from tongban.domain.trust import Unreadable
from tongban.exchange import attachments, delivering, peers, storage, whereabouts
from tongban.exchange.delivering import NotDelivered
from tongban.exchange.models import Incoming, Offer, Outgoing, Peer, Reconciliation, Stored, Written
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.people.actor import Actor
from tongban.people.permissions import may

LOG = logging.getLogger(__name__)

EVERY = timedelta(days=1)
AGAIN_AFTER = timedelta(hours=1)
"""So long after an attempt that came to nothing."""
PATH = "/exchange/standing"
MOST_LINES = 500
"""Of one comparison are kept; all differences are counted."""

Says = Callable[[str], Mapping[str, Any]]
"""Given the name of a peer, returns what a room keeps with it: by name, JSON that both sides must say alike.

Only what is not over, and in the same words on both sides: in which node a case is, not what it looks like there.
"""

PARTS: dict[str, Says] = {"cases": whereabouts.says}
"""By name in lower-case letters; a room adds its own. `speech.PARTS` has the words for it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How a comparison ended."""

    peer: str
    at: datetime
    lines: list[Line]
    on_their_way: int

    @property
    def differences(self) -> int:
        return sum(line.difference is not None for line in self.lines)

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "peer": self.peer,
            "at": self.at.isoformat(),
            "differences": self.differences,
            "on_their_way": self.on_their_way,
            "lines": [as_plain(line) for line in self.lines],
        }


def as_plain(line: Line) -> dict[str, str]:
    return {
        "what": line.what,
        "part": line.part,
        "about": line.about,
        "here": line.here,
        "there": line.there,
        "difference": line.difference or "",
    }


# --- what this node says ----------------------------------------------------------------------------------------------


def standing(*, peer: str, nonce: str, now: datetime) -> Standing:
    """Return how this node stands with a peer. A constant number of statements, and those of `PARTS`."""
    out, into = Outgoing.objects.get(pk=peer), Incoming.objects.get(pk=peer)
    return Standing(
        node=settings.NODE,
        peer=peer,
        nonce=nonce,
        at=now,
        sent=Sent(
            written=out.sequence,
            receipted=out.receipted,
            digest=storage.digest_at(peer, out.receipted) or out.digest,
            refused=_refused(Written.objects.filter(peer_id=peer, sequence__lte=out.receipted)),
        ),
        received=Received(
            stored=into.sequence,
            digest=into.digest,
            refused=_refused(Stored.objects.filter(peer_id=peer, sequence__lte=into.sequence)),
        ),
        wanted=_wanted(peer),
        parts={name: says(peer) for name, says in PARTS.items()},
    )


def signed(*, peer: Peer, nonce: str, now: datetime) -> dict[str, Any]:
    """Return the standing as it is sent. Raises NoKey."""
    said = reconciliation.plain(standing(peer=peer.name, nonce=nonce, now=now))
    signature = keys.sign(
        owner=peers.owner(settings.NODE), purpose=Purpose.EXCHANGE, message=canonical.encode(said), now=now
    )
    return {"standing": said, "signature": {"key": signature.key_id, "value": base64url.encode(signature.value)}}


def _refused(rows: QuerySet[Written] | QuerySet[Stored]) -> Listed:
    return _listed(rows.exclude(refused_code="").values_list("sequence", flat=True).order_by("-sequence"))


def _wanted(peer: str) -> Listed:
    rows = attachments.under_way().filter(peer_id=peer).values_list("digest", flat=True)
    return _listed(rows.order_by("-digest").distinct())


def _listed(rows: QuerySet[Any, Any]) -> Listed:
    """Two statements at most, whatever their number."""
    last = sorted(rows[: reconciliation.MOST_LISTED])
    return Listed(len(last) if len(last) < reconciliation.MOST_LISTED else rows.count(), tuple(last))


# --- comparing --------------------------------------------------------------------------------------------------------


def reconcile(*, peer: Peer, now: datetime) -> Compared:
    """Ask a peer how it stands with this node, compare, and keep the result.

    Raises NotDelivered, NotAStanding, Unreadable, NoKey.
    """
    nonce = secrets.token_hex(16)
    before = standing(peer=peer.name, nonce=nonce, now=now)
    said = _asked(peer, nonce, now)
    theirs = _believed(peer, said, nonce)
    after = standing(peer=peer.name, nonce=nonce, now=now)
    lines = reconciliation.compare(before, theirs, after, own=_own(peer.name))
    compared = Compared(peer.name, now, lines, reconciliation.on_their_way(theirs, after))
    _keep(compared, said)
    return compared


def _asked(peer: Peer, nonce: str, now: datetime) -> dict[str, Any]:
    answer = delivering.get(peer, f"{PATH}?for={nonce}", now=now)
    said: dict[str, Any] = delivering.read(answer)
    if answer.status != 200:
        raise NotDelivered(f"{answer.status} {said.get('code', '')}：{said.get('detail', '')}")
    return said


def _believed(peer: Peer, said: dict[str, Any], nonce: str) -> Standing:
    """Return what the peer says, signed by it for this question. Raises NotAStanding."""
    try:
        signature = said["signature"]
        key, value, message = signature["key"], base64url.decode(signature["value"]), canonical.encode(said["standing"])
        if said.keys() != {"standing", "signature"} or signature.keys() != {"key", "value"}:
            raise NotAStanding("不是对账单：内容不全或有多余。")
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise NotAStanding(f"不是对账单：{wrong}") from None
    trusted = peers.ever(peer, str(key), purpose=Purpose.EXCHANGE)
    if trusted is None or not trusted.verify(message, value):
        raise NotAStanding(f"对账单的签名不成立，或不是{peer.name}的密钥。请更新对方的信任列表，并核对对方地址。")
    theirs = reconciliation.read(said["standing"])
    if theirs.nonce != nonce:
        raise NotAStanding("对账单不是对这次询问的回答，没有采用。")
    return theirs


def _own(peer: str) -> Own:
    def stored_at(number: int) -> str | None:
        return storage.stored_digest_at(peer, number)

    def offered(digests: Collection[str]) -> set[str]:
        return set(Offer.objects.filter(peer_id=peer, digest__in=digests).values_list("digest", flat=True))

    return Own(written_at=lambda number: storage.digest_at(peer, number), stored_at=stored_at, offered=offered)


def _keep(compared: Compared, said: dict[str, Any]) -> None:
    kept = sorted(compared.lines, key=lambda line: line.difference is None)[:MOST_LINES]
    Reconciliation.objects.update_or_create(
        peer_id=compared.peer,
        defaults={
            "tried_at": compared.at,
            "failure": "",
            "compared_at": compared.at,
            "lines": [as_plain(line) for line in compared.lines if line in kept],
            "differences": compared.differences,
            "on_their_way": compared.on_their_way,
            "theirs": canonical.encode(said).decode(),
        },
    )


def ask_again(*, actor: Actor, peer: str, now: datetime) -> None:
    """Let the worker compare with a peer in its next round. Raises NotAllowed, NoSuchPeer."""
    may(actor, "operate", regions=settings.REGIONS)
    if peers.named(peer) is None:
        raise storage.NoSuchPeer(peer)
    Reconciliation.objects.update_or_create(peer_id=peer, defaults={"tried_at": now - EVERY})


def run(*, now: datetime) -> int:
    """Compare with each peer with whom it was not done for a day; return with how many it came to something."""
    lately = Q(tried_at__gt=now - AGAIN_AFTER) | Q(failure="", tried_at__gt=now - EVERY)
    tired = Reconciliation.objects.filter(lately)
    due = Peer.objects.exclude(pk__in=tired.values("peer_id"))
    return sum(_tried(peer, now) for peer in due.order_by("name"))


def _tried(peer: Peer, now: datetime) -> bool:
    # Of several workers the first one takes it.
    row, made = Reconciliation.objects.get_or_create(peer=peer, defaults={"tried_at": now})
    claimed = made or Reconciliation.objects.filter(peer=peer, tried_at=row.tried_at).update(tried_at=now)
    if not claimed:
        return False
    try:
        reconcile(peer=peer, now=now)
    except (NotDelivered, NotAStanding, Unreadable, keys.NoKey) as failed:
        Reconciliation.objects.filter(peer=peer).update(failure=str(failed)[:500])
        return False
    except Exception as failed:  # whatever it is: one peer must not stop the others
        LOG.exception("没有与%s对账", peer.name)
        if not connection.in_atomic_block:
            connection.close()
        Reconciliation.objects.filter(peer=peer).update(failure=type(failed).__name__)
        return False
    return True
