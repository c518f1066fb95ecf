"""The style guide: every component with its states, in demo mode only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.web import samples
from tongban.web.shapes import ICONS


def styleguide(request: HttpRequest) -> HttpResponse:
    values = {
        "samples": samples,
        "drawing": samples.drawing(),
        "empty_form": samples.filled_form(),
        "refused_form": samples.refused_form(),
        "page": samples.pages(),
        "icons": sorted(ICONS),
        "max_bytes": 10 * samples.MEGABYTE,
    }
    return render(request, "web/styleguide.html", values)


def styleguide_staff(request: HttpRequest) -> HttpResponse:
    return render(request, "web/styleguide_staff.html", {"samples": samples, "drawing": samples.drawing()})
