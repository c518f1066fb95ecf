"""What must certificates ask of the rooms above them?

Who among the staff has the case in hand that a certificate came from, how long a region lets a holder speak before
something is taken from him, and which application a certificate was used in: casework knows, and stands above this
room. What the nodes of other regions publish the exchange knows, further up. The roof installs the answers; as long as
none is installed, nobody has anything in hand, and no other node is known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from tongban.domain.clock import Limit
from tongban.domain.materials import Basis
from tongban.domain.status import StatusList
from tongban.domain.trust import TrustList
from tongban.people.actor import Actor

HasInHand = Callable[[Actor, str], bool]
"""Asked for an actor and the stream a certificate was issued in."""
Statement = Callable[[str], Limit]
"""Asked for a division (GB/T 2260): within how many days its holders state their case."""


@dataclass(frozen=True, slots=True)
class UsedIn:
    """An application that certificates were used in. `bases`: by material, whose it is and certificate, where it still
    stands.
    """

    number: str
    bases: Mapping[tuple[str, str, str], Basis]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other nodes publish, as this node last read it: whose keys their regions trust, and what does not count."""

    trust: TrustList
    statuses: Mapping[str, StatusList]
    """By region."""
    nodes: Mapping[str, str]
    """Which node speaks for a province."""


NOWHERE = Elsewhere(TrustList(()), {}, {})
Published = Callable[[], Elsewhere]

Applications = Callable[[Collection[str]], Mapping[str, UsedIn]]
"""Asked for streams of applications; those that are none are left out."""

_has_in_hand: list[HasInHand] = []
_statement: list[Statement] = []
_applications: list[Applications] = []
_published: list[Published] = []


def install(has_in_hand: HasInHand, *, statement: Statement, applications: Applications, published: Published) -> None:
    _has_in_hand[:] = [has_in_hand]
    _applications[:] = [applications]
    _statement[:] = [statement]
    _published[:] = [published]


def has_in_hand(actor: Actor, *, stream: str) -> bool:
    return bool(_has_in_hand) and _has_in_hand[0](actor, stream)


def statement(*, region: str) -> Limit:
    return _statement[0](region)


def elsewhere() -> Elsewhere:
    return _published[0]() if _published else NOWHERE


def applications(streams: Collection[str]) -> Mapping[str, UsedIn]:
    return _applications[0](streams) if _applications and streams else {}
