"""Which data elements of a form does a registry tell, so that nobody fills them in?

What the tax record of a company tells (`domain/relocation.py`) stands in its form as the registry has it on that day:
the company is not asked, and cannot say otherwise. Where no registry knows the company, it fills in itself what is
asked.

Source: State Council provisions on online government services, art. 7 (no second submission of what sharing supplies).
"""

from __future__ import annotations

from datetime import date

from tongban.domain import relocation
from tongban.domain.catalogue import Catalogue
from tongban.people.actor import Party, PartyKind
from tongban.registries import taxes

PASSING = frozenset(("taxpayer_years",))
"""What changes by itself as time passes."""


def of_record(catalogue: Catalogue, holder: Party, *, today: date) -> dict[str, str]:
    """Return by data element what a registry tells of the holder; one statement where anything of it is asked."""
    asked = relocation.TOLD & catalogue.elements.keys()
    if not asked or holder.kind is not PartyKind.ORGANISATION:
        return {}
    told = taxes.told(number=holder.number, today=today)
    return {code: told[code] for code in sorted(asked & told.keys()) if told[code]}
