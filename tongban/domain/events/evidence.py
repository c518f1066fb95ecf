"""What nodes ask each other for: `evidence:<id>` where somebody asked, `given:<node>/<id>` where it was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongban.domain.events.kinds import Event, event


class Answer(StrEnum):
    """What became of a question for certificates."""

    FOUND = "found"
    NONE = "none"
    REFUSED = "refused"


@event(1)
@dataclass(frozen=True, slots=True)
class EvidenceAsked(Event):
    """A holder let the node of another region be asked for his certificates of a type, by a rule of recognition."""

    holder: str
    node: str
    type: str
    rule: str
    basis: str
    """Document and article on which the rule rests."""
    purpose: str
    """The name of what he applies for."""
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class EvidenceAnswered(Event):
    """The other node answered. `certificates` came from there before; `reason` is why it refused."""

    answer: Answer
    reason: str
    certificates: tuple[str, ...]
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class EvidenceGiven(Event):
    """This node answered another one about a holder, whether it had something to give or not."""

    holder: str
    node: str
    type: str
    rule: str
    basis: str
    purpose: str
    answer: Answer
    reason: str
    certificates: tuple[str, ...]
    at: datetime
