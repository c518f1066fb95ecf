"""How do versions become rows, and rows the same values again?

Rows and entries are written in one transaction; folding the entries of the stream `catalogue` gives the digests that
the rows carry. The number of statements is constant, however many matters are loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from tongban.catalogue import models
from tongban.catalogue.body import Body, digest
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    CertificateType,
    DataElement,
    Delegation,
    Implementation,
    Material,
    Standard,
    Topic,
)
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.events import (
    BundlePutInForce,
    DelegationRecorded,
    ImplementationPutInForce,
    StandardPutInForce,
)
from tongban.journal import queries as journal
from tongban.journal.queries import Recorded

STREAM = "catalogue"

InForce = StandardPutInForce | ImplementationPutInForce | BundlePutInForce | DelegationRecorded


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest version of something and its digest; version 0 before there is any."""

    version: int = 0
    digest: str = ""


# --- Writing ----------------------------------------------------------------------------------------------------------


def latest(model: type[models.Version], *keys: str, **about: Any) -> dict[tuple[str, ...], Latest]:
    """Return the newest version of each, by the values of `keys`, in one statement."""
    rows = newest(model, *keys).filter(**about).values_list(*keys, "version", "digest")
    return {row[:-2]: Latest(row[-2], row[-1]) for row in rows}


def write_matters(catalogue: Catalogue, matters: Sequence[str]) -> None:
    """Put in the matters, or bring their names to what their standards say now."""
    standards = [catalogue.standards[matter] for matter in matters]
    models.Matter.objects.bulk_create(
        [models.Matter(s.matter, s.name, s.name_en, s.matter_type.value) for s in standards],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "matter_type"],
    )


def write_descriptions(catalogue: Catalogue) -> None:
    """Put in materials and certificate types, or bring them to what they are now."""
    for model, kind, values in (
        (models.Material, Material, catalogue.materials.values()),
        (models.CertificateType, CertificateType, catalogue.certificate_types.values()),
    ):
        model.objects.bulk_create(
            [model(code=value.code, name=value.name, body=to_plain(value, kind)) for value in values],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "body"],
        )


def write_versions(events: Iterable[InForce], bodies: Mapping[InForce, Body]) -> None:
    """Write one row for each event; `bodies` tells what came into force with it."""
    rows: dict[type[models.Version], list[models.Version]] = {}
    for event in events:
        row = _row(event, bodies[event])
        rows.setdefault(type(row), []).append(row)
    for model, made in rows.items():
        model.objects.bulk_create(made)


def _row(event: InForce, body: Body) -> models.Version:
    same = {"version": event.version, "digest": event.digest, "body": body, "in_force_at": event.at}
    match event:
        case StandardPutInForce():
            return models.Standard(matter_id=event.matter, **same)
        case ImplementationPutInForce():
            return models.Implementation(matter_id=event.matter, region=body["region"], by=event.body, **same)
        case BundlePutInForce():
            return models.Bundle(code=event.bundle, **same)
        case DelegationRecorded():
            return models.Delegation(matter_id=event.matter, origin=body["origin"], **same)


def bundle_body(catalogue: Catalogue, bundle: Bundle, versions: Mapping[str, tuple[int, str, int]]) -> Body:
    """The written form of a bundle: its matters by version of standard, body and version of implementation.

    Everything else that its matters name stands in it whole, so that a version in force stands by itself.
    """
    standards = [catalogue.standards[item.matter] for item in bundle.items]
    materials = dict.fromkeys(r.material for s in standards for r in s.requirements)
    certificates = dict.fromkeys(code for s in standards for code in (*s.needs, s.yields) if code)
    elements = dict.fromkeys(code for s in standards for code in (*s.elements, *s.determines))
    plain: Body = to_plain(bundle, Bundle)
    del plain["version"]
    return {
        "bundle": plain,
        "matters": [[item.matter, *versions[item.matter]] for item in bundle.items],
        "materials": [to_plain(catalogue.materials[code], Material) for code in materials],
        "certificate_types": [to_plain(catalogue.certificate_types[code], CertificateType) for code in certificates],
        "elements": [to_plain(catalogue.elements[code], DataElement) for code in elements],
        "topics": [to_plain(topic, Topic) for topic in catalogue.topics],
    }


# --- Reading ----------------------------------------------------------------------------------------------------------


def newest(model: type[models.Version], *keys: str) -> QuerySet[Any]:
    """Return the rows of the newest version of each, by the values of `keys`."""
    own = model.objects.filter(**{key: OuterRef(key) for key in keys}).order_by().values(*keys)
    return model.objects.filter(version=Subquery(own.annotate(newest=Max("version")).values("newest")))


def read_bundle(code: str, version: int) -> tuple[Catalogue, Bundle] | None:
    """Read a version of a bundle with all it names, in three statements."""
    row = models.Bundle.objects.filter(code=code, version=version).first()
    if row is None:
        return None
    body = row.body
    pinned = {matter: (standard, by, implementation) for matter, standard, by, implementation in body["matters"]}
    standards = {
        one.matter_id: read_standard(one)
        for one in models.Standard.objects.filter(matter_id__in=pinned)
        if one.version == pinned[one.matter_id][0]
    }
    implementations = {
        one.matter_id: read_implementation(one)
        for one in models.Implementation.objects.filter(matter_id__in=pinned)
        if (one.by, one.version) == pinned[one.matter_id][1:]
    }
    catalogue = Catalogue(
        standards={matter: standards[matter] for matter in pinned},
        implementations={matter: implementations[matter] for matter in pinned},
        materials=_by_code(body["materials"], Material),
        certificate_types=_by_code(body["certificate_types"], CertificateType),
        elements=_by_code(body["elements"], DataElement),
        topics=tuple(from_plain(each, Topic) for each in body["topics"]),
    )
    return catalogue, from_plain(body["bundle"] | {"version": row.version}, Bundle)


def read_standard(row: models.Standard) -> Standard:
    standard: Standard = from_plain(row.body | {"version": row.version}, Standard)
    return standard


def read_implementation(row: models.Implementation) -> Implementation:
    implementation: Implementation = from_plain(row.body | {"version": row.version}, Implementation)
    return implementation


def read_delegation(row: models.Delegation) -> Delegation:
    delegation: Delegation = from_plain(row.body, Delegation)
    return delegation


def _by_code(plains: Iterable[Any], kind: Any) -> dict[str, Any]:
    return {plain["code"]: from_plain(plain, kind) for plain in plains}


# --- Replay -----------------------------------------------------------------------------------------------------------

Held = dict[tuple[str, ...], str]
"""Kind, key and version of everything that ever came into force, with its digest."""


def register_fold() -> None:
    """Tell the journal how its entries, and the rows, give the same record."""
    journal.register(STREAM, fold=_folded, rows=_held, streams=lambda: [STREAM] if _held(STREAM) else [])


def _folded(entries: list[Recorded]) -> Held:
    held: Held = {}
    for entry in entries:
        match entry.event:
            case StandardPutInForce() as e:
                held["standard", e.matter, str(e.version)] = e.digest
            case ImplementationPutInForce() as e:
                held["implementation", e.matter, e.body, str(e.version)] = e.digest
            case BundlePutInForce() as e:
                held["bundle", e.bundle, str(e.version)] = e.digest
            case DelegationRecorded() as e:
                held["delegation", e.matter, str(e.version)] = e.digest
    return held


def _held(stream: str) -> Held:
    """What the rows say; the digest is computed from the body that stands there now."""
    held: Held = {}
    for kind, model, keys in (
        ("standard", models.Standard, ("matter_id", "version")),
        ("implementation", models.Implementation, ("matter_id", "by", "version")),
        ("bundle", models.Bundle, ("code", "version")),
        ("delegation", models.Delegation, ("matter_id", "version")),
    ):
        for row in model.objects.all():
            held[(kind, *(str(getattr(row, key)) for key in keys))] = digest(row.body)
    return held
