"""What does the catalogue keep by version, whose word is it, and in which form does another node hold a copy of it?

A copy is the version as its own node has it: number, written form, digest and instant. Standards that regions keep
together are nobody's own: any node may propose a version of one, and it counts when all have signed it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tongban.catalogue import body, models, storage
from tongban.catalogue.body import Body
from tongban.catalogue.storage import Observed, Written
from tongban.domain import conditions
from tongban.domain.catalogue import (
    CertificateType,
    DataElement,
    Delegation,
    Implementation,
    Material,
    Standard,
)
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.events import (
    DelegationRecorded,
    ExtensionRecorded,
    ImplementationPutInForce,
    ObservationTaken,
    OfferRecorded,
    ReformRecorded,
    StandardProposed,
    StandardPutInForce,
)
from tongban.domain.offers import Extension, Offer, Reform


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of what is kept by version; `key` names the fields of the value by which it is known."""

    value: Any
    model: type[models.Version]
    columns: tuple[str, ...]
    key: tuple[str, ...]
    event: type[Written]
    region: Callable[[Any], str]
    """Whose word it is; empty: nobody's alone."""

    def key_of(self, value: Any) -> tuple[str, ...]:
        return tuple(getattr(value, name) for name in self.key)

    def written(self, value: Any) -> Body:
        """The form whose digest is known: standards and implementations stand in it without their version."""
        plain: Body = to_plain(value, self.value)
        return {name: each for name, each in plain.items() if name != "version"}

    def read(self, written: Body, version: int) -> Any:
        """Raises ValueError, TypeError, KeyError, AttributeError for what is none."""
        numbered = {"version": version} if self.value in (Standard, Implementation) else {}
        return from_plain(written | numbered, self.value)

    def happened(self, copy: Copy) -> Written:
        kind: Any = self.event
        if isinstance(copy.value, Standard) and not copy.value.owner:
            kind = StandardProposed
        happened: Written = kind(*self.key_of(copy.value), copy.version, copy.digest, copy.at)
        return happened


def _owner(one: Delegation) -> str:
    return storage.owners([one.matter]).get(one.matter, "")


KINDS: Mapping[str, Kind] = {
    "standard": Kind(Standard, models.Standard, ("matter_id",), ("matter",), StandardPutInForce, lambda one: one.owner),
    "implementation": Kind(
        Implementation,
        models.Implementation,
        ("matter_id", "by"),
        ("matter", "body"),
        ImplementationPutInForce,
        lambda one: one.region,
    ),
    "observation": Kind(
        Observed,
        models.Observation,
        ("matter_id", "by"),
        ("matter", "body"),
        ObservationTaken,
        lambda one: one.region,
    ),
    "delegation": Kind(Delegation, models.Delegation, ("matter_id",), ("matter",), DelegationRecorded, _owner),
    "reform": Kind(
        Reform, models.Reform, ("matter_id", "region"), ("matter", "region"), ReformRecorded, lambda one: one.region
    ),
    "offer": Kind(
        Offer,
        models.Offer,
        ("matter_id", "province"),
        ("matter", "province"),
        OfferRecorded,
        lambda one: one.province,
    ),
    "extension": Kind(
        Extension,
        models.Extension,
        ("hall", "region"),
        ("hall", "region"),
        ExtensionRecorded,
        lambda one: one.region,
    ),
}
"""In an order in which each finds what it names."""

DESCRIPTIONS: Mapping[str, tuple[Any, Any]] = {
    "material": (models.Material, Material),
    "certificate_type": (models.CertificateType, CertificateType),
    "element": (models.Element, DataElement),
}
"""What has no version: the kind, its table, and the kernel's value."""


@dataclass(frozen=True)
class Copy:
    """A version of something as another node has it."""

    kind: str
    value: Any
    version: int
    digest: str
    at: datetime
    follows: str = ""
    """Of an implementation: the digest of the version of the standard that it follows."""
    departs_by: str = ""
    """Of an implementation: the article by which it departs from a joint standard in force; empty: it does not."""


def own(events: Collection[Any], *, kind: str, here: Callable[[str], bool]) -> Iterator[Copy]:
    """Yield, as copies, what these events of the catalogue wrote of a kind and what is this node's to say."""
    one = KINDS[kind]
    happened = (StandardPutInForce, StandardProposed) if kind == "standard" else (one.event,)
    wanted: set[tuple[Any, ...]] = {
        (*_key_of(each, one), each.version) for each in events if isinstance(each, happened)
    }
    for some in storage.in_parts({key[0] for key in wanted}):
        rows = one.model.objects.filter(**{f"{one.columns[0]}__in": some}).order_by(*one.columns, "version")
        yield from _copies(kind, [row for row in rows if (*_columns(row, one), row.version) in wanted], here)


def _copies(kind: str, rows: Collection[Any], here: Callable[[str], bool]) -> Iterator[Copy]:
    digests, departures = _followed(rows) if kind == "implementation" else ({}, {})
    for row in rows:
        value = KINDS[kind].read(row.body, row.version)
        region = KINDS[kind].region(value)
        if region and not here(region):
            continue
        copy = Copy(kind, value, row.version, row.digest, row.in_force_at)
        if isinstance(value, Implementation):
            follows = digests[value.matter, value.standard_version]
            copy = replace(copy, follows=follows, departs_by=departures.get((value.matter, row.by, row.version), ""))
        yield copy


def _followed(rows: Collection[Any]) -> tuple[dict[Any, str], dict[Any, str]]:
    """The digests of the standards of these implementations, and the articles by which some depart from them."""
    matters = {row.matter_id for row in rows}
    standards = models.Standard.objects.filter(matter_id__in=matters).only("matter_id", "version", "digest")
    departures = models.Departure.objects.filter(matter_id__in=matters, closed_at=None)
    return (
        {(row.matter_id, row.version): row.digest for row in standards},
        {(row.matter_id, row.by, row.version): row.article for row in departures},
    )


def _key_of(event: Any, kind: Kind) -> tuple[str, ...]:
    return tuple(getattr(event, name) for name in kind.key)


def _columns(row: Any, kind: Kind) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in kind.columns)


def descriptions(kind: str, codes: Collection[str] | None = None) -> list[tuple[str, Body]]:
    """Return what is described under a kind, by code; all of it where no codes are named."""
    model, _ = DESCRIPTIONS[kind]
    rows = model.objects.order_by("code")
    found = rows if codes is None else rows.filter(code__in=set(codes))
    return list(found.values_list("code", "body"))


def digest_of(written: Body) -> str:
    """Return the digest by which a written form is known."""
    return body.digest(written)


def elements_of(standard: Standard) -> set[str]:
    """Return the codes of the data elements that a standard names, in its conditions too."""
    expressions = (conditions.names_in(each.expression) for each in standard.conditions if each.expression)
    return {*standard.elements, *standard.determines, *(name for names in expressions for name in names)}
