"""Certificates on the spot: choose the months, press, and have it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import actions, numbers, queries, words
from tongban.casework.forms.instant import InstantForm
from tongban.casework.views.page import operation, posted
from tongban.catalogue import labels
from tongban.catalogue import queries as catalogue_queries
from tongban.certificates import queries as certificates
from tongban.domain import alone, instant
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of
from tongban.people import acting
from tongban.registries.adapters import connected
from tongban.web import clock
from tongban.web.values import Link

UNPROCESSABLE = 422


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certify(request: HttpRequest, matter: str) -> HttpResponse:
    """Who it is for, which registers are asked, and the button; a refusal says why and what to do next."""
    actor = acting.current(request)
    standard, _offered = catalogue_queries.offers(matter, today=clock.today())
    instant.demand_certified(standard)
    registers, bundle = connected(standard.yields), alone.bundle(standard)
    provinces = dict.fromkeys(province_of(register.region) for register in registers)
    form = InstantForm(
        posted(request),
        initial=operation(),
        bundle=bundle,
        places=[(code, labels.province(code)) for code in provinces],
    )
    if request.method == "POST" and form.is_valid():
        try:
            answer = actions.certify(actor=actor, matter=matter, now=clock.now(), **form.given)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return redirect("casework:certified", answer["number"])
    values = {
        "form": form,
        "name": words.bundle(bundle),
        "holder": actor.party,
        "registers": [words.spoken(register.name, register.name_en) for register in registers],
        "crumbs": [
            Link(_("首页"), "/"),
            Link(words.bundle(bundle), reverse("catalogue:guide", args=[matter])),
            Link(_("立即办理")),
        ],
    }
    return render(request, "casework/instant/certify.html", values, status=UNPROCESSABLE if form.errors else 200)


@login_required
@never_cache
@require_safe
def certified(request: HttpRequest, number: str) -> HttpResponse:
    """It is done: the certificate to open, print, download and verify."""
    found = queries.own_application(number, actor=acting.current(request))
    catalogue, bundle = catalogue_queries.catalogue_of(found.bundle, found.bundle_version)
    if not instant.certified(catalogue.standards[found.cases[0].matter]):
        return redirect("casework:application", found.number)
    (issued,) = certificates.of_stream(stream=queries.stream_of(found.id))
    values: dict[str, Any] = {
        "application": found,
        "name": words.bundle(bundle),
        "certificate": issued,
        "certificate_name": words.spoken(issued.type_name, issued.type_name_en),
        "query_code": numbers.query_code(found.number),
        "source": found.supplies[0].reference,
        "again": reverse("casework:instant", args=[found.cases[0].matter]),
        "crumbs": [Link(_("我的办件"), reverse("casework:applications")), Link(found.number)],
    }
    return render(request, "casework/instant/certified.html", values)
