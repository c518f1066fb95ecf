"""How do messages and the state of a way come into rows, and back as the kernel's values?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from tongban.crypto import base64url, canonical
from tongban.domain import envelope, link
from tongban.domain.envelope import Message, Refusal, Sealed
from tongban.domain.link import Forked
from tongban.domain.sealed import Sealed as SealedBody
from tongban.exchange.models import Incoming, Outgoing, Peer, Stored, Written
from tongban.keys import actions as keys


class NoSuchPeer(LookupError):
    """A node that nobody has introduced."""


def create(*, name: str, address: str, roots: str, now: datetime) -> Peer:
    """Write a peer with both ways at their beginning."""
    peer = Peer.objects.create(name=name, address=address, roots=roots)
    Outgoing.objects.create(peer=peer, digest=link.outgoing(source=settings.NODE, destination=name).digest, due_at=now)
    Incoming.objects.create(peer=peer, digest=link.incoming(source=name, destination=settings.NODE).digest)
    return peer


def lock_outgoing(name: str) -> Outgoing:
    """Raises NoSuchPeer."""
    row = Outgoing.objects.select_for_update(of=("self",)).select_related("peer").filter(pk=name).first()
    if row is None:
        raise NoSuchPeer(name)
    return row


def lock_incoming(name: str) -> Incoming:
    """Raises NoSuchPeer."""
    row = Incoming.objects.select_for_update(of=("self",)).select_related("peer").filter(pk=name).first()
    if row is None:
        raise NoSuchPeer(name)
    return row


def outgoing(row: Outgoing) -> link.Outgoing:
    return link.Outgoing(settings.NODE, row.peer_id, row.sequence, row.digest, row.receipted)


def incoming(row: Incoming) -> link.Incoming:
    return link.Incoming(row.peer_id, settings.NODE, row.sequence, row.digest)


# --- what was written -------------------------------------------------------------------------------------------------


def own(name: str) -> str:
    """Return whose data key seals the bodies that wait for a peer."""
    return f"node:{name}"


def keep(row: Outgoing, message: Message, wrapped: bytes, *, awaited: bool) -> None:
    """Write a message behind the others, and move the way on. Two statements."""
    Written.objects.create(
        peer_id=row.peer_id,
        sequence=message.sequence,
        id=message.id,
        type=message.type,
        subject=message.subject,
        at=message.at,
        content=canonical.encode(envelope.plain(message)).decode(),
        digest=message.digest,
        body=keys.seal(person=own(row.peer_id), plaintext=wrapped).ciphertext,
        awaited=awaited,
    )
    row.sequence, row.digest = message.sequence, message.digest
    row.save(update_fields=["sequence", "digest"])


def waiting(row: Outgoing, *, most: int) -> list[tuple[Message, bytes]]:
    """Return the messages after the last receipt, with their bodies, at most so many. Two statements at most."""
    rows = list(Written.objects.filter(peer_id=row.peer_id, sequence__gt=row.receipted).order_by("sequence")[:most])
    bodies = keys.unseal_many([SealedBody(own(row.peer_id), one.body) for one in rows])
    return [(read(one.content), body) for one, body in zip(rows, bodies, strict=True)]


def read(content: str) -> Message:
    """Return a message from its attributes."""
    said = canonical.decode(content.encode())
    return envelope.disclose(said | {"datakey": "-", "data_base64": ""}).message


def digest_at(name: str, sequence: int) -> str | None:
    """Return the digest of what was written at a number; None where nothing was."""
    if sequence == 0:
        return envelope.beginning(source=settings.NODE, destination=name)
    return Written.objects.filter(peer_id=name, sequence=sequence).values_list("digest", flat=True).first()


def stored_digest_at(name: str, sequence: int) -> str | None:
    """Return the digest of what was stored at a number; None where nothing was."""
    if sequence == 0:
        return envelope.beginning(source=name, destination=settings.NODE)
    return digests(name, [sequence]).get(sequence)


def demand_bodies(name: str, *, since: int, until: int) -> None:
    """Refuse to send again what was emptied. Raises Forked."""
    emptied = Written.objects.filter(peer_id=name, sequence__gt=since, sequence__lte=until, body="")
    if since < until and emptied.exists():
        raise Forked(f"{name}丢失了早已签收的消息，而本方已不再留有正文。请双方核对，并从备份补齐。")


def note_refusals(name: str, refused: Sequence[Refusal]) -> None:
    """Keep what the peer said of messages that it refused."""
    said = {one.sequence: one for one in refused}
    rows = list(Written.objects.filter(peer_id=name, sequence__in=said))
    for row in rows:
        row.refused_code, row.refused_words = said[row.sequence].code, said[row.sequence].words
    Written.objects.bulk_update(rows, ["refused_code", "refused_words"])


# --- what has arrived -------------------------------------------------------------------------------------------------


def digests(name: str, numbers: Iterable[int]) -> dict[int, str]:
    """Return the digests of what was stored, by number. One statement."""
    return dict(Stored.objects.filter(peer_id=name, sequence__in=numbers).values_list("sequence", "digest"))


def stored(name: str, sealed: Sealed, *, refused: Refusal | None, now: datetime) -> Stored:
    """Return the row of a message that arrives."""
    message = sealed.message
    return Stored(
        peer_id=name,
        sequence=message.sequence,
        type=message.type,
        subject=message.subject,
        content=canonical.encode(envelope.plain(message)).decode(),
        digest=message.digest,
        stored_at=now,
        refused_code=refused.code if refused else "",
        refused_words=refused.words if refused else "",
    )


def refusals(name: str, *, since: int, until: int) -> tuple[Refusal, ...]:
    """Return what was refused of the messages after `since`. One statement."""
    rows = Stored.objects.filter(peer_id=name, sequence__gt=since, sequence__lte=until).exclude(refused_code="")
    return tuple(Refusal(row.sequence, row.refused_code, row.refused_words) for row in rows.order_by("sequence"))


def signed(said: dict[str, object], *, key: str, value: bytes) -> str:
    """Return something signed as text, to be kept as proof."""
    proof = {"said": said, "signature": {"key": key, "value": base64url.encode(value)}}
    return canonical.encode(proof).decode()
