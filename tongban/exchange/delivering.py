"""How do messages reach a peer? In order, by one worker at a time for each peer, again and again until they are there.

A worker claims a peer by moving its time on, seals what waits to the peer's newest key, signs the request for a few
minutes, and learns from the receipt. What fails is noted and tried after longer and longer waits, a little apart so
that nodes that fell silent together do not all come back together. A message leaves the queue by a receipt alone.

Source: design, invariant 11; `docs/exchange.md` has the numbers.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener
from urllib.request import Request as Asked

from django.conf import settings
from django.db import connection
from django.db.models import F, Q

from tongban.crypto import canonical, http_signatures, letterbox
from tongban.crypto.http_signatures import Request
from tongban.domain import envelope
from tongban.domain.envelope import NotAMessage, Sealed
from tongban.domain.link import Forked
from tongban.domain.trust import TrustedKey, Unreadable
from tongban.exchange import actions, peers, storage
from tongban.exchange.models import Outgoing, Peer
from tongban.journal import backoff
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose

LOG = logging.getLogger(__name__)

MOST = 100
"""Messages in a batch."""
LARGEST_BATCH_BYTES = 4 * 1024 * 1024
LARGEST_SEALED_BYTES = LARGEST_BATCH_BYTES // 2
"""Of the bodies in it, which grow by a third when they are written as text."""
WINDOW = timedelta(minutes=5)
"""How long a signed request counts."""
ANSWER_WITHIN_SECONDS = 30.0
LARGEST_ANSWER_BYTES = 4 * 1024 * 1024
PIECE = 64 * 1024
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
TRUST_FRESH = timedelta(hours=1)
LOOKED_AGAIN = timedelta(minutes=1)

SENDER = "tongban-node"
"""The header in which a node says who it is."""
MESSAGES = "/exchange/messages"
TRUST = "/trust.json"


class NotDelivered(Exception):
    """An attempt that failed; the messages wait for the next."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered: the status, the bytes, and the headers by name in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def run(*, clock: Callable[[], datetime]) -> int:
    """Deliver what waits for each peer that is due, a batch each; return how many batches arrived."""
    due = Outgoing.objects.filter(_is_due(clock()), sequence__gt=F("receipted"), stopped_because="")
    return sum(_deliver(name, clock) for name in due.order_by("due_at").values_list("pk", flat=True))


def _is_due(now: datetime) -> Q:
    return backoff.is_due(now, longest=max(LEASE, LONGEST_WAIT * 1.5))


def wait_after(attempt: int, *, spread: float) -> timedelta:
    """Return how long to wait after so many failures; `spread` between 0 and 1 draws it apart by up to a half.

    >>> [wait_after(attempt, spread=0).total_seconds() for attempt in (1, 2, 3, 9, 10, 10_000)]
    [1.0, 2.0, 4.0, 256.0, 300.0, 300.0]
    """
    return backoff.wait_after(attempt, first=FIRST_WAIT, longest=LONGEST_WAIT) * (1 + spread / 2)


def _deliver(name: str, clock: Callable[[], datetime]) -> bool:
    now = clock()
    claimed = Outgoing.objects.filter(_is_due(now), pk=name).update(due_at=now + LEASE)
    if not claimed:
        return False
    row = Outgoing.objects.select_related("peer").get(pk=name)
    try:
        _send(row, clock)
    except Forked as forked:
        LOG.error("与%s的往来已停止：%s", name, forked)
        return False
    except (NotDelivered, NotAMessage, Unreadable, keys.NoKey) as failed:
        _put_off(row, str(failed), clock())
        return False
    except Exception as failed:  # whatever it is: one peer must not stop the others
        LOG.exception("没有送达%s", name)
        if not connection.in_atomic_block:
            connection.close()
        _put_off(row, type(failed).__name__, clock())
        return False
    Outgoing.objects.filter(pk=name).update(due_at=clock())
    return True


def _put_off(row: Outgoing, failure: str, now: datetime) -> None:
    attempts = row.attempts + 1
    # A draw in time, not a secret.
    until = now + wait_after(attempts, spread=random.random())
    Outgoing.objects.filter(pk=row.pk).update(attempts=attempts, failure=failure[:500], due_at=until)


def _send(row: Outgoing, clock: Callable[[], datetime]) -> None:
    """Send one batch and learn from the receipt. Raises NotDelivered, NotAMessage, Unreadable, Forked, NoKey."""
    peer = row.peer
    key = _receiving(peer, clock())
    batch: list[dict[str, Any]] = []
    size = 0
    for message, body in storage.waiting(row, most=MOST):
        sealed = letterbox.seal(key.algorithm, key.public_key, body, use=envelope.use_of(message))
        size += len(sealed)
        if batch and size > LARGEST_SEALED_BYTES:
            break
        batch.append(envelope.enclose(Sealed(message, sealed, key.key_id)))
    answer = _post(peer, MESSAGES, canonical.encode({"messages": batch}), clock())
    if answer.status == 200:
        _learn(peer, read(answer), clock)
        return
    said = read(answer)
    code, words = str(said.get("code", "")), str(said.get("detail", ""))
    if code == "too_early":
        _learn(peer, said.get("receipt"), clock, resuming=True)
        raise NotDelivered(words)
    if code in ("not_for_this_key", "unknown_key"):
        refresh_trust(peer, now=clock())
    raise NotDelivered(f"{answer.status} {code}：{words}")


def _learn(peer: Peer, said: Any, clock: Callable[[], datetime], *, resuming: bool = False) -> None:
    """Learn from a receipt, by a newer trust list where it is not good by the one that is known."""
    try:
        actions.learn(peer=peer, said=said, resuming=resuming, now=clock())
    except NotAMessage:
        if not look_again(peer, now=clock()):
            raise
        actions.learn(peer=peer, said=said, resuming=resuming, now=clock())


def _receiving(peer: Peer, now: datetime) -> TrustedKey:
    if peer.trusted_at is None or abs(now - peer.trusted_at) > TRUST_FRESH:
        refresh_trust(peer, now=now)
    key = peers.receiving(peer, now=now)
    if key is None:
        raise NotDelivered(f"{peer.name}的信任列表中没有可用的接收密钥。请对方运行 tongban node init。")
    return key


def refresh_trust(peer: Peer, *, now: datetime) -> None:
    """Fetch the peer's trust list; the root that was brought for it decides. Raises NotDelivered, Unreadable."""
    answer = _open(Asked(peer.address + TRUST))
    if answer.status != 200:
        raise NotDelivered(f"{peer.address}{TRUST} 回答 {answer.status}。请核对对方地址。")
    try:
        text = answer.body.decode()
    except UnicodeDecodeError:
        raise NotDelivered(f"{peer.address}{TRUST} 的内容不是文本。请核对对方地址。") from None
    actions.trust(peer=peer, text=text, now=now)


def published(peer: Peer, path: str) -> Answer:
    """Return what a peer publishes for everybody. Raises NotDelivered."""
    return _open(Asked(peer.address + path))


def look_again(peer: Peer, *, now: datetime) -> bool:
    """Fetch the peer's list anew, unless that was done just now: nobody makes a node ask in a loop."""
    just_now = Q(looked_at__gt=now - LOOKED_AGAIN, looked_at__lte=now)
    tried = Peer.objects.filter(name=peer.name).exclude(just_now).update(looked_at=now)
    if not tried:
        return False
    try:
        refresh_trust(peer, now=now)
    except (NotDelivered, Unreadable) as failed:
        LOG.warning("没有取得%s的信任列表：%s", peer.name, failed)
        return False
    return True


def _post(peer: Peer, path: str, body: bytes, now: datetime) -> Answer:
    headers = {"Content-Type": "application/json", SENDER: settings.NODE}
    request = Request("POST", peer.address + path, body, headers)
    _sign(request, now)
    return _open(Asked(request.url, data=request.body, headers=request.headers, method=request.method))


def get(
    peer: Peer,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    most: int = LARGEST_ANSWER_BYTES,
    now: datetime,
) -> Answer:
    """Ask a peer for something, signed like a batch; take at most so many bytes. Raises NotDelivered, NoKey."""
    request = Request("GET", peer.address + path, b"", {SENDER: settings.NODE} | dict(headers or {}))
    _sign(request, now)
    return _open(Asked(request.url, headers=request.headers, method=request.method), most=most)


def _sign(request: Request, now: datetime) -> None:
    pen = keys.pen(owner=peers.owner(settings.NODE), purpose=Purpose.EXCHANGE, now=now)
    http_signatures.sign(request, key=pen.key_id, pen=pen.sign, also=[SENDER], now=now, until=now + WINDOW)


def _open(asked: Asked, *, most: int = LARGEST_ANSWER_BYTES) -> Answer:
    if not asked.full_url.startswith(("http://", "https://")):
        raise NotDelivered(f"对方地址 {asked.full_url} 不是 http 或 https。请用 tongban node trust 更正。")
    try:
        with build_opener(_NoRedirects).open(asked, timeout=ANSWER_WITHIN_SECONDS) as answer:
            return _limited(answer.status, answer, most)
    except HTTPError as refused:
        with refused:
            return _limited(refused.code, refused, most)
    except (OSError, HTTPException, ValueError) as failed:
        raise NotDelivered(f"没有连上 {asked.full_url}：{failed}") from failed


class _NoRedirects(HTTPRedirectHandler):
    """People said where a peer is: nobody who answers there sends this node elsewhere, inside its own walls."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _limited(status: int, answer: Any, most: int) -> Answer:
    """Read an answer, no more of it and no longer than is bearable: a peer that trickles holds up nobody for long."""
    body, until = bytearray(), monotonic() + ANSWER_WITHIN_SECONDS
    while piece := answer.read1(PIECE):
        body += piece
        if len(body) > most:
            raise NotDelivered(f"对方的回答超过 {most // 1024} KB，没有采用。")
        if monotonic() > until:
            raise NotDelivered(f"对方在 {ANSWER_WITHIN_SECONDS:.0f} 秒内没有答完。")
    return Answer(status, bytes(body), {name.lower(): value for name, value in answer.headers.items()})


def read(answer: Answer) -> Any:
    try:
        said = json.loads(answer.body)
    except ValueError:
        raise NotDelivered(f"对方回答 {answer.status}，内容不是 JSON。请核对对方地址。") from None
    if not isinstance(said, dict):
        raise NotDelivered(f"对方回答 {answer.status}，内容不是对象。请核对对方地址。")
    return said
