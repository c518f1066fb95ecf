"""What does somebody need who verifies certificates of all regions without a network? A folder with all lists.

It holds the lists of this node's regions and those of its peers, each as its region has signed it, and the roots that
they must lead to: this node's own, and those that people brought. `tongban verify --trust` reads such a folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem

from tongban.certificates import statuses
from tongban.crypto import canonical
from tongban.domain import trust as kernel
from tongban.domain.trust import Unreadable
from tongban.exchange import peers
from tongban.exchange.models import Peer
from tongban.keys import trust


@dataclass(frozen=True, slots=True)
class Collected:
    """How many regions stand in the folder, and a sentence for each peer whose lists were left out."""

    regions: int
    left_out: tuple[str, ...]


def collect(folder: Path, *, now: datetime) -> Collected:
    """Write the lists of all known regions into a folder, in place of those before. Raises OSError, NoKey."""
    trusted, states = trust.trust_list(now=now), statuses.status_lists(now=now)
    roots = [root.encoded for root in trust.current(now=now).roots]
    left_out = []
    for peer in Peer.objects.exclude(trust="").select_related("published").order_by("name"):
        theirs, pinned = canonical.decode(peer.trust.encode()), peers.pinned(peer.roots)
        together = trusted | {"lists": trusted["lists"] + theirs["lists"]}
        try:
            kernel.parse(together, pinned=[*roots, *pinned])
        except Unreadable as wrong:
            left_out.append(f"没有收入{peer.name}的列表：{wrong}")
            continue
        trusted, roots = together, [*roots, *pinned]
        states["lists"] += list(_status_lists(peer))
    pins = folder / trust.PINNED
    pins.mkdir(parents=True, exist_ok=True)
    for before in pins.glob("*.pem"):
        before.unlink()
    for number, root in enumerate(dict.fromkeys(roots), 1):
        trust.write(pins / f"{number:03d}.pem", pem.armor("CERTIFICATE", root))
    trust.write(folder / trust.NAME, canonical.encode(trusted))
    trust.write(folder / statuses.NAME, canonical.encode(states))
    return Collected(len(trusted["lists"]), tuple(left_out))


def _status_lists(peer: Peer) -> Iterator[Any]:
    kept = getattr(peer, "published", None)
    if kept is not None and kept.statuses:
        yield from canonical.decode(kept.statuses.encode())["lists"]
