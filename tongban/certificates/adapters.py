"""What must certificates ask of the rooms above them?

Who among the staff has the case in hand that a certificate came from, and how long a region lets a holder speak before
something is taken from him: casework knows, and stands above this room. The roof installs the answers; as long as none
is installed, nobody has anything in hand.
"""

from __future__ import annotations

from collections.abc import Callable

from tongban.domain.clock import Limit
from tongban.people.actor import Actor

HasInHand = Callable[[Actor, str], bool]
"""Asked for an actor and the stream a certificate was issued in."""
Statement = Callable[[str], Limit]
"""Asked for a division (GB/T 2260): within how many days its holders state their case."""

_has_in_hand: list[HasInHand] = []
_statement: list[Statement] = []


def install(has_in_hand: HasInHand, *, statement: Statement) -> None:
    _has_in_hand[:] = [has_in_hand]
    _statement[:] = [statement]


def has_in_hand(actor: Actor, *, stream: str) -> bool:
    return bool(_has_in_hand) and _has_in_hand[0](actor, stream)


def statement(*, region: str) -> Limit:
    return _statement[0](region)
