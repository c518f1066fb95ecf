"""A window asks, the holder allows it on his own phone or by his PIN, and the clerk sees that for minutes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongban.catalogue import queries as catalogue
from tongban.certificates import queries as certificates
from tongban.certificates.wallet import asking as actions
from tongban.certificates.wallet import pin, queries, reading, secrets, storage, words
from tongban.certificates.wallet.asking import Scope
from tongban.certificates.wallet.forms import ActForm, AskForm, FactsForm, HolderForm
from tongban.certificates.wallet.views import codes
from tongban.certificates.wallet.views.doors import (
    UNPROCESSABLE,
    halls_of,
    new_operation,
    of_clerks,
    of_holders,
    party_of,
    trail,
)
from tongban.domain.asking import Asking, NoSuchAsking, State
from tongban.domain.identifiers import DocumentType
from tongban.domain.refused import Refused
from tongban.paper import qr
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.pages import in_reader_language
from tongban.people.permissions import NotAllowed, may
from tongban.web import clock
from tongban.web.address import address_of
from tongban.web.values import Answer, Link

# --- the clerk --------------------------------------------------------------------------------------------------------


@of_clerks
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Say what is needed and what for; below it, what was asked last."""
    form = AskForm(request.POST or None, initial={"operation": new_operation()}, **_choices(actor))
    if request.method == "POST" and form.is_valid():
        try:
            answer = actions.ask(operation=form.id, actor=actor, now=clock.now(), **form.about)
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("certificates:asking", answer["asking"])
    now = clock.now()
    asked = queries.askings_of_clerk(clerk=actor.id)
    rows = [(id, one, _types(one), words.ASKING_STATES[one.state(now)]) for id, one in asked]
    values = {"form": form, "rows": rows}
    return render(request, "certificates/wallet/ask.html", values, status=UNPROCESSABLE if form.errors else 200)


def _choices(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    halls = people.halls(codes=halls_of(actor))
    return {
        "halls": [(code, in_reader_language(halls[code].name, halls[code].name_en)) for code in halls_of(actor)],
        "types": [(code, in_reader_language(name, english)) for code, name, english in catalogue.certificate_types()],
        "matters": [(one[0], in_reader_language(one[1], one[2])) for one in catalogue.matters_in_force()],
    }


@of_clerks
@require_http_methods(["GET", "HEAD"])
def asking(request: HttpRequest, actor: Actor, asking: UUID) -> HttpResponse:
    """One request as its clerk sees it: the code to scan, then what was allowed."""
    id, now = str(asking), clock.now()
    found, presented = reading.allowed(actor, asking=id, now=now, today=clock.today())
    state = found.state(now)
    code = secrets.code_of(id)
    address = request.build_absolute_uri(reverse("certificates:answer", args=[code]))
    values = {
        "asking": found,
        "id": id,
        "facts": _about(found),
        "state": state.value,
        "words": words.ASKING_STATES[state],
        "certificates": [words.shown(one) for one in presented],
        "way": words.WAYS[found.way] if found.way else "",
        "code": secrets.readable(code),
        # Drawn by ourselves, from shapes only.
        "qr": mark_safe(qr.svg(address)) if state is State.WAITING else "",
        "operation": new_operation(),
        "crumbs": [Link(_("窗口调阅"), reverse("certificates:ask")), Link(_("调阅请求"))],
    }
    return render(request, "certificates/wallet/asking.html", values)


def _about(found: Asking) -> list[Answer]:
    """Return what is asked, where and what for."""
    named = {code: in_reader_language(name, english) for code, name, english in catalogue.named([found.matter])}
    facts = [
        Answer(_("需要的证照"), _("、").join(_types(found).values())),
        Answer(_("用来做什么"), words.need_of(found.need, found.matter, named)),
    ]
    if found.subject:
        facts.insert(1, Answer(_("关于"), found.subject.partition(":")[2]))
    return facts


def _types(found: Asking) -> dict[str, str]:
    names = {code: in_reader_language(name, english) for code, name, english in catalogue.certificate_types()}
    return {code: names.get(code, code) for code in found.types}


@of_clerks
@require_POST
def end(request: HttpRequest, actor: Actor, asking: UUID) -> HttpResponse:
    form = ActForm(request.POST)
    if form.is_valid():
        actions.end(operation=form.id, actor=actor, asking=str(asking), now=clock.now())
    return redirect("certificates:asking", asking)


@of_clerks
@sensitive_post_parameters("pin", "number")
@require_http_methods(["GET", "HEAD", "POST"])
def by_pin(request: HttpRequest, actor: Actor, asking: UUID) -> HttpResponse:
    """The holder's own field at the window: who he is, what he allows, his PIN. The clerk cannot fill it in for him."""
    id, now = str(asking), clock.now()
    found = storage.read_asking(id)
    if found is None or found.by != actor.id or found.state(now) is not State.WAITING:
        raise NoSuchAsking
    form = HolderForm(request.POST or None, asked=_types(found), initial={"operation": new_operation()})
    if request.method == "POST" and form.is_valid():
        try:
            _allow_by_pin(request, id, form)
        except NoSuchAsking:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("certificates:asking", asking)
    values = {"form": form, "facts": _where(found), "id": id}
    return render(request, "certificates/wallet/by_pin.html", values, status=UNPROCESSABLE if form.errors else 200)


def _allow_by_pin(request: HttpRequest, id: str, form: HolderForm) -> None:
    given, now, today = form.cleaned_data, clock.now(), clock.today()
    account = pin.prove(
        document_type=DocumentType(given["document_type"]),
        number=given["number"],
        pin=given["pin"],
        address=address_of(request),
        now=now,
        today=today,
    )
    actions.allow_by_pin(
        operation=form.id,
        actor=people.actor(account, acting_for=given["organisation"], today=today),
        asking=id,
        types=given["types"],
        scope=Scope(given["scope"]),
        now=now,
    )


# --- the holder -------------------------------------------------------------------------------------------------------


@of_holders
@require_http_methods(["GET", "HEAD"])
def code(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Type the code that the window shows, where scanning is not at hand."""
    return codes.page(
        request,
        find=lambda code: _find(request, actor, code),
        then="certificates:answer",
        template="certificates/wallet/code.html",
        crumbs=trail(Link(_("窗口调阅"))),
    )


def _find(request: HttpRequest, actor: Actor, code: str) -> str:
    """Return the request that a code names. Raises NoSuchAsking, TooMany."""
    with codes.counted(request, actor, wrong=NoSuchAsking):
        return actions.find(code)


@of_holders
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """See who asks for what and why; choose, allow, or refuse."""
    holder, now, today = party_of(actor).id, clock.now(), clock.today()
    id = _find(request, actor, code)
    found = storage.read_asking(id)
    if found is None or (found.state(now) is not State.WAITING and found.holder != holder):
        raise NoSuchAsking
    if found.state(now) is not State.WAITING:
        return _answered(request, code, found)
    may(actor, "give_out", party=holder, matter=found.matter)
    fitting = [
        line.identifier
        for line in certificates.wallet(party=holder, today=today)
        if found.asks_for(type=line.type, subject=line.subject) and line.counts(today)
    ]
    offered = queries.offered(holder=holder, identifiers=fitting)
    form = FactsForm(request.POST or None, offered=offered, initial={"operation": new_operation()})
    if request.method == "POST" and form.is_valid():
        try:
            _answer(actor, id, form, allows=request.POST.get("answer") == "allow")
        except (NoSuchAsking, NotAllowed):
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("certificates:answer", code)
    held = {line.type for line, _content in offered}
    values = {
        "form": form,
        "facts": _where(found),
        "missing": [name for type, name in _types(found).items() if type not in held],
        "crumbs": trail(Link(_("窗口调阅"))),
    }
    return render(request, "certificates/wallet/answer.html", values, status=UNPROCESSABLE if form.errors else 200)


def _answered(request: HttpRequest, code: str, found: Asking) -> HttpResponse:
    state = found.state(clock.now())
    values = {
        "asking": found,
        "facts": _where(found),
        "shows": state is State.SHOWN,
        "state": words.ASKING_STATES[state],
        "code": code,
        "operation": new_operation(),
        "crumbs": trail(Link(_("窗口调阅"))),
    }
    return render(request, "certificates/wallet/answered.html", values)


def _answer(actor: Actor, id: str, form: FactsForm, *, allows: bool) -> None:
    if allows:
        actions.allow(operation=form.id, actor=actor, asking=id, chosen=form.chosen, now=clock.now())
    else:
        actions.refuse(operation=form.id, actor=actor, asking=id, now=clock.now())


def _where(found: Asking) -> list[Answer]:
    """Return who asks at which hall, for what, and until when he waits."""
    hall = people.hall(code=found.hall)
    return [
        Answer(_("哪个大厅"), in_reader_language(hall.name, hall.name_en) if hall else found.hall),
        Answer(_("窗口人员"), people.names_of([found.by]).get(found.by, "")),
        *_about(found),
    ]


@of_holders
@require_POST
def take_back(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """End what a window sees, before its time."""
    form = ActForm(request.POST)
    if form.is_valid():
        actions.end(operation=form.id, actor=actor, asking=_find(request, actor, code), now=clock.now())
        messages.success(request, _("已经结束，窗口看不到了。"))
    return redirect("certificates:answer", code)
