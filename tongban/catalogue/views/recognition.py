"""The public pages of recognition rules: the list with what it can be narrowed to, and one rule."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue import entrances, recognised
from tongban.catalogue.exports import recognition as exported
from tongban.catalogue.queries import recognition as queries
from tongban.people import acting
from tongban.web import clock
from tongban.web.values import Link


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    today, found = clock.today(), queries.rules()
    chosen = recognised.narrowed(found, request.GET)
    facets = recognised.facets(found, request.GET)
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("互认规则"))],
        "facets": facets,
        "chosen": any(facet.chosen for facet in facets),
        "total": len(chosen),
        "groups": recognised.by_document(recognised.shown(found, one, today=today) for one in chosen),
        "query": request.GET.urlencode(),
        "kept": entrances.rules(acting.reader(request)),
        "counts": entrances.counts(),
    }
    return render(request, "catalogue/recognition.html", values)


@require_safe
def rule(request: HttpRequest, code: str) -> HttpResponse:
    found = queries.rule(code)
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("互认规则"), reverse("catalogue:recognition")), Link(code)],
        "rule": recognised.shown(found, found.recorded[0], today=clock.today()),
        "kept": entrances.rules(acting.reader(request)),
        "counts": entrances.counts(),
    }
    return render(request, "catalogue/recognition_rule.html", values)


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Every rule whole, with digest and signature."""
    return _attachment(exported.json_file(queries.rules().recorded), "application/json", "recognition.json")


@require_safe
def as_workbook(request: HttpRequest) -> HttpResponse:
    """What the list shows, as chosen."""
    found = queries.rules()
    rows = [recognised.shown(found, one, today=clock.today()) for one in recognised.narrowed(found, request.GET)]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _attachment(exported.workbook(rows), kind, "recognition.xlsx")


def _attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
