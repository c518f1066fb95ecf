"""What does somebody see whom a holder let look? The chosen facts, as each certificate says them, verified just now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tongban.certificates import queries
from tongban.certificates.queries import Registered
from tongban.certificates.wallet import storage
from tongban.domain import showing
from tongban.domain.asking import Asking, NoSuchAsking
from tongban.domain.asking import State as AskingState
from tongban.domain.events import Selection
from tongban.domain.sharing import NoSuchShare, Share
from tongban.domain.showing import Fact
from tongban.domain.verdict import Verdict
from tongban.journal.actions import record_reads
from tongban.keys import actions as keys
from tongban.people.actor import Actor

ASKING = "asking "
"""How the log of reads names a request at a window whose answer was looked at."""


@dataclass(frozen=True, slots=True)
class Presented:
    """One certificate as it shows: what always shows, the chosen facts, and what verification finds now."""

    line: Registered
    facts: tuple[Fact, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Opened:
    """What an opened link shows."""

    share: Share
    recipient: str
    purpose: str
    certificates: tuple[Presented, ...]


def opened(*, share: str, number: int, now: datetime, today: date) -> Opened:
    """Return what that opening shows, as long as it shows. Raises NoSuchShare."""
    found = storage.read_share(share)
    if found is None or not found.readable(number, now):
        raise NoSuchShare
    try:
        recipient, purpose = (one.decode() for one in keys.unseal_many([found.recipient, found.purpose]))
        return Opened(found, recipient, purpose, _presented(found.selections, now, today))
    except keys.Erased:
        raise NoSuchShare from None


def allowed(actor: Actor, *, asking: str, now: datetime, today: date) -> tuple[Asking, tuple[Presented, ...]]:
    """Return a request with what its clerk may see of it now; that he looks is recorded first. Raises NoSuchAsking."""
    found = storage.read_asking(asking)
    if found is None or found.by != actor.id:
        raise NoSuchAsking
    if found.state(now) is not AskingState.SHOWN:
        return found, ()
    record_reads(actor=actor.id, about=[found.holder], what=f"{ASKING}{asking}", at=now)
    return found, _presented(found.selections, now, today)


def _presented(selections: Iterable[Selection], now: datetime, today: date) -> tuple[Presented, ...]:
    return tuple(_present(selection, now, today) for selection in selections)


def _present(selection: Selection, now: datetime, today: date) -> Presented:
    """Verify one certificate and show of it what was chosen. Raises Erased."""
    line = queries.find(identifier=selection.certificate)
    document = queries.read(identifier=selection.certificate)
    verdict = queries.verify(document, now=now, today=today)
    facts = verdict.certificate and showing.shown(verdict.certificate, selection, verdict.code)
    return Presented(line, facts or (), verdict)
