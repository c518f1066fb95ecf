"""What happens between an application and the system of a department that decides one of its cases (部门业务系统).

These entries stand on the stream `application/<id>`. They tell what was said and change nothing of the case: what
follows from a conclusion told there is a conclusion here, signed like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongban.domain.events.kinds import Event, event
from tongban.domain.sealed import Sealed


class SystemState(StrEnum):
    """Where a case stands in the department's system, whatever that calls it."""

    RECEIVED = "received"
    REVIEWING = "reviewing"
    SUSPENDED = "suspended"
    """Something is waited for there."""
    ASKING = "asking"
    """More is wanted of the applicant."""
    APPROVED = "approved"
    DENIED = "denied"
    DECLINED = "declined"
    """The system does not handle it."""
    ENDED = "ended"
    """It came to its end there without a conclusion."""


@event(1)
@dataclass(frozen=True, slots=True)
class CaseEnteredSystem(Event):
    """The department's system acknowledged that it has the case with all its files."""

    case: int
    system: str
    title: str
    """What the system was called that day."""
    number: str
    """Under which it keeps the case."""
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class SystemTold(Event):
    """The department's system said how the case stands, in an answer that it signed."""

    case: int
    system: str
    title: str
    said: SystemState
    number: str
    officer: Sealed | None
    """Who acted there, as the system names him."""
    words: Sealed | None
    certificate: str
    """The number that the certificate has there; empty: none was told."""
    digest: str
    """SM3, in hex, of the answer as it was signed."""
    said_at: datetime
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class SystemFilledIn(Event):
    """Somebody at the deciding desk wrote down what he read in the department's system (补录), and why by hand."""

    case: int
    system: str
    title: str
    said: SystemState
    number: str
    certificate: str
    words: Sealed | None
    reason: Sealed
    by: str
    at: datetime
