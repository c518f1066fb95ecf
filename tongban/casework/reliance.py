"""On which certificates of the register does an application rely, and which of them have run out?

Whichever act brings a supply in, it is told by one of two events; what is a certificate among them is kept beside the
certificate, in the same transaction, so that its end finds the application. That a term is over nobody has to tell: it
is asked when it matters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from tongban.casework import supplies
from tongban.certificates import actions as certificates
from tongban.certificates import queries as register
from tongban.certificates.actions import Use
from tongban.domain import reliance
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue
from tongban.domain.events import ApplicationSubmitted, Event, Fate, MaterialsSupplied
from tongban.domain.materials import SupplySource
from tongban.domain.reliance import EXPIRY_ARTICLE, Became
from tongban.journal.actions import LockedStream


def keep(stream: LockedStream, event: Event, now: datetime) -> None:
    """Keep which certificates the supplies of this event are. One statement where there are any, else none."""
    assert isinstance(event, ApplicationSubmitted | MaterialsSupplied)
    uses = [
        Use(supply.material, supply.subject, supply.reference)
        for supply in event.supplies
        if supply.source is SupplySource.CERTIFICATE
    ]
    certificates.rely(stream=stream.id, uses=uses, now=now)


def uses(catalogue: Catalogue, application: Application) -> Mapping[int, Collection[str]]:
    """Return by case the materials and certificates that it goes by."""
    return {case.index: supplies.needed_by(catalogue, application, case) for case in application.cases}


def lapsed(catalogue: Catalogue, application: Application, case: Case, *, today: date) -> tuple[Became, ...]:
    """Return the certificates that a case goes by and whose term is over. One statement where it goes by any."""
    needed = supplies.needed_by(catalogue, application, case)
    relied_on = reliance.relied_on(application, case, needed)
    if not relied_on:
        return ()
    return tuple(
        Became(identifier, Fate.EXPIRED, EXPIRY_ARTICLE, term.valid_until)
        for identifier, term in register.terms(identifiers=relied_on).items()
        if term.valid_until is not None and term.valid_until <= today
    )
