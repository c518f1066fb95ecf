"""Messages between two nodes, written one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tongban.domain import envelope, link
from tongban.domain.envelope import Message
from tongban.domain.link import Outgoing

BEIJING, TIANJIN = "110000", "120000"
NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)


@dataclass
class Writer:
    """A node that writes to another; `link` moves on with every message."""

    source: str = BEIJING
    destination: str = TIANJIN
    kind: str = "cn.tongban.case.progress.v1"
    subject: str = "node:0192"
    since: datetime = NINE
    """Before its first message; each is a second later."""
    written: list[tuple[Message, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.link: Outgoing = link.outgoing(source=self.source, destination=self.destination)

    def write(self, body: dict[str, Any] | None = None) -> Message:
        number = self.link.sequence + 1
        wrapped = envelope.wrap(body if body is not None else {"number": number}, salt=number.to_bytes(16, "big"))
        message = Message(
            id=str(UUID(int=number)),
            source=self.source,
            destination=self.destination,
            sequence=number,
            previous=self.link.digest,
            type=self.kind,
            subject=self.subject,
            at=self.since + timedelta(seconds=number),
            body=envelope.digest_of(wrapped),
        )
        self.link = link.written(self.link, message)
        self.written.append((message, wrapped))
        return message

    def digest_at(self, number: int) -> str:
        """The digest of a number; before the first, what stands there."""
        if number == 0:
            return envelope.beginning(source=self.source, destination=self.destination)
        return self.written[number - 1][0].digest
