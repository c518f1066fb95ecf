"""How does the desk that decided follow a commitment: the list, one commitment, each act on it; and the draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.casework import actions, credits, draws, promises, queries, reading, rules, supplies
from tongban.casework.actions.spot_checks import months_over
from tongban.casework.forms.promises import (
    CreditForm,
    DenyRepairForm,
    DrawForm,
    MendForm,
    NoticeForm,
    OrderForm,
    RepairForm,
    RevokeForm,
    VerifyForm,
)
from tongban.casework.forms.spot_checks import MonthForm
from tongban.casework.forms.workbench import ActForm, new_operation
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty, put_refusal, trail
from tongban.casework.views.workbench.rows import of_case
from tongban.casework.views.workbench.sheet import Sheet
from tongban.domain.application import Case
from tongban.domain.events import Means
from tongban.domain.promises import ALL, Next, next_step
from tongban.domain.refused import Refused
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may_opine, supervised
from tongban.people.roles import Role
from tongban.registries import credit
from tongban.web import clock
from tongban.web.values import Link

ROWS = 50
STEPS: dict[str, str | Promise] = {
    Next.DRAW: lazy("核查，或者先抽取"),
    Next.VERIFY: lazy("核查"),
    Next.ORDER: lazy("责令整改"),
    Next.MEND: lazy("确认整改，期满告知拟撤销"),
    Next.REVOKE: lazy("听取陈述申辩后决定"),
    Next.ENTER: lazy("记入信用记录"),
}


@on_duty(Role.REVIEWER)
@require_safe
def commitments(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Commitments that one's desks have to follow, the first due first."""
    page = Paginator(queries.commitments(actor), ROWS).get_page(request.GET.get("page"))
    names = people.names_of({one.holder for one in page})
    rows = [
        {
            **of_case(one, names),
            "step": STEPS[one.step],
            "due_on": one.due_on,
            "late": one.due_on is not None and one.due_on < clock.today(),
        }
        for one in page
    ]
    departments = {duty.department for duty in actor.duties if duty.role is Role.REVIEWER and duty.department}
    repairs = [
        (one, reverse("casework:follow_commitment", args=credits.case_of(one.source)))
        for one in credit.to_answer(departments=departments)
    ]
    values = {"rows": rows, "page": page, "repairs": repairs, "crumbs": trail(actor, Link(_("承诺核查")))}
    return render(request, "casework/workbench/commitments.html", values)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing the desk may do now: its form, its heading and the word on its button."""

    name: str
    title: str
    submit: str
    form: ActForm


@on_duty(Role.REVIEWER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: HttpRequest, actor: Actor, number: str, index: int) -> HttpResponse:
    """One commitment. POST `act`: verify, order, mend, notice, revoke, credit, repair, deny."""
    sheet = Sheet.open(number, index, actor=actor, now=clock.now())
    act, status = request.POST.get("act", ""), 200
    bound: ActForm | None = None
    if act in FORMS:
        bound, status = _form(act, sheet, request.POST), UNPROCESSABLE
        if bound.is_valid():
            try:
                said = DO[act](sheet, actor, bound.cleaned_data)
            except Refused as refused:
                status = put_refusal(bound, refused)
            else:
                messages.success(request, said)
                return redirect("casework:follow_commitment", sheet.found.number, index)
    now = clock.now()
    reading.took_a_look(sheet.found, actor=actor, what=f"commitment {index}", now=now)
    mine = may_opine(actor, department=sheet.case.body, desk=sheet.case.deciding_desk)
    repair = credits.asked(sheet.found, sheet.case.index)
    values = {
        "found": sheet.found,
        "case": sheet.case,
        "sheet_href": sheet.href,
        "matter": sheet.named(),
        "told": promises.told(sheet.found, sheet.case, sheet.catalogue),
        "records": _records(sheet) if mine else [],
        "sampled": _undrawn(sheet),
        "statements": [
            (one.at, keys.unseal(one.text).decode()) for one in sheet.case.proceedings.statements if one.text
        ],
        "repair": repair,
        "acts": _acts(sheet, act, bound, asked=repair is not None) if mine else [],
        "failed": bound if bound is not None and bound.errors else None,
        "crumbs": trail(
            actor,
            Link(_("承诺核查"), reverse("casework:commitments")),
            Link(sheet.named()),
        ),
    }
    return render(request, "casework/workbench/commitment.html", values, status=status)


def _records(sheet: Sheet) -> list[tuple[str, str]]:
    """Return what sharing says of each promised proof, while there is something to verify."""
    commitment = sheet.case.proceedings.commitment
    if commitment is None or commitment.kept is not None:
        return []
    found = supplies.on_record(sheet.found, sheet.case, sheet.catalogue, today=clock.today())
    return [(name, found.get(code, "")) for code, name in promises.proofs(sheet.case, sheet.catalogue).items()]


def _undrawn(sheet: Sheet) -> bool:
    """Whether the region verifies a sample and this commitment waits for the draw."""
    step, _day = next_step(sheet.case)
    return step is Next.DRAW and rules.of_region(sheet.found.region).verification_share < ALL


FORMS: dict[str, tuple[type[ActForm], str | Promise, str | Promise]] = {
    "verify": (VerifyForm, lazy("核查"), lazy("记录核查结果")),
    "order": (OrderForm, lazy("责令整改"), lazy("发出")),
    "mend": (MendForm, lazy("确认整改"), lazy("已按要求整改")),
    "notice": (NoticeForm, lazy("告知拟撤销"), lazy("告知")),
    "revoke": (RevokeForm, lazy("作出撤销决定"), lazy("签署撤销决定")),
    "credit": (CreditForm, lazy("记入信用记录"), lazy("记入")),
    "repair": (RepairForm, lazy("信用修复"), lazy("修复")),
    "deny": (DenyRepairForm, lazy("不予修复"), lazy("答复不予修复")),
}


def _form(name: str, sheet: Sheet, data: Any = None) -> ActForm:
    kind = FORMS[name][0]
    more = {"rules": rules.of_region(sheet.found.region)} if kind is CreditForm else {}
    return kind(data, initial={"operation": new_operation(clock.now())}, auto_id=f"{name}_%s", **more)


def _acts(sheet: Sheet, tried: str, bound: ActForm | None, *, asked: bool) -> list[Act]:
    """Return what the desk may do now; what was just refused keeps what was filled in."""
    names = _open_to(sheet.case, asked=asked)
    if bound is not None and bound.errors and tried not in names:
        names = (tried, *names)
    return [
        Act(
            name,
            str(FORMS[name][1]),
            str(FORMS[name][2]),
            bound if bound is not None and name == tried else _form(name, sheet),
        )
        for name in names
    ]


def _open_to(case: Case, *, asked: bool) -> tuple[str, ...]:
    step, _day = next_step(case)
    commitment = case.proceedings.commitment
    match step:
        case Next.DRAW | Next.VERIFY:
            return ("verify",)
        case Next.ORDER:
            return ("order",)
        case Next.MEND:
            return ("mend", "notice")
        case Next.REVOKE:
            return ("revoke", "mend")
        case Next.ENTER:
            return ("credit",)
    if commitment and commitment.credit_entry and commitment.repaired_at is None:
        return ("repair", "deny") if asked else ("repair",)
    return ("verify",) if commitment and commitment.kept is None and not case.ended else ()


def _asked(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "operation": given["operation"],
        "actor": actor,
        "application": sheet.found.id,
        "case": sheet.case.index,
        "now": clock.now(),
    }


def _verify(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> str:
    actions.verify(
        kept=given["found"] == "kept",
        means=Means(given["means"]),
        findings=given["reason"],
        **_asked(sheet, actor, given),
    )
    return _("核查结果已记录。")


def _order(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> str:
    answer = actions.order(reason=given["reason"], **_asked(sheet, actor, given))
    return _("已责令在 %(day)s 前整改。") % {"day": answer["due_on"]}


def _mend(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> str:
    actions.mend(**_asked(sheet, actor, given))
    return _("已确认整改，批准继续有效。")


def _notice(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> str:
    answer = actions.notice_revocation(reason=given["reason"], hearing=given["hearing"], **_asked(sheet, actor, given))
    return _("已告知拟撤销，可在 %(day)s 前陈述申辩。") % {"day": answer["statement_due_on"]}


def _revoke(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> str:
    actions.revoke(reason=given["reason"], **_asked(sheet, actor, given))
    return _("撤销决定已签署，证照已撤销。")


def _credit(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> str:
    actions.enter_credit(item=given["item"], **_asked(sheet, actor, given))
    return _("已记入信用记录。")


def _repair(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> str:
    actions.repair_credit(reason=given["reason"], **_asked(sheet, actor, given))
    return _("失信记录已修复。")


def _deny(sheet: Sheet, actor: Actor, given: dict[str, Any]) -> str:
    actions.deny_repair(reason=given["reason"], **_asked(sheet, actor, given))
    return _("已答复不予修复。")


DO: dict[str, Callable[[Sheet, Actor, dict[str, Any]], str]] = {
    "verify": _verify,
    "order": _order,
    "mend": _mend,
    "notice": _notice,
    "revoke": _revoke,
    "credit": _credit,
    "repair": _repair,
    "deny": _deny,
}


@on_duty(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def hold_draw(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for a draw in one's regions; POST draws for one department."""
    form, status = DrawForm(request.POST or None), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                answer = actions.hold_draw(actor=actor, now=clock.now(), **form.cleaned_data)
            except Refused as refused:
                status = put_refusal(form, refused)
            else:
                return redirect("casework:draw", answer["draw"])
    waiting = [one for one in draws.waiting(supervised(actor)) if rules.of_region(one.region).verification_share < ALL]
    names = people.names_of({f"org:{one.body}" for one in waiting}) if waiting else {}
    rows = [
        {
            "waiting": one,
            "department": names.get(f"org:{one.body}", ""),
            "share": rules.of_region(one.region).verification_share,
            "operation": new_operation(clock.now()),
        }
        for one in waiting
    ]
    values = {
        "rows": rows,
        "months": _months(actor),
        "failed": form if form.errors else None,
        "crumbs": trail(actor, Link(_("公开抽取"))),
    }
    return render(request, "casework/workbench/hold_draw.html", values, status=status)


def _months(actor: Actor) -> list[dict[str, Any]]:
    """Return the months from which a sample of decisions on the spot is to be drawn in the actor's regions."""
    waiting = draws.undrawn(months_over(now=clock.now()), prefixes=supervised(actor))
    names = people.names_of({f"org:{one.body}" for one in waiting}) if waiting else {}
    return [
        {
            "waiting": one,
            "department": names.get(f"org:{one.body}", ""),
            "share": rules.of_region(one.region).spot_check_share,
            "operation": new_operation(clock.now()),
        }
        for one in waiting
    ]


@on_duty(Role.SUPERVISOR)
@require_POST
def draw_month(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Draw from the decisions on the spot of one department in one month."""
    form = MonthForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("未提交：页面不完整，可能打开得太久。请刷新页面后重新填写。"))
        return redirect("casework:hold_draw")
    answer = actions.draw_month(actor=actor, now=clock.now(), **form.cleaned_data)
    return redirect("casework:draw", answer["draw"])
