"""What differs from its newest version, and is therefore a new one?

Everything that the catalogue keeps by version is put here: the known version where the written form is the same, else
the next one, with the event that tells of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tongban.catalogue import body
from tongban.catalogue.body import Body
from tongban.catalogue.storage import Latest, Written


class Changes:
    """New versions, as events, each with its written form."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.bodies: dict[Written, Body] = {}

    def put(self, written: Body, known: Latest | None, event: Callable[[int, str, datetime], Written]) -> int:
        """Return the version that says `written`: the known one, or the next, for which an event is taken down."""
        known = known or Latest()
        digest = body.digest(written)
        if digest == known.digest:
            return known.version
        self.bodies[event(known.version + 1, digest, self.now)] = written
        return known.version + 1
