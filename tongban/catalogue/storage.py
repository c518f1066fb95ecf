"""How do versions become rows, and rows the same values again?

Rows and entries are written in one transaction; folding the entries of the stream `catalogue` gives the digests that
the rows carry. The number of statements is constant, however many matters are loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from tongban.catalogue import models
from tongban.catalogue.body import Body, digest
from tongban.domain import validity
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    CertificateType,
    DataElement,
    Delegation,
    Implementation,
    Material,
    Standard,
    Terms,
    Topic,
)
from tongban.domain.clock import BEIJING_TIME
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.events import (
    BundlePutInForce,
    DelegationRecorded,
    DepartureClosed,
    DepartureOpened,
    ExtensionRecorded,
    ImplementationPutInForce,
    ObservationTaken,
    OfferRecorded,
    ReformRecorded,
    StandardEnded,
    StandardProposed,
    StandardPutInForce,
    StandardScheduled,
)
from tongban.domain.validity import Span, Spans
from tongban.journal import queries as journal
from tongban.journal.queries import Recorded

STREAM = "catalogue"
BORROWED = "@"
"""Stands in the code of a bundle that came with a case of another node."""

Written = (
    StandardPutInForce
    | StandardProposed
    | ImplementationPutInForce
    | BundlePutInForce
    | DelegationRecorded
    | OfferRecorded
    | ExtensionRecorded
    | ReformRecorded
    | ObservationTaken
)
"""An event that tells of a new version of something."""

IN_ONE_STATEMENT = 5_000
"""So many keys one statement names; databases bound the number of parameters."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest version of something and its digest; version 0 before there is any."""

    version: int = 0
    digest: str = ""


# --- Writing ----------------------------------------------------------------------------------------------------------


def latest(model: type[models.Version], *keys: str, among: Collection[str] | None = None) -> dict[Any, Latest]:
    """Return the newest version of each, by the values of `keys`; `among` bounds the first key."""
    found = {}
    for some in in_parts(among):
        about = {} if some is None else {f"{keys[0]}__in": some}
        for row in newest(model, *keys).filter(**about).values_list(*keys, "version", "digest"):
            found[row[:-2]] = Latest(row[-2], row[-1])
    return found


def in_parts(among: Collection[str] | None) -> Iterator[tuple[str, ...] | None]:
    """Yield the keys in parts that one statement can name; None where none are named."""
    if among is None:
        yield None
    else:
        keys = sorted(set(among))
        for start in range(0, len(keys), IN_ONE_STATEMENT):
            yield tuple(keys[start : start + IN_ONE_STATEMENT])


def write_matters(standards: Iterable[Standard]) -> None:
    """Put in the matters, or bring their names to what their standards say now."""
    models.Matter.objects.bulk_create(
        [
            models.Matter(
                code=s.matter,
                name=s.name,
                name_en=s.name_en,
                matter_type=s.matter_type.value,
                owner=s.owner,
                sector=s.sector,
                item_of=s.item_of,
            )
            for s in standards
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "matter_type", "owner", "sector", "item_of"],
    )


def write_descriptions(
    materials: Iterable[Material], certificate_types: Iterable[CertificateType], elements: Iterable[DataElement]
) -> None:
    """Put in materials, certificate types and data elements, or bring them to what they are now."""
    described: tuple[tuple[Any, Any, Iterable[Any]], ...] = (
        (models.Material, Material, materials),
        (models.CertificateType, CertificateType, certificate_types),
        (models.Element, DataElement, elements),
    )
    for model, kind, values in described:
        model.objects.bulk_create(
            [model(code=value.code, name=value.name, body=to_plain(value, kind)) for value in values],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "body"],
        )


def owners(matters: Collection[str]) -> dict[str, str]:
    """Return who keeps the standards of these matters, by code; empty text: the regions together."""
    found: dict[str, str] = {}
    for some in in_parts(matters):
        found |= dict(models.Matter.objects.filter(code__in=some or ()).values_list("code", "owner"))
    return found


def names(model: type[models.Material] | type[models.CertificateType], codes: Iterable[str]) -> dict[str, str]:
    """Return the names of these descriptions, by code."""
    found: dict[str, str] = {}
    for some in in_parts(set(codes)):
        found |= dict(model.objects.filter(code__in=some or ()).values_list("code", "name"))
    return found


def write_versions(bodies: Mapping[Written, Body]) -> None:
    """Write one row for each event with what it tells of; a standard put in force at once gets its span as well."""
    rows: dict[type[models.Version], list[models.Version]] = {}
    for event, body in bodies.items():
        row = _row(event, body)
        rows.setdefault(type(row), []).append(row)
    for model, made in rows.items():
        model.objects.bulk_create(made, batch_size=500)
    at_once = {event.matter: (event,) for event in bodies if isinstance(event, StandardPutInForce)}
    _write_spans({matter: _after(spans, at_once[matter]) for matter, spans in spans_of(at_once).items()})


def schedule(
    versions: Iterable[tuple[str, int]], *, batch: str, from_on: date, until_on: date | None, at: datetime
) -> list[StandardScheduled]:
    """Put versions of joint standards in force from a day on; return the events for the stream `catalogue`."""
    events = [StandardScheduled(matter, version, batch, from_on, until_on, at) for matter, version in versions]
    _write_after(events)
    return events


def end(versions: Iterable[tuple[str, int]], *, batch: str, until_on: date, at: datetime) -> list[StandardEnded]:
    """End versions of standards on a day; return the events for the stream `catalogue`."""
    events = [StandardEnded(matter, version, batch, until_on, at) for matter, version in versions]
    _write_after(events)
    return events


def _write_after(events: Iterable[StandardScheduled] | Iterable[StandardEnded]) -> None:
    moving: dict[str, tuple[Spanning, ...]] = {}
    for event in events:
        moving[event.matter] = (*moving.get(event.matter, ()), event)
    _write_spans({matter: _after(spans, moving[matter]) for matter, spans in spans_of(moving).items()})


Spanning = StandardPutInForce | StandardScheduled | StandardEnded


def _after(spans: Spans, events: Iterable[Spanning]) -> Spans:
    for event in events:
        match event:
            case StandardPutInForce():
                spans = validity.begin(spans, Span(event.version, "", day_of(event.at)))
            case StandardScheduled():
                spans = validity.begin(spans, Span(event.version, event.batch, event.from_on, event.until_on))
            case StandardEnded():
                spans = validity.end_version(spans, version=event.version, batch=event.batch, until_on=event.until_on)
    return spans


def day_of(at: datetime) -> date:
    """The day of an instant where the authorities are."""
    return at.astimezone(BEIJING_TIME).date()


def spans_of(matters: Collection[str]) -> dict[str, Spans]:
    """Return the spans of each of these matters, the first first; empty where it was never in force."""
    found: dict[str, Spans] = dict.fromkeys(matters, ())
    for some in in_parts(matters):
        for row in models.Validity.objects.filter(matter_id__in=some).order_by("id"):
            found[row.matter_id] = (*found[row.matter_id], Span(row.version, row.batch, row.from_on, row.until_on))
    return found


def _write_spans(spans: Mapping[str, Spans]) -> None:
    """Write the spans of these matters anew."""
    for some in in_parts(spans):
        models.Validity.objects.filter(matter_id__in=some).delete()
    models.Validity.objects.bulk_create(
        [
            models.Validity(matter_id=matter, version=s.version, batch=s.batch, from_on=s.from_on, until_on=s.until_on)
            for matter, of_matter in spans.items()
            for s in of_matter
        ],
        batch_size=500,
    )


def _row(event: Written, body: Body) -> models.Version:
    same: dict[str, Any] = {
        "version": event.version,
        "digest": event.digest,
        "body": body,
        "in_force_at": event.at,
    }
    match event:
        case StandardPutInForce() | StandardProposed():
            return models.Standard(matter_id=event.matter, **same)
        case ImplementationPutInForce():
            return models.Implementation(matter_id=event.matter, region=body["region"], by=event.body, **same)
        case BundlePutInForce():
            return models.Bundle(code=event.bundle, **same)
        case DelegationRecorded():
            return models.Delegation(matter_id=event.matter, origin=body["origin"], **same)
        case OfferRecorded():
            return models.Offer(
                matter_id=event.matter, province=event.province, mode=body["mode"], **_resting(body), **same
            )
        case ExtensionRecorded():
            return models.Extension(hall=event.hall, region=event.region, **_resting(body), **same)
        case ReformRecorded():
            return models.Reform(
                matter_id=event.matter,
                region=event.region,
                mode=body["mode"],
                from_on=date.fromisoformat(body["from_on"]),
                **same,
            )
        case ObservationTaken():
            return models.Observation(matter_id=event.matter, by=event.body, region=body["region"], **same)


def _resting(body: Body) -> dict[str, Any]:
    """The agreement something rests on, and its span."""
    until_on = body["until_on"]
    return {
        "agreement": body["agreement"],
        "from_on": date.fromisoformat(body["from_on"]),
        "until_on": until_on and date.fromisoformat(until_on),
    }


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


def in_force(today: date) -> Q:
    """What holds of the rows of standards that are in force on a day."""
    spans = models.Validity.objects.filter(
        Q(until_on=None) | Q(until_on__gt=today),
        matter=OuterRef("matter"),
        version=OuterRef("version"),
        from_on__lte=today,
    )
    return Q(Exists(spans))


def standards_in_force(matters: Collection[str] | None = None, *, today: date) -> dict[str, Standard]:
    """Return the standard of each matter that is in force on a day, by code of the matter."""
    found = {}
    for some in in_parts(matters):
        rows = models.Standard.objects.filter(in_force(today)).order_by("matter_id")
        for row in rows if some is None else rows.filter(matter_id__in=some):
            found[row.matter_id] = read_standard(row)
    return found


def changed_descriptions(
    materials: Iterable[Material], certificate_types: Iterable[CertificateType], elements: Iterable[DataElement]
) -> dict[str, str]:
    """Return the known descriptions that these would change, with the name they have now, by code."""
    changed: dict[str, str] = {}
    described: tuple[tuple[Any, Any, Iterable[Any]], ...] = (
        (models.Material, Material, materials),
        (models.CertificateType, CertificateType, certificate_types),
        (models.Element, DataElement, elements),
    )
    for model, kind, values in described:
        given = {value.code: to_plain(value, kind) for value in values}
        for some in in_parts(given):
            for row in model.objects.filter(code__in=some or ()):
                if row.body != given[row.code]:
                    changed[row.code] = row.name
    return changed


def newest_standards(matters: Collection[str]) -> dict[str, Standard]:
    """Return the newest version of the standard of each of these matters, in force or not."""
    found = {}
    for some in in_parts(matters):
        for row in newest(models.Standard, "matter_id").filter(matter_id__in=some or ()):
            found[row.matter_id] = read_standard(row)
    return found


def joint_versions(matters: Collection[str], *, today: date) -> dict[str, int]:
    """Return which version of each of these standards a batch has in force on a day, by code of the matter."""
    found: dict[str, int] = {}
    for some in in_parts(matters):
        spans = models.Validity.objects.filter(matter_id__in=some or (), from_on__lte=today).exclude(batch="")
        found |= dict(spans.filter(Q(until_on=None) | Q(until_on__gt=today)).values_list("matter_id", "version"))
    return found


def implementations_in_force(matters: Collection[str] | None = None) -> dict[str, list[Implementation]]:
    """Return the newest implementation of each body, by matter, by region."""
    found: dict[str, list[Implementation]] = {}
    for some in in_parts(matters):
        rows = newest(models.Implementation, "matter_id", "by").order_by("matter_id", "region", "by")
        for row in rows if some is None else rows.filter(matter_id__in=some):
            found.setdefault(row.matter_id, []).append(read_implementation(row))
    return found


@dataclass(frozen=True, slots=True)
class Observed:
    """What the own system of a body shows of a matter, as it was last looked at."""

    matter: str
    body: str
    region: str
    terms: Terms


def observations(matters: Collection[str] | None = None) -> list[Observed]:
    """Return the newest observation of each body and matter, by matter, by region."""
    found = []
    for some in in_parts(matters):
        rows = newest(models.Observation, "matter_id", "by").order_by("matter_id", "region", "by")
        for row in rows if some is None else rows.filter(matter_id__in=some):
            found.append(Observed(row.matter_id, row.by, row.region, from_plain(row.body["terms"], Terms)))
    return found


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
"""Kind, key and version of everything ever written, with its digest; spans and departures with what they say."""


def register_fold() -> None:
    """Tell the journal how its entries, and the rows, give the same record."""
    journal.register(STREAM, fold=_folded, rows=_held, streams=lambda: [STREAM] if _held(STREAM) else [])


def _folded(entries: list[Recorded]) -> Held:
    held: Held = {}
    spans: dict[str, Spans] = {}
    for entry in entries:
        match entry.event:
            case StandardPutInForce() | StandardProposed() as e:
                held["standard", e.matter, str(e.version)] = e.digest
            case ImplementationPutInForce() as e:
                held["implementation", e.matter, e.body, str(e.version)] = e.digest
            case BundlePutInForce() as e:
                held["bundle", e.bundle, str(e.version)] = e.digest
            case DelegationRecorded() as e:
                held["delegation", e.matter, str(e.version)] = e.digest
            case OfferRecorded() as e:
                held["offer", e.matter, e.province, str(e.version)] = e.digest
            case ExtensionRecorded() as e:
                held["extension", e.hall, e.region, str(e.version)] = e.digest
            case ReformRecorded() as e:
                held["reform", e.matter, e.region, str(e.version)] = e.digest
            case ObservationTaken() as e:
                held["observation", e.matter, e.body, str(e.version)] = e.digest
            case DepartureOpened() as e:
                held["departure", e.matter, e.body, str(e.version)] = _departure(e.article, closed=False)
            case DepartureClosed() as e:
                (key,) = (k for k in held if k[:3] == ("departure", e.matter, e.body) and held[k].endswith(OPEN))
                held[key] = held[key].removesuffix(OPEN)
        if isinstance(entry.event, StandardPutInForce | StandardScheduled | StandardEnded):
            matter = entry.event.matter
            spans[matter] = _after(spans.get(matter, ()), (entry.event,))
    return held | _held_spans(spans)


OPEN = " open"


def _departure(article: str, *, closed: bool) -> str:
    return article if closed else article + OPEN


def _held_spans(spans: Mapping[str, Spans]) -> Held:
    return {
        ("span", matter, str(place)): f"{s.version} {s.batch} {s.from_on} {s.until_on}"
        for matter, of_matter in spans.items()
        for place, s in enumerate(of_matter)
    }


def _held(stream: str) -> Held:
    """What the rows say; the digest is computed from the body that stands there now."""
    held: Held = {}
    for kind, model, keys in (
        ("standard", models.Standard, ("matter_id", "version")),
        ("implementation", models.Implementation, ("matter_id", "by", "version")),
        ("bundle", models.Bundle, ("code", "version")),
        ("delegation", models.Delegation, ("matter_id", "version")),
        ("offer", models.Offer, ("matter_id", "province", "version")),
        ("extension", models.Extension, ("hall", "region", "version")),
        ("reform", models.Reform, ("matter_id", "region", "version")),
        ("observation", models.Observation, ("matter_id", "by", "version")),
    ):
        for row in model.objects.all():
            held[(kind, *(str(getattr(row, key)) for key in keys))] = digest(row.body)
    for one in models.Departure.objects.all():
        key = ("departure", one.matter_id, one.by, str(one.version))
        held[key] = _departure(one.article, closed=one.closed_at is not None)
    return held | _held_spans(spans_of(set(models.Validity.objects.values_list("matter_id", flat=True))))
