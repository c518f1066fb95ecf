"""The pages of people: signing in and out, one's account, for whom one acts, whom one mandates."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.domain.identifiers import DocumentType, check
from tongban.domain.refused import Refused
from tongban.people import acting, actions, demo, pages, permissions, queries, throttle
from tongban.people.actor import Actor
from tongban.people.forms import MYSELF, ActingForForm, MandateForm, SignInForm
from tongban.people.ids import uuid7
from tongban.people.models import Account, Organisation
from tongban.web import clock, navigation
from tongban.web.address import address_of
from tongban.web.values import Link

BACKEND = "tongban.people.backends.PeopleBackend"
UNPROCESSABLE = 422


class NotFound(Refused):
    """No registered person has this document and this name."""

    code = "person_not_found"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = _proved(request, form)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _signed_in(request, account)
    values = {"form": form, "next": _next(request), "groups": pages.demo_groups() if settings.DEMO else []}
    return render(request, "people/sign_in.html", values, status=UNPROCESSABLE if form.errors else 200)


def _proved(request: HttpRequest, form: SignInForm) -> Account:
    username, password = form.cleaned_data["username"], form.cleaned_data["password"]
    address = address_of(request)
    throttle.note(username=username, address=address, now=clock.now())
    account = authenticate(request, username=username, password=password)
    if not isinstance(account, Account):
        raise permissions.NotAllowed("未能登录：用户名或密码不对。请核对后再试。")
    throttle.forget(username=username, address=address)
    return account


@require_POST
def sign_in_demo(request: HttpRequest) -> HttpResponse:
    """One click, in demo mode only, and only for the demo's own people."""
    username = request.POST.get("username", "")
    if not settings.DEMO or username not in demo.usernames():
        raise Http404
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise Http404
    return _signed_in(request, account)


def _signed_in(request: HttpRequest, account: Account) -> HttpResponse:
    """Begin a fresh session; whoever may act for somebody is asked at once for whom."""
    login(request, account, backend=BACKEND)
    actor = acting.choose(request, "")
    goal = _next(request) or _first_page(request, actor)
    if actor.person and queries.representations(person=actor.person, today=clock.today()):
        return redirect(f"{reverse('people:acting_for')}?{urlencode({'next': goal})}")
    return redirect(goal)


def _first_page(request: HttpRequest, actor: Actor) -> str:
    """Return the first page of the workbench for somebody on duty, the portal for everybody else."""
    rail = navigation.shown(request, navigation.Side.STAFF) if actor.duties else []
    return rail[0].href if rail else resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
@login_required
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("您已退出登录。"))
    return redirect("people:sign_in")


@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    actor = acting.current(request)
    values = {
        "facts": pages.about(actor, request.user),
        "duties": pages.duties(request.user, today=clock.today()),
        "represented": queries.representations(person=actor.person, today=clock.today()) if actor.person else (),
    }
    return render(request, "people/account.html", values)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def acting_for(request: HttpRequest) -> HttpResponse:
    actor = acting.current(request)
    represented = queries.representations(person=actor.person, today=clock.today()) if actor.person else ()
    chosen = actor.party.id if actor.party and actor.party.id != actor.person else MYSELF
    form = ActingForForm(request.POST or None, name=actor.name, represented=represented, initial={"acting_for": chosen})
    if request.method == "POST" and form.is_valid():
        now_acting = acting.choose(request, form.chosen)
        _tell_for_whom(request, now_acting)
        return redirect(_next(request) or "people:account")
    values = {"form": form, "next": _next(request), "alone": not represented}
    return render(request, "people/acting_for.html", values, status=UNPROCESSABLE if form.errors else 200)


def _tell_for_whom(request: HttpRequest, actor: Actor) -> None:
    name = actor.party.name if actor.party else actor.name
    messages.success(request, _("您现在代表“{name}”办事。").format(name=name))


@login_required
@require_GET
def mandates(request: HttpRequest) -> HttpResponse:
    actor = acting.current(request)
    values = {
        "organisations": _organisations(actor),
        "rows": pages.mandate_rows(actor, today=clock.today()),
    }
    return render(request, "people/mandates.html", values)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    actor = acting.current(request)
    organisations = _organisations(actor)
    if not organisations:
        raise permissions.NotAllowed("授权未生效：只有法定代表人本人可以授权。请由法定代表人登录后办理。")
    operation = _operation(request)
    form = MandateForm(request.POST or None, organisations=organisations, initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            _grant(operation, actor, form)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("授权已生效：{name}。").format(name=form.cleaned_data["name"]))
            return redirect("people:mandates")
    crumbs = [Link(_("授权管理"), reverse("people:mandates")), Link(_("新增授权"))]
    values = {"form": form, "operation": operation, "crumbs": crumbs}
    return render(request, "people/grant.html", values, status=UNPROCESSABLE if form.errors else 200)


def _organisations(actor: Actor) -> tuple[Organisation, ...]:
    return queries.organisations_represented(person=actor.person) if actor.person else ()


def _grant(operation: str, actor: Actor, form: MandateForm) -> None:
    given = form.cleaned_data
    actions.grant_mandate(
        operation=operation,
        actor=actor,
        organisation=given["organisation"],
        agent=_agent(form),
        matters=form.chosen_matters,
        valid_from=given["valid_from"],
        valid_until=form.valid_until,
        now=clock.now(),
    )


def _agent(form: MandateForm) -> str:
    document_type, name = DocumentType(form.cleaned_data["document_type"]), form.cleaned_data["name"]
    try:
        number = check(document_type, form.cleaned_data["number"], today=clock.today())
    except Refused as refused:
        refused.field = "number"
        raise
    person = queries.person_by_document(document_type=document_type, number=number, name=name)
    if person is None:
        raise NotFound(
            "授权未生效：没有找到姓名和证件都相符的登记人员。请核对姓名和证件号码，或请受托人先到窗口登记。",
            field="number",
        )
    return person.key


@login_required
@require_POST
def revoke(request: HttpRequest, organisation: str, mandate: UUID) -> HttpResponse:
    actions.revoke_mandate(
        operation=_operation(request),
        actor=acting.current(request),
        organisation=f"org:{organisation}",
        mandate=str(mandate),
        now=clock.now(),
    )
    messages.success(request, _("授权已撤销，立即失效。"))
    return redirect("people:mandates")


def _operation(request: HttpRequest) -> str:
    """Return the operation id the form carried; one that is none gets a new one."""
    try:
        return str(UUID(request.POST.get("operation", "")))
    except ValueError:
        return str(uuid7(now=clock.now()))


def _next(request: HttpRequest) -> str:
    """Return where the reader wanted to go, if it is on this site; else nothing."""
    goal = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(goal, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return goal if here else ""
