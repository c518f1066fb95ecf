"""What does the catalogue hold by version, and since when does it count? Page by page, as programs read it.

A version is told as it is stored: its digest covers its written form, so nothing is added to it or left out. The number
of statements is the same however many versions there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery

from tongban.catalogue import models, standing, storage
from tongban.catalogue.body import Body
from tongban.domain.refused import Refused
from tongban.domain.regions import prefix_of
from tongban.domain.validity import Spans


class NoSuchVersion(Refused):
    """A version of a standard, or a matter, that was never published."""

    code = "no_such_version"
    status = 404


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of a list one page shows."""

    skip: int
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One version as it stands."""

    version: int
    digest: str
    body: Body
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Headed:
    """A version of a standard without its content; `spans` tell when it was, is or will be in force."""

    matter: str
    name: str
    name_en: str
    matter_type: str
    owner: str
    sector: str
    version: int
    digest: str
    recorded_at: datetime
    spans: Spans


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list, and how many rows the whole list has."""

    rows: list[Any]
    total: int


def standards(
    *, window: Window, today: date, matter_type: str = "", sector: str = "", owner: str | None = None, batch: str = ""
) -> Part:
    """Return the standards in force, by matter; `owner` empty: those that regions keep together."""
    rows = models.Standard.objects.filter(storage.in_force(today))
    about = {"matter__matter_type": matter_type, "matter__sector": sector}
    rows = rows.filter(**{name: value for name, value in about.items() if value})
    if owner is not None:
        rows = rows.filter(matter__owner=owner)
    if batch:
        spans = models.Validity.objects.filter(matter=OuterRef("matter"), version=OuterRef("version"), batch=batch)
        rows = rows.filter(Exists(spans))
    part = _part(rows.select_related("matter").order_by("matter_id", "version"), window)
    spans_of = storage.spans_of([row.matter_id for row in part.rows])
    return Part([_headed(row, spans_of[row.matter_id]) for row in part.rows], part.total)


def versions_of(matter: str) -> list[Headed]:
    """Return every version of a standard, the newest first. Raises NoSuchVersion."""
    rows = models.Standard.objects.filter(matter_id=matter).select_related("matter").order_by("-version")
    spans = storage.spans_of([matter])[matter]
    found = [_headed(row, spans) for row in rows]
    if not found:
        raise NoSuchVersion(f"没有事项“{matter}”的标准。请从标准清单中查找。")
    return found


def standard(matter: str, version: int) -> Kept:
    """Return one version of a standard. Raises NoSuchVersion."""
    row = models.Standard.objects.filter(matter_id=matter, version=version).first()
    if row is None:
        raise NoSuchVersion(f"没有事项“{matter}”标准的第 {version} 版。请从该标准的版本清单中查找。")
    return _kept(row)


def implementations(*, window: Window, matter: str = "", region: str = "", body: str = "") -> Part:
    """Return the newest implementation of each body, by matter and region; `region` means all that lies in it."""
    rows = _about(storage.newest(models.Implementation, "matter_id", "by"), matter=matter, by=body)
    rows = _within(rows, "region", region)
    return _kept_part(rows.order_by("matter_id", "region", "by"), window)


def offers(*, window: Window, today: date, matter: str = "", province: str = "", mode: str = "") -> Part:
    """Return the offers that stand today, by matter and province."""
    rows = _about(standing.offer_rows(today), matter=matter, province=province, mode=mode)
    return _kept_part(rows.order_by("matter_id", "province"), window)


def extensions(*, window: Window, today: date, hall: str = "", region: str = "") -> Part:
    """Return the extended halls that serve another region today, by hall and region."""
    rows = _within(_about(standing.extension_rows(today), hall=hall), "region", region)
    return _kept_part(rows.order_by("hall", "region"), window)


def reforms(*, window: Window, today: date, matter: str = "", region: str = "", mode: str = "") -> Part:
    """Return the reform mode of each matter and region that counts today, by matter and region."""
    begun = models.Reform.objects.filter(matter=OuterRef("matter"), region=OuterRef("region"), from_on__lte=today)
    newest = begun.order_by().values("matter").annotate(newest=Max("version")).values("newest")
    rows = _within(_about(models.Reform.objects.filter(version=Subquery(newest)), matter=matter), "region", region)
    return _kept_part(_about(rows, mode=mode).order_by("matter_id", "region"), window)


def _about(rows: QuerySet[Any], **wanted: str) -> QuerySet[Any]:
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def _within(rows: QuerySet[Any], name: str, region: str) -> QuerySet[Any]:
    return rows.filter(**{f"{name}__startswith": prefix_of(region)}) if region else rows


def _part(rows: QuerySet[Any], window: Window) -> Part:
    return Part(list(rows[window.skip : window.skip + window.size]), rows.count())


def _kept_part(rows: QuerySet[Any], window: Window) -> Part:
    part = _part(rows, window)
    return Part([_kept(row) for row in part.rows], part.total)


def _kept(row: models.Version) -> Kept:
    return Kept(row.version, row.digest, row.body, row.in_force_at)


def _headed(row: models.Standard, spans: Spans) -> Headed:
    return Headed(
        matter=row.matter_id,
        name=row.body["name"],
        name_en=row.body["name_en"],
        matter_type=row.body["matter_type"],
        owner=row.body["owner"],
        sector=row.body["sector"],
        version=row.version,
        digest=row.digest,
        recorded_at=row.in_force_at,
        spans=tuple(span for span in spans if span.version == row.version),
    )
