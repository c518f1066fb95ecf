"""What happens when a sample is drawn in public: stream `draw/<id>`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongban.domain.events.kinds import Body, Event, event, upcast


class DrawKind(StrEnum):
    """What is drawn from."""

    COMMITMENTS = "commitments"
    """Commitments to verify."""
    ON_THE_SPOT = "on_the_spot"
    """Decisions on the spot to check (事后抽查)."""


@event(2)
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
    kind: DrawKind
    month: str
    """In which the cases were decided, as "2026-11"; empty: in any before the checkpoint."""


@upcast("DrawHeld", 1)
def _draw_held(body: Body) -> Body:
    """There was nothing but commitments to draw from."""
    return body | {"kind": DrawKind.COMMITMENTS.value, "month": ""}
