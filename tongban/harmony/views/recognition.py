"""How do stewards keep recognition rules: what there is, recording one in the name of their bureau, ending one?"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework.forms.workbench import new_operation
from tongban.casework.views.workbench.duty import UNPROCESSABLE, put_refusal
from tongban.catalogue import actions, joint, recognised
from tongban.catalogue.queries import recognition as queries
from tongban.catalogue.recognised import Rule
from tongban.domain.recognition import Recognition
from tongban.domain.refused import Refused
from tongban.harmony.forms.agreements import EndForm
from tongban.harmony.forms.recognition import RuleForm
from tongban.harmony.views.duty import steward, trail
from tongban.people.actor import Actor
from tongban.people.permissions import may, may_speak_for
from tongban.web import clock
from tongban.web.values import Link


@dataclass(frozen=True, slots=True)
class RuleRow:
    rule: Rule
    may_end: bool


@steward
@require_safe
def rules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every rule with its state, and the facets of the public list."""
    today, found = clock.today(), queries.rules()
    values = {
        "crumbs": trail(Link(_("互认规则"))),
        "facets": recognised.facets(found, request.GET),
        "rows": [
            RuleRow(recognised.shown(found, one, today=today), one.may_end(today) and _speaks(actor, one))
            for one in recognised.narrowed(found, request.GET)
        ],
        "may_record": may_speak_for(actor, bodies=_parties()),
    }
    return render(request, "harmony/recognition.html", values)


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Record a rule, signed by the bureau of the region in which it counts."""
    may(actor, "speak_for", bodies=_parties())
    status = 200
    form = RuleForm(
        request.POST or None,
        agreements=list(joint.read_agreements().values()),
        types=queries.certificate_types(),
        initial={"operation": new_operation(clock.now())},
    )
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            operation = form.cleaned_data["operation"]
            try:
                actions.record_recognition(operation=operation, actor=actor, rule=form.rule(), now=clock.now())
            except Refused as refused:
                status = put_refusal(form, refused)
            else:
                messages.success(request, _("互认规则已签署并记录。"))
                return redirect("harmony:recognition")
    values = {"crumbs": _trail(Link(_("记录互认规则"))), "form": form}
    return render(request, "harmony/recognition_new.html", values, status=status)


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """End a rule from a day on."""
    found = queries.rule(code)
    one = found.recorded[0]
    form, status = EndForm(request.POST or None, initial={"operation": new_operation(clock.now())}), 200
    if request.method != "POST":
        may(actor, "speak_for", bodies=_signed_by(one))
    elif form.is_valid():
        try:
            actions.end_recognition(actor=actor, code=code, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            status = put_refusal(form, refused)
        else:
            messages.success(request, _("互认规则已终止。"))
            return redirect("harmony:recognition")
    else:
        status = UNPROCESSABLE
    values = {
        "crumbs": _trail(Link(code, reverse("catalogue:recognition_rule", args=[code])), Link(_("终止"))),
        "rule": recognised.shown(found, one, today=clock.today()),
        "form": form,
    }
    return render(request, "harmony/recognition_end.html", values, status=status)


def _trail(*here: Link) -> list[Link]:
    return trail(Link(_("互认规则"), reverse("harmony:recognition")), *here)


def _parties() -> list[tuple[str, str]]:
    """Return who speaks for a region in any agreement."""
    return [(party.region, party.body) for one in joint.read_agreements().values() for party in one.parties]


def _speaks(actor: Actor, one: Recognition) -> bool:
    return may_speak_for(actor, bodies=_signed_by(one))


def _signed_by(one: Recognition) -> list[tuple[str, str]]:
    return [(one.signature.region, one.signature.body)]
