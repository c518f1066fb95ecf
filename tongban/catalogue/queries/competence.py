"""Which body is competent for a matter at a place? The rule is `domain/jurisdiction`; here is who offers the matter."""

from __future__ import annotations

from datetime import date

from tongban.catalogue import calendars, storage
from tongban.catalogue.queries.missing import NotInCatalogue
from tongban.domain import jurisdiction
from tongban.domain.catalogue import Implementation


def competent(matter: str, *, place: str, today: date) -> Implementation:
    """Return the implementation of the body that is competent for a division or functional zone.

    Raises NotInCatalogue, NotCompetent, UnclearCompetence, UnknownDivision.
    """
    offered = storage.implementations_in_force([matter]).get(matter)
    if offered is None or matter not in storage.standards_in_force([matter], today=today):
        raise NotInCatalogue(f"没有编号为“{matter}”的事项，或者它现在没有生效。请从事项清单中查找。")
    zones = {zone.code: zone for zone in calendars.zones()}
    return jurisdiction.competent(offered, place=place, divisions=calendars.divisions(), zones=zones)
