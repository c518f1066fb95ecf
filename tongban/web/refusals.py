"""What does a reader see when an action refuses? The sentence of the refusal, on a page of its own or in place.

A `Refused` that leaves a view becomes a page with status 409, or the `status` its class names (403, 404). A request by
htmx gets the fragment, which htmx 4 swaps in like any other answer.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from tongban.domain.refused import Refused

CONFLICT = 409


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal(request, exception) if isinstance(exception, Refused) else None


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    template = "web/_refused.html" if request.headers.get("HX-Request") else "web/refused.html"
    acted = request.method not in ("GET", "HEAD")
    values = {"sentence": str(refused), "back": _page_before(request), "acted": acted}
    return render(request, template, values, status=getattr(refused, "status", CONFLICT))


def _page_before(request: HttpRequest) -> str:
    """Return the page the reader came from, if it is on this site; else the first page."""
    came_from = request.headers.get("Referer", "")
    return came_from if url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}) else "/"
