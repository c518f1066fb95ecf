"""The public pages of the catalogue: portal, matters, guides, bundles, delegations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue import entrances, pages, queries, words
from tongban.catalogue.queries import Wanted
from tongban.domain.catalogue import MatterType
from tongban.people import queries as people
from tongban.web import clock
from tongban.web.values import Link


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    bundles = [(bundle, pages.defaults(catalogue, bundle)) for catalogue, bundle in queries.bundles()]
    values = {
        "bundles": bundles,
        "entrances": entrances.shown(),
        "types": list(queries.facets(Wanted()).matter_types.items()),
    }
    return render(request, "catalogue/home.html", values)


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    kind = request.GET.get("type", "")
    chosen = kind if kind in set(MatterType) else ""
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("办事指南"))],
        "typed": typed,
        "chosen": chosen,
        "types": list(queries.facets(Wanted()).matter_types.items()),
        "matters": queries.listed(today=clock.today(), matching=typed, matter_type=chosen),
    }
    return render(request, "catalogue/matters.html", values)


@require_safe
def guide(request: HttpRequest, matter: str) -> HttpResponse:
    found = queries.guide(matter, today=clock.today())
    bundle = next((bundle for _, bundle in queries.bundles() if matter in {i.matter for i in bundle.items}), None)
    department = people.department(uscc=found.implementation.body)
    hall = people.hall(code=found.implementation.hall)
    body = words.told(department, "name") if department else found.implementation.body
    values = {
        "crumbs": [
            Link(_("首页"), "/"),
            Link(_("办事指南"), reverse("catalogue:matters")),
            Link(words.told(found.standard, "name")),
        ],
        "guide": found,
        "bundle": bundle,
        "summary": pages.summary(found, hall=words.told(hall, "name") if hall else "—", body=body),
        "codes": pages.codes(found),
        "asked": pages.asked(found, bundle),
        "decided": pages.decided(found, body=body),
        "validity": pages.validity(found.yields) if found.yields else "",
        "held_by": pages.held_by(found.yields) if found.yields else "",
    }
    return render(request, "catalogue/guide.html", values)


@require_safe
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    catalogue, found = queries.catalogue_of(code)
    derived = pages.defaults(catalogue, found)
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(words.told(found, "name"))],
        "bundle": found,
        "plan": derived,
        "start": entrances.start_of(code),
        "categories": pages.by_category(catalogue, found),
        "figures": pages.figures(derived),
        "materials": pages.shared(catalogue, derived),
        "topics": pages.topics(catalogue, derived),
        "drawing": pages.picture(catalogue, derived, today=clock.today()),
    }
    return render(request, "catalogue/bundle.html", values)


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    delegated = queries.delegations()
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("职权来源"))],
        "count": len(delegated),
        "groups": pages.by_origin(delegated),
    }
    return render(request, "catalogue/delegations.html", values)
