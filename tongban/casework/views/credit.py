"""The pages of credit: one's own record, what is published about it, and an applicant's record as staff may read it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tongban.casework import credits, queries, reading
from tongban.casework.views.workbench.duty import on_duty, trail
from tongban.people import acting
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link


@login_required
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What stands in the credit record of whom one acts for, from where, and how it is repaired."""
    party = acting.current(request).party
    values = {
        "party": party,
        "entries": credits.entries(party.id, today=clock.today()) if party else [],
        "taxes": credits.tax_record(party) if party else None,
        "crumbs": [Link(_("首页"), "/"), Link(_("我的信用"))],
    }
    return render(request, "casework/credit/mine.html", values)


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """What is entered, what follows, how long it stands and how it is repaired, region by region: public."""
    values = {
        "regions": credits.published(),
        "kinds": credits.open_kinds(),
        "crumbs": [Link(_("首页"), "/"), Link(_("信用规则公示"))],
    }
    return render(request, "casework/credit/published.html", values)


@on_duty(Role.CLERK, Role.REVIEWER, Role.SUPERVISOR)
@require_safe
def of_applicant(request: HttpRequest, actor: Actor, number: str, index: int) -> HttpResponse:
    """The credit entries about the applicant of a case one may see; written to the log of reads."""
    found = queries.for_review(number, index, actor=actor)
    reading.took_a_look(found, actor=actor, what="credit", now=clock.now())
    values = {
        "found": found,
        "holder": reading.party(found.holder, people.names_of({found.holder}).get(found.holder, "")),
        "entries": credits.entries(found.holder, today=clock.today()),
        "crumbs": trail(
            actor, Link(found.number, reverse("casework:task", args=[found.number, index])), Link(_("信用记录"))
        ),
    }
    return render(request, "casework/credit/of_applicant.html", values)
