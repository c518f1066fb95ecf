"""What people look up in the catalogue: a bundle with all it names, lists, guides, delegations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from tongban.catalogue import models, storage
from tongban.catalogue.queries import lists
from tongban.catalogue.queries.missing import NotInCatalogue
from tongban.domain.catalogue import Bundle, Catalogue, Delegation, Implementation, MatterType, Standard

VERSIONS_KEPT = 256


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
    """Return the newest version of every bundle, the first loaded first; one statement when warm.

    Bundles of one, which are written when somebody asks for a matter alone, are left out.
    """
    rows = _together().values("code").annotate(newest=Max("version"), first=Min("id")).order_by("first")
    return [catalogue_of(row["code"], row["newest"]) for row in rows]


def _together() -> QuerySet[models.Bundle]:
    """Bundles that somebody composed here: none of them bears the code of a matter, or came with a case."""
    own = models.Bundle.objects.exclude(code__contains=storage.BORROWED)
    return own.filter(~Exists(models.Matter.objects.filter(code=OuterRef("code"))))


def named(codes: Collection[str]) -> list[tuple[str, str, str]]:
    """Return the bundles and matters with these codes, each by code: code, name, English name. Two statements."""
    newest = models.Bundle.objects.filter(code__in=codes).order_by("code", "version")
    matters = models.Matter.objects.filter(code__in=codes).order_by("code")
    rows = [*newest.values_list("code", "body__name", "body__name_en"), *matters.values_list("code", "name", "name_en")]
    return list({row[0]: row for row in rows}.values())


def matters_in_force() -> list[tuple[str, str, str, str]]:
    """Return code, name, English name and sector of every matter that stands on the list, by code. One statement."""
    listed = models.Matter.objects.filter(code__in=models.Entry.objects.values("matter_id")).order_by("code")
    return list(listed.values_list("code", "name", "name_en", "sector"))


def certificate_types() -> list[tuple[str, str, str]]:
    """Return code, name and English name of every certificate type, by name. One statement."""
    rows = models.CertificateType.objects.order_by("name", "code")
    return list(rows.values_list("code", "name", "body__name_en"))


def issuing_bodies(*, today: date) -> set[str]:
    """Return the bodies that offer a matter whose result is a certificate: those that need a key to sign it with."""
    listed = list(models.Entry.objects.values_list("matter_id", flat=True))
    yielding = [code for code, each in storage.standards_in_force(listed, today=today).items() if each.yields]
    return {one.body for offered in storage.implementations_in_force(yielding).values() for one in offered}


def _newest_version(bundle: str) -> int:
    version = _together().filter(code=bundle).order_by("-version").values_list("version", flat=True).first()
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


def listed(*, today: date, matching: str = "", matter_type: str = "") -> list[Listed]:
    """Return the matters in force, those that match best first, else by code; each with its first implementation."""
    wanted = lists.Wanted(matching, matter_type=MatterType(matter_type) if matter_type else None)
    codes = lists.codes(wanted)
    standards = storage.standards_in_force(codes, today=today)
    implementations = storage.implementations_in_force(codes)
    return [
        Listed(code, each.name, each.name_en, each.matter_type, each, implementations[code][0])
        for code in codes
        if (each := standards.get(code)) is not None
    ]


def bundle_matters() -> list[Standard]:
    """Return the standards of all matters that can be applied for here, as the newest bundles name them."""
    by_code: dict[str, Standard] = {}
    for catalogue, _ in bundles():
        by_code |= catalogue.standards
    return list(by_code.values())


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
