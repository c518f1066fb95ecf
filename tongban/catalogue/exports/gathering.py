"""What is exported: the newest version of everything, or of some matters, or of what one province has.

Newest, not in force: a workbook that is read in again must differ in nothing from what is kept. A standard that is only
proposed is therefore in it as well; who needs to know which are in force asks `in_force`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from tongban.catalogue import models, storage
from tongban.catalogue.actions import Holdings
from tongban.domain.catalogue import CertificateType, DataElement, Implementation, Material, Standard
from tongban.domain.codec import from_plain
from tongban.domain.offers import Extension, Offer, Reform
from tongban.people.permissions import covers


def gather(*, matters: Collection[str] = (), province: str = "") -> Holdings:
    """Return what is to be exported; without `matters` and `province` everything. Eight statements."""
    about = {"matter_id__in": list(matters)} if matters else {}
    implementations = [
        each
        for each in map(storage.read_implementation, _newest(models.Implementation, "matter_id", "by", **about))
        if _of(province, each.region)
    ]
    offered = {each.matter for each in implementations}
    standards = [
        each
        for each in map(storage.read_standard, _newest(models.Standard, "matter_id", **about))
        if not province or each.owner == province or each.matter in offered
    ]
    kept = {each.matter for each in standards}
    offers = _values(Offer, _newest(models.Offer, "matter_id", "province", **about))
    extensions = _values(Extension, () if matters else _newest(models.Extension, "hall", "region"))
    reforms = _values(Reform, _newest(models.Reform, "matter_id", "region", **about))
    return Holdings(
        standards=tuple(standards),
        implementations=tuple(implementations),
        **_descriptions(standards, implementations, everything=not (matters or province)),
        offers=tuple(each for each in offers if _of(province, each.province) and each.matter in kept),
        extensions=tuple(each for each in extensions if _of(province, each.region)),
        reforms=tuple(each for each in reforms if _of(province, each.region) and each.matter in kept),
    )


def _descriptions(
    standards: Iterable[Standard], implementations: Iterable[Implementation], *, everything: bool
) -> dict[str, tuple[Any, ...]]:
    """Return materials, certificate types and data elements: all, or those that are named."""
    stated = [each.stated for each in implementations if each.stated]
    terms = [*(each.terms for each in standards), *stated]
    materials = {requirement.material for each in terms for requirement in each.requirements}
    certificates = {each.yields for each in terms} | {code for each in standards for code in each.needs}
    types = _described(models.CertificateType, CertificateType, None if everything else certificates)
    elements = {code for each in standards for code in (*each.elements, *each.determines)}
    elements |= {code for each in types for code in each.fields}
    return {
        "materials": _described(models.Material, Material, None if everything else materials),
        "certificate_types": types,
        "elements": _described(models.Element, DataElement, None if everything else elements),
    }


def in_force(*, today: date) -> dict[str, int]:
    """Return the version in force of each standard that is, by matter; one statement."""
    rows = models.Standard.objects.filter(storage.in_force(today)).order_by("matter_id")
    return dict(rows.values_list("matter_id", "version"))


def _of(province: str, region: str) -> bool:
    return not province or covers(province, region)


def _newest(model: type[models.Version], *keys: str, **about: Any) -> Iterable[Any]:
    return storage.newest(model, *keys).filter(**about).order_by(*keys).iterator(chunk_size=2000)


def _values(kind: Any, rows: Iterable[Any]) -> Iterable[Any]:
    return (from_plain(row.body, kind) for row in rows)


def _described(model: Any, kind: Any, codes: Collection[str] | None) -> tuple[Any, ...]:
    rows = model.objects.order_by("code")
    return tuple(from_plain(row.body, kind) for row in rows if codes is None or row.code in codes)
