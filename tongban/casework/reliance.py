"""On which certificates of the register does an application rely, and which of them do not count any more?

Whichever act brings a supply in, it is told by one of two events; what is a certificate among them is kept beside the
certificate, in the same transaction, so that its end finds the application. That a term is over nobody has to tell: it
is asked when it matters. So is what was decided and whose news is still on its way, or crossed with the supply.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from tongban.casework import models, storage, supplies
from tongban.certificates import actions as certificates
from tongban.certificates import queries as register
from tongban.certificates.actions import Use
from tongban.certificates.adapters import UsedIn
from tongban.certificates.queries import Term
from tongban.domain import reliance
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue
from tongban.domain.certificate import Status
from tongban.domain.events import ApplicationSubmitted, Event, Fate, MaterialsSupplied
from tongban.domain.materials import Basis, SupplySource
from tongban.domain.reliance import EXPIRY_ARTICLE, Became
from tongban.journal.actions import LockedStream


def keep(stream: LockedStream, event: Event, now: datetime) -> None:
    """Keep which certificates the supplies of this event are. One statement where there are any, else none."""
    keep_of(stream.id, event, now)


def keep_of(stream: str, event: Event, now: datetime) -> None:
    """As `keep`, for an event that was journalled before anybody kept this; others say nothing of supplies."""
    if not isinstance(event, ApplicationSubmitted | MaterialsSupplied):
        return
    uses = [
        Use(supply.material, supply.subject, supply.reference)
        for supply in event.supplies
        if supply.source is SupplySource.CERTIFICATE
    ]
    certificates.rely(stream=stream, uses=uses, now=now)


def uses(catalogue: Catalogue, application: Application) -> Mapping[int, Collection[str]]:
    """Return by case the materials and certificates that it goes by."""
    return {case.index: supplies.needed_by(catalogue, application, case) for case in application.cases}


def lapsed(catalogue: Catalogue, application: Application, case: Case, *, today: date) -> tuple[Became, ...]:
    """Return the certificates that a case goes by and that do not count today, by the register. One statement where it
    goes by any.
    """
    needed = supplies.needed_by(catalogue, application, case)
    relied_on = reliance.relied_on(application, case, needed)
    if not relied_on:
        return ()
    terms = register.terms(identifiers=relied_on).items()
    return tuple(became for identifier, term in terms if (became := _became(identifier, term, today)))


def _became(identifier: str, term: Term, today: date) -> Became | None:
    if term.status is not Status.IN_FORCE:
        return Became(identifier, Fate(term.status.value), term.article, term.since or today)
    if term.valid_until is not None and term.valid_until <= today:
        return Became(identifier, Fate.EXPIRED, EXPIRY_ARTICLE, term.valid_until)
    return None


def used_in(streams: Collection[str]) -> dict[str, UsedIn]:
    """Return the applications of these streams with the certificates they go by; two statements."""
    prefix = storage.stream_of("")
    ids = {stream.removeprefix(prefix): stream for stream in streams}
    bases: dict[str, dict[tuple[str, str, str], Basis]] = {id: {} for id in ids}
    taken = models.Supply.objects.filter(application_id__in=list(ids), source=SupplySource.CERTIFICATE)
    for id, material, subject, reference, basis in taken.values_list(
        "application_id", "material", "subject", "reference", "basis"
    ):
        bases[id][material, subject, reference] = Basis(basis)
    numbers = models.Application.objects.filter(pk__in=list(ids)).values_list("pk", "number")
    return {ids[id]: UsedIn(number, bases[id]) for id, number in numbers}
