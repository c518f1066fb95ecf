"""Which body is competent for a matter at a place? The rule is `domain/jurisdiction`; here is who offers the matter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tongban.catalogue import calendars
from tongban.catalogue.queries.alone import offers
from tongban.domain import jurisdiction
from tongban.domain.catalogue import Implementation


def competent(matter: str, *, place: str, today: date) -> Implementation:
    """Return the implementation of the body that is competent for a division or functional zone.

    Raises NotInCatalogue, NotCompetent, UnclearCompetence, UnknownDivision.
    """
    return competent_of(offers(matter, today=today)[1], place=place)


def competent_of(implementations: Iterable[Implementation], *, place: str) -> Implementation:
    """Return whichever of these is competent for a place. Raises NotCompetent, UnclearCompetence, UnknownDivision."""
    zones = {zone.code: zone for zone in calendars.zones()}
    return jurisdiction.competent(implementations, place=place, divisions=calendars.divisions(), zones=zones)
