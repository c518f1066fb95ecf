"""Which standards are there, how do the regions stand beside one, and what did its versions change?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue.queries import stewards
from tongban.catalogue.queries.stewards import Offered, Search, Version, Whole
from tongban.catalogue.words import matter_type, told
from tongban.domain.catalogue import MatterType, Standard
from tongban.domain.conformance import effective
from tongban.domain.regions import prefix_of
from tongban.harmony import checks, comparison, listing, words
from tongban.harmony.comparison import Column, Judged, View, Views
from tongban.harmony.forms.search import SearchForm
from tongban.harmony.names import Names, bodies, known, names
from tongban.harmony.views.duty import keeps, steward, trail
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.models import Department
from tongban.web import clock
from tongban.web.values import Answer, Link

ROWS = 50


@steward
@require_safe
def standards(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The standards that a steward looks for, with the five marks of each province."""
    today = clock.today()
    form = SearchForm(request.GET)
    found = stewards.standards(form.search() if form.is_valid() else Search(), today=today)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    values = {
        "crumbs": trail(Link(_("标准清单"))),
        "form": form,
        "page": page,
        "rows": listing.rows(list(page), today=today),
        "provinces": list(words.PROVINCES.values()),
    }
    return render(request, "harmony/standards.html", values)


@steward
@require_safe
def standard(request: HttpRequest, actor: Actor, matter: str) -> HttpResponse:
    """One standard and the bodies beside it: as published, or as their own systems show it."""
    whole = stewards.whole(matter, today=clock.today())
    named = bodies(each.published.body for each in whole.offers)
    chosen = _chosen(whole.offers, request.GET.getlist("with"))
    called = names(known(), whole.standard)
    every = _views(whole, named, called)
    views = every.among({each.published.body for each in chosen})
    view = views.opens_on(request.GET.get("shown", ""))
    judged = views.of(view)
    departures = stewards.departures(matter)
    differing = request.GET.get("only") == "differing"
    rows = comparison.rows(whole.standard, judged, called)
    values = {
        "crumbs": trail(Link(_("标准清单"), reverse("harmony:standards")), Link(told(whole.standard, "name"))),
        "whole": whole,
        "name": told(whole.standard, "name"),
        "facts": _facts(whole),
        "judged": judged,
        "titles": [_("标准"), *(each.column.title for each in judged)],
        "rows": [each for each in rows if not (differing and each.row.same)],
        "differing": differing,
        "observed": view is View.OBSERVED,
        "shown": request.GET.get("shown", "") in tuple(View) and view.value,
        "found": views.count(View.PUBLISHED),
        "found_observed": views.count(View.OBSERVED),
        "seen": sum(each.observed is not None for each in whole.offers),
        "offers": [
            _choice(each, named, every.among({each.published.body}), each in chosen, actor) for each in whole.offers
        ],
        "departures": [(each, named.get(each.body, each.body)) for each in departures],
        "may_amend": not whole.standard.owner or keeps(actor, whole.standard.owner),
        "without": _without(whole, actor),
    }
    return render(request, "harmony/standard.html", values)


@steward
@require_safe
def versions(request: HttpRequest, actor: Actor, matter: str, body: str = "") -> HttpResponse:
    """The versions of a standard, or of how a body offers it, with what each changed."""
    found = stewards.versions(matter, body=body)
    newest = found[0].content
    whole = stewards.whole(matter, today=clock.today())
    authors = people.names_of({each.by for each in found if each.by})
    of = bodies([body])[body] if body else ""
    values = {
        "crumbs": trail(
            Link(told(whole.standard, "name"), reverse("harmony:standard", args=[matter])), Link(_("历次版本"))
        ),
        "name": told(whole.standard, "name"),
        "body": of,
        "versions": _shown(found, authors, [newest] if isinstance(newest, Standard) else [whole.standard]),
    }
    return render(request, "harmony/versions.html", values)


def _without(whole: Whole, actor: Actor) -> list[Department]:
    """Return the departments of one's own regions that do not offer the matter yet."""
    if whole.in_force is None or (whole.standard.owner and not keeps(actor, whole.standard.owner)):
        return []
    offering = {each.published.body for each in whole.offers}
    own = {prefix_of(region) for region in stewards.own_regions(actor)}
    return [each for each in people.departments_in(regions=own) if each.uscc not in offering]


def _chosen(offers: Sequence[Offered], asked: Sequence[str]) -> list[Offered]:
    """Return the bodies asked for; unasked, the highest body of each province."""
    if asked:
        return [each for each in offers if each.published.body in asked]
    first: dict[str, Offered] = {}
    for each in offers:
        first.setdefault(words.province_code(each.published.region), each)
    return [first[code] for code in sorted(first)]


def _views(whole: Whole, named: dict[str, str], called: Names) -> Views:
    def judged(seen: bool) -> tuple[Judged, ...]:
        columns = (_column(each, whole, named, seen=seen) for each in whole.offers)
        return tuple(comparison.judge(whole.standard, column, called) for column in columns)

    return Views(judged(False), judged(True))


def _column(offer: Offered, whole: Whole, named: dict[str, str], *, seen: bool) -> Column:
    published = offer.published
    shown = offer.observed if seen else None
    return Column(
        body=published.body,
        title=named[published.body],
        terms=shown.terms if shown else effective(published, whole.standard),
        observed=shown is not None,
    )


def _choice(offer: Offered, named: dict[str, str], views: Views, chosen: bool, actor: Actor) -> dict[str, Any]:
    published = offer.published
    return {
        "body": published.body,
        "name": named[published.body],
        "province": words.province(published.region),
        "level": words.LEVELS.get(published.level, published.level),
        "version": published.version,
        "follows": published.standard_version,
        "observed": offer.observed is not None,
        "found": views.count(View.PUBLISHED),
        "found_observed": views.count(View.OBSERVED),
        "chosen": chosen,
        "mine": keeps(actor, published.region),
    }


def _facts(whole: Whole) -> list[Answer]:
    standard, span = whole.standard, whole.in_force
    facts = [
        Answer(_("事项编号"), standard.matter),
        Answer(_("事项类型"), matter_type(MatterType(standard.matter_type))),
        Answer(_("维护"), words.province(standard.owner) if standard.owner else _("三地共同")),
        Answer(_("标准版本"), _("第 %(version)d 版") % {"version": standard.version}),
    ]
    if span is not None and span.batch:
        facts.append(Answer(_("批次"), span.batch))
    return facts


def _shown(found: Sequence[Version], authors: dict[str, str], standards: Sequence[Standard]) -> list[dict[str, Any]]:
    called = names(known(), *standards)
    return [
        {
            "version": each.content.version,
            "digest": each.digest,
            "at": each.at,
            "by": authors.get(each.by, "") or _("系统"),
            "spans": each.spans,
            "first": each is found[-1],
            "changes": checks.in_words(each.changes, called),
            "follows": getattr(each.content, "standard_version", None),
        }
        for each in found
    ]
