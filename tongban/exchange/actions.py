"""What does a node do with its peers: know them, write to them, take what they send, learn from their receipts?

Writing is a row behind the others, in the transaction of what caused it. Taking stores a batch, each message with its
effect or its refusal, and signs one receipt for all, in one transaction: whoever never learns of the receipt sends the
batch again, and gets the receipt of what is there.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.models import F

from tongban.crypto import base64url, canonical, profiles
from tongban.crypto.http_signatures import LEEWAY, Proof
from tongban.crypto.letterbox import NotForThisKey
from tongban.domain import envelope, link
from tongban.domain.envelope import Message, NotAMessage, Receipt, Refusal, Sealed
from tongban.domain.link import Arrival, Forked, Misdirected
from tongban.domain.refused import Refused
from tongban.domain.trust import Unreadable
from tongban.exchange import inbox, outcomes, peers, storage
from tongban.exchange.models import Incoming, Outgoing, Peer, Stored, Wanted, Written
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.people.actor import Actor
from tongban.people.permissions import may

LOG = logging.getLogger(__name__)

MOST_MESSAGES = 200
"""In one batch."""
NEXT_KEY_AFTER = timedelta(minutes=2)
"""By then every process of this node has heard of it."""
KEPT_AFTER_RECEIPT = timedelta(days=30)
"""So long a peer that was restored from a backup may be brought up to date again."""


class NotTaken(Exception):
    """A batch that was not stored, or not wholly; `retry`: the same may be sent again, sealed and signed anew."""

    def __init__(self, code: str, words: str, *, retry: bool, receipt: dict[str, Any] | None = None) -> None:
        super().__init__(words)
        self.code = code
        self.retry = retry
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Signed:
    """A receipt as it is sent: what it says, and its signature."""

    receipt: Receipt
    key: str
    signature: bytes

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "receipt": envelope.plain_receipt(self.receipt),
            "signature": {"key": self.key, "value": base64url.encode(self.signature)},
        }


# --- peers ------------------------------------------------------------------------------------------------------------


def prepare_node(*, now: datetime) -> None:
    """Give this node its keys for the exchange, where it has none.

    That of its checkpoints among them: who hears of the first one must know its key from the list.
    """
    algorithm = profiles.for_profile(settings.CRYPTO)
    for purpose in (Purpose.EXCHANGE, Purpose.RECEIVING, Purpose.CHECKPOINT):
        keys.ensure_key(
            owner=peers.owner(settings.NODE), purpose=purpose, algorithm=algorithm, now=now, name=settings.NODE
        )


@transaction.atomic
def rotate_node(*, now: datetime) -> datetime:
    """Give this node its next keys for the exchange; return from when on they count. Raises NoKey."""
    algorithm = profiles.for_profile(settings.CRYPTO)
    for purpose in (Purpose.EXCHANGE, Purpose.RECEIVING):
        keys.rotate(
            owner=peers.owner(settings.NODE), purpose=purpose, algorithm=algorithm, first=now + NEXT_KEY_AFTER, now=now
        )
    return now + NEXT_KEY_AFTER


@transaction.atomic
def introduce(*, name: str, address: str, roots: str, now: datetime) -> Peer:
    """Know another node by its name, its address and its roots (PEM), which people brought.

    Raises NotAMessage, Unreadable.
    """
    peers.pinned(roots)
    if not envelope.NODE.fullmatch(name) or name == settings.NODE:
        raise NotAMessage(f"“{name}”不能作为对方节点的名称：只用小写字母、数字和连字符，最多 40 个，且不是本节点。")
    known = Peer.objects.filter(name=name).first()
    if known is None:
        return storage.create(name=name, address=address.rstrip("/"), roots=roots, now=now)
    if known.roots != roots:
        # What led to other roots says nothing any more.
        known.roots, known.trust, known.trusted_at = roots, "", None
    known.address = address.rstrip("/")
    known.save(update_fields=["address", "roots", "trust", "trusted_at"])
    return known


def trust(*, peer: Peer, text: str, now: datetime) -> None:
    """Take over the trust list of a peer. Raises Unreadable where it does not lead to the peer's roots, or is older.

    One from the future is none: it would keep those out that its node publishes once its clock is right again.
    """
    issued_at = peers.read(text, peer.roots).issued_at
    known = peers.read(peer.trust, peer.roots).issued_at if peer.trust else None
    if issued_at is not None and issued_at > now + LEEWAY:
        raise Unreadable(f"{peer.name}的信任列表来自将来，没有采用。请核对双方的时钟。")
    if issued_at is None or (known is not None and issued_at < known <= now + LEEWAY):
        raise Unreadable(f"{peer.name}的信任列表是空的，或比已有的还旧，没有采用：停用的密钥不能这样恢复。请核对地址。")
    Peer.objects.filter(name=peer.name).update(trust=text, trusted_at=now)
    peer.trust, peer.trusted_at = text, now


# --- writing ----------------------------------------------------------------------------------------------------------


def write(*, to: str, id: str, type: str, subject: str, body: Mapping[str, Any], now: datetime) -> None:
    """Write a message behind the others; one of the same id was written already. Raises NoSuchPeer, NotAMessage.

    Called inside the transaction of what caused it. `id` is a UUID that its cause determines.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("messages are written inside the act that causes them")
    row = storage.lock_outgoing(to)
    if row.peer.messages.filter(id=id).exists():
        return
    wrapped = envelope.wrap(body, salt=secrets.token_bytes(envelope.SALT_BYTES))
    message = Message(
        id=id,
        source=settings.NODE,
        destination=to,
        sequence=row.sequence + 1,
        previous=row.digest,
        type=type,
        subject=subject,
        at=now,
        body=envelope.digest_of(wrapped),
    )
    # What cannot be read back would stop the way for good.
    envelope.disclose(envelope.enclose(Sealed(message, b"", "-")))
    link.written(storage.outgoing(row), message)
    storage.keep(row, message, wrapped, awaited=outcomes.awaited(type))


def forget_bodies(*, now: datetime) -> int:
    """Empty the bodies of what was receipted long ago: what they said stands in the journals. Return how many."""
    long_ago = Written.objects.filter(at__lt=now - KEPT_AFTER_RECEIPT).exclude(body="")
    return long_ago.filter(sequence__lte=F("peer__outgoing__receipted")).update(body="")


# --- taking -----------------------------------------------------------------------------------------------------------


def take(*, source: Peer, said: Any, proof: Proof, now: datetime) -> Signed:
    """Store what a peer sends, from the next number on. Raises NotTaken, DatabaseError; then nothing is half-stored."""
    batch = _batch(said)
    failed: NotTaken | None = None
    with transaction.atomic():
        row = storage.lock_incoming(source.name)
        if row.stopped_because:
            raise NotTaken("stopped", row.stopped_because, retry=False)
        try:
            fresh = _fresh(row, batch, now)
        except Forked as forked:
            Incoming.objects.filter(pk=row.pk).update(stopped_because=str(forked))
            failed = NotTaken("forked", str(forked), retry=False)
        except Misdirected as wrong:
            raise NotTaken("misdirected", str(wrong), retry=False) from None
        else:
            failed = _store(row, fresh, proof, now)
            receipt = _receipt(row, since=batch[0].message.sequence - 1 if batch else row.sequence, now=now)
    if failed is not None:
        raise failed
    return receipt


def _batch(said: Any) -> list[Sealed]:
    try:
        messages = said["messages"]
        if said.keys() != {"messages"} or not isinstance(messages, list) or len(messages) > MOST_MESSAGES:
            raise NotAMessage(f"一批最多 {MOST_MESSAGES} 条消息")
        return [envelope.disclose(one) for one in messages]
    except (NotAMessage, KeyError, TypeError, AttributeError) as wrong:
        raise NotTaken("not_a_message", f"未接收：{wrong}", retry=False) from None


def _fresh(row: Incoming, batch: Sequence[Sealed], now: datetime) -> list[Sealed]:
    """Return the messages that are new, in order. Raises Forked, Misdirected, NotTaken."""
    way = storage.incoming(row)
    numbers = (one.message.sequence for one in batch)
    known = storage.digests(row.peer_id, [number for number in numbers if number <= way.sequence])
    fresh = []
    for sealed in batch:
        match link.arrive(way, sealed.message, stored=known):
            case Arrival.NEXT:
                way = link.stored(way, sealed.message)
                known[way.sequence] = way.digest
                fresh.append(sealed)
            case Arrival.TOO_EARLY:
                early = f"未接收：第 {sealed.message.sequence} 号来得太早，"
                words = f"{early}本方只收到第 {way.sequence} 号。请从下一号发起。"
                here = _receipt(row, since=row.sequence, now=now).plain
                raise NotTaken("too_early", words, retry=True, receipt=here)
    return fresh


def _store(row: Incoming, fresh: Sequence[Sealed], proof: Proof, now: datetime) -> NotTaken | None:
    """Store messages with what they do, up to the first that cannot be opened now; say why it cannot."""
    rows, failed = _taken(row.peer_id, fresh, now)
    if rows:
        Stored.objects.bulk_create(rows)
        row.sequence, row.digest = rows[-1].sequence, rows[-1].digest
        said = {"base": proof.base.decode(), "sequence": row.sequence, "digest": row.digest}
        row.proof = storage.signed(said, key=proof.key, value=proof.signature)
        row.stored_at = now
        row.save(update_fields=["sequence", "digest", "proof", "stored_at"])
    return failed


def _taken(source: str, fresh: Sequence[Sealed], now: datetime) -> tuple[list[Stored], NotTaken | None]:
    """Let messages have their effect together; where that fails each by itself, so that one alone is refused."""
    try:
        with transaction.atomic(), inbox.together(now):
            return _effects(source, fresh, now)
    except (IntegrityError, DataError):
        pass
    except DatabaseError:
        raise
    except Exception:  # whatever it is: one message must not stop those beside it
        LOG.exception("%s的一批消息没有一起办成，改为逐条办理", source)
    return _effects(source, fresh, now)


def _effects(source: str, fresh: Sequence[Sealed], now: datetime) -> tuple[list[Stored], NotTaken | None]:
    rows: list[Stored] = []
    for sealed in fresh:
        if rows and inbox.apart(sealed.message.type):
            # What is before it is receipted, and the sender goes on from here.
            break
        try:
            body = envelope.unwrap(_opened(sealed), message=sealed.message)
        except (NotForThisKey, keys.NoKey) as closed:
            return rows, NotTaken("not_for_this_key", f"第 {sealed.message.sequence} 号{closed}", retry=True)
        except NotAMessage as wrong:
            refused: Refusal | None = Refusal(sealed.message.sequence, "not_a_message", str(wrong))
        else:
            try:
                with inbox.behind(rows):
                    refused = _done(sealed.message, body, now)
            except inbox.Later as later:
                return rows, NotTaken("trust_too_old", str(later), retry=True)
        rows.append(storage.stored(source, sealed, refused=refused, now=now))
    return rows, None


def _opened(sealed: Sealed) -> bytes:
    return keys.unseal_letter(key_id=sealed.key, sealed=sealed.body, use=envelope.use_of(sealed.message))


def _done(message: Message, body: Any, now: datetime, *, again: bool = False) -> Refusal | None:
    """Let a message have its effect, or none at all. `again`: for the second time."""
    try:
        with transaction.atomic():
            inbox.handle(message, body, now)
    except Refused as refused:
        return Refusal(message.sequence, refused.code, str(refused)[:500])
    except IntegrityError:
        # Somebody may have written the same row at the same moment: at the second look it is there.
        return _failed(message) if again else _done(message, body, now, again=True)
    except DataError:
        return _failed(message)
    except (DatabaseError, inbox.Later):
        # A full disk or a lost connection is no fault of the message: it comes again.
        raise
    except Exception:  # whatever it is: one message that cannot be acted upon must not stop those behind it
        return _failed(message)
    return None


def _failed(message: Message) -> Refusal:
    LOG.exception("第 %d 号消息（%s）处理时出错", message.sequence, message.type)
    return Refusal(message.sequence, "failed_here", "对方处理时出错，没有任何效果。请联系对方运维人员后重发。")


def _receipt(row: Incoming, *, since: int, now: datetime) -> Signed:
    since = min(since, row.sequence)
    receipt = Receipt(
        source=row.peer_id,
        destination=settings.NODE,
        since=since,
        sequence=row.sequence,
        digest=row.digest,
        refused=storage.refusals(row.peer_id, since=since, until=row.sequence),
        at=now,
    )
    signature = keys.sign(
        owner=peers.owner(settings.NODE),
        purpose=Purpose.EXCHANGE,
        message=envelope.receipt_message(receipt),
        now=now,
    )
    return Signed(receipt, signature.key_id, signature.value)


# --- learning ---------------------------------------------------------------------------------------------------------


def learn(*, peer: Peer, said: Any, resuming: bool = False, now: datetime) -> int:
    """Take over a peer's receipt; return how many messages still wait.

    `resuming`: the peer wants to go on from there, even if it had more before. Raises NotAMessage, Forked.
    """
    receipt, key, value = signed_receipt(said)
    trusted = peers.ever(peer, key, purpose=Purpose.EXCHANGE)
    if trusted is None or not trusted.verify(envelope.receipt_message(receipt), value):
        raise NotAMessage(f"回执的签名不成立，或不是{peer.name}的密钥。请更新对方的信任列表，并核对对方地址。")
    with transaction.atomic():
        row = storage.lock_outgoing(peer.name)
        try:
            own = storage.digest_at(peer.name, receipt.sequence)
            reckon = link.resumed if resuming else link.receipted
            after = reckon(storage.outgoing(row), receipt, digest=own or "")
            storage.demand_bodies(peer.name, since=after.receipted, until=row.receipted)
        except (Forked, Misdirected) as wrong:
            Outgoing.objects.filter(pk=row.pk).update(stopped_because=str(wrong))
            row.stopped_because = str(wrong)
        else:
            storage.note_refusals(peer.name, receipt.refused)
            row.receipted = after.receipted
            if receipt.sequence == after.receipted:
                row.receipt = canonical.encode(said).decode()
            row.receipted_at, row.attempts, row.failure = now, 0, ""
            row.save(update_fields=["receipted", "receipt", "receipted_at", "attempts", "failure"])
    if row.stopped_because:
        raise Forked(row.stopped_because)
    return row.sequence - row.receipted


def signed_receipt(said: Any) -> tuple[Receipt, str, bytes]:
    """Read a receipt with the name of its key and its signature; nothing is believed yet. Raises NotAMessage."""
    try:
        if said.keys() != {"receipt", "signature"} or said["signature"].keys() != {"key", "value"}:
            raise NotAMessage("不是回执：内容不全或有多余。")
        key, value = said["signature"]["key"], base64url.decode(said["signature"]["value"])
        if not isinstance(key, str):
            raise NotAMessage("不是回执：密钥名称不是文本。")
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise NotAMessage(f"不是回执：{wrong}") from None
    return envelope.read_receipt(said["receipt"]), key, value


# --- looking after the node -------------------------------------------------------------------------------------------


def try_again(*, actor: Actor, peer: str, now: datetime) -> None:
    """Let the worker try at once what waits for a peer and what is wanted from it. Raises NotAllowed, NoSuchPeer.

    Nothing else changes by it, however often it is asked for.
    """
    may(actor, "operate", regions=settings.REGIONS)
    if not Outgoing.objects.filter(pk=peer).update(due_at=now):
        raise storage.NoSuchPeer(peer)
    Wanted.objects.filter(peer_id=peer, arrived_at=None, refused_because="", due_at__gt=now).update(due_at=now)
    LOG.info("%s 要求立即重试与%s的往来", actor.id, peer)
