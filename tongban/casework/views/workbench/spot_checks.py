"""How are decisions on the spot looked at again: the list of those drawn, and the check of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import actions, queries, reading, words
from tongban.casework.forms.spot_checks import FOLLOW_UPS, SpotCheckForm
from tongban.casework.forms.workbench import new_operation
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty, put_refusal, trail
from tongban.casework.views.workbench.rows import of_case
from tongban.casework.views.workbench.sheet import Sheet
from tongban.domain.events import FollowUp
from tongban.domain.proceedings import SpotCheck
from tongban.domain.refused import Refused
from tongban.domain.spot_checks import took_part
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link

ROWS = 50


@on_duty(Role.REVIEWER, Role.SUPERVISOR)
@require_safe
def spot_checks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Decisions on the spot that were drawn and wait for their check, the first due first."""
    page = Paginator(queries.spot_checks(actor), ROWS).get_page(request.GET.get("page"))
    names = people.names_of({one.holder for one in page} | {f"org:{one.body}" for one in page})
    rows = [
        {
            **of_case(one, names),
            "department": names.get(f"org:{one.body}", ""),
            "desk": one.desk,
            "due_on": one.check_by_on,
            "late": one.check_by_on < clock.today(),
        }
        for one in page
    ]
    values = {"rows": rows, "page": page, "crumbs": trail(actor, Link(_("事后抽查")))}
    return render(request, "casework/workbench/spot_checks.html", values)


@on_duty(Role.REVIEWER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def spot_check(request: HttpRequest, actor: Actor, number: str, index: int) -> HttpResponse:
    """One drawn decision; POST records what the check found."""
    sheet = Sheet.open(number, index, actor=actor, now=clock.now())
    form = SpotCheckForm(request.POST or None, initial={"operation": new_operation(clock.now())})
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                _record(sheet, actor, form.cleaned_data)
            except Refused as refused:
                status = put_refusal(form, refused)
            else:
                messages.success(request, _("抽查结果已记录。"))
                return redirect("casework:spot_check", sheet.found.number, index)
    now = clock.now()
    reading.took_a_look(sheet.found, actor=actor, what=f"spot check {index}", now=now)
    check = sheet.case.proceedings.spot_check
    matter = words.matter(sheet.catalogue, sheet.case.matter)
    values = {
        "found": sheet.found,
        "case": sheet.case,
        "sheet_href": sheet.href,
        "matter": matter,
        "department": sheet.filled.names.get(f"org:{sheet.case.body}", ""),
        "decided_by": _who_decided(sheet),
        "check": check,
        "told": _told(check) if check else None,
        "form": form if check and check.open and actor.id not in took_part(sheet.case) else None,
        "own": check is not None and check.open and actor.id in took_part(sheet.case),
        "failed": form if form.errors else None,
        "crumbs": trail(actor, Link(_("事后抽查"), reverse("casework:spot_checks")), Link(matter)),
    }
    return render(request, "casework/workbench/spot_check.html", values, status=status)


def _record(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> None:
    right = given["found"] == "right"
    actions.check(
        operation=given["operation"],
        actor=actor,
        application=sheet.found.id,
        case=sheet.case.index,
        right=right,
        follow_up=FollowUp(given["follow_up"]) if given["follow_up"] and not right else None,
        finding=given["finding"],
        now=clock.now(),
    )


def _who_decided(sheet: Sheet) -> str:
    signed = sheet.case.conclusion
    return reading.people_in_words({signed.by}).get(signed.by, "") if signed else _("系统，按登记库的记录")


def _told(check: SpotCheck) -> dict[str, Any] | None:
    """Say what was found; None while the check is open."""
    if check.open:
        return None
    return {
        "right": check.follow_up is None,
        "follow_up": FOLLOW_UPS[check.follow_up] if check.follow_up else "",
        "by": reading.people_in_words({check.by}).get(check.by, ""),
        "at": check.checked_at,
        "finding": keys.unseal(check.finding).decode() if check.finding else "",
    }
