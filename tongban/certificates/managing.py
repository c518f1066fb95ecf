"""The pages of what becomes of certificates: for the authority that issued them, and for their holders.

Each act has one small form. What the steps allow now is offered; the action refuses what it must.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tongban.certificates import ending, history, pages, permissions, queries, reading
from tongban.certificates.forms_of_acts import (
    DecisionForm,
    DropForm,
    FindForm,
    NoticeForm,
    RecordForm,
    StatementForm,
    new_operation,
)
from tongban.certificates.queries import Registered
from tongban.certificates.storage import read_standing, stream_of
from tongban.domain import ends
from tongban.domain.clock import day_of
from tongban.domain.ends import Held, Standing
from tongban.domain.refused import Refused
from tongban.people import acting
from tongban.people.actor import Actor
from tongban.people.permissions import may_answer_for_certificate
from tongban.web import clock
from tongban.web.forms import ActForm
from tongban.web.values import Link

UNPROCESSABLE, CONFLICT = 422, 409
SHOWN = 50

Offered = dict[str, dict[str, Any]]
"""By act, in the order of the page, with what its form is made."""


@dataclass(frozen=True, slots=True)
class Possible:
    """What somebody may do now: its form, its heading, the word on its button and what is said when it is done."""

    name: str
    title: str | Promise
    submit: str | Promise
    done: str | Promise
    form: ActForm


@dataclass(frozen=True, slots=True)
class _Kind:
    form: Callable[..., ActForm]
    title: str | Promise
    submit: str | Promise
    done: str | Promise
    act: Callable[..., Any]


KINDS = {
    "notice": _Kind(NoticeForm, lazy("告知拟作的处理"), lazy("告知持证主体"), lazy("已告知持证主体。"), ending.notice),
    "hold_hearing": _Kind(RecordForm, lazy("记录听证"), lazy("记录听证"), lazy("听证已记录。"), ending.hold_hearing),
    "decide": _Kind(DecisionForm, lazy("作出决定"), lazy("签署决定"), lazy("决定已签署，状态已更新。"), ending.decide),
    "drop": _Kind(DropForm, lazy("不再处理"), lazy("终止处理"), lazy("已终止处理，证照维持原状。"), ending.drop),
    "state": _Kind(StatementForm, lazy("陈述申辩"), lazy("提交陈述"), lazy("已提交，签发机关会看到。"), ending.state),
    "request_hearing": _Kind(
        ActForm, lazy("申请听证"), lazy("申请听证"), lazy("听证申请已提交。"), ending.request_hearing
    ),
}


# --- the authority ----------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def managed(request: HttpRequest) -> HttpResponse:
    """Certificates of one's own authority: what is under way, and what is looked for."""
    actor = acting.current(request)
    issuers = permissions.issues_for(actor)
    if not issuers:
        raise permissions.not_of_the_authority()
    form = FindForm(request.GET or None)
    wanted = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = queries.of_issuers(issuers, wanted=wanted, most=SHOWN)
    rows = [
        (
            reverse("certificates:managed_one", args=[one.identifier]),
            pages.name_of(one),
            one,
            pages.state(one, clock.today()),
        )
        for one in found
    ]
    values = {"form": form, "rows": rows, "wanted": wanted, "crumbs": _trail()}
    return render(request, "certificates/managed.html", values)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def managed_one(request: HttpRequest, identifier: str) -> HttpResponse:
    """One certificate of one's own authority, and what may be done to it. POST `act`: one of the authority's acts."""
    actor = acting.current(request)
    line = queries.find(identifier=identifier)
    if line.issuer not in permissions.issues_for(actor):
        raise permissions.not_of_the_authority()
    reading.record(actor, line, now=clock.now())
    return _page(request, actor, line, offered=_of_authority, here="certificates:managed_one", crumbs=_trail(line))


def _of_authority(line: Registered, standing: Standing) -> Offered:
    held, now, intended = Held(line.identifier, line.holder, line.valid_until), clock.now(), standing.intended
    if standing.ended:
        return {}
    offered: Offered = {}
    if intended is None:
        offered["notice"] = {"grounds": history.acts_of(ends.to_notify(standing, held, at=now))}
    elif intended.hearing is not None and intended.hearing.outstanding:
        offered["hold_hearing"] = {}
    offered["decide"] = {"grounds": history.acts_of(ends.to_decide(standing, held, at=now))}
    if intended is not None:
        offered["drop"] = {}
    return offered


# --- the holder -------------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: HttpRequest, identifier: str) -> HttpResponse:
    """What has become of one's certificate, and what one may say to it. POST `act`: state, or request_hearing."""
    actor = acting.current(request)
    line = queries.find(identifier=identifier)
    if not permissions.is_holders(actor, holder=line.holder):
        raise permissions.not_allowed()
    crumbs = [
        Link(_("我的证照"), reverse("certificates:wallet")),
        Link(pages.name_of(line), reverse("certificates:certificate", args=[identifier])),
        Link(_("状态和处理")),
    ]
    offered = _of_holder if may_answer_for_certificate(actor, party=line.holder) else _nothing
    return _page(request, actor, line, offered=offered, here="certificates:standing", crumbs=crumbs)


def _nothing(line: Registered, standing: Standing) -> Offered:
    return {}


def _of_holder(line: Registered, standing: Standing) -> Offered:
    intended = standing.intended
    if intended is None:
        return {}
    hearing, today = intended.hearing, day_of(clock.now())
    offered: Offered = {"state": {}}
    return offered | {"request_hearing": {}} if hearing is not None and hearing.may_be_asked_for(today) else offered


# --- both -------------------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    actor: Actor,
    line: Registered,
    *,
    offered: Callable[[Registered, Standing], Offered],
    here: str,
    crumbs: list[Link],
) -> HttpResponse:
    known = read_standing(stream_of(line.identifier)) or ends.UNTOUCHED
    possible, name, status = offered(line, known), request.POST.get("act", ""), 200
    bound: ActForm | None = None
    if name in possible:
        bound, status = KINDS[name].form(request.POST, auto_id=f"{name}_%s", **possible[name]), UNPROCESSABLE
        if bound.is_valid():
            try:
                KINDS[name].act(actor=actor, certificate=line.identifier, now=clock.now(), **bound.cleaned_data)
            except Refused as refused:
                if getattr(refused, "status", CONFLICT) == 404:
                    raise
                bound.refuse(str(refused), refused.field)
                status = UNPROCESSABLE if refused.field else getattr(refused, "status", CONFLICT)
            else:
                messages.success(request, str(KINDS[name].done))
                return redirect(here, line.identifier)
    elif request.method == "POST":
        messages.error(request, _("未办理：这张证照的状态已经变化，现在不能这样处理。请核对现在的状态。"))
        return redirect(here, line.identifier)
    values = {
        "line": line,
        "name": pages.name_of(line),
        "state": pages.state(line, clock.today()),
        "known": known,
        "ground": history.ground(known.ground) if known.ground else "",
        "article": history.article(known.ground, known.article) or _("依据见签发地区的决定"),
        "intended": known.intended,
        "acts": [_possible(one, possible[one], bound if one == name else None) for one in possible],
        "failed": bound if bound is not None and bound.errors else None,
        "history": history.told(line.identifier),
        "here": reverse(here, args=[line.identifier]),
        "relying": len({one.stream for one in queries.relying(certificates=[line.identifier])}),
        "crumbs": crumbs,
        "staff": here == "certificates:managed_one",
    }
    return render(request, "certificates/standing.html", values, status=status)


def _possible(name: str, given: dict[str, Any], bound: ActForm | None) -> Possible:
    kind = KINDS[name]
    form = bound or kind.form(initial={"operation": new_operation(clock.now())}, auto_id=f"{name}_%s", **given)
    return Possible(name, kind.title, kind.submit, kind.done, form)


def _trail(line: Registered | None = None) -> list[Link]:
    root = [Link(_("工作台"), "/workbench/"), Link(_("证照管理"), reverse("certificates:managed") if line else "")]
    return [*root, Link(pages.name_of(line))] if line else root
