"""What does a province offer on a day, and has that changed? For whoever reports it matter by matter.

Where a matter stands is told without its content, so that only what moved has to be read. The number of statements does
not grow with the number of matters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from tongban.catalogue import models, storage
from tongban.domain.catalogue import CertificateType, Implementation, Material, Standard
from tongban.domain.codec import from_plain
from tongban.domain.regions import prefix_of


@dataclass(frozen=True, slots=True)
class Standing:
    """Which version of a standard was the last in force, from when, and which versions of whom implement it.

    `until_on` None: it is in force still.
    """

    version: int
    from_on: date
    until_on: date | None
    offered: tuple[tuple[str, int], ...]
    """Body and version, by body."""


def standings(*, province: str, today: date, matters: Collection[str] | None = None) -> dict[str, Standing]:
    """Return where each matter stands that bodies of a province offer and that was ever in force. Two statements.

    `matters`: only these; None: all.
    """
    about = {} if matters is None else {"matter_id__in": list(matters)}
    spans: dict[str, tuple[int, date, date | None]] = {}
    begun = models.Validity.objects.filter(from_on__lte=today, **about).order_by("matter_id", "from_on", "version")
    for matter, version, from_on, until_on in begun.values_list("matter_id", "version", "from_on", "until_on"):
        spans[matter] = version, from_on, until_on if until_on is not None and until_on <= today else None
    offered: dict[str, list[tuple[str, int]]] = {}
    rows = storage.newest(models.Implementation, "matter_id", "by").filter(
        region__startswith=prefix_of(province), **about
    )
    for matter, by, version in rows.order_by("matter_id", "by").values_list("matter_id", "by", "version"):
        offered.setdefault(matter, []).append((by, version))
    return {matter: Standing(*spans[matter], tuple(bodies)) for matter, bodies in offered.items() if matter in spans}


@dataclass(frozen=True, slots=True)
class OfProvince:
    """The content of some matters as a province offers them."""

    standards: Mapping[str, Standard]
    implementations: Mapping[str, tuple[Implementation, ...]]
    materials: Mapping[str, Material]
    certificate_types: Mapping[str, CertificateType]


def of_province(standings: Mapping[str, Standing]) -> OfProvince:
    """Return what stands there; four statements."""
    versions = models.Standard.objects.filter(matter_id__in=standings)
    standards = {
        row.matter_id: storage.read_standard(row) for row in versions if row.version == standings[row.matter_id].version
    }
    implementations: dict[str, list[Implementation]] = {matter: [] for matter in standings}
    wanted = {(matter, *offer) for matter, one in standings.items() for offer in one.offered}
    for row in models.Implementation.objects.filter(matter_id__in=standings).order_by("matter_id", "by"):
        if (row.matter_id, row.by, row.version) in wanted:
            implementations[row.matter_id].append(storage.read_implementation(row))
    terms = [one.terms for one in standards.values()]
    terms += [one.stated for several in implementations.values() for one in several if one.stated]
    return OfProvince(
        standards,
        {matter: tuple(several) for matter, several in implementations.items()},
        _materials({requirement.material for each in terms for requirement in each.requirements}),
        _types({each.yields for each in terms}),
    )


def _materials(codes: Collection[str]) -> dict[str, Material]:
    return {row.code: from_plain(row.body, Material) for row in models.Material.objects.filter(code__in=codes)}


def _types(codes: Collection[str]) -> dict[str, CertificateType]:
    rows = models.CertificateType.objects.filter(code__in=codes)
    return {row.code: from_plain(row.body, CertificateType) for row in rows}
