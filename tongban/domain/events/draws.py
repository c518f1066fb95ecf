"""What happens when a sample is drawn in public: stream `draw/<id>`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongban.domain.events.kinds import Event, event


@event(1)
@dataclass(frozen=True, slots=True)
class DrawHeld(Event):
    """A sample was drawn from a published list (公开抽取): list, seed and share give the result again."""

    draw: str
    region: str
    body: str
    """Whose cases were drawn from: the code of the department."""
    checkpoint: int
    seed: str
    """The signature of that checkpoint of the journal, in hexadecimal."""
    share: int
    candidates: tuple[str, ...]
    """Numbers of cases, in their order."""
    drawn: tuple[str, ...]
    by: str
    at: datetime
