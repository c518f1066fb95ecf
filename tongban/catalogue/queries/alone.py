"""What does one body offer of a matter today, whole: for an application for this matter alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from tongban.catalogue import models, storage
from tongban.catalogue.queries.missing import NotInCatalogue
from tongban.domain.catalogue import (
    Catalogue,
    CertificateType,
    DataElement,
    Implementation,
    Material,
    Standard,
    SubjectRole,
    Topic,
)
from tongban.domain.codec import from_plain

FORM = Topic("form", "填报内容", "Particulars")
"""One matter alone has one page of particulars."""
OF_ANOTHER = {
    SubjectRole.PERSON: Topic("person", "人员", "Person"),
    SubjectRole.VOYAGE: Topic("voyage", "航次", "Voyage"),
}
"""What is filled in for each person, or anew for each voyage, has a page of its own."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A matter as one body offers it, with all that its standard names."""

    catalogue: Catalogue
    standard: Standard
    implementation: Implementation


def offers(matter: str, *, today: date) -> tuple[Standard, tuple[Implementation, ...]]:
    """Return the standard in force and who offers it, in two statements. Raises NotInCatalogue."""
    standard = storage.standards_in_force([matter], today=today).get(matter)
    implementations = storage.implementations_in_force([matter]).get(matter)
    if standard is None or implementations is None:
        raise NotInCatalogue(f"没有编号为“{matter}”的事项，或者它现在没有生效。请从事项清单中查找。")
    return standard, tuple(implementations)


def alone(matter: str, *, by: str, today: date) -> Alone:
    """Return what one body offers of a matter, in five statements. Raises NotInCatalogue."""
    standard, implementations = offers(matter, today=today)
    implementation = next((each for each in implementations if each.body == by), None)
    if implementation is None:
        raise NotInCatalogue(f"所选部门不办理“{standard.name}”。请从办事指南中选择部门。")
    return whole(standard, implementation)


def whole(standard: Standard, implementation: Implementation) -> Alone:
    """Return all that a standard names, as it is described today, in three statements.

    Its form stands on one page, but for what is about a person or a voyage.
    """
    materials = [requirement.material for requirement in standard.requirements]
    types = [code for code in (*standard.needs, standard.yields) if code]
    codes = (*standard.elements, *standard.determines)
    described = {row.code: from_plain(row.body, DataElement) for row in models.Element.objects.filter(code__in=codes)}
    pages = _pages(described)
    catalogue = Catalogue(
        standards={standard.matter: standard},
        implementations={standard.matter: implementation},
        materials={
            row.code: from_plain(row.body, Material) for row in models.Material.objects.filter(code__in=materials)
        },
        certificate_types={
            row.code: from_plain(row.body, CertificateType)
            for row in models.CertificateType.objects.filter(code__in=types)
        },
        elements={code: replace(described[code], topic=pages[code].code) for code in codes if code in described},
        topics=tuple(topic for topic in (FORM, *OF_ANOTHER.values()) if topic is FORM or topic in pages.values()),
    )
    return Alone(catalogue, standard, implementation)


def _pages(described: Mapping[str, DataElement]) -> dict[str, Topic]:
    """Return on which page each data element stands: with what identifies a person or a voyage stands its topic."""
    of_topic = {one.topic: OF_ANOTHER[one.identifies] for one in described.values() if one.identifies in OF_ANOTHER}
    return {code: of_topic.get(one.topic, FORM) for code, one in described.items()}
