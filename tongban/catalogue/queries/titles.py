"""What are agreements and batches called that other things only name by number?"""

from __future__ import annotations

from collections.abc import Collection

from tongban.catalogue import models
from tongban.catalogue.code_tables import Named


def agreement_titles(numbers: Collection[str]) -> dict[str, Named]:
    """Return the titles of these agreements; one that nobody recorded is left out. One statement."""
    rows = models.Agreement.objects.filter(number__in=set(numbers))
    return {row.number: Named(row.number, row.title, row.body["title_en"]) for row in rows}


def batch_titles(codes: Collection[str]) -> dict[str, Named]:
    """Return the titles of these batches. One statement."""
    rows = models.Batch.objects.filter(code__in=set(codes))
    return {row.code: Named(row.code, row.body["title"], row.body["title_en"]) for row in rows}
