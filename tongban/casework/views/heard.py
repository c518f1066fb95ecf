"""Where the applicant is heard in a case under review: he states his case, and asks for the hearing he was offered."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongban.casework import actions, proceedings, queries, reading, underway, words
from tongban.casework.forms.procedures import OwnStatementForm
from tongban.casework.forms.workbench import ActForm, new_operation
from tongban.casework.underway import Underway
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.domain.application import Application, Case
from tongban.domain.events import AskedAct
from tongban.domain.refused import Refused
from tongban.people import acting
from tongban.web import clock
from tongban.web.values import Link

UNPROCESSABLE = 422


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def heard(request: HttpRequest, number: str, case: int) -> HttpResponse:
    """POST `act`: `statement` or `hearing`."""
    actor = acting.current(request)
    found, subject = queries.own_case(number, case, actor=actor)
    forms = {
        "statement": OwnStatementForm(prefix="statement", initial={"operation": new_operation(clock.now())}),
        "hearing": ActForm(prefix="hearing", initial={"operation": new_operation(clock.now())}),
    }
    away = underway.of(found, [subject])
    act = request.POST.get("act", "")
    if act in forms and not (act == "hearing" and away.of(AskedAct.REQUEST_HEARING)):
        forms[act] = form = type(forms[act])(request.POST, prefix=act)
        if form.is_valid():
            about = {
                "operation": form.cleaned_data["operation"],
                "actor": actor,
                "application": found.id,
                "case": case,
                "now": clock.now(),
            }
            try:
                if act == "statement":
                    done = actions.make_statement(text=form.cleaned_data["text"], **about)
                else:
                    done = actions.request_hearing(**about)
            except Refused as refused:
                form.refuse(str(refused), refused.field)
            else:
                said = {"statement": _("您的陈述已记录。"), "hearing": _("听证申请已收到，举行前不计时限。")}
                messages.success(request, words.forwarded(done) or said[act])
                return redirect("casework:heard", found.number, case)
    return _page(request, found, subject, forms, away)


def _page(
    request: HttpRequest, found: Application, case: Case, forms: dict[str, ActForm], away: Underway
) -> HttpResponse:
    catalogue, _bundle = catalogue_queries.catalogue_of(found.bundle, found.bundle_version)
    today = clock.today()
    failed = next((form for form in forms.values() if form.is_bound and form.errors), None)
    back = reverse("casework:application", args=[found.number])
    hearing_asked = away.told(AskedAct.REQUEST_HEARING)
    values = {
        "application": found,
        "case": case,
        "matter": words.case(catalogue, case, reading.called_by(found, in_clear=True)),
        "told": proceedings.told(case, calendar=calendars.load()),
        "failed": failed,
        "statement_form": forms["statement"] if case.may_state else None,
        "stated": away.told(AskedAct.STATE),
        "hearing_form": forms["hearing"] if case.may_ask_for_hearing(today) and not hearing_asked else None,
        "hearing_asked": hearing_asked,
        "hearing": case.proceedings.hearing,
        "back": f"{back}#case-{case.index}",
        "crumbs": [
            Link(_("我的办件"), reverse("casework:applications")),
            Link(found.number, back),
            Link(_("陈述申辩和听证")),
        ],
    }
    return render(request, "casework/progress/heard.html", values, status=UNPROCESSABLE if failed else 200)
