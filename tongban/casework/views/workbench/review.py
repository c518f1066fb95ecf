"""How does a reviewer work: the sheet of one case, his opinion or conclusion?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import actions, adapters, queries, reading
from tongban.casework.documents import reading as documents
from tongban.casework.forms.workbench import FIXED, ActForm, ConclusionForm, OpinionForm, new_operation
from tongban.casework.views.workbench import more
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty, put_refusal, trail
from tongban.casework.views.workbench.materials import send
from tongban.casework.views.workbench.sheet import Sheet
from tongban.domain.events import Outcome, Verdict
from tongban.domain.refused import Refused
from tongban.domain.review import NotAsSeen, shown
from tongban.people.actor import Actor
from tongban.people.permissions import may_supervise
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link

SEEING = (Role.CLERK, Role.REVIEWER, Role.SUPERVISOR)


@on_duty(*SEEING)
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, actor: Actor, number: str, index: int) -> HttpResponse:
    """The sheet of one case. POST `act`: `show` in clear, `preview` the certificate, give an `opinion`, `conclude`,
    or one of the further acts (`more.ACTS`).
    """
    sheet = Sheet.open(number, index, actor=actor, now=clock.now())
    match request.POST.get("act", ""):
        case "opinion":
            return _give_opinion(request, actor, sheet)
        case "conclude":
            return _conclude(request, actor, sheet)
        case "preview":
            return _page(request, actor, sheet, conclusion=_previewed(sheet, request.POST))
        case act if act in more.ACTS:
            return _do_more(request, actor, sheet, act)
        case _:
            return _page(request, actor, sheet, in_clear=request.method == "POST")


@on_duty(*SEEING)
@require_safe
def material(request: HttpRequest, actor: Actor, number: str, index: int, material: str) -> HttpResponse:
    """Send an uploaded material of one case, and of no other."""
    found = queries.for_review(number, index, actor=actor)
    return send(found, [found.case(index)], material, actor=actor, now=clock.now())


def _give_opinion(request: HttpRequest, actor: Actor, sheet: Sheet) -> HttpResponse:
    form, status = OpinionForm(request.POST), UNPROCESSABLE
    if form.is_valid():
        try:
            actions.give_opinion(
                operation=form.cleaned_data["operation"],
                actor=actor,
                application=sheet.found.id,
                case=sheet.case.index,
                desk=form.cleaned_data["desk"],
                verdict=Verdict(form.cleaned_data["verdict"]),
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                now=clock.now(),
            )
        except NotAsSeen as changed:
            sheet = Sheet.open(sheet.found.number, sheet.case.index, actor=actor, now=clock.now())
            form = OpinionForm(request.POST | {"seen": shown(sheet.found, sheet.case.index)})
            status = put_refusal(form, changed)
        except Refused as refused:
            status = put_refusal(form, refused)
        else:
            messages.success(request, _("%(desk)s的意见已记录。") % {"desk": form.cleaned_data["desk"]})
            return redirect(sheet.href)
    return _page(request, actor, sheet, opinion=form, status=status)


def _conclude(request: HttpRequest, actor: Actor, sheet: Sheet) -> HttpResponse:
    form, status = sheet.conclusion_form(request.POST), UNPROCESSABLE
    if form.is_valid():
        try:
            answer = actions.conclude(
                operation=form.cleaned_data["operation"],
                actor=actor,
                application=sheet.found.id,
                case=sheet.case.index,
                desk=sheet.case.deciding_desk,
                outcome=Outcome(form.cleaned_data["outcome"]),
                reason=form.cleaned_data["reason"],
                determined=form.fixed,
                seen=form.cleaned_data["seen"],
                now=clock.now(),
            )
        except NotAsSeen as changed:
            # What is shown now is what stands now, and the next signature answers for it.
            sheet = Sheet.open(sheet.found.number, sheet.case.index, actor=actor, now=clock.now())
            form = sheet.conclusion_form(request.POST | {"seen": shown(sheet.found, sheet.case.index)})
            status = put_refusal(form, changed)
        except Refused as refused:
            status = put_refusal(form, refused)
        else:
            messages.success(request, _effect(sheet, answer))
            return redirect(sheet.href)
    return _page(request, actor, sheet, conclusion=form, status=status)


def _do_more(request: HttpRequest, actor: Actor, sheet: Sheet, name: str) -> HttpResponse:
    form, status = more.filled(sheet, name, request.POST), UNPROCESSABLE
    if form.is_valid():
        try:
            done = more.do(sheet, actor, name, form, now=clock.now())
        except Refused as refused:
            status = put_refusal(form, refused)
        else:
            messages.success(request, done)
            return redirect(sheet.href)
    return _page(request, actor, sheet, refused=(name, form), status=status)


def _effect(sheet: Sheet, answer: Mapping[str, Any]) -> str:
    """Say what a signature did: what took effect, what waits, what went back."""
    own = sheet.case.index
    said = [_("结论已签署并生效。") if own in answer["decided"] else _("结论已签署，待所需证照签发后生效。")]
    released = [index for index in answer["decided"] if index != own]
    if released:
        said.append(_("随之生效：%(cases)s。") % {"cases": sheet.cases_in_words(released)})
    if answer["returned"]:
        said.append(_("退回重新审查：%(cases)s。") % {"cases": sheet.cases_in_words(answer["returned"])})
    if answer["closed"]:
        said.append(_("这份申请的事项已全部办结。"))
    return "".join(said)


def _previewed(sheet: Sheet, posted: Mapping[str, str]) -> ConclusionForm:
    """Return the form as it was filled in, without judging it."""
    kept = {
        name: text for name, text in posted.items() if name in ("outcome", "reason", "seen") or name.startswith(FIXED)
    }
    return sheet.conclusion_form(initial=kept | {"operation": new_operation(clock.now())})


def _page(
    request: HttpRequest,
    actor: Actor,
    sheet: Sheet,
    *,
    opinion: OpinionForm | None = None,
    conclusion: ConclusionForm | None = None,
    refused: tuple[str, ActForm] | None = None,
    in_clear: bool = False,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    what = f"case {sheet.case.index} {'in clear' if in_clear else 'opened'}"
    reading.took_a_look(sheet.found, actor=actor, what=what, now=now)
    fresh = {"operation": new_operation(now)}
    desk = sheet.opinion_desk(actor)
    asked_of = {"desk": desk, "seen": shown(sheet.found, sheet.case.index)}
    asked: ActForm | None = opinion or conclusion or (refused[1] if refused else None)
    papers = documents.listed(sheet.found, [sheet.case], staff=True)
    values = sheet.values(in_clear=in_clear, conclusion=conclusion, papers=papers.hrefs) | {
        "failed": asked if asked is not None and asked.is_bound else None,
        "opinion_form": (opinion or OpinionForm(initial=fresh | asked_of)) if desk else None,
        "conclusion_form": (conclusion or sheet.conclusion_form(initial=fresh)) if sheet.may_conclude(actor) else None,
        "why_not": sheet.why_not(actor),
        "more": more.offered(sheet, actor, operation=fresh["operation"], refused=refused),
        "documents": papers,
        "back_to_tasks": actor.has(Role.REVIEWER),
        "aside": adapters.aside(sheet.found, sheet.case),
        "supervised_href": _supervised_href(actor, sheet),
        "crumbs": trail(actor, Link(sheet.named())),
    }
    return render(request, "casework/workbench/task.html", values, status=status)


def _supervised_href(actor: Actor, sheet: Sheet) -> str:
    if not may_supervise(actor, region=sheet.found.region):
        return ""
    return reverse("casework:supervised", args=[sheet.found.number, sheet.case.index])
