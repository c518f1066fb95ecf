"""The pages of following up: my applications, one application, a co-applicant's signature, the public look-up."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.casework import (
    actions,
    drafts,
    following,
    form,
    lanes,
    numbers,
    promises,
    queries,
    reading,
    repeating,
    throttle,
    underway,
    words,
)
from tongban.casework.documents import reading as documents
from tongban.casework.forms.documents import SigningForm
from tongban.casework.forms.progress import ConfirmForm, LookUpForm
from tongban.casework.views.page import posted
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.certificates import queries as certificates
from tongban.domain import review
from tongban.domain.application import Application, CaseState
from tongban.domain.events import AskedAct
from tongban.domain.materials import SupplySource
from tongban.domain.refused import Refused
from tongban.people import acting
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.ids import uuid7
from tongban.web import clock
from tongban.web.address import address_of
from tongban.web.values import Link

UNPROCESSABLE = 422
EITHER = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """Drafts, applications, and what waits for one's own signature."""
    actor = acting.current(request)
    party = actor.party.id if actor.party else ""
    listed = queries.applications_of(party, matters=actor.mandate_matters) if party else []
    confirming = following.to_confirm(party) if party else []
    values = {
        "holder": actor.party,
        "drafts": following.drafts(drafts.mine(actor=actor)),
        "applications": [following.listed(one) for one in listed],
        "to_confirm": [one for one in confirming if one.confirmed_at is None],
        "confirmed": [one for one in confirming if one.confirmed_at is not None],
    }
    return render(request, "casework/progress/applications.html", values)


@login_required
@never_cache
@require_safe
def application(request: HttpRequest, number: str) -> HttpResponse:
    """One application as its applicant sees it; right after handing in it says what happens next."""
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    if found.number != number:
        return redirect("casework:application", found.number)
    return application_page(request, actor, found)


def application_page(
    request: HttpRequest, actor: Actor, found: Application, *, signing: SigningForm | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the page of one application; `signing` is the form with which documents were to be signed for."""
    catalogue, bundle = catalogue_queries.catalogue_of(found.bundle, found.bundle_version)
    calendar, today = calendars.load(), clock.today()
    names = people.names_of({f"org:{case.body}" for case in found.cases} | {found.holder} | following.joint(found))
    people_listed = reading.called(found, form.unseal(found.form), in_clear=True)
    names |= people_listed
    shown = queries.covered(found, actor=actor)
    away = underway.of(found, shown)
    indexes = {case.index for case in shown}
    papers = documents.listed(found, shown, staff=False)
    issued = {one.identifier: one for one in certificates.of_stream(stream=queries.stream_of(found.id))}
    to_follow = promises.waiting(found, catalogue, cases=shown, sent=away.places(AskedAct.SUPPLY))
    values = {
        "application": found,
        "name": words.bundle(bundle),
        "holder_name": names.get(found.holder, ""),
        # Whoever has the code reads of every case.
        "query_code": numbers.query_code(found.number) if len(shown) == len(found.cases) else "",
        "fresh": all(case.state is CaseState.SUBMITTED for case in found.cases),
        "facts": following.facts(found, names, today=today),
        "repeatable": len(shown) == len(found.cases) and repeating.repeatable(found.bundle, found.bundle_version),
        "drawing": lanes.drawing(
            found,
            catalogue,
            today=today,
            calendar=calendar,
            cases=indexes,
            people=people_listed,
            hrefs={index: f"#case-{index}" for index in indexes},
        ),
        "cases": following.cases(found, shown, catalogue, names, issued, calendar=calendar, today=today, away=away),
        "to_follow": to_follow,
        "may_supply": not all(one.sent for one in to_follow),
        "commitments": promises.made(shown, catalogue),
        "piles": reading.piles(catalogue, found, shown, people_listed),
        "topics": following.filled_in(found, shown, catalogue),
        "shared": sum(one.source is not SupplySource.UPLOAD for one in found.supplies),
        "to_do": following.to_do(found, shown, catalogue, away=away, operation=str(uuid7(now=clock.now()))),
        "acts": reading.acts(found, catalogue, queries.history(found), shown=indexes, papers=papers.hrefs)[::-1],
        "documents": papers,
        "signing": SigningForm.blank(papers.to_sign_for, now=clock.now()) if papers.to_sign_for else None,
        "failed": signing,
        "crumbs": [Link(_("我的办件"), reverse("casework:applications")), Link(found.number)],
    }
    return render(request, "casework/progress/application.html", values, status=status)


@login_required
@require_POST
def repeat(request: HttpRequest, number: str) -> HttpResponse:
    """Open a draft like this application, and say what was taken over."""
    draft = repeating.begin(actor=acting.current(request), number=number, now=clock.now())
    return redirect("casework:draft", draft.id)


@login_required
@never_cache
@require_http_methods(EITHER)
def confirm(request: HttpRequest, number: str, case: int) -> HttpResponse:
    """A co-applicant sees what his case would certify, and signs it."""
    actor = acting.current(request)
    found = queries.asked_to_confirm(number, case, actor=actor)
    fresh = {"operation": str(uuid7(now=clock.now())), "seen": review.shown(found, case)}
    form = ConfirmForm(posted(request), initial=fresh)
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm(
                operation=form.cleaned_data["operation"],
                actor=actor,
                application=found.id,
                case=case,
                seen=form.cleaned_data["seen"],
                now=clock.now(),
            )
        except review.NotAsSeen as changed:
            # What is shown now is what stands now, and the next signature answers for it.
            found = queries.asked_to_confirm(number, case, actor=actor)
            form = ConfirmForm(request.POST | {"seen": review.shown(found, case)})
            form.add_error(None, str(changed))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已确认并签名。"))
            return redirect("casework:confirm", found.number, case)
    values = {"form": form, **following.confirmation(found, case, actor)}
    values["crumbs"] = [Link(_("我的办件"), reverse("casework:applications")), Link(_("确认共同申请"))]
    return render(request, "casework/progress/confirm.html", values, status=UNPROCESSABLE if form.errors else 200)


@never_cache
@require_http_methods(EITHER)
def look_up(request: HttpRequest) -> HttpResponse:
    """Whoever knows number and query code sees how far it is, and nobody's personal data."""
    form = LookUpForm(posted(request), initial={"number": request.GET.get("number", "")})
    shown: dict[str, object] = {}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            shown = _looked_up(form, address_of(request))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            status = getattr(refused, "status", UNPROCESSABLE)
    elif form.errors:
        status = UNPROCESSABLE
    return render(request, "casework/progress/look_up.html", {"form": form, **shown}, status=status)


def _looked_up(form: LookUpForm, address: str) -> dict[str, object]:
    number = form.cleaned_data["number"].strip().upper()
    throttle.note(number=number, address=address, now=clock.now())
    found = queries.progress(number, form.cleaned_data["code"])
    throttle.forget(number=number, address=address)
    return following.in_public(found, calendar=calendars.load(), today=clock.today())
