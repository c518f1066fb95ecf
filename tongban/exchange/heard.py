"""Until when is everything here that a peer has written? Messages come in order: whoever has one has all before it.

What an applicant does where he applied travels to the node that has his case, and may take days. That node lets nothing
lapse which he may have answered in time, before the other one has said something later: by its last message, or by the
last comparison in which it had written no more than is here. Then again nobody dates back what he asks for: an act
counts as of when it was done, and not as of an instant about which the peer has spoken already.

A clock that is wrong costs time, never a case: what a peer dates later than it arrived counts as of its arrival.

Source: `docs/decisions/0013-an-answer-on-its-way.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tongban.crypto import canonical
from tongban.domain.clock import day_of
from tongban.domain.trust import read_instant
from tongban.domain.workdays import ONE_DAY
from tongban.exchange import storage
from tongban.exchange.models import Incoming, Peer, Reconciliation, Stored

WRITTEN_WITHIN = timedelta(hours=1)
"""So long the worker of a peer may take to write what somebody did there."""


def until(peer: str) -> datetime | None:
    """Return until when everything is here that was done at a peer and concerns this node; None: nothing came so far.

    Three statements.
    """
    known = [instant for instant in (_by_message(peer), _by_comparison(peer)) if instant is not None]
    return max(known) - WRITTEN_WITHIN if known else None


def as_of(peer: str, done: datetime, *, now: datetime) -> datetime:
    """Return as of when counts here what was done at a peer at an instant, as it says."""
    return min(now, max(done, until(peer) or now))


def days() -> Mapping[str, date]:
    """Return by peer the last day of which everything is here."""
    heard = {name: until(name) for name in Peer.objects.order_by("name").values_list("name", flat=True)}
    return {name: day_of(instant) - ONE_DAY for name, instant in heard.items() if instant is not None}


def _by_message(peer: str) -> datetime | None:
    last = Stored.objects.filter(peer_id=peer).order_by("-sequence").first()
    return None if last is None else min(storage.read(last.content).at, last.stored_at)


def _by_comparison(peer: str) -> datetime | None:
    row = Reconciliation.objects.filter(pk=peer).exclude(theirs="").first()
    if row is None or row.compared_at is None:
        return None
    said = canonical.decode(row.theirs.encode())["standing"]
    stored: int = Incoming.objects.values_list("sequence", flat=True).get(pk=peer)
    return min(read_instant(said["at"]), row.compared_at) if said["sent"]["written"] <= stored else None
