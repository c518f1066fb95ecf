"""How does a clerk see what was handed in, and accept it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import actions, correction, form, lamps, lanes, queries, reading, supplies, words
from tongban.casework.actions import forwarding
from tongban.casework.documents import reading as documents
from tongban.casework.forms.documents import SigningForm
from tongban.casework.forms.workbench import ActForm, new_operation
from tongban.casework.lamps import Lit
from tongban.casework.prereview import afterwards
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty, put_refusal, trail
from tongban.casework.views.workbench.materials import send
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.domain.application import UNACCEPTED, Application, CaseState
from tongban.domain.catalogue import Catalogue
from tongban.domain.intake import ready_to_accept, untold
from tongban.domain.refused import Refused
from tongban.domain.workdays import Calendar
from tongban.people.actor import Actor
from tongban.people.permissions import may_accept, may_take_in
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link


@on_duty(Role.CLERK, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What was handed in; a POST shows the personal values in clear and is written to the log of reads."""
    found = queries.application(number, actor=actor)
    return sheet_page(request, actor, found, in_clear=request.method == "POST")


@on_duty(Role.CLERK)
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Accept at once every case that is complete."""
    found = queries.application(number, actor=actor)
    if request.method != "POST":
        return redirect("casework:taken_in", number=found.number)
    asked, status = ActForm(request.POST), UNPROCESSABLE
    if asked.is_valid():
        try:
            actions.accept(
                operation=asked.cleaned_data["operation"],
                actor=actor,
                application=found.id,
                only=_chosen(request.POST),
                now=clock.now(),
            )
        except Refused as refused:
            status = put_refusal(asked, refused)
        else:
            return redirect("casework:accepted", number=found.number)
    return sheet_page(request, actor, found, asked=asked, status=status)


def _chosen(posted: QueryDict) -> tuple[int, ...]:
    """Return the cases that were ticked; none where all that are ready are meant."""
    return tuple(int(one) for one in posted.getlist("only") if one.isascii() and one.isdigit() and len(one) < 4)


@on_duty(Role.CLERK, Role.SUPERVISOR)
@require_safe
def accepted(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The answer: which cases were accepted together last, and by when each is due."""
    found = queries.application(number, actor=actor)
    moments = [case.accepted_at for case in found.cases if case.accepted_at]
    if not moments:
        return redirect("casework:taken_in", number=found.number)
    last = max(moments)
    catalogue, bundle = catalogue_queries.catalogue_of(found.bundle, found.bundle_version)
    together = [case for case in found.cases if case.accepted_at == last]
    people = reading.called(found, form.unseal(found.form), in_clear=False)
    crumbs = trail(actor, Link(found.number, reverse("casework:taken_in", args=[found.number])), Link(_("已受理")))
    values = {
        "found": found,
        "bundle": words.bundle(bundle),
        "cases": [{"case": case, "matter": words.case(catalogue, case, people)} for case in together],
        "left": sum(case.accepted_at is None for case in found.cases),
        "last_due_on": max(case.promised_due_on for case in together if case.promised_due_on),
        "crumbs": crumbs,
    }
    return render(request, "casework/workbench/accepted.html", values)


@on_duty(Role.CLERK, Role.SUPERVISOR)
@require_safe
def material(request: HttpRequest, actor: Actor, number: str, material: str) -> HttpResponse:
    """Send an uploaded material of the application."""
    found = queries.application(number, actor=actor)
    return send(found, found.cases, material, actor=actor, now=clock.now())


def sheet_page(
    request: HttpRequest,
    actor: Actor,
    found: Application,
    *,
    asked: ActForm | None = None,
    in_clear: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Answer with the sheet of an application, which is written to the log of reads."""
    now = clock.now()
    papers = documents.listed(found, found.cases, staff=True)
    fetched = bool(papers.to_sign_for) and may_take_in(actor, hall=found.hall)
    reading.took_a_look(found, actor=actor, what="in clear" if in_clear else "opened", now=now)
    values = _sheet(found, actor, papers.hrefs, in_clear=in_clear) | {
        "asked": asked,
        "operation": new_operation(now),
        "documents": papers,
        "signing": SigningForm.blank(papers.to_sign_for, now=now) if fetched else None,
        "crumbs": trail(actor, Link(found.number)),
    }
    beside = request.headers.get("HX-Request") is not None
    template = "casework/workbench/_application.html" if beside else "casework/workbench/application.html"
    return render(request, template, values | {"level": 2 if beside else 1}, status=status)


def _sheet(found: Application, actor: Actor, papers: Mapping[str, str], *, in_clear: bool) -> dict[str, Any]:
    """Everything the sheet of an application says; `papers`: where its documents are opened, by number."""
    calendar, today = calendars.load(), clock.today()
    catalogue, bundle = catalogue_queries.catalogue_of(found.bundle, found.bundle_version)
    matters = [case.matter for case in found.cases]
    filled = form.unseal(found.form)
    entries = queries.history(found)
    lacking = supplies.lacking(catalogue, found, filled)
    people = reading.called(found, filled, in_clear=in_clear)
    ready = ready_to_accept(found, lacking, others=forwarding.others_decide(found))
    to_tell = {case.index for case in untold(found)}
    taking_in = may_accept(actor, hall=found.hall) and any(case.state in UNACCEPTED for case in found.cases)
    return {
        "found": found,
        "bundle": words.bundle(bundle),
        "holder": reading.party(found.holder, filled.names.get(found.holder, "")),
        "ready": len(ready),
        "may_accept": bool(ready) and may_accept(actor, hall=found.hall),
        "choices": [{"index": case.index, "matter": words.case(catalogue, case, people)} for case in ready],
        "taking_in": taking_in,
        "remarked": afterwards.of_application(found, catalogue, filled) if taking_in else None,
        "lacking": [
            {
                "index": index,
                "matter": words.case(catalogue, found.case(index), people),
                "names": _named(catalogue, codes),
            }
            for index, codes in lacking.items()
            if index in to_tell
        ],
        "notices": correction.given(catalogue, found, people=people),
        "may_ask": bool(to_tell),
        "unaccepted": [
            {"index": case.index, "matter": words.case(catalogue, case, people)}
            for case in found.cases
            if case.state in UNACCEPTED
        ],
        "came": [
            {"index": case.index, "matter": words.case(catalogue, case, people)}
            for case in found.cases
            if case.state in UNACCEPTED and case.here and case.holding is not None
        ],
        "urged": [
            {
                "matter": words.case(catalogue, case, people),
                "at": case.proceedings.urged_at,
                "times": case.proceedings.urges,
            }
            for case in found.cases
            if case.proceedings.urges and not case.ended
        ],
        "answer_by": _answer_lamp(found, today, calendar),
        "cases": [
            {
                "case": case,
                "matter": words.case(catalogue, case, people),
                "lamp": lamps.of_case(case, today=today, calendar=calendar),
                "standing": words.standing(found, case, catalogue, filled.names, calendar=calendar, today=today),
                "waiting": case.state is CaseState.CONCLUDED or case.returned is not None,
            }
            for case in found.cases
        ],
        "taken_in": reading.taken_in(found),
        "unconfirmed": [
            {
                "index": case.index,
                "matter": words.case(catalogue, case, people),
                "parties": [
                    reading.party(p.party, filled.names.get(p.party, "")) for p in case.confirmations if not p.at
                ],
            }
            for case in found.cases
            if not case.confirmed
        ],
        "topics": reading.of_application(
            reading.as_held(catalogue, found.holder), found.cases, filled, in_clear=in_clear
        ),
        "masked": not in_clear and reading.holds_personal(reading.as_held(catalogue, found.holder), matters),
        "piles": reading.piles(catalogue, found, found.cases, people),
        "drawing": lanes.drawing(
            found,
            catalogue,
            today=today,
            calendar=calendar,
            people=people,
            hrefs={case.index: reverse("casework:task", args=[found.number, case.index]) for case in found.cases},
        ),
        "acts": reading.acts(found, catalogue, entries, in_clear=in_clear, papers=papers),
    }


def _answer_lamp(found: Application, today: date, calendar: Calendar) -> Lit | None:
    """Return the lamp of the first answer that is due; None when none is."""
    due = correction.send_by(found)
    return lamps.lit(promised=due, statutory=due, today=today, calendar=calendar) if due else None


def _named(catalogue: Catalogue, codes: Sequence[str]) -> str:
    return words.listed(
        [
            words.element(catalogue.elements[code]) if code in catalogue.elements else words.material(catalogue, code)
            for code in codes
        ]
    )
