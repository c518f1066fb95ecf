"""What people look up in the catalogue: a bundle with all it names, lists, guides, delegations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.db.models import Count, Max, Min

from tongban.catalogue import models, search, storage
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    CertificateType,
    Delegation,
    Implementation,
    Material,
    MatterType,
    Standard,
)
from tongban.domain.codec import from_plain
from tongban.domain.refused import Refused

VERSIONS_KEPT = 64


class NotInCatalogue(Refused):
    """A matter, bundle or version that was never put in force."""

    code = "not_in_catalogue"
    status = 404


def catalogue_of(bundle: str, version: int | None = None) -> tuple[Catalogue, Bundle]:
    """Return a version of a bundle with all it names; without `version` the newest.

    A version never changes, so the process remembers it: a warm call with `version` makes no statement, one without
    it makes one. Raises NotInCatalogue.
    """
    wanted = _newest_version(bundle) if version is None else version
    return _remembered(str(connection.settings_dict["NAME"]), bundle, wanted)


@lru_cache(maxsize=VERSIONS_KEPT)
def _remembered(database: str, code: str, version: int) -> tuple[Catalogue, Bundle]:
    found = storage.read_bundle(code, version)
    if found is None:
        raise NotInCatalogue(f"没有集成办理“{code}”第 {version} 版。请核对后重新选择。")
    return found


def forget() -> None:
    """Forget remembered versions: for tests, whose versions are undone."""
    _remembered.cache_clear()


def latest(bundle: str) -> Bundle:
    """Return the newest version of a bundle; one statement when warm. Raises NotInCatalogue."""
    return catalogue_of(bundle)[1]


def bundles() -> list[tuple[Catalogue, Bundle]]:
    """Return the newest version of every bundle, the first loaded first; one statement when warm."""
    rows = models.Bundle.objects.values("code").annotate(newest=Max("version"), first=Min("id")).order_by("first")
    return [catalogue_of(row["code"], row["newest"]) for row in rows]


def _newest_version(bundle: str) -> int:
    version = models.Bundle.objects.filter(code=bundle).order_by("-version").values_list("version", flat=True).first()
    if version is None:
        raise NotInCatalogue(f"没有名为“{bundle}”的集成办理。请从“我要办事”中选择。")
    return version


@dataclass(frozen=True, slots=True)
class Listed:
    """One matter in a list."""

    code: str
    name: str
    name_en: str
    matter_type: MatterType
    standard: Standard
    implementation: Implementation


def listed(*, matching: str = "", matter_type: str = "") -> list[Listed]:
    """Return the matters in force, those that match best first, else by code; at most four statements."""
    codes = search.find(matching) if matching.strip() else None
    about = {} if codes is None else {"matter_id__in": codes}
    standards = storage.newest(models.Standard, "matter_id").filter(**about).select_related("matter")
    if matter_type:
        standards = standards.filter(matter__matter_type=matter_type)
    implementations = {
        row.matter_id: storage.read_implementation(row)
        for row in storage.newest(models.Implementation, "matter_id", "by").filter(**about).order_by("-id")
    }
    rank = {code: place for place, code in enumerate(codes or ())}
    rows = sorted(standards, key=lambda row: (rank.get(row.matter_id, 0), row.matter_id))
    return [
        Listed(
            code=row.matter_id,
            name=row.matter.name,
            name_en=row.matter.name_en,
            matter_type=MatterType(row.matter.matter_type),
            standard=storage.read_standard(row),
            implementation=implementations[row.matter_id],
        )
        for row in rows
    ]


def matter_types() -> list[tuple[MatterType, int]]:
    """Return the types that have matters, with how many, in the order of the types; one statement."""
    counts = dict(models.Matter.objects.values_list("matter_type").annotate(matters=Count("code")))
    return [(kind, counts[kind.value]) for kind in MatterType if kind.value in counts]


@dataclass(frozen=True, slots=True)
class Guide:
    """All that the guide of one matter says (办事指南)."""

    standard: Standard
    implementation: Implementation
    materials: dict[str, Material]
    yields: CertificateType | None
    needs: tuple[CertificateType, ...]
    delegation: Delegation | None


def guide(matter: str) -> Guide:
    """Return the newest standard of a matter and what it names, in five statements. Raises NotInCatalogue."""
    row = models.Standard.objects.filter(matter_id=matter).order_by("-version").first()
    offer = models.Implementation.objects.filter(matter_id=matter).order_by("-id").first()
    if row is None or offer is None:
        raise NotInCatalogue(f"没有编号为“{matter}”的事项。请从事项清单中查找。")
    standard = storage.read_standard(row)
    materials = models.Material.objects.filter(code__in=[each.material for each in standard.requirements])
    types = {
        each.code: from_plain(each.body, CertificateType)
        for each in models.CertificateType.objects.filter(code__in=[standard.yields, *standard.needs])
    }
    delegation = models.Delegation.objects.filter(matter_id=matter).order_by("-version").first()
    return Guide(
        standard=standard,
        implementation=storage.read_implementation(offer),
        materials={each.code: from_plain(each.body, Material) for each in materials},
        yields=types.get(standard.yields),
        needs=tuple(types[code] for code in standard.needs),
        delegation=None if delegation is None else storage.read_delegation(delegation),
    )


@dataclass(frozen=True, slots=True)
class Delegated:
    """A matter with the delegation that brought it to the hall."""

    matter: str
    name: str
    name_en: str
    delegation: Delegation


def delegations() -> list[Delegated]:
    """Return the delegations in force, matter by matter, in one statement."""
    rows = storage.newest(models.Delegation, "matter_id").select_related("matter").order_by("matter_id")
    return [Delegated(row.matter_id, row.matter.name, row.matter.name_en, storage.read_delegation(row)) for row in rows]
