"""The public pages of the catalogue: portal, matters, bundles, delegations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue import entrances, labels, listings, pages, queries, words
from tongban.catalogue.entries import EVERYWHERE
from tongban.catalogue.queries import PAGE, Wanted
from tongban.domain.lists import ListKind
from tongban.web import clock
from tongban.web.values import Link


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    counted = queries.list_counts()
    found = queries.facets(Wanted())
    values = {
        "bundles": [(bundle, pages.defaults(catalogue, bundle)) for catalogue, bundle in queries.bundles()],
        "entrances": entrances.shown(),
        "types": list(found.matter_types.items()),
        "sectors": [(code, labels.sector(code), count) for code, count in found.sectors.items()],
        "zone": [(text, code, counted[ListKind.ZONE].get(code, 0)) for code, text in labels.PROVINCES.items()],
        "terminals": counted[ListKind.TERMINAL].get(EVERYWHERE, 0),
        "lists": [
            (labels.LISTS[kind], kind.value, counted[kind][EVERYWHERE])
            for kind in ListKind
            if kind not in (ListKind.ZONE, ListKind.TERMINAL) and counted[kind]
        ],
    }
    return render(request, "catalogue/home.html", values)


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    wanted = listings.wanted(request.GET)
    number = listings.page_number(request.GET)
    hits = queries.find(wanted, today=clock.today(), start=(number - 1) * PAGE)
    facets = listings.facets(queries.facets(wanted), request.GET)
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("办事指南"))],
        "typed": wanted.text,
        "hits": hits,
        "rows": listings.listed(hits.rows, province=wanted.province),
        "facets": facets,
        "chips": listings.chips(facets, request.GET),
        "kept": [(name, request.GET[name]) for name in listings.PARAMETERS if request.GET.get(name)],
        "page": listings.page(hits.total, number),
    }
    return render(request, "catalogue/matters.html", values)


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
