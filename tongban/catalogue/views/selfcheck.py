"""The self-check of a matter: questions one page at a time, then each condition with its reason."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongban.catalogue import selfcheck, words
from tongban.catalogue.selfcheck import AnswersForm, Check
from tongban.web import clock
from tongban.web.values import Link

UNPROCESSABLE = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, matter: str) -> HttpResponse:
    today = clock.today()
    one = selfcheck.of(matter, today=today)
    told = selfcheck.carried(one, request.POST.dict(), today=today)
    on_page = [one.elements[code] for code in request.POST.getlist("asked") if code in one.elements]
    form = AnswersForm(request.POST or None, asked=on_page, today=today)
    before = {code: text for code, text in told.items() if code not in request.POST.getlist("asked")}
    if on_page and not form.is_valid():
        return _ask(request, one, form, before, status=UNPROCESSABLE)
    told = before | (form.given if on_page else {})
    changed = request.POST.get("change")
    asked = (one.elements[changed],) if changed in told else one.page(told)
    if not asked:
        return _tell(request, one, told)
    rest = {code: text for code, text in told.items() if code != changed}
    return _ask(request, one, AnswersForm(asked=asked, today=today, standing=told), rest)


def _ask(
    request: HttpRequest, one: Check, form: AnswersForm, told: Mapping[str, str], *, status: int = 200
) -> HttpResponse:
    values = {"form": form, "asked": [element.code for element in form.asked], **_about(one, told)}
    return render(request, "catalogue/selfcheck_ask.html", values, status=status)


def _tell(request: HttpRequest, one: Check, told: Mapping[str, str]) -> HttpResponse:
    judged = one.judged(told)
    values = {
        "outcome": selfcheck.outcome(judged),
        "conditions": selfcheck.said(one, judged),
        "answers": selfcheck.answers(one, told),
        **_about(one, told),
    }
    return render(request, "catalogue/selfcheck.html", values)


def _about(one: Check, told: Mapping[str, str]) -> dict[str, object]:
    guide = reverse("catalogue:guide", args=[one.standard.matter])
    name = words.told(one.standard, "name")
    return {
        "name": name,
        "guide": guide,
        "told": [(f"{selfcheck.PREFIX}-{code}", text) for code, text in told.items()],
        "count": len(told),
        "crumbs": [
            Link(_("首页"), "/"),
            Link(_("办事指南"), reverse("catalogue:matters")),
            Link(name, guide),
            Link(_("条件自检")),
        ],
    }
