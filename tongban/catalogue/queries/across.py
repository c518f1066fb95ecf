"""Which matters cross borders, and which approvals were reformed: offers by direction, reform modes by region?

Only matters that are listed count: an offer of a standard that is not in force offers nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from tongban.catalogue import models, standing
from tongban.catalogue.entries import EVERYWHERE
from tongban.domain.codec import from_plain
from tongban.domain.offers import HandlingMode, Offer, Reform, ReformMode


@dataclass(frozen=True, slots=True)
class Direction:
    """What a province lets the halls of others take in, by mode."""

    province: str
    to: tuple[str, ...]
    modes: dict[HandlingMode, int]

    @property
    def total(self) -> int:
        return sum(self.modes.values())


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer with the name of its matter."""

    name: str
    name_en: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class Reformed:
    """A reform mode with the name of its matter."""

    name: str
    name_en: str
    reform: Reform


def directions(*, today: date) -> list[Direction]:
    """Return how many handling items each province offers in which mode, and to whom; one statement."""
    rows = _offers(today).order_by().values_list("province", "mode", "body__to").annotate(offers=Count("id"))
    modes: dict[str, Counter[HandlingMode]] = {}
    to: dict[str, set[str]] = {}
    for province, mode, halls, count in rows:
        modes.setdefault(province, Counter())[HandlingMode(mode)] += count
        to.setdefault(province, set()).update(halls)
    return [
        Direction(
            province,
            tuple(sorted(to[province])),
            {mode: counted[mode] for mode in HandlingMode if counted[mode]},
        )
        for province, counted in sorted(modes.items())
    ]


def offered(
    *, province: str, mode: HandlingMode | None, today: date, start: int, size: int
) -> tuple[int, list[Offered]]:
    """Return how many offers a province makes, and those from `start` on; two statements."""
    rows = _offers(today).filter(province=province).select_related("matter").order_by("matter__owner", "matter_id")
    if mode is not None:
        rows = rows.filter(mode=mode.value)
    found = [
        Offered(row.matter.name, row.matter.name_en, from_plain(row.body, Offer)) for row in rows[start : start + size]
    ]
    return rows.count(), found


def reform_counts(*, today: date) -> dict[ReformMode, int]:
    """Return how many matters stand in which reform mode today, in any region; one statement."""
    rows = _reforms(today).order_by().values_list("mode").annotate(matters=Count("matter_id", distinct=True))
    counted = dict(rows)
    return {mode: counted[mode.value] for mode in ReformMode if mode.value in counted}


def reformed(*, mode: ReformMode | None, region: str, today: date, start: int, size: int) -> tuple[int, list[Reformed]]:
    """Return how many reform modes stand today, and those from `start` on; two statements."""
    rows = _reforms(today).select_related("matter").order_by("matter__owner", "matter_id", "region")
    if mode is not None:
        rows = rows.filter(mode=mode.value)
    if region:
        rows = rows.filter(region=region)
    found = [
        Reformed(row.matter.name, row.matter.name_en, from_plain(row.body, Reform))
        for row in rows[start : start + size]
    ]
    return rows.count(), found


def _offers(today: date) -> QuerySet[Any]:
    return standing.offer_rows(today).filter(_is_listed())


def _reforms(today: date) -> QuerySet[Any]:
    """The newest that has begun, for each matter and region (`domain/lists.reform`)."""
    own = models.Reform.objects.filter(matter=OuterRef("matter"), region=OuterRef("region"), from_on__lte=today)
    newest = own.order_by("-from_on", "-version").values("id")[:1]
    return models.Reform.objects.filter(_is_listed(), id=Subquery(newest))


def _is_listed() -> Exists:
    return Exists(models.Entry.objects.filter(matter=OuterRef("matter"), province=EVERYWHERE))
