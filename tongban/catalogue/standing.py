"""Which offers and extended halls count today? Those whose own days stand, and whose agreement is not over.

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
    rows = _counting(storage.newest(models.Extension, "hall", "region"), today).order_by("hall", "region")
    return [from_plain(row.body, Extension) for row in rows]


def _counting(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    over = models.Agreement.objects.filter(last_on__lte=today).values("number")
    begun = rows.filter(from_on__lte=today).exclude(agreement__in=over)
    return begun.filter(Q(until_on=None) | Q(until_on__gt=today))
