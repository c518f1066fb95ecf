"""The public page of figures, its two exports, and, for supervisors, the applications that a figure counts."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.casework.overview import scopes
from tongban.casework.views.workbench.duty import on_duty
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue
from tongban.domain.measures import MEASURES
from tongban.insight import comparing, export, pages, queries, words
from tongban.insight.forms import SelectionForm
from tongban.people import acting
from tongban.people.actor import Actor
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link

ROWS = 50
UNPROCESSABLE = 422


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    common = {"form": form, "crumbs": [Link(_("首页"), "/"), Link(_("办理指标"))]}
    if not form.is_valid():
        refused = common | {"periods": pages.periods(None, form.today), "open": True}
        return render(request, "insight/figures.html", refused, status=UNPROCESSABLE)
    selection = form.selection()
    found = queries.find(selection, calendar=calendars.load())
    summary = found.summary()
    hrefs = pages.hrefs(selection) if _supervises(request) else {}
    periods = pages.periods(selection, form.today)
    values = {
        "found": found,
        "periods": periods,
        "open": bool(selection.bundle or selection.region) or not any(period.current for period in periods),
        "period": words.period(selection.period),
        "comparisons": [comparing.materials(found, hrefs=hrefs), comparing.time(found, hrefs=hrefs)],
        "applications": summary.applications,
        "cards": pages.cards(summary, hrefs),
        "table": pages.table(summary, hrefs),
        "query": pages.query(selection),
    }
    return render(request, "insight/figures.html", common | values)


@require_safe
def figures_json(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=UNPROCESSABLE)
    selection = form.selection()
    found = queries.find(selection, calendar=calendars.load())
    answer = export.as_json(selection, found.summary(), behind=found.behind)
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


@require_safe
def figures_csv(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
        return HttpResponse("\n".join(sentences), "text/plain; charset=utf-8", status=UNPROCESSABLE)
    selection = form.selection()
    found = queries.find(selection, calendar=calendars.load())
    name = f"figures-{selection.period.since}-{export.last_day(selection)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(export.as_csv(selection, found.summary()), "text/csv; charset=utf-8", headers=headers)


@on_duty(Role.SUPERVISOR)
@require_safe
def rows(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Which applications of the supervisor's regions does this figure count, and what does each add to it?"""
    if code not in {measure.code for measure in MEASURES}:
        raise Http404
    form = _form(request)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse('insight:figures')}?{request.GET.urlencode()}")
    selection = form.selection()
    found = queries.find(selection, calendar=calendars.load()).within(scopes(actor)).having(code)
    figure = found.summary().figure(code)
    page = Paginator(found.rows, ROWS).get_page(request.GET.get("page"))
    back = f"{reverse('insight:figures')}?{pages.query(selection)}"
    values = {
        "figure": pages.shown(figure, {}),
        "rows": pages.counted(page, figure, dict(form.fields["bundle"].choices)),
        "regions": [calendars.divisions().full_name(region) for region in scopes(actor)],
        "page": page,
        "behind": found.behind,
        "back": back,
        "crumbs": [
            Link(_("工作台"), reverse("casework:work")),
            Link(_("办理指标"), back),
            Link(words.name(figure)),
        ],
    }
    return render(request, "insight/rows.html", values)


def _form(request: HttpRequest) -> SelectionForm:
    bundles = [bundle for _catalogue, bundle in catalogue.bundles()]
    return SelectionForm(request.GET, bundles=bundles, regions=queries.regions(), today=clock.today())


def _supervises(request: HttpRequest) -> bool:
    actor = acting.reader(request)
    return actor is not None and actor.has(Role.SUPERVISOR)
