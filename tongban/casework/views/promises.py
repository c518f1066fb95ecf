"""The applicant's pages of promises: materials that are to follow, his commitment; and for everybody, the draws."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import actions, credits, draws, promises, queries, reading, rules, underway, words
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.forms.promises import AskRepairForm, FilesForm, StatementForm
from tongban.casework.forms.workbench import ActForm
from tongban.casework.views.page import about, operation, posted
from tongban.domain.application import Application
from tongban.domain.events import AskedAct
from tongban.domain.refused import Refused
from tongban.files import actions as files
from tongban.files.actions import MAX_BYTES
from tongban.people import acting
from tongban.people import queries as people
from tongban.web import clock
from tongban.web.values import Link

UNPROCESSABLE = 422
EITHER = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_http_methods(EITHER)
def supply(request: HttpRequest, number: str) -> HttpResponse:
    """Hand in what was promised for later (容缺后补)."""
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    catalogue = catalogue_of(found)
    shown = queries.covered(found, actor=actor)
    away = underway.of(found, shown)
    waiting = promises.waiting(found, catalogue, cases=shown, sent=away.places(AskedAct.SUPPLY))
    form = FilesForm(
        posted(request),
        request.FILES or None,
        initial=operation(),
        labels={each.material: each.name for each in waiting if not each.sent},
    )
    if request.method == "POST" and form.is_valid():
        try:
            given = _stored(request, found, form)
            done = actions.supply(
                operation=form.cleaned_data["operation"],
                actor=actor,
                application=found.id,
                uploads=given,
                now=clock.now(),
            )
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            said = _("已补交 %(count)d 份材料。") % {"count": len(given)}
            messages.success(request, words.forwarded(done) or said)
            return redirect("casework:application", found.number)
    values = {
        "form": form,
        "waiting": waiting,
        "away": away.told(AskedAct.SUPPLY),
        "max_bytes": MAX_BYTES,
        **about(found, _("补交容缺材料")),
    }
    return render(request, "casework/promises/supply.html", values, status=UNPROCESSABLE if form.errors else 200)


@login_required
@never_cache
@require_http_methods(EITHER)
def commitment(request: HttpRequest, number: str, index: int) -> HttpResponse:
    """One's commitment and what became of it.

    POST `act`: `take_back` before the decision, `state` one's case, or ask for the `repair` of a credit entry.
    """
    actor = acting.current(request)
    found, case = queries.own_case(number, index, actor=actor)
    catalogue = catalogue_of(found)
    told = promises.told(found, case, catalogue)
    away = underway.of(found, [case])
    taken_back, repair_asked = away.told(AskedAct.TAKE_BACK), away.told(AskedAct.ASK_REPAIR)
    fresh = operation()
    act = request.POST.get("act", "")
    bound = {name: posted(request) if act == name else None for name in ("take_back", "state", "repair")}
    back = FilesForm(
        bound["take_back"],
        request.FILES or None,
        initial=fresh,
        labels=promises.proofs(case, catalogue),
        demanding=True,
    )
    statement = StatementForm(bound["state"], initial=fresh, auto_id="state_%s")
    repair = AskRepairForm(bound["repair"], initial=fresh, auto_id="repair_%s", rules=rules.of_case(found, index))
    form: ActForm = {"take_back": back, "repair": repair}.get(act, statement)
    again = (act == "take_back" and taken_back) or (act == "repair" and repair_asked)
    if act in bound and not again and form.is_valid():
        asked: dict[str, Any] = {
            "operation": form.cleaned_data["operation"],
            "actor": actor,
            "application": found.id,
            "case": index,
            "now": clock.now(),
        }
        try:
            if act == "take_back":
                done = actions.take_back(uploads=_stored(request, found, back), **asked)
                said = _("承诺已撤回，改按一般程序办理。")
            elif act == "repair":
                given = repair.cleaned_data
                done = actions.ask_repair(ground=given["ground"], reason=given["reason"], **asked)
                day = date_format(date.fromisoformat(done["due_on"])) if done["due_on"] else ""
                said = _("修复申请已提交，将在 %(day)s 前答复。") % {"day": day}
            else:
                done = actions.make_statement(text=form.cleaned_data["text"], **asked)
                said = _("陈述申辩已提交。")
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            messages.success(request, words.forwarded(done) or said)
            return redirect("casework:commitment", found.number, index)
    requested = credits.asked(found, index)
    values = {
        "told": told,
        "failed": form if form.errors and not again else None,
        "back_form": back if told.may_take_back and not taken_back else None,
        "taken_back": taken_back,
        "statement_form": statement if told.may_state else None,
        "stated": away.told(AskedAct.STATE),
        "repair_form": repair if told.may_ask_repair and requested is None and not repair_asked else None,
        "repair_asked": repair_asked,
        "requested": requested,
        "max_bytes": MAX_BYTES,
        **about(found, words.case(catalogue, case, reading.called_by(found, in_clear=True))),
    }
    status = UNPROCESSABLE if values["failed"] else 200
    return render(request, "casework/promises/commitment.html", values, status=status)


@require_safe
def all_draws(request: HttpRequest) -> HttpResponse:
    """Every draw that was held, the newest first: public."""
    held = draws.latest()
    names = people.names_of({f"org:{one.body}" for one in held}) if held else {}
    values = {
        "rows": [(one, names.get(f"org:{one.body}", "")) for one in held],
        "crumbs": [Link(_("首页"), "/"), Link(_("公开抽取"))],
    }
    return render(request, "casework/promises/draws.html", values)


@require_safe
def one_draw(request: HttpRequest, identifier: str) -> HttpResponse:
    """One draw with all that is needed to draw again."""
    held = draws.find(identifier)
    values = {
        "held": held,
        "department": people.names_of({f"org:{held.body}"}).get(f"org:{held.body}", ""),
        "rows": [(number, number in held.drawn) for number in held.candidates],
        "wrong": draws.wrong_with(held),
        "crumbs": [Link(_("首页"), "/"), Link(_("公开抽取"), reverse("casework:draws")), Link(_("一次抽取"))],
    }
    return render(request, "casework/promises/draw.html", values)


def _stored(request: HttpRequest, found: Application, form: FilesForm) -> dict[str, str]:
    """Keep the files of the form; return their digests by material. Raises what `files.store` refuses."""
    given: dict[str, str] = {}
    for code in form.codes:
        file = form.cleaned_data.get(code)
        if isinstance(file, UploadedFile):
            kept = files.store(
                party=found.holder, name=file.name or "", stream=file, size_hint=file.size or 0, now=clock.now()
            )
            given[code] = kept.digest
    return given
