"""Which headers does every page carry, and what is not let in at all?

A strict content policy: nothing inline, nothing from elsewhere, no frame. What somebody sees who has a session is kept
by no browser and no proxy: at a terminal of a hall the next person presses “back”.

A form is refused by its announced length, before a byte of it is read: somebody signed in may send a dozen of the
largest files at once, anybody else no more than one. Views that take their body in themselves set their own limit. An
address with a NUL in it names nothing: no database keeps that character.

Source: W3C Content Security Policy Level 3; W3C Permissions Policy; RFC 9111, 5.2.2.5 (no-store).
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.web.errors import not_found, too_large

MEGABYTE = 1024 * 1024
LARGEST_FROM_STRANGERS = 24 * MEGABYTE
LARGEST = 256 * MEGABYTE

CONTENT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
POWERS = ("camera", "geolocation", "microphone", "payment", "usb")


def permissions_policy(*allowed: str) -> str:
    """Return the header that leaves these powers of the browser to the page, and none of the others."""
    return ", ".join(f"{power}=({'self' if power in allowed else ''})" for power in POWERS)


PERMISSIONS_POLICY = permissions_policy()


class PageHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class AdmissionMiddleware:
    """Stands before the one that checks the token of a form, because that one reads the whole form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> HttpResponse | None:
        if getattr(view, "csrf_exempt", False):
            return None
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return not_found(request)
        announced = request.META.get("CONTENT_LENGTH") or "0"
        length = int(announced) if announced.isdecimal() else 0
        if length > LARGEST or (length > LARGEST_FROM_STRANGERS and not request.user.is_authenticated):
            return too_large(request)
        return None
