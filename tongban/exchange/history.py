"""Could a node rewrite its own past unseen? Not while others hold its checkpoints, and it holds their receipts.

Each checkpoint of the journal is told to every peer, one after the other. The peer verifies signature and chain and
keeps it; its receipt, signed over the digest of all messages, is its countersignature. Whoever then changes a
checkpoint no longer agrees with what he told, and that he cannot change: it stands in the chain the peer has signed.

`verify` walks both chains with each peer, proves the last receipt and the last request, and compares.

Source: RFC 9162 (signed heads of an append-only log); design, invariant 11.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from tongban.crypto import base64url, canonical, sm3
from tongban.domain import envelope
from tongban.domain.envelope import Message
from tongban.domain.refused import Refused
from tongban.exchange import actions, peers, storage
from tongban.exchange.models import Heard, Incoming, Outgoing, Peer, Stored, Way, Written
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose

TYPE = "cn.tongban.journal.checkpoint.v1"
_SPACE = uuid.UUID("0192a3b4-0000-7000-8000-000000000001")
AT_ONCE = 500


class AnotherHistory(Refused):
    """A checkpoint that does not follow the one before, or is not signed by its node."""

    code = "another_history"


def tell(*, now: datetime) -> int:
    """Write each checkpoint that a peer has not been told, the newest where it knows none; return how many."""
    return sum(_tell(name, now) for name in Peer.objects.values_list("name", flat=True))


def _tell(name: str, now: datetime) -> int:
    last = Written.objects.filter(peer_id=name, type=TYPE).order_by("-sequence").first()
    signed = keys.signed_checkpoints(after=_number(last.subject) if last else None, most=AT_ONCE)
    for one in signed:
        with transaction.atomic():
            actions.write(
                to=name,
                id=str(uuid.uuid5(_SPACE, f"{settings.NODE} {name} {one.number}")),
                type=TYPE,
                subject=f"checkpoint:{one.number}:{one.digest}",
                body={"said": one.said, "signature": base64url.encode(one.signature)},
                now=now,
            )
    return len(signed)


def hear(message: Message, body: Any, now: datetime) -> None:
    """Keep a checkpoint of a peer. Raises AnotherHistory."""
    try:
        said, signature = body["said"], base64url.decode(body["signature"])
        number, previous = int(said["number"]), str(said["previous"])
        key = peers.ever(Peer.objects.get(pk=message.source), str(said["key_id"]), purpose=Purpose.CHECKPOINT)
        signed = canonical.encode(said)
        digest = sm3.digest(signed).hex()
        good = key is not None and key.verify(signed, signature)
    except (KeyError, TypeError, ValueError) as wrong:
        raise AnotherHistory("未接收：检查点的内容不全，或无法识别。请对方核对程序版本。") from wrong
    if not good or message.subject != f"checkpoint:{number}:{digest}":
        raise AnotherHistory(f"未接收：检查点 {number} 的签名不成立，或与消息所称的不同。请对方核对。")
    last = Heard.objects.filter(peer_id=message.source).order_by("-number").first()
    if last is not None and (number, previous) != (last.number + 1, last.digest):
        raise AnotherHistory(
            f"未接收：检查点 {number} 接不上此前收到的第 {last.number} 个，对方的日志可能被改写。请双方核对。"
        )
    Heard.objects.create(peer_id=message.source, number=number, digest=digest, heard_at=now)


# --- verifying --------------------------------------------------------------------------------------------------------


def verify() -> list[str]:
    """Return a sentence for everything that does not agree with what was told, heard, signed and receipted."""
    own = keys.checkpoint_digests()
    problems: list[str] = []
    for peer in Peer.objects.select_related("outgoing", "incoming").order_by("name"):
        problems += _wrong_with_written(peer, peer.outgoing, own)
        problems += _wrong_with_stored(peer, peer.incoming)
    return problems


@dataclass(slots=True)
class _Chain:
    """What was walked of a way: the digest at each number from the beginning on, and what is wrong with it.

    Behind a break nothing more can be said.
    """

    at: list[str]
    told: dict[int, str]
    problem: str = ""
    broken: bool = False


def _walk(rows: QuerySet[Written] | QuerySet[Stored], *, beginning: str, called: str, way: Way) -> _Chain:
    """Follow the messages of a way to its end, as long as each carries the digest of the one before."""
    chain = _Chain([beginning], {})
    for number, row in enumerate(rows.order_by("sequence").iterator(chunk_size=AT_ONCE), 1):
        message = storage.read(row.content)
        as_kept = (row.sequence, message.sequence, message.previous, message.digest)
        if as_kept != (number, number, chain.at[-1], row.digest):
            chain.problem = f"{called}的第 {number} 号消息接不上前一号，记录被改动或删除。"
            chain.broken = True
            return chain
        chain.at.append(row.digest)
        if row.type == TYPE:
            chain.told[_number(row.subject)] = row.subject.rpartition(":")[2]
    last = len(chain.at) - 1
    if (way.sequence, way.digest) != (last, chain.at[-1]):
        chain.problem = f"{called}的消息只到第 {last} 号，而往来记录说到第 {way.sequence} 号。"
    return chain


def _wrong_with_written(peer: Peer, way: Outgoing, own: dict[int, str]) -> Iterator[str]:
    beginning = envelope.beginning(source=settings.NODE, destination=peer.name)
    chain = _walk(peer.messages.all(), beginning=beginning, called=f"写给{peer.name}", way=way)
    if chain.problem:
        yield chain.problem
    if chain.broken:
        return
    yield from _wrong_with_receipt(peer, way, chain.at)
    for number, said in chain.told.items():
        if own.get(number) != said:
            yield f"检查点 {number} 与告诉{peer.name}的不同：本节点的日志在那之后被改写。"


def _wrong_with_receipt(peer: Peer, way: Outgoing, at: Sequence[str]) -> Iterator[str]:
    if not way.receipted:
        return
    receipt, key, value = actions.signed_receipt(canonical.decode(way.receipt.encode()))
    trusted = peers.ever(peer, key, purpose=Purpose.EXCHANGE)
    if trusted is None or not trusted.verify(envelope.receipt_message(receipt), value):
        yield f"{peer.name}的最后一份回执签名不成立，记录被改动，或其密钥已不在信任列表中。"
    elif receipt.sequence != way.receipted or receipt.digest not in at[receipt.sequence : receipt.sequence + 1]:
        yield f"{peer.name}的最后一份回执说到第 {receipt.sequence} 号，与本方的消息不符。"


def _wrong_with_stored(peer: Peer, way: Incoming) -> Iterator[str]:
    beginning = envelope.beginning(source=peer.name, destination=settings.NODE)
    chain = _walk(peer.arrivals.all(), beginning=beginning, called=f"收到{peer.name}", way=way)
    if chain.problem:
        yield chain.problem
    if way.proof and not chain.broken:
        proof = canonical.decode(way.proof.encode())
        trusted = peers.ever(peer, proof["signature"]["key"], purpose=Purpose.EXCHANGE)
        value = base64url.decode(proof["signature"]["value"])
        if trusted is None or not trusted.verify(proof["said"]["base"].encode(), value):
            yield f"{peer.name}最后一次发送的签名不成立，记录被改动，或其密钥已不在信任列表中。"


def _number(subject: str) -> int:
    return int(subject.split(":")[1])


HANDLERS: dict[str, Callable[[Message, Any, datetime], None]] = {TYPE: hear}
