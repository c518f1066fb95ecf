"""Which rows of a list are told, and where do the next ones stand?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from pydantic import Field

from tongban.api import problems
from tongban.api.schemas import Given, Told
from tongban.catalogue.queries.versions import Window

FURTHEST = 100_000
LARGEST = 200
USUAL = 50


class Asked(Given):
    """Every list takes these beside its filters."""

    page: int = Field(1, ge=1, le=FURTHEST, description="第几页，从 1 起")
    size: int = Field(USUAL, ge=1, le=LARGEST, description="每页几条")


class Page(Told):
    """`next`: the address of the next page; null on the last."""

    page: int
    size: int
    total: int
    next: str | None


def window(request: HttpRequest, asked: Asked) -> Window:
    """Return the rows that are asked for. Raises Invalid: a filter that is misspelt would show everything."""
    if unknown := sorted(request.GET.keys() - type(asked).model_fields.keys()):
        raise problems.of_unknown(unknown)
    return Window((asked.page - 1) * asked.size, asked.size)


def told(request: HttpRequest, asked: Asked, *, total: int) -> dict[str, Any]:
    """Return what every page of a list says of itself."""
    query = request.GET.copy()
    query["page"] = str(asked.page + 1)
    more = asked.page * asked.size < total and asked.page < FURTHEST
    address = f"{request.path}?{query.urlencode()}" if more else None
    return {"page": asked.page, "size": asked.size, "total": total, "next": address}
