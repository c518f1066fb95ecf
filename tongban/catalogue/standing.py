"""Which offers and extended halls count today? Those that stand by their own days and by their
agreement: one that is over, or was never recorded, carries nothing.

Source: design, invariant 15; an offer stops with the agreement it rests on (`domain/agreements`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from tongban.catalogue import models, storage
from tongban.domain.codec import from_plain
from tongban.domain.offers import Extension, Offer


def offers(matters: Collection[str], *, today: date) -> list[Offer]:
    """Return the offers of these matters that count today, by matter and province; one statement."""
    rows = offer_rows(today).filter(matter_id__in=matters).order_by("matter_id", "province")
    return [from_plain(row.body, Offer) for row in rows]


def offer_rows(today: date) -> QuerySet[Any]:
    """Return the rows of the offers that count today."""
    return _counting(storage.newest(models.Offer, "matter_id", "province"), today)


def extensions(*, today: date) -> list[Extension]:
    """Return the extended halls that count today, by hall and region; one statement."""
    return [from_plain(row.body, Extension) for row in extension_rows(today).order_by("hall", "region")]


def extension_rows(today: date) -> QuerySet[Any]:
    """Return the rows of the extended halls that count today."""
    return _counting(storage.newest(models.Extension, "hall", "region"), today)


def offered_under(agreement: str) -> set[str]:
    """Return the matters of all offers that rest on an agreement, whether they count today or not."""
    return set(models.Offer.objects.filter(agreement=agreement).values_list("matter_id", flat=True))


def _counting(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    standing = Q(last_on=None) | Q(last_on__gt=today)
    agreements = models.Agreement.objects.filter(standing, from_on__lte=today).values("number")
    return rows.filter(Q(until_on=None) | Q(until_on__gt=today), from_on__lte=today, agreement__in=agreements)
