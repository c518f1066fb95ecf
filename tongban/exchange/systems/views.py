"""What do people see of departments' own systems, and what do they do about it?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import queries as casework
from tongban.casework.forms.workbench import new_operation
from tongban.casework.reading import took_a_look
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty, put_refusal, trail
from tongban.casework.views.workbench.sheet import Sheet
from tongban.domain.events import SystemState
from tongban.domain.refused import Refused
from tongban.domain.review import NotAsSeen, shown
from tongban.exchange.systems import actions, queries, reading, words
from tongban.exchange.systems.forms import FillInForm
from tongban.exchange.systems.models import AnswerState, PlacedCase
from tongban.files.answers import serve
from tongban.people.actor import Actor
from tongban.people.permissions import may_conduct
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link

ROWS = 50
SEEING = (Role.CLERK, Role.REVIEWER, Role.SUPERVISOR)


@on_duty(Role.REVIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR)
@require_safe
def systems(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The systems of one's departments, what both sides differ in, and the cases that are open there."""
    standings = queries.standings(queries.bodies_of(actor))
    near = [{"it": one, "differences": [words.difference(each) for each in one.differences]} for one in standings]
    page = Paginator(queries.waiting(actor), ROWS).get_page(request.GET.get("page"))
    named = casework.named({row.application for row in page})
    rows = [
        {
            "row": row,
            "application": named[row.application].number,
            "state": reading.standing(row),
            "trouble": row.troubled,
            "linked": any(actor.has(role) for role in SEEING),
        }
        for row in page
    ]
    values = {"near": near, "rows": rows, "page": page, "crumbs": trail(actor, Link(_("部门系统")))}
    return render(request, "systems/systems.html", values)


@on_duty(*SEEING)
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, actor: Actor, number: str, index: int) -> HttpResponse:
    """How a case stands in the department's system. POST `act`: `fill_in` by hand, `weigh_again` what was refused."""
    sheet = Sheet.open(number, index, actor=actor, now=clock.now())
    placed = queries.placed(sheet.found, index)
    if placed is None:
        raise Http404
    match request.POST.get("act", ""):
        case "fill_in":
            return _fill_in(request, actor, sheet, placed)
        case "weigh_again":
            count = actions.weigh_again(actor=actor, case=placed.number, now=clock.now())
            said = ngettext("%(count)d 条答复将重新办理。", "%(count)d 条答复将重新办理。", count) % {"count": count}
            messages.success(request, said)
            return redirect("systems:case", number, index)
        case _:
            return _page(request, actor, sheet, placed)


@on_duty(*SEEING)
@require_safe
def certificate(request: HttpRequest, actor: Actor, number: str, index: int) -> HttpResponse:
    """Send the certificate's file as the department's system has it."""
    found = casework.for_review(number, index, actor=actor)
    placed = queries.placed(found, index)
    if placed is None or not placed.file or placed.file_due_at is not None:
        raise Http404
    took_a_look(found, actor=actor, what=f"case {index} certificate of {placed.system_id}", now=clock.now())
    return serve(party=placed.holder, digest=placed.file, name=placed.file_name)


def _fill_in(request: HttpRequest, actor: Actor, sheet: Sheet, placed: PlacedCase) -> HttpResponse:
    form, status = _form(sheet, placed, request.POST), UNPROCESSABLE
    if form.is_valid():
        try:
            actions.fill_in(
                operation=form.cleaned_data["operation"],
                actor=actor,
                case=placed.number,
                said=SystemState(form.cleaned_data["outcome"]),
                number=form.cleaned_data["number"],
                certificate=form.cleaned_data["certificate"],
                reason=form.cleaned_data["reason"],
                determined=form.fixed,
                why=form.cleaned_data["why"],
                seen=form.cleaned_data["seen"],
                now=clock.now(),
            )
        except NotAsSeen as changed:
            sheet = Sheet.open(sheet.found.number, sheet.case.index, actor=actor, now=clock.now())
            form = _form(sheet, placed, request.POST | {"seen": shown(sheet.found, sheet.case.index)})
            status = put_refusal(form, changed)
        except Refused as refused:
            status = put_refusal(form, refused)
        else:
            messages.success(request, _("已补录，并记入经过和日志。"))
            return redirect("systems:case", sheet.found.number, sheet.case.index)
    return _page(request, actor, sheet, placed, form=form, status=status)


def _form(sheet: Sheet, placed: PlacedCase, data: Any = None) -> FillInForm:
    seen = shown(sheet.found, sheet.case.index)
    first = {"seen": seen, "operation": new_operation(clock.now()), "number": placed.their_number}
    determines = [sheet.catalogue.elements[code] for code in sheet.standard.determines]
    return FillInForm(data, initial=first, determines=determines, values=sheet.filled.of(sheet.case.subject))


def _page(
    request: HttpRequest,
    actor: Actor,
    sheet: Sheet,
    placed: PlacedCase,
    *,
    form: FillInForm | None = None,
    status: int = 200,
) -> HttpResponse:
    took_a_look(sheet.found, actor=actor, what=f"case {sheet.case.index} in {placed.system_id} opened", now=clock.now())
    mine = may_conduct(actor, department=sheet.case.body, desk=sheet.case.deciding_desk)
    held = queries.held(placed)
    values = {
        "sheet": sheet,
        "title": sheet.named(),
        "facts": reading.facts(placed, reading.last_told(casework.history(sheet.found), sheet.case.index)),
        "troubles": reading.troubles_of(placed, held),
        "held": reading.held(held),
        "may_weigh": mine and any(one.state == AnswerState.REFUSED and one.said for one in held),
        "form": (form or _form(sheet, placed)) if mine and not sheet.case.ended else None,
        "failed": form,
        "file": placed.file_name if placed.file and placed.file_due_at is None else "",
        "crumbs": trail(actor, Link(sheet.named(), sheet.href), Link(_("部门系统"))),
    }
    return render(request, "systems/case.html", values, status=status)
