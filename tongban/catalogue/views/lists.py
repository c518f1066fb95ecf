"""The public lists of the catalogue: the zone, the recognised lists, offers, extended halls, reform modes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue import labels, listings, queries, standing
from tongban.catalogue.entries import EVERYWHERE
from tongban.catalogue.queries import PAGE, Wanted
from tongban.domain.lists import ListKind
from tongban.domain.offers import HandlingMode, ReformMode
from tongban.web import clock
from tongban.web.values import Link


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    counted = queries.list_counts()
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("便民清单"))],
        "lists": [_card(kind, counted[kind]) for kind in ListKind],
        "reforms": [(labels.REFORMS[mode], n) for mode, n in queries.reform_counts(today=clock.today()).items()],
    }
    return render(request, "catalogue/lists.html", values)


def _card(kind: ListKind, counted: dict[str, int]) -> dict[str, Any]:
    return {
        "name": labels.LISTS[kind],
        "definition": labels.DEFINITIONS[kind],
        "href": reverse("catalogue:list", args=[kind.value]),
        "total": counted.get(EVERYWHERE, 0),
        "provinces": [(text, code, counted.get(code, 0)) for code, text in labels.PROVINCES.items()],
    }


@require_safe
def one_list(request: HttpRequest, name: str) -> HttpResponse:
    if name not in set(ListKind):
        raise queries.NotInCatalogue("没有这样的清单。请从便民清单中选择。")
    return _list(request, ListKind(name), str(labels.LISTS[ListKind(name)]))


@require_safe
def zone(request: HttpRequest) -> HttpResponse:
    return _list(request, ListKind.ZONE, _("京津冀一网通办专区"))


@require_safe
def terminals(request: HttpRequest) -> HttpResponse:
    return _list(request, ListKind.TERMINAL, _("自助终端可以办的事"))


def _list(request: HttpRequest, kind: ListKind, title: str) -> HttpResponse:
    today = clock.today()
    chosen = listings.wanted(request.GET)
    wanted = Wanted(text=chosen.text, province=chosen.province, listing=kind)
    counted = queries.list_counts()[kind]
    number = listings.page_number(request.GET)
    hits = queries.find(wanted, today=today, start=(number - 1) * PAGE)
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("便民清单"), reverse("catalogue:lists")), Link(title)],
        "title": title,
        "definition": labels.DEFINITIONS[kind],
        "counters": [(text, code, counted.get(code, 0)) for code, text in labels.PROVINCES.items()],
        "typed": chosen.text,
        "hits": hits,
        "rows": listings.listed(hits.rows, province=chosen.province),
        "province": chosen.province,
        "province_name": labels.province(chosen.province) if chosen.province else "",
        "page": listings.page(hits.total, number),
    }
    return render(request, "catalogue/list.html", values)


@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    today, chosen = clock.today(), listings.wanted(request.GET)
    found = queries.directions(today=today)
    given = [each.province for each in found]
    province = chosen.province if chosen.province in given else next(iter(given), "")
    number = listings.page_number(request.GET)
    total, rows = queries.offered(
        province=province, mode=chosen.mode, today=today, start=(number - 1) * PAGE, size=PAGE
    )
    titles = queries.agreement_titles({each.offer.agreement for each in rows})
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("跨省通办"))],
        "directions": [listings.direction(each, province, chosen.mode) for each in found],
        "modes": [(labels.MODES[mode], labels.MODES_EXPLAINED[mode]) for mode in HandlingMode],
        "province_name": labels.province(province),
        "mode_name": labels.MODES[chosen.mode] if chosen.mode else "",
        "total": total,
        "rows": [listings.offered(each, titles) for each in rows],
        "page": listings.page(total, number),
    }
    return render(request, "catalogue/offers.html", values)


@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    found = standing.extensions(today=clock.today())
    titles = queries.agreement_titles({each.agreement for each in found})
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("延伸服务大厅"))],
        "halls": listings.halls(found, titles),
    }
    return render(request, "catalogue/halls.html", values)


@require_safe
def reforms(request: HttpRequest) -> HttpResponse:
    today, chosen = clock.today(), listings.wanted(request.GET)
    named = request.GET.get("reform", "")
    mode = ReformMode(named) if named in set(ReformMode) else None
    number = listings.page_number(request.GET)
    total, rows = queries.reformed(mode=mode, region=chosen.province, today=today, start=(number - 1) * PAGE, size=PAGE)
    counted = queries.reform_counts(today=today)
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("便民清单"), reverse("catalogue:lists")), Link(_("证照分离"))],
        "modes": [(text, counted.get(kind, 0), kind.value, kind is mode) for kind, text in labels.REFORMS.items()],
        "provinces": [(text, code, code == chosen.province) for code, text in labels.PROVINCES.items()],
        "chosen": mode or "",
        "province": chosen.province,
        "total": total,
        "rows": [listings.reformed(each) for each in rows],
        "page": listings.page(total, number),
    }
    return render(request, "catalogue/reforms.html", values)
