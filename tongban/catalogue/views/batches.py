"""The public pages of batches: which there are, and for each who signed what, verified anew on every look."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue import signing, words
from tongban.catalogue.queries import batches as queries
from tongban.web import clock
from tongban.web.values import Link


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("同事同标批次"))],
        "batches": [signing.summary(one) for one in queries.standings(today=clock.today())],
    }
    return render(request, "catalogue/batches.html", values)


@require_safe
def batch(request: HttpRequest, code: str) -> HttpResponse:
    standing, acts = queries.batch(code, today=clock.today())
    title = words.told(standing.batch.draft, "title")
    values = {
        "crumbs": [
            Link(_("首页"), "/"),
            Link(_("同事同标批次"), reverse("catalogue:batches")),
            Link(title),
        ],
        "title": title,
        "summary": signing.summary(standing),
        "facts": signing.facts(standing),
        "agreement": standing.agreement,
        "acts": [signing.section(act, standing) for act in acts],
        "drafted": queries.drafted(standing.batch.draft.matters) if not acts else [],
    }
    return render(request, "catalogue/batch.html", values)
