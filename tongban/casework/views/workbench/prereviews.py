"""How does a hall answer requests for pre-review, and what does a supervisor see of them?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import lamps, reading, words
from tongban.casework.forms.prereview import READINESS, AnswerForm
from tongban.casework.forms.workbench import new_operation
from tongban.casework.prereview import actions, queries
from tongban.casework.prereview.queries import Counts
from tongban.casework.prereview.sheet import Group, Sheet
from tongban.casework.views.workbench import rows
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty, put_refusal
from tongban.catalogue import calendars
from tongban.domain.events import Readiness
from tongban.domain.prereview import State
from tongban.domain.refused import Refused
from tongban.files import answers as files
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may_pre_review
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Figure, Link

ROWS = 50
SEEING = (Role.CLERK, Role.SUPERVISOR)


@on_duty(*SEEING)
@require_safe
def pre_reviews(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits to be pre-reviewed at the clerk's halls, or in the supervisor's regions, the first due first."""
    page = Paginator(queries.waiting(actor), ROWS).get_page(request.GET.get("page"))
    listed = rows.of_pre_reviews(list(page), today=clock.today(), calendar=calendars.load())
    values = {"rows": listed, "page": page, "clerk": actor.has(Role.CLERK), "crumbs": _trail()}
    return render(request, "casework/workbench/pre_reviews.html", values)


@on_duty(*SEEING)
@require_http_methods(["GET", "HEAD", "POST"])
def pre_review(request: HttpRequest, actor: Actor, draft: str, number: int) -> HttpResponse:
    """The sheet of one request. POST `act`: `show` personal values in clear, `answer`."""
    sheet = Sheet.open(draft, number, actor=actor)
    if request.POST.get("act") == "answer":
        return _answer(request, actor, sheet)
    return _page(request, actor, sheet, in_clear=request.method == "POST")


@on_duty(*SEEING)
@require_safe
def material(request: HttpRequest, actor: Actor, draft: str, number: int, material: str) -> HttpResponse:
    """Send a file as it was uploaded when pre-review was asked for."""
    sheet = Sheet.open(draft, number, actor=actor)
    digest = sheet.uploaded(material)
    sheet.took_a_look(actor=actor, what=f"material {material}", now=clock.now())
    name = _("预审 %(material)s") % {"material": words.material(sheet.catalogue, material)}
    return files.serve(party=sheet.pre_review.holder, digest=digest, name=name)


def _answer(request: HttpRequest, actor: Actor, sheet: Sheet) -> HttpResponse:
    items = sheet.items() if sheet.readable else []
    form, status = AnswerForm(request.POST, items=items), UNPROCESSABLE
    if form.is_valid():
        try:
            actions.answer(
                operation=form.cleaned_data["operation"],
                actor=actor,
                draft=sheet.pre_review.draft,
                number=sheet.asked.number,
                readiness=Readiness(form.cleaned_data["readiness"]),
                remarks=tuple(form.remarks),
                now=clock.now(),
            )
        except Refused as refused:
            status = put_refusal(form, refused)
            sheet = Sheet.open(sheet.pre_review.draft, sheet.asked.number, actor=actor)
        else:
            messages.success(request, _("预审已答复，申请人可以看到。"))
            return redirect("casework:pre_reviews")
    return _page(request, actor, sheet, form=form, status=status)


def _page(
    request: HttpRequest,
    actor: Actor,
    sheet: Sheet,
    *,
    form: AnswerForm | None = None,
    in_clear: bool = False,
    status: int = 200,
) -> HttpResponse:
    now, today = clock.now(), clock.today()
    asked = sheet.asked
    groups: list[Group] = []
    if sheet.readable:
        sheet.took_a_look(actor=actor, what="in clear" if in_clear else "opened", now=now)
        groups = sheet.groups(in_clear=in_clear)
    if asked.state is State.OPEN and may_pre_review(actor, hall=asked.hall):
        items = [item for group in groups for item in group.items]
        form = form or AnswerForm(initial=_typed(request) | {"operation": new_operation(now)}, items=items)
    elif form is not None:  # it was closed meanwhile: there is nothing to be filled in any more
        form.fields = {}
    names = people.names_of({sheet.pre_review.holder})
    values: dict[str, Any] = {
        "draft": sheet.pre_review.draft,
        "asked": asked,
        "bundle": words.bundle(sheet.bundle),
        "holder": reading.party(sheet.pre_review.holder, names.get(sheet.pre_review.holder, "")),
        "hall": words.hall(people.hall(code=asked.hall)),
        "state": asked.state.value,
        "lamp": lamps.of_pre_review(asked.due_on, today=today, calendar=calendars.load()),
        "matters": [words.matter(sheet.catalogue, matter) for matter in asked.matters],
        "groups": [(group.name, [(item, _field(form, item.field)) for item in group.items]) for group in groups],
        "remarks": len(asked.remarks),
        "readiness": READINESS.get(asked.readiness) if asked.readiness else "",
        "masked": sheet.readable and not in_clear and sheet.holds_personal,
        "form": form,
        "crumbs": [*_trail(reverse("casework:pre_reviews")), Link(words.bundle(sheet.bundle))],
    }
    return render(request, "casework/workbench/pre_review.html", values, status=status)


def _field(form: AnswerForm | None, name: str) -> Any:
    return form[name] if form is not None and name in form.fields else None


def _typed(request: HttpRequest) -> dict[str, str]:
    """Return what was filled in before personal values were asked for, so that it is not lost."""
    return {name: text for name, text in request.POST.items() if name not in ("act", "operation")}


def _trail(href: str = "") -> list[Link]:
    return [Link(_("工作台"), reverse("casework:work")), Link(_("预审"), href)]


def figures(counts: Counts, *, clerk: bool) -> list[Figure]:
    """Return what waits for a clerk, and what is overdue for whoever supervises."""
    href = reverse("casework:pre_reviews")
    if clerk:
        return [
            Figure(
                _("待预审的草稿"),
                str(counts.open),
                _("份"),
                _("申请人提请预审、大厅尚未答复的草稿。预审不是提交，不计算法定期限。"),
                _("其中超过预审期限 %(overdue)d 份") % {"overdue": counts.overdue},
                href=href,
            )
        ]
    return [
        Figure(
            _("超期未答复的预审"),
            str(counts.overdue),
            _("份"),
            _("今天已过本地区预审期限、大厅尚未答复的草稿。没有法律后果。"),
            _("本地区待预审的草稿共 %(open)d 份") % {"open": counts.open},
            href=href,
        )
    ]
