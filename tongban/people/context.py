"""What does every page know about its reader? `actor`: who is signed in and for whom he acts; None for anybody else."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tongban.people import acting


def reader(request: HttpRequest) -> dict[str, object]:
    return {"actor": SimpleLazyObject(partial(acting.reader, request))}
