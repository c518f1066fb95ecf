"""Has what a program holds changed since? If not, it is told so in a few bytes (304), and asks on.

Three kinds of answers, three kinds of tags. A version never changes: its tag is the digest of its written form, and it
may be kept for good. A list follows from the journal, the day and the question: its tag is weak, and known before the
list is read. Anything else is known by the digest of the answer itself, made after it was seen who asks.

Source: RFC 9110, sections 8.8.3, 13.1.2, 15.4.5 (ETag, If-None-Match, 304); RFC 8246 (immutable).
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from ninja.decorators import decorate_view

from tongban.catalogue.storage import STREAM
from tongban.crypto import sm3
from tongban.journal import queries as journal
from tongban.web import clock

View = Callable[..., HttpResponse]
OK = 200

ASK_AGAIN = "no-cache"
FOR_ONESELF = "private, no-cache"
FOR_GOOD = "public, max-age=31536000, immutable"


def of_streams(*prefixes: str) -> Callable[[View], View]:
    """Tag a list by the journal of the catalogue and of streams whose names begin so, the day and the question."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def tagged(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
            known = (journal.state_of(STREAM, *prefixes), clock.today().isoformat(), request.get_full_path())
            tag = f'W/"{_digest(" ".join(known).encode("utf-8", "surrogatepass"))}"'
            if _held(request, tag):
                return _tagged(HttpResponseNotModified(), tag, ASK_AGAIN)
            response = view(request, *args, **named)
            return _tagged(response, tag, ASK_AGAIN) if response.status_code == OK else response

        return tagged

    return decorate


def of_content(cache: str) -> Callable[[View], View]:
    """Tag an answer by its own digest, unless it has a tag already."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def tagged(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
            response = view(request, *args, **named)
            if response.status_code != OK:
                return response
            tag = response.headers.get("ETag", f'"{_digest(response.content)}"')
            return _tagged(HttpResponseNotModified() if _held(request, tag) else response, tag, cache)

        return tagged

    return decorate


listed = decorate_view(of_streams())
with_batches = decorate_view(of_streams("batch/", "agreement/", "meeting/"))
told = decorate_view(of_content(ASK_AGAIN))
told_to_one = decorate_view(of_content(FOR_ONESELF))
immutable = decorate_view(of_content(FOR_GOOD))


def _digest(content: bytes) -> str:
    return sm3.digest(content).hex()


def _held(request: HttpRequest, tag: str) -> bool:
    """Whether the program holds what the tag is of; weak and strong compare alike here."""
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    return asked == ["*"] or tag.removeprefix("W/") in {one.removeprefix("W/") for one in asked}


def _tagged(response: HttpResponse, tag: str, cache: str) -> HttpResponse:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = cache
    return response
