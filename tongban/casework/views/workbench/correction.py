"""How does a clerk tell what is to be corrected, mend it with the applicant at the window, or refuse a case?"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.casework import actions, adapters, correction, form, queries, reading, rules, supplies, words
from tongban.casework.actions import forwarding
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.forms.correction import CorrectionForm, HandBackForm, MendForm, RefusalForm
from tongban.casework.views.page import operation, posted
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty, put_refusal, trail
from tongban.catalogue.queries import competence
from tongban.domain import intake
from tongban.domain.application import UNACCEPTED, Application, Case
from tongban.domain.events import RefusalGround
from tongban.domain.jurisdiction import NotCompetent
from tongban.domain.refused import Refused
from tongban.files.actions import MAX_BYTES
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link

EITHER = ["GET", "HEAD", "POST"]


@on_duty(Role.CLERK)
@require_http_methods(EITHER)
def ask(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Tick what is to be corrected; see the whole notice; send it, once."""
    found = _open(actor, number, "correction")
    catalogue, filled = catalogue_of(found), form.unseal(found.form)
    asked = CorrectionForm(posted(request), rows=correction.rows(catalogue, found, filled), initial=operation())
    whole, status = None, 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if asked.is_valid():
            try:
                if request.POST.get("act") == "send":
                    answer = actions.ask_correction(
                        operation=asked.cleaned_data["operation"],
                        actor=actor,
                        application=found.id,
                        demands=asked.demands,
                        now=clock.now(),
                    )
                    last = date_format(date.fromisoformat(answer["answer_due_on"]))
                    messages.success(request, _("补正告知已发出，申请人须在 %(day)s 前补正。") % {"day": last})
                    return redirect("casework:taken_in", number=found.number)
                whole = actions.notice(found, asked.demands, now=clock.now())
                status = 200
            except Refused as refused:
                status = put_refusal(asked, refused)
    values = {
        "form": asked,
        "whole": correction.told(
            catalogue,
            found,
            dict(enumerate(whole.demands, start=whole.first)),
            people=reading.called(found, filled, in_clear=True),
        )
        if whole
        else [],
        "answer_due_on": whole.answer_due_on if whole else None,
        "send_by": correction.send_by(found),
        "limit": words.limit(rules.of_region(found.region).correction),
        **_about(found, filled, actor, _("一次性告知补正")),
    }
    return render(request, "casework/workbench/correction.html", values, status=status)


@on_duty(Role.CLERK)
@require_http_methods(EITHER)
def mend(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Mend at once, with the applicant at the window, what can be mended at once."""
    found = _open(actor, number, "mending")
    catalogue, filled = catalogue_of(found), form.unseal(found.form)
    cases = _unaccepted(found)
    people = reading.called(found, filled, in_clear=True)
    needed = {
        where: words.of_person(words.material(catalogue, code), people.get(subject, ""))
        for where, (code, subject) in supplies.places(catalogue, found, cases).items()
    }
    given = MendForm(
        posted(request),
        request.FILES or None,
        catalogue=catalogue,
        elements=correction.asked_elements(catalogue, cases, filled),
        materials=needed,
        values=filled.values,
        initial=operation(),
    )
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if given.is_valid():
            try:
                actions.correct_on_the_spot(
                    operation=given.cleaned_data["operation"],
                    actor=actor,
                    application=found.id,
                    files=given.uploads,
                    values=given.values,
                    now=clock.now(),
                )
            except Refused as refused:
                status = put_refusal(given, refused)
            else:
                messages.success(request, _("已当场更正。"))
                return redirect("casework:taken_in", number=found.number)
    values = {"form": given, "max_bytes": MAX_BYTES, **_about(found, filled, actor, _("当场更正"))}
    return render(request, "casework/workbench/mend.html", values, status=status)


@on_duty(Role.CLERK)
@require_http_methods(EITHER)
def refuse(request: HttpRequest, actor: Actor, number: str, index: int) -> HttpResponse:
    """Decide not to accept one case, with the reason."""
    found = _open(actor, number, f"refusal {index}")
    case, filled = found.case(index), form.unseal(found.form)
    catalogue = catalogue_of(found)
    offered = _competent(case, found)
    given = RefusalForm(posted(request), initial={**operation(), "right_body": offered})
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if given.is_valid():
            said = given.cleaned_data
            try:
                actions.refuse(
                    operation=said["operation"],
                    actor=actor,
                    application=found.id,
                    case=index,
                    ground=RefusalGround(said["ground"]),
                    reason=said["reason"],
                    right_body=said["right_body"],
                    now=clock.now(),
                )
            except Refused as refused:
                status = put_refusal(given, refused)
            else:
                messages.success(request, _("第 %(index)d 项已决定不予受理。") % {"index": index})
                return redirect("casework:taken_in", number=found.number)
    bereft = [words.matter(catalogue, one.matter) for one in intake.bereft(found, [index])]
    values = {
        "form": given,
        "case": case,
        "matter": words.case(catalogue, case, reading.called(found, filled, in_clear=False)),
        "bereft": words.listed(bereft),
        **_about(found, filled, actor, _("不予受理")),
    }
    return render(request, "casework/workbench/refuse.html", values, status=status)


@on_duty(Role.CLERK)
@require_http_methods(EITHER)
def hand_back(request: HttpRequest, actor: Actor, number: str, index: int) -> HttpResponse:
    """Hand a case back to the node it came from, with the reason."""
    found = _open(actor, number, f"hand back {index}")
    case, filled = found.case(index), form.unseal(found.form)
    given = HandBackForm(posted(request), initial=operation())
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if given.is_valid():
            try:
                done = forwarding.hand_back(
                    operation=given.cleaned_data["operation"],
                    actor=actor,
                    application=found.id,
                    cases=(index,),
                    reason=given.cleaned_data["reason"],
                    now=clock.now(),
                )
            except Refused as refused:
                status = put_refusal(given, refused)
            else:
                said = _("第 %(index)d 项已退回%(node)s，等待其签收。")
                messages.success(request, said % {"index": index, "node": adapters.called(done["to"])})
                return redirect("casework:taken_in", number=found.number)
    values = {
        "form": given,
        "matter": words.case(catalogue_of(found), case, reading.called(found, filled, in_clear=False)),
        "node": adapters.called(case.holding.peer) if case.holding else "",
        **_about(found, filled, actor, _("退回移交")),
    }
    return render(request, "casework/workbench/hand_back.html", values, status=status)


def _competent(case: Case, found: Application) -> str:
    """Name the body that the catalogue knows for this matter around here; empty where it is our own or nobody."""
    try:
        bodies = [competence.competent(case.matter, place=found.region, today=clock.today()).body]
    except NotCompetent as refused:
        bodies = [each.body for each in refused.instead]
    except Refused:
        return ""
    others = {f"org:{body}" for body in bodies if body != case.body}
    return next(iter(people.names_of_bodies(ids=others).values()), "") if others else ""


def _open(actor: Actor, number: str, what: str) -> Application:
    """Return an application that the clerk may answer; what he reads is recorded. Raises NotAllowed."""
    found = queries.application(number, actor=actor)
    may(actor, "accept", hall=found.hall)
    reading.took_a_look(found, actor=actor, what=what, now=clock.now())
    return found


def _about(found: Application, filled: form.Form, actor: Actor, here: str) -> dict[str, Any]:
    sheet = Link(found.number, reverse("casework:taken_in", args=[found.number]))
    return {
        "found": found,
        "title": here,
        "holder": reading.party(found.holder, filled.names.get(found.holder, "")),
        "crumbs": trail(actor, sheet, Link(here)),
    }


def _unaccepted(found: Application) -> list[Case]:
    return [case for case in found.cases if case.state in UNACCEPTED]
