"""How is a draw held, whatever is drawn? By the kernel, in a stream of its own, and kept as a row that all may read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongban.casework import draws
from tongban.domain import draw
from tongban.domain.events import DrawKind
from tongban.journal.actions import Answer, LockedStream, append
from tongban.keys.models import Checkpoint
from tongban.people.actor import Actor


def hold(
    stream: LockedStream,
    candidates: Iterable[str],
    *,
    seed: Checkpoint | None,
    share: int,
    region: str,
    body: str,
    actor: Actor,
    now: datetime,
    kind: DrawKind = DrawKind.COMMITMENTS,
    month: str = "",
) -> Answer:
    """Draw by the signature of a checkpoint; answers {"draw", "drawn", "of"}. Raises NothingToDraw, NoSeed."""
    (held,) = events = draw.hold(
        candidates,
        draw=stream.id.removeprefix(draws.PREFIX),
        region=region,
        body=body,
        checkpoint=seed.number if seed else 0,
        seed=bytes(seed.signature).hex() if seed else "",
        share=share,
        by=actor.id,
        at=now,
        kind=kind,
        month=month,
    )
    answer = {"draw": held.draw, "drawn": list(held.drawn), "of": len(held.candidates)}
    draws.write(held)
    append(stream, events, at=now, answer=answer)
    return answer
