"""How does an applicant answer the one-time notice? Each demand at its place, some or all of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongban.casework import actions, correction, form, queries, reading, underway, words
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.forms.correction import AnswerForm
from tongban.casework.views.changes import CONFLICT, EITHER, UNPROCESSABLE
from tongban.casework.views.page import about, operation, posted
from tongban.domain.events import AskedAct
from tongban.domain.refused import Refused
from tongban.files.actions import MAX_BYTES
from tongban.people import acting
from tongban.web import clock


@login_required
@never_cache
@require_http_methods(EITHER)
def answer(request: HttpRequest, number: str) -> HttpResponse:
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    catalogue, filled = catalogue_of(found), form.unseal(found.form)
    shown = queries.covered(found, actor=actor)
    away = underway.of(found, shown)
    about_them: Any = {
        "people": reading.called(found, filled, in_clear=True),
        "cases": [case.index for case in shown],
        "sent": away.answered(found, catalogue),
    }
    notices = correction.given(catalogue, found, **about_them)
    # What two departments want is one thing to answer.
    every = correction.told(catalogue, found, found.demands, **about_them) if len(notices) > 1 else []
    told = every or [one for notice in notices for one in notice.told]
    given = AnswerForm(
        posted(request),
        request.FILES or None,
        told=told,
        catalogue=catalogue,
        values=filled.values,
        initial=operation(),
    )
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if given.is_valid():
            try:
                done = actions.answer_correction(
                    operation=given.cleaned_data["operation"],
                    actor=actor,
                    application=found.id,
                    files=given.files_given,
                    values=given.values_given,
                    explanations=given.explanations,
                    now=clock.now(),
                )
            except Refused as refused:
                given.refuse(str(refused), refused.field)
                status = UNPROCESSABLE if refused.field else getattr(refused, "status", CONFLICT)
            else:
                count = len(done["answered"])
                said = ngettext("已提交 %(count)d 项补正。", "已提交 %(count)d 项补正。", count) % {"count": count}
                messages.success(request, words.forwarded(done) or said)
                if done.get("to"):
                    return redirect("casework:application", found.number)
                after = queries.own_application(number, actor=actor)
                still = correction.given(catalogue, after, **about_them)
                left = any(one.left for one in still)
                return redirect("casework:answer_correction" if left else "casework:application", found.number)
    values = {
        "form": given,
        "places": given.places(told),
        "left": sum(one.open and one.own for one in told),
        "notices": [one for one in notices if one.left],
        "away": away.told(AskedAct.ANSWER),
        "max_bytes": MAX_BYTES,
        **about(found, _("补正")),
    }
    return render(request, "casework/progress/correction.html", values, status=status)
