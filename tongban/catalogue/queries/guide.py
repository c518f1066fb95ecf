"""What does the guide of one matter say (办事指南): its standard in force, who offers it where, and all they name?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tongban.catalogue import models, standing, storage
from tongban.catalogue.queries.missing import NotInCatalogue
from tongban.domain.catalogue import CertificateType, DataElement, Delegation, Implementation, Material, Standard
from tongban.domain.codec import from_plain
from tongban.domain.offers import Extension, Offer, Reform
from tongban.domain.validity import Spans


@dataclass(frozen=True, slots=True)
class Guide:
    """All that the guide of one matter says. `offers`, `extensions` and `reforms` are those that count today."""

    standard: Standard
    implementation: Implementation
    """The one that the reader chose, else the first."""
    implementations: tuple[Implementation, ...]
    materials: dict[str, Material]
    yields: CertificateType | None
    needs: tuple[CertificateType, ...]
    delegation: Delegation | None
    offers: tuple[Offer, ...]
    extensions: tuple[Extension, ...]
    reforms: tuple[Reform, ...]
    spans: Spans
    """When which version was or will be in force."""


def guide(matter: str, *, today: date, by: str = "") -> Guide:
    """Return the standard in force and what it names, in nine statements. Raises NotInCatalogue.

    `by` is the body whose implementation is read; another than one that offers the matter is as if none was named.
    """
    standard = storage.standards_in_force([matter], today=today).get(matter)
    implementations = storage.implementations_in_force([matter]).get(matter)
    if standard is None or implementations is None:
        raise NotInCatalogue(f"没有编号为“{matter}”的事项，或者它现在没有生效。请从事项清单中查找。")
    types = _certificate_types([standard.yields, *standard.needs])
    return Guide(
        standard=standard,
        implementation=next((each for each in implementations if each.body == by), implementations[0]),
        implementations=tuple(implementations),
        materials=_materials([each.material for each in standard.requirements]),
        yields=types.get(standard.yields),
        needs=tuple(types[code] for code in standard.needs),
        delegation=_delegation(matter),
        offers=tuple(standing.offers([matter], today=today)),
        extensions=tuple(standing.extensions(today=today)),
        reforms=_reforms(matter),
        spans=storage.spans_of([matter])[matter],
    )


def choose(found: Guide, implementation: Implementation) -> Guide:
    """Return the same guide, read for another of the bodies that offer the matter."""
    return replace(found, implementation=implementation)


def elements_of(standard: Standard) -> dict[str, DataElement]:
    """Return the data elements that a standard's form asks for, in their order there; one statement."""
    rows = {row.code: row.body for row in models.Element.objects.filter(code__in=standard.elements)}
    return {code: from_plain(rows[code], DataElement) for code in standard.elements if code in rows}


def _reforms(matter: str) -> tuple[Reform, ...]:
    rows = models.Reform.objects.filter(matter_id=matter).order_by("region", "version")
    return tuple(from_plain(row.body, Reform) for row in rows)


def _materials(codes: Sequence[str]) -> dict[str, Material]:
    return {row.code: from_plain(row.body, Material) for row in models.Material.objects.filter(code__in=codes)}


def _certificate_types(codes: Sequence[str]) -> dict[str, CertificateType]:
    rows = models.CertificateType.objects.filter(code__in=codes)
    return {row.code: from_plain(row.body, CertificateType) for row in rows}


def _delegation(matter: str) -> Delegation | None:
    row = models.Delegation.objects.filter(matter_id=matter).order_by("-version").first()
    return None if row is None else storage.read_delegation(row)
