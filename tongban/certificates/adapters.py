"""Who among the staff has the case in hand that a certificate came from? Casework knows, and stands above this room.

The roof installs the answer; as long as none is installed, nobody has.
"""

from __future__ import annotations

from collections.abc import Callable

from tongban.people.actor import Actor

HasInHand = Callable[[Actor, str], bool]
"""Asked for an actor and the stream a certificate was issued in."""

_installed: list[HasInHand] = []


def install(has_in_hand: HasInHand) -> None:
    _installed[:] = [has_in_hand]


def has_in_hand(actor: Actor, *, stream: str) -> bool:
    return bool(_installed) and _installed[0](actor, stream)
