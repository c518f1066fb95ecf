"""The guide of one matter (办事指南), and the blank forms it asks for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue import entrances, fields, guides, queries, recognised, words
from tongban.catalogue.queries import Guide, recognition
from tongban.domain.catalogue import Bundle
from tongban.people import queries as people
from tongban.web import clock
from tongban.web.values import Link


@require_safe
def guide(request: HttpRequest, matter: str) -> HttpResponse:
    today = clock.today()
    found = queries.guide(matter, today=today, by=request.GET.get("by", ""))
    place = request.GET.get("place", "")
    competent, nobody = guides.competent(found, place) if place else (None, "")
    if competent is not None:
        found = queries.choose(found, competent)
    offer = found.implementation
    departments = people.departments(usccs=[each.body for each in found.implementations])
    names = {code: words.told(each, "name") for code, each in departments.items()}
    hall = people.hall(code=offer.hall)
    body = names.get(offer.body, offer.body)
    bundle = _bundle(matter, offer.body)
    here, there = recognition.around(
        materials=list(found.materials),
        yields=found.standard.yields,
        matter=matter,
        region=offer.region,
        today=today,
    )
    titles = queries.agreement_titles({each.agreement for each in found.offers})
    values = {
        "crumbs": _crumbs(found),
        "guide": found,
        "bundle": bundle,
        "door": entrances.door(found.standard, offer),
        "place": place,
        "places": guides.places() if len(found.implementations) > 1 else [],
        "competent": body if competent is not None else "",
        "nobody": nobody,
        "bodies": guides.bodies(found, names),
        "marks": guides.marks(found, queries.elements_of(found.standard)),
        "summary": guides.summary(found, hall=words.told(hall, "name") if hall else "—", body=body),
        "checkable": any(condition.expression for condition in found.standard.conditions),
        "asked": guides.asked(found, bundle, recognised.spares(here)),
        "handling": guides.handling(found),
        "procedures": [(guides.procedure(each), each.source) for each in found.standard.special_procedures],
        "validity": guides.validity(found.yields) if found.yields else "",
        "held_by": guides.held_by(found.yields) if found.yields else "",
        "recognised": guides.recognised(found),
        "counting": [recognised.shown(there, one, today=today) for one in there.recorded],
        "counts": entrances.counts(),
        "handed_in": guides.handed_in(found, titles),
        "halls": guides.halls(found),
        "contact": guides.contact(found),
        "reform": guides.reform(found, today=today),
        "decided": guides.decided(found, body=body, names=names),
        "spans": guides.spans(found, today=today, batches=queries.batch_titles({s.batch for s in found.spans})),
        "codes": guides.codes(found),
    }
    return render(request, "catalogue/guide.html", values)


@require_safe
def blank(request: HttpRequest, matter: str, material: str) -> HttpResponse:
    found = queries.guide(matter, today=clock.today())
    form = found.materials.get(material)
    if form is None or not guides.is_blank(form):
        raise queries.NotInCatalogue("这个事项没有这份空白表。请从办事指南中选择。")
    values = {
        "crumbs": [*_crumbs(found)[:-1], Link(words.told(found.standard, "name"), _address(matter)), Link(_("空白表"))],
        "guide": found,
        "form": form,
        "elements": [(each, fields.choices(each)) for each in queries.elements_of(found.standard).values()],
    }
    return render(request, "catalogue/blank.html", values)


def _bundle(matter: str, body: str) -> Bundle | None:
    """Return a bundle in which this body offers the matter."""
    return next(
        (
            bundle
            for catalogue, bundle in queries.bundles()
            if matter in catalogue.implementations and catalogue.implementations[matter].body == body
        ),
        None,
    )


def _address(matter: str) -> str:
    return reverse("catalogue:guide", args=[matter])


def _crumbs(found: Guide) -> list[Link]:
    return [
        Link(_("首页"), "/"),
        Link(_("办事指南"), reverse("catalogue:matters")),
        Link(words.told(found.standard, "name")),
    ]
