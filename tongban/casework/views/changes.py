"""What may an applicant do at any time after handing in? Withdraw, urge, change data, let everything wait together.

What a withdrawal or a change reaches is shown before it is done.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tongban.casework import actions, correction, form, queries, reading, underway, words
from tongban.casework.actions import changes, forwarding
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.forms.correction import MendForm, ReplacementForm, WithdrawalForm
from tongban.casework.forms.satisfaction import RatingForm
from tongban.casework.forms.workbench import ActForm
from tongban.casework.views.page import about, operation, posted
from tongban.domain import intake
from tongban.domain.application import Application
from tongban.domain.catalogue import Catalogue
from tongban.domain.events import AskedAct, Channel
from tongban.domain.refused import Refused
from tongban.files.actions import MAX_BYTES
from tongban.people import acting
from tongban.web import clock

UNPROCESSABLE = 422
CONFLICT = 409
EITHER = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_http_methods(EITHER)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Choose cases, see which others lose a certificate by it, withdraw."""
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    catalogue = catalogue_of(found)
    people = reading.called_by(found, in_clear=True)
    shown = queries.covered(found, actor=actor)
    away = underway.of(found, shown)
    choices = [
        (case.index, words.case(catalogue, case, people))
        for case in shown
        if not case.ended and case.index not in away.cases(AskedAct.WITHDRAW)
    ]
    given = WithdrawalForm(posted(request), choices=choices, initial=operation())
    reached: list[dict[str, str]] | None = None
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if given.is_valid():
            chosen = tuple(given.cleaned_data["cases"])
            reached, status = _bereft(found, catalogue, chosen), 200
            if request.POST.get("act") == "send":
                try:
                    done = actions.withdraw(
                        operation=given.cleaned_data["operation"],
                        actor=actor,
                        application=found.id,
                        cases=chosen,
                        reason=given.cleaned_data["reason"],
                        now=clock.now(),
                    )
                except Refused as refused:
                    status = put(given, refused)
                else:
                    said = words.forwarded(done) or _("已撤回 %(count)d 项。") % {"count": len(chosen)}
                    messages.success(request, said)
                    return redirect("casework:application", found.number)
    values = {
        "form": given,
        "reached": reached,
        "choices": choices,
        "away": away.told(AskedAct.WITHDRAW),
        **about(found, _("撤回")),
    }
    return render(request, "casework/progress/withdraw.html", values, status=status)


def _bereft(found: Application, catalogue: Catalogue, chosen: tuple[int, ...]) -> list[dict[str, str]]:
    """Return the cases that lose a certificate, with the certificates."""
    gone = {*chosen, *(case.index for case in intake.bereft(found, chosen))}
    people = reading.called_by(found, in_clear=True)
    return [
        {
            "matter": words.case(catalogue, case, people),
            "certificates": words.listed(
                [
                    f"《{words.certificate(catalogue, found.case(index).yields)}》"
                    for index in case.awaits
                    if index in gone and found.case(index).yields
                ]
            ),
        }
        for case in intake.bereft(found, chosen)
    ]


@login_required
@never_cache
@require_http_methods(EITHER)
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Change data, see what is reviewed anew and what goes back, then do it."""
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    catalogue, filled = catalogue_of(found), form.unseal(found.form)
    shown = queries.covered(found, actor=actor)
    away = underway.of(found, shown)
    cases = [case for case in shown if not case.ended and case.index not in away.cases(AskedAct.CHANGE)]
    given = MendForm(
        posted(request),
        catalogue=catalogue,
        elements=correction.asked_elements(catalogue, cases, filled),
        values=filled.values,
        initial=operation(),
    )
    reached, status = None, 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if given.is_valid():
            try:
                if request.POST.get("act") == "send":
                    done = actions.change(
                        operation=given.cleaned_data["operation"],
                        actor=actor,
                        application=found.id,
                        values=given.values,
                        now=clock.now(),
                    )
                    messages.success(request, words.forwarded(done) or _("填报内容已更改。"))
                    return redirect("casework:application", found.number)
                reached = changes.reach(found, catalogue, given.values, today=clock.today())
                status = 200
            except Refused as refused:
                status = put(given, refused)
    values = {
        "form": given,
        "changing": [
            {
                "label": given[code].label,
                "before": correction.current(catalogue, filled, code),
                "after": words.value(catalogue.elements[code], text),
            }
            for code, text in (given.values.items() if reached else ())
        ],
        "reached": _reached(found, catalogue, reached) if reached else None,
        "away": away.told(AskedAct.CHANGE),
        **about(found, _("更改填报内容")),
    }
    return render(request, "casework/progress/change.html", values, status=status)


def _reached(found: Application, catalogue: Catalogue, reached: changes.Reach) -> dict[str, str]:
    people = reading.called_by(found, in_clear=True)

    def named(indexes: tuple[int, ...]) -> str:
        return words.listed([words.case(catalogue, found.case(index), people) for index in indexes])

    return {
        "cases": named(reached.cases),
        "anew": named(reached.reviewed_anew),
        "returning": named(reached.returning),
        "signed_anew": named(reached.signed_anew),
        "decided": named(reached.decided),
    }


@login_required
@never_cache
@require_http_methods(EITHER)
def replace(request: HttpRequest, number: str) -> HttpResponse:
    """Give a certificate in the place of one that will not come."""
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    catalogue = catalogue_of(found)
    away = underway.of(found, queries.covered(found, actor=actor))
    sent = away.places(AskedAct.REPLACE)
    wanted = {code: words.material(catalogue, code) for code in changes.lost(found) if code not in sent}
    held = changes.in_wallet(found, catalogue, today=clock.today())
    given = ReplacementForm(posted(request), request.FILES or None, wanted=wanted, held=held, initial=operation())
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if given.is_valid():
            try:
                done = actions.supply_in_place(
                    operation=given.cleaned_data["operation"],
                    actor=actor,
                    application=found.id,
                    files=given.uploads,
                    held=given.held,
                    now=clock.now(),
                )
            except Refused as refused:
                status = put(given, refused)
            else:
                said = _("已提交。等这份证照的办件可以继续办理。")
                messages.success(request, words.forwarded(done) or said)
                return redirect("casework:application", found.number)
    values = {
        "form": given,
        "away": away.told(AskedAct.REPLACE),
        "max_bytes": MAX_BYTES,
        **about(found, _("提交已有的证照")),
    }
    return render(request, "casework/progress/replace.html", values, status=status)


@login_required
@require_POST
def together(request: HttpRequest, number: str) -> HttpResponse:
    """Let complete cases wait for the incomplete ones, or no longer."""
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    wait = request.POST.get("wait") == "1"
    said = _("已记下：全部办件齐备后一并受理。") if wait else _("已记下：齐备的办件先行受理。")
    return _do(request, found, actions.ask_to_wait, said, wait=wait)


@login_required
@require_POST
def urge(request: HttpRequest, number: str, index: int) -> HttpResponse:
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    return _do(request, found, actions.urge, _("已催办，承办岗位会看到。"), case=index)


@login_required
@require_POST
def recall(request: HttpRequest, number: str, index: int) -> HttpResponse:
    """Ask for a case back that went to another node."""
    found = queries.own_application(number, actor=acting.current(request))
    return _do(request, found, forwarding.recall, _("已申请撤回移交，请等待对方答复。"), cases=(index,))


@login_required
@require_POST
def send_again(request: HttpRequest, number: str) -> HttpResponse:
    """Let cases that came back go to the node that decides them once more."""
    found = queries.own_application(number, actor=acting.current(request))
    return _do(request, found, forwarding.send_again, _("已再次转交，请等待对方签收。"))


@login_required
@require_POST
def rate(request: HttpRequest, number: str, index: int) -> HttpResponse:
    """Rate how one case was handled, on the page of its application."""
    found = queries.own_application(number, actor=acting.current(request))
    form = RatingForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(said for errors in form.errors.values() for said in errors))
        return redirect("casework:application", found.number)
    said = {"level": form.cleaned_data["level"], "words": form.cleaned_data["words"], "channel": Channel.ONLINE}
    return _do(request, found, actions.rate, _("已记下您的评价，谢谢。"), case=index, **said)


def _do(request: HttpRequest, found: Application, act: Any, said: str, **asked: Any) -> HttpResponse:
    """Do what one button asks; a refusal is told on the page one comes back to."""
    given = ActForm(request.POST)
    if not given.is_valid():
        messages.error(request, " ".join(given.non_field_errors()))
        return redirect("casework:application", found.number)
    try:
        done = act(
            operation=given.cleaned_data["operation"],
            actor=acting.current(request),
            application=found.id,
            now=clock.now(),
            **asked,
        )
    except Refused as refused:
        if getattr(refused, "status", CONFLICT) in (403, 404):
            raise
        messages.error(request, str(refused))
    else:
        messages.success(request, words.forwarded(done) or said)
    return redirect("casework:application", found.number)


# --- what these pages share -------------------------------------------------------------------------------------------


def put(given: ActForm, refused: Refused) -> int:
    """Show a refusal at the field it is about, else above the form; return the status of the page."""
    given.refuse(str(refused), refused.field)
    return UNPROCESSABLE if refused.field in given.fields else getattr(refused, "status", CONFLICT)
