"""How do stewards put standards in force together: draft a batch, sign it off, sign it, change it, take it back?

A page shows what was proposed, with the digest that its forms carry; a refused act comes back to its form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.casework.forms.workbench import ActForm, new_operation
from tongban.casework.views.workbench.duty import UNPROCESSABLE, put_refusal
from tongban.catalogue import actions, joint, signing, words
from tongban.catalogue.actions.elsewhere import recallable
from tongban.catalogue.queries import batches as queries
from tongban.domain.batch import Batch, Draft
from tongban.domain.batch.status import Life
from tongban.domain.joint import ActKind
from tongban.domain.refused import Refused
from tongban.harmony.forms import batches as forms
from tongban.harmony.views.duty import own_region, steward, trail
from tongban.people.actor import Actor
from tongban.people.permissions import may_propose_batch
from tongban.web import clock
from tongban.web.values import Link


@steward
@require_safe
def batches(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every batch, with what waits for the reader first."""
    today = clock.today()
    waiting = {one.batch.code for one in queries.signings(actor=actor) if one.departments or one.sign}
    values = {
        "crumbs": trail(Link(pgettext("多个", "批次"))),
        "waiting": len(waiting),
        "batches": sorted(
            ((signing.summary(one), one.batch.code in waiting) for one in queries.standings(today=today)),
            key=lambda row: not row[1],
        ),
        "may_draft": may_propose_batch(actor, regions=[own_region(actor)]),
    }
    return render(request, "harmony/batches.html", values)


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, actor: Actor, code: str = "") -> HttpResponse:
    """Write the draft of a batch, a new one without a code."""
    before = queries.batch(code, today=clock.today())[0].batch if code else None
    form = forms.DraftForm(
        request.POST or None,
        initial={"operation": new_operation(clock.now())} | (_drafted(before) if before else {}),
        agreements=[one for one in joint.read_agreements().values() if one.party(own_region(actor))],
        matters=_candidates(before),
    )
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid() and _own_code(form, code):
            try:
                _draft(actor, form)
            except Refused as refused:
                status = put_refusal(form, refused)
            else:
                messages.success(request, _("批次草稿已保存。"))
                return redirect("harmony:batch", code=form.cleaned_data["code"])
    values = {
        "crumbs": trail(Link(pgettext("多个", "批次"), reverse("harmony:batches")), Link(_("起草批次"))),
        "form": form,
        "before": before,
    }
    return render(request, "harmony/batch_draft.html", values, status=status)


def _own_code(form: forms.DraftForm, code: str) -> bool:
    """Whether the code is the draft's own; a new draft must not write over another."""
    given = form.cleaned_data["code"]
    if given == code or not (code or joint.read_batch(given)):
        return True
    form.add_error("code", _("批次编号不能改成别的编号。") if code else _("已有这个编号的批次。请另取编号。"))
    return False


def _draft(actor: Actor, form: forms.DraftForm) -> None:
    given = form.cleaned_data
    actions.draft_batch(
        operation=given["operation"], actor=actor, code=given["code"], draft=form.draft(), now=clock.now()
    )


def _drafted(batch: Batch) -> dict[str, Any]:
    plan: Draft = batch.draft
    return {
        "code": batch.code,
        "title": plan.title,
        "title_en": plan.title_en,
        "agreement": plan.agreement,
        "regions": plan.regions,
        "matters": plan.matters,
        "divisions": plan.scope.divisions,
        "zones": plan.scope.zones,
        "subjects": [one.value for one in plan.scope.subjects],
        "in_force_on": plan.in_force_on,
    }


def _candidates(before: Batch | None) -> list[tuple[str, str]]:
    """What the draft lists already stays to be chosen, also where it is in force by now."""
    listed = [(row.code, row.name) for row in queries.drafted(before.draft.matters)] if before else []
    return sorted({*queries.candidates(), *listed})


@steward
@require_safe
def batch(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _Page(actor, code).show(request)


@steward
@require_POST
def propose(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    page = _Page(actor, code)
    return page.act(request, "propose", forms.ProposeForm(request.POST), actions.propose_batch, _("已提请各地签署。"))


@steward
@require_POST
def sign_off(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    page, region = _Page(actor, code), request.POST.get("region", "")
    departments = page.batch.open.departments_of(region) if page.batch.open else ()
    form = forms.SignOffForm(request.POST, departments=departments)
    return page.act(request, f"sign_off {region}", form, actions.sign_off, _("已会签。"))


@steward
@require_POST
def sign(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    page, region = _Page(actor, code), request.POST.get("region", "")
    return page.act(request, f"sign {region}", forms.SignForm(request.POST), actions.sign_batch, _("已签署。"))


@steward
@require_POST
def recall(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    page = _Page(actor, code)
    return page.act(request, "recall", forms.RecallForm(request.POST), actions.recall_proposal, _("提请已撤回。"))


@steward
@require_POST
def widen(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    page = _Page(actor, code)
    form = forms.ScopeForm(request.POST, regions=page.batch.draft.regions)

    def act(*, divisions: object, zones: object, subjects: object, **about: Any) -> object:
        return actions.widen_batch(scope=form.scope(), **about)

    return page.act(request, "widen", form, act, _("扩大范围已提请各地签署。"))


@steward
@require_POST
def amend(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    page = _Page(actor, code)
    form = forms.AmendForm(request.POST, matters=queries.amendable(page.batch))
    return page.act(request, "amend", form, actions.amend_batch, _("修订已提请各地签署。"))


@steward
@require_POST
def withdraw(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    page = _Page(actor, code)
    form = forms.WithdrawForm(request.POST)
    return page.act(request, "withdraw", form, actions.withdraw_batch, _("撤回已提请各地签署。"))


class _Page:
    """The page of one batch with the forms that its reader may use now."""

    def __init__(self, actor: Actor, code: str) -> None:
        self.actor = actor
        self.standing, self.acts = queries.batch(code, today=clock.today())
        self.batch = self.standing.batch
        self.signings = queries.signings(actor=actor, code=code)
        self.leads = joint.led_by(code)
        """The node that puts acts of it to the regions; empty: this one."""

    def act(
        self, request: HttpRequest, name: str, form: ActForm, act: Callable[..., object], said: str
    ) -> HttpResponse:
        """Run an action with what the form gave, and go back to the page; a refusal is shown at the form."""
        if not form.is_valid():
            return self.show(request, {name: form}, status=UNPROCESSABLE)
        given = {key: tuple(value) if isinstance(value, list) else value for key, value in form.cleaned_data.items()}
        try:
            act(actor=self.actor, code=self.batch.code, now=clock.now(), **given)
        except Refused as refused:
            return self.show(request, {name: form}, status=put_refusal(form, refused))
        messages.success(request, said)
        return redirect("harmony:batch", code=self.batch.code)

    def show(self, request: HttpRequest, tried: dict[str, ActForm] | None = None, *, status: int = 200) -> HttpResponse:
        shown = self._forms() | (tried or {})
        for name, form in shown.items():
            # Several forms on one page ask for the same things.
            form.auto_id = f"{name.replace(' ', '_')}_%s"
        title = words.told(self.batch.draft, "title")
        values = {
            "crumbs": trail(Link(pgettext("多个", "批次"), reverse("harmony:batches")), Link(title)),
            "title": title,
            "batch": self.batch,
            "summary": signing.summary(self.standing),
            "facts": signing.facts(self.standing),
            "leads": self.leads,
            "sections": [signing.section(act, self.standing) for act in self.acts],
            "drafted": queries.drafted(self.batch.draft.matters) if not self.batch.acts else [],
            "tried": list((tried or {}).values()),
            "forms": shown,
            "offices": [
                (
                    row,
                    signing.division(row.region),
                    shown.get(f"sign_off {row.region}"),
                    shown.get(f"sign {row.region}"),
                )
                for row in self.signings
            ],
        }
        return render(request, "harmony/batch.html", values, status=status)

    def _forms(self) -> dict[str, ActForm]:
        made = self._signing_forms()
        if self.leads or not may_propose_batch(self.actor, regions=self.batch.draft.regions):
            return made
        if self.batch.open is not None:
            if recallable(self.batch.open):
                made["recall"] = forms.RecallForm(initial=self._operation())
        elif self.batch.last is None:
            made["propose"] = forms.ProposeForm(initial=self._operation())
        elif self._changeable():
            made |= self._change_forms()
        return made

    def _changeable(self) -> bool:
        kept = self.standing.state.life in {Life.IN_FORCE, Life.SIGNED}
        return kept and self.batch.last is not None and self.batch.last.content.kind is not ActKind.WITHDRAWAL

    def _signing_forms(self) -> dict[str, ActForm]:
        made: dict[str, ActForm] = {}
        for row in self.signings:
            seen = {"region": row.region, "digest": row.act.digest} | self._operation()
            if row.departments:
                chosen = {"departments": [one.body for one in row.departments]}
                form = forms.SignOffForm(initial=seen | chosen, departments=row.departments)
                made[f"sign_off {row.region}"] = form
            if row.sign:
                made[f"sign {row.region}"] = forms.SignForm(initial=seen)
        return made

    def _change_forms(self) -> dict[str, ActForm]:
        assert self.batch.last is not None
        content = self.batch.last.content
        scope = {
            "divisions": content.scope.divisions,
            "zones": content.scope.zones,
            "subjects": [one.value for one in content.scope.subjects],
        }
        made: dict[str, ActForm] = {
            "widen": forms.ScopeForm(initial=scope | self._operation(), regions=content.regions),
            "withdraw": forms.WithdrawForm(initial=self._operation()),
        }
        newer = queries.amendable(self.batch)
        if newer:
            made["amend"] = forms.AmendForm(initial=self._operation(), matters=newer)
        return made

    def _operation(self) -> dict[str, Any]:
        return {"operation": new_operation(clock.now())}
