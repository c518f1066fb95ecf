"""How far have two nodes come with each other, and what becomes of what arrives?

Messages from one node to another form one chain. The sender writes the next, and keeps it until a receipt covers it.
The receiver takes the next number with the right digest before it and nothing else: what he has already gets the
receipt it got, what comes too early is told from where to go on. Two different messages of one number, or a message
whose past is another, mean that somebody rewrote his past: then the link stands still until people have looked (分叉).

A receipt proves what it covers, when its digest is the sender's own at that number; a lower one than before is an old
receipt, a digest of another history stops the link.

Source: design, invariant 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tongban.domain import envelope
from tongban.domain.envelope import Message, Receipt


class Arrival(StrEnum):
    """What an arriving message is to the receiver."""

    NEXT = "next"
    REPEAT = "repeat"
    TOO_EARLY = "too_early"


class Forked(ValueError):
    """Two histories between the same nodes. The link stands still until people have looked."""


class Misdirected(ValueError):
    """A message or receipt of other nodes."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What one node has written to another: the last number, its digest, and up to where receipts go."""

    source: str
    destination: str
    sequence: int
    digest: str
    receipted: int

    @property
    def waiting(self) -> int:
        """How many messages have no receipt yet."""
        return self.sequence - self.receipted


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one node has stored from another: the last number and its digest."""

    source: str
    destination: str
    sequence: int
    digest: str


def outgoing(*, source: str, destination: str) -> Outgoing:
    """Return the link before the first message."""
    return Outgoing(source, destination, 0, envelope.beginning(source=source, destination=destination), 0)


def incoming(*, source: str, destination: str) -> Incoming:
    """Return the link before the first message."""
    return Incoming(source, destination, 0, envelope.beginning(source=source, destination=destination))


def written(link: Outgoing, message: Message) -> Outgoing:
    """Return the link after a message was written. Raises Misdirected, Forked where it is not the next one."""
    _demand_of(link, message.source, message.destination)
    if (message.sequence, message.previous) != (link.sequence + 1, link.digest):
        raise Forked(f"第 {message.sequence} 号消息接不上第 {link.sequence} 号。")
    return replace(link, sequence=message.sequence, digest=message.digest)


def arrive(link: Incoming, message: Message, *, stored: Mapping[int, str]) -> Arrival:
    """Say what an arriving message is. `stored`: by number, the digests of messages that were stored already.

    Raises Misdirected, Forked.
    """
    _demand_of(link, message.source, message.destination)
    if message.sequence <= link.sequence:
        if stored[message.sequence] != message.digest:
            raise Forked(f"第 {message.sequence} 号消息与已经收到的不同：对方改写了历史，请双方核对。")
        return Arrival.REPEAT
    if message.sequence > link.sequence + 1:
        return Arrival.TOO_EARLY
    if message.previous != link.digest:
        raise Forked(f"第 {message.sequence} 号消息之前的历史与已经收到的不同，请双方核对。")
    return Arrival.NEXT


def stored(link: Incoming, message: Message) -> Incoming:
    """Return the link after the next message was stored."""
    return replace(link, sequence=message.sequence, digest=message.digest)


def receipted(link: Outgoing, receipt: Receipt, *, digest: str) -> Outgoing:
    """Return the link after a receipt; one that was overtaken changes nothing.

    `digest` is the sender's own at the number of the receipt.
    Raises Misdirected, Forked.
    """
    return replace(link, receipted=max(link.receipted, _proven(link, receipt, digest)))


def resumed(link: Outgoing, receipt: Receipt, *, digest: str) -> Outgoing:
    """Return the link from where the receiver wants to go on; it may have lost what it had stored (a backup).

    Raises Misdirected, Forked.
    """
    return replace(link, receipted=_proven(link, receipt, digest))


def _proven(link: Outgoing, receipt: Receipt, digest: str) -> int:
    """Return up to where a receipt proves that the receiver has the sender's history. Raises Misdirected, Forked."""
    _demand_of(link, receipt.source, receipt.destination)
    if receipt.sequence > link.sequence or receipt.digest != digest:
        raise Forked(f"回执说到第 {receipt.sequence} 号，与本方的历史不同，请双方核对。")
    return receipt.sequence


def _demand_of(link: Outgoing | Incoming, source: str, destination: str) -> None:
    if (source, destination) != (link.source, link.destination):
        raise Misdirected(f"{source} 发给 {destination} 的消息，不属于 {link.source} 与 {link.destination} 之间。")
