"""What happens to the documents (文书) of an application: issued, and delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events.kinds import Event, event
from tongban.domain.sealed import Sealed


class DeliveryMeans(StrEnum):
    """How a document reached the applicant (送达方式)."""

    ELECTRONIC = "electronic"
    WINDOW = "window"
    POST = "post"


@event(1)
@dataclass(frozen=True, slots=True)
class DocumentIssued(Event):
    """A document was numbered, signed and printed. `digest` is SM3 over the paper."""

    kind: DocumentKind
    title: str
    number: str
    body: str
    """In whose name it speaks: a credit code, or `hall:<code>` for a receipt."""
    cases: tuple[int, ...]
    act: int
    """The number of the first entry of the act it tells of, in this stream."""
    dated_on: date
    content: Sealed
    """All it says, so that it can be printed again."""
    digest: str
    signature: str
    key: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class LetterDelivered(Event):
    """The letter to a third party reached it (利害关系人告知书的送达), as the desk that wrote it took down."""

    case: int
    number: str
    means: DeliveryMeans
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DocumentsDelivered(Event):
    """Documents reached the applicant, and somebody signed for them (送达)."""

    numbers: tuple[str, ...]
    means: DeliveryMeans
    by: str
    at: datetime
