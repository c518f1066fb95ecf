"""The pages of people: signing in and out, one's account, for whom one acts, whom one mandates, who stands in."""

from __future__ import annotations

from collections.abc import Sequence
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
from tongban.people.forms import MYSELF, AbsentForm, ActingForForm, MandateForm, SignInForm, StandInForm
from tongban.people.ids import uuid7
from tongban.people.models import Account, Organisation
from tongban.people.queries import Colleague
from tongban.people.roles import Role
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
        "stood_in_for": pages.stood_in_for(actor),
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


@login_required
@require_GET
def stand_ins(request: HttpRequest) -> HttpResponse:
    actor = _arranger(request)
    rows = queries.stand_ins(account=actor.id, overseen=permissions.overseen(actor), today=clock.today())
    return render(request, "people/stand_ins.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name_stand_in(request: HttpRequest) -> HttpResponse:
    """Name who stands in. Whoever oversees a region first says for whom: `?absent=account:…`."""
    actor = _arranger(request)
    for_whom = queries.colleagues_overseen(account=actor.id, overseen=permissions.overseen(actor), today=clock.today())
    absent = _absent(request, for_whom)
    if absent is None:
        return _ask_for_whom(request, for_whom)
    near = queries.colleagues_of(account=absent.id, today=clock.today())
    form = StandInForm(request.POST or None, choices=pages.choices(near), initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            _name(request, actor, absent.id, form)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("代岗已安排。"))
            return redirect("people:stand_ins")
    values = {"form": form, "absent": absent, "near": near, "crumbs": _on_the_way_to_stand_ins()}
    return render(request, "people/name_stand_in.html", values, status=UNPROCESSABLE if form.errors else 200)


def _arranger(request: HttpRequest) -> Actor:
    """Return who opens the pages of stand-ins. Raises NotAllowed for whom they do not concern."""
    actor = acting.current(request)
    if not any(map(actor.has, (Role.CLERK, Role.REVIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR))):
        raise permissions.NotAllowed(
            "不能打开：代岗由窗口人员、审查人员本人，或其任职地区的系统管理员、效能监察员安排。请换用有这项职责的账户。"
        )
    return actor


def _absent(request: HttpRequest, for_whom: Sequence[Colleague]) -> Colleague | None:
    """Return for whom a stand-in is to be named: whom the address says, else the only one there is."""
    asked = request.GET.get("absent", for_whom[0].id if len(for_whom) == 1 else "")
    return next((one for one in for_whom if one.id == asked), None)


def _ask_for_whom(request: HttpRequest, for_whom: Sequence[Colleague]) -> HttpResponse:
    form = AbsentForm(request.GET if "absent" in request.GET else None, choices=pages.choices(for_whom))
    values = {"form": form, "for_whom": for_whom, "crumbs": _on_the_way_to_stand_ins()}
    return render(request, "people/for_whom.html", values, status=UNPROCESSABLE if form.errors else 200)


def _on_the_way_to_stand_ins() -> list[Link]:
    return [Link(_("代岗"), reverse("people:stand_ins")), Link(_("安排代岗"))]


def _name(request: HttpRequest, actor: Actor, absent: str, form: StandInForm) -> None:
    actions.name_stand_in(
        operation=_operation(request),
        actor=actor,
        absent=absent,
        account=form.cleaned_data["account"],
        valid_from=form.cleaned_data["valid_from"],
        valid_until=form.valid_until,
        now=clock.now(),
    )


@login_required
@require_POST
def end_stand_in(request: HttpRequest, absent: UUID, stand_in: UUID) -> HttpResponse:
    actions.end_stand_in(
        operation=_operation(request),
        actor=acting.current(request),
        absent=f"account:{absent}",
        stand_in=str(stand_in),
        now=clock.now(),
    )
    messages.success(request, _("代岗已结束，立即生效。"))
    return redirect("people:stand_ins")


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
