"""The public pages of agreements and joint meetings."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue import entrances, joint, signing, words
from tongban.catalogue.queries import agreements as queries
from tongban.catalogue.queries import recognition
from tongban.domain.meetings import Meeting
from tongban.people import acting
from tongban.web import clock
from tongban.web.values import Link


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("合作协议"))],
        "agreements": queries.all_agreements(today=clock.today()),
        "kept": entrances.kept(acting.reader(request)),
    }
    return render(request, "catalogue/agreements.html", values)


@require_safe
def agreement(request: HttpRequest, number: str) -> HttpResponse:
    held, resting, meetings = queries.agreement(number, today=clock.today())
    title = words.told(held.agreement, "title")
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("合作协议"), reverse("catalogue:agreements")), Link(title)],
        "title": title,
        "held": held,
        "parties": [(signing.division(one.region), one) for one in held.agreement.parties],
        "batches": [signing.summary(one) for one in resting.batches],
        "offers": [(signing.division(region), count) for region, count in resting.offers.items()],
        "extensions": [(signing.division(region), count) for region, count in resting.extensions.items()],
        "rules": recognition.resting_on(number),
        "kept": entrances.kept(acting.reader(request)),
        "meetings": [(one, _undertakings(one, clock.today())) for one in meetings],
    }
    return render(request, "catalogue/agreement.html", values)


@require_safe
def meeting(request: HttpRequest, meeting: str) -> HttpResponse:
    found = queries.meeting(meeting)
    under = joint.read_agreement(found.agreement) if found.agreement else None
    values = {
        "crumbs": [
            Link(_("首页"), "/"),
            Link(_("合作协议"), reverse("catalogue:agreements")),
            *([Link(words.told(under, "title"), reverse("catalogue:agreement", args=[under.number]))] if under else []),
            Link(found.title),
        ],
        "meeting": found,
        "undertakings": _undertakings(found, clock.today()),
        "kept": entrances.kept(acting.reader(request)),
    }
    return render(request, "catalogue/meeting.html", values)


def _undertakings(meeting: Meeting, today: date) -> list[signing.UndertakingRow]:
    overdue = meeting.overdue(today=today)
    return [
        signing.UndertakingRow(one, done, number in overdue)
        for number, (one, done) in enumerate(zip(meeting.undertakings, meeting.done, strict=True), start=1)
    ]
