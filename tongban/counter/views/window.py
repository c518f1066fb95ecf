"""A clerk at his window: what may be taken in here, whom he helps with what, what he checked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.casework import drafts, filling, numbers
from tongban.casework import queries as casework
from tongban.casework import words as casework_words
from tongban.casework.documents import reading as documents
from tongban.catalogue import labels
from tongban.catalogue import queries as catalogue
from tongban.catalogue.queries import PAGE, Takings, Window
from tongban.certificates.wallet import secrets
from tongban.certificates.wallet.views.doors import halls_of, new_operation, of_clerks
from tongban.counter import actions, helping, storage, words
from tongban.counter.forms import BeginForm, CheckForm
from tongban.counter.views.papers import windowed
from tongban.domain import masks
from tongban.domain.assistance import Assistance, NoSuchAssistance, State
from tongban.domain.identifiers import DocumentType
from tongban.domain.offers import Entitlement
from tongban.domain.refused import Refused
from tongban.paper import qr
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.pages import in_reader_language
from tongban.people.permissions import may
from tongban.web import clock
from tongban.web.forms import ActForm
from tongban.web.values import Answer, Link, Task

UNPROCESSABLE = 422
EITHER = ["GET", "HEAD", "POST"]


# --- what may be taken in here ----------------------------------------------------------------------------------------


@of_clerks
@require_safe
def window(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Search what this hall may take in; beside it, what the clerk helped with last."""
    halls, hall = halls_and_one(request, actor)
    text = request.GET.get("q", "").strip()[:100]
    where, today = actions.window_of(hall), clock.today()
    number = max(int(page), 1) if (page := request.GET.get("page", "")).isdecimal() and len(page) < 6 else 1
    found = catalogue.takings(where, text=text, today=today, start=(number - 1) * PAGE)
    bundles = [] if text else catalogue.own_bundles(where)
    begun = storage.of_clerk(actor.id, most=8)
    named = _named([one.bundle for _id, one in begun])
    values = {
        "halls": halls,
        "hall": hall,
        "typed": text,
        "found": found,
        "rows": _rows(found),
        "bundles": [(bundle.code, in_reader_language(bundle.name, bundle.name_en)) for _catalogue, bundle in bundles],
        "begun": [
            (id, named.get(one.bundle, one.bundle), one.at, words.STATES[one.state(clock.now())]) for id, one in begun
        ],
        "page": Paginator(range(found.total), PAGE).get_page(number),
    }
    return render(request, "counter/window.html", values)


def _rows(found: Takings) -> list[dict[str, Any]]:
    names = people.names_of_bodies(ids={f"org:{one.implementation.body}" for _s, many in found.rows for one in many})
    return [
        {
            "matter": standard.matter,
            "name": in_reader_language(standard.name, standard.name_en),
            "ways": [
                {
                    "body": one.implementation.body,
                    "body_name": names.get(f"org:{one.implementation.body}", one.implementation.body),
                    "place": labels.place(one.implementation.region),
                    "mode": words.mode(one.upon.mode),
                    "tone": words.tone(one.upon.mode),
                    "receipt": words.receipt(one.upon),
                    "on_the_spot": one.on_the_spot,
                }
                for one in many
            ],
        }
        for standard, many in found.rows
    ]


def halls_and_one(request: HttpRequest, actor: Actor) -> tuple[list[tuple[str, str]], str]:
    """Return the halls where the clerk serves, and the one that the address names, else the first."""
    codes = halls_of(actor)
    known = people.halls(codes=codes)
    halls = [(code, in_reader_language(known[code].name, known[code].name_en)) for code in codes if code in known]
    wanted = request.GET.get("hall", "")
    return halls, wanted if wanted in codes else codes[0]


def _named(codes: list[str]) -> dict[str, str]:
    return {code: in_reader_language(name, english) for code, name, english in catalogue.named(codes)}


# --- begin ------------------------------------------------------------------------------------------------------------


@of_clerks
@require_http_methods(EITHER)
def begin(request: HttpRequest, actor: Actor, hall: str, bundle: str) -> HttpResponse:
    """Say whose document lies there; `?by=` names the body that offers the matter, none for a bundle."""
    may(actor, "take_in", hall=hall)
    body = request.GET.get("by", "")
    where = actions.window_of(hall)
    upon = catalogue.may_take_in(where, bundle=bundle, body=body, today=clock.today())
    form = BeginForm(request.POST or None, initial={"operation": new_operation()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answer = actions.begin(
                operation=given["operation"],
                actor=actor,
                hall=hall,
                bundle=bundle,
                body=body,
                document_type=DocumentType(given["document_type"]),
                number=given["number"],
                organisation=given["organisation"],
                now=clock.now(),
            )
        except Refused as refused:
            if not refused.field:
                raise
            form.refuse(str(refused), refused.field)
        else:
            return redirect("counter:assistance", answer["assistance"])
    name = _named([bundle]).get(bundle, bundle)
    values = {
        "form": form,
        "name": name,
        "hall": hall,
        "facts": _where(where, body) + _upon_facts(upon, body),
        "crumbs": [Link(_("窗口收件"), reverse("counter:window") + f"?hall={hall}"), Link(name)],
    }
    return render(request, "counter/begin.html", values, status=UNPROCESSABLE if form.errors else 200)


def _where(where: Window, body: str) -> list[Answer]:
    hall = people.hall(code=where.hall)
    facts = [Answer(_("收件大厅"), in_reader_language(hall.name, hall.name_en) if hall else where.hall)]
    return [*facts, Answer(_("主管部门"), body_name(body))] if body else facts


def body_name(body: str) -> str:
    return people.names_of_bodies(ids=[f"org:{body}"]).get(f"org:{body}", body)


def _upon_facts(upon: Entitlement, body: str) -> list[Answer]:
    facts = [Answer(_("办理模式"), words.mode(upon.mode))]
    said = words.not_acceptance(upon, body=body_name(body)) if body else ""
    return [*facts, Answer(_("受理与起算"), said)] if said else facts


# --- one help ---------------------------------------------------------------------------------------------------------


@of_clerks
@require_safe
def assistance(request: HttpRequest, actor: Actor, assistance: UUID) -> HttpResponse:
    """One help as its clerk sees it: waiting, filling in, checking, signing, and the receipt."""
    return _page(request, actor, str(assistance))


@of_clerks
@require_POST
def check(request: HttpRequest, actor: Actor, assistance: UUID) -> HttpResponse:
    """Record what was checked."""
    id = str(assistance)
    form = CheckForm(request.POST, checks=of_clerk(id, actor).checks)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.check(
                operation=given["operation"],
                actor=actor,
                assistance=id,
                checked=frozenset(given["checked"]),
                remark=given["remark"],
                revision=given["revision"],
                now=clock.now(),
            )
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            messages.success(request, _("核对已记录。请申请人核对全部内容并签名。"))
            return redirect(reverse("counter:assistance", args=[id]) + "#sign")
    return _page(request, actor, id, checking=form)


@of_clerks
@require_POST
def end(request: HttpRequest, actor: Actor, assistance: UUID) -> HttpResponse:
    """End it; nothing was handed in."""
    id = str(assistance)
    of_clerk(id, actor)
    form = ActForm(request.POST)
    if form.is_valid():
        actions.end(operation=form.cleaned_data["operation"], actor=actor, assistance=id, now=clock.now())
    return redirect("counter:assistance", id)


def of_clerk(id: str, actor: Actor) -> Assistance:
    """Return a help to the clerk who began it. Raises NoSuchAssistance."""
    found = storage.read(id)
    if found is None or found.by != actor.id:
        raise NoSuchAssistance
    return found


def _page(request: HttpRequest, actor: Actor, id: str, *, checking: CheckForm | None = None) -> HttpResponse:
    found, now = of_clerk(id, actor), clock.now()
    state = found.state(now)
    name = _named([found.bundle]).get(found.bundle, found.bundle)
    code = secrets.code_of(id, of=actions.CODE)
    address = request.build_absolute_uri(reverse("counter:answer", args=[code]))
    waits = state in (State.WAITING, State.HELPED)
    values = {
        "id": id,
        "one": found,
        "name": name,
        "state": state.value,
        "words": words.STATES[state],
        "facts": _facts(found, state),
        "code": secrets.readable(code),
        "enter": request.build_absolute_uri(reverse("counter:code")),
        # Drawn by ourselves, from shapes only.
        "qr": mark_safe(qr.svg(address)) if waits else "",
        "operation": new_operation(),
        "crumbs": [Link(_("窗口收件"), reverse("counter:window") + f"?hall={found.hall}"), Link(_("帮办"))],
    }
    if state is State.HELPED:
        values |= _helped(found, checking)
    if state is State.SIGNED:
        values |= _signed(found, actor)
    status = UNPROCESSABLE if checking is not None and checking.errors else 200
    return render(request, "counter/assistance.html", values, status=status)


def _facts(found: Assistance, state: State) -> list[Answer]:
    """Return for whom what is asked; until he has allowed it, no name in full."""
    names = people.names_of({found.person, found.holder})
    person = names.get(found.person, "")
    known = state in (State.HELPED, State.SIGNED)
    who = [Answer(_("到场的人"), person if known else masks.person(person))]
    if not found.for_himself:
        who.append(Answer(_("代表"), names.get(found.holder, found.holder)))
    if known and (account := people.account_of(person=found.person)) is not None and account.person is not None:
        kind = DocumentType(account.person.document_type)
        who.append(Answer(_("证件号码"), masks.number(kind, people.number_of(account.person))))
    where = Window(found.hall, found.region)
    return [*who, *_where(where, found.body), *_upon_facts(found.upon, found.body)]


def _helped(found: Assistance, checking: CheckForm | None) -> dict[str, Any]:
    applicant = helping.applicant_of(found, account=found.answered_by, now=clock.now())
    assert applicant.party is not None  # he acts for the holder
    one = filling.read(drafts.open_draft(found.draft, actor=applicant), holder=applicant.party, now=clock.now())
    checked = found.check is not None and found.check.revision == one.draft.revision
    form = checking or CheckForm(
        checks=found.checks, initial={"operation": new_operation(), "revision": one.draft.revision}
    )
    return {
        "form": form,
        "checked": checked,
        "in_order": [casework_words.CHECKS[each] for each in found.check.checked] if found.check and checked else [],
        "until": found.helped_until,
        "tasks": [
            _filled_in(one, found),
            Task(
                _("核对身份和形式"),
                _("已核对") if checked else _("未核对"),
                "#check",
                "" if checked else _("填写完成后核对；改动以后要重新核对。"),
                "good" if checked else "",
            ),
            Task(
                _("申请人核对并签名"),
                _("等申请人签名") if checked else _("尚不能签名"),
                "#sign" if checked else "",
                "" if checked else _("核对以后才能签名。"),
                "active" if checked else "quiet",
            ),
        ],
    }


def _filled_in(one: filling.Filling, found: Assistance) -> Task:
    missing = len(one.missing_elements) + len(one.missing_materials)
    state, tone = (_("已填写完整"), "good")
    if not one.complete:
        state, tone = _("还缺 {count} 项").format(count=missing), "active"
    hint = _("填报内容和扫描的材料；申请人的证照、登记信息随他的授权一并使用。")
    return Task(_("填写申请"), state, reverse("casework:draft", args=[found.draft]), hint, tone)


def _signed(found: Assistance, actor: Actor) -> dict[str, Any]:
    number = casework.named([found.application])[found.application].number
    application = casework.at_window(number, actor=actor)
    return {
        "number": number,
        "query_code": numbers.query_code(number),
        "documents": windowed(application, documents.listed(application, application.cases, staff=False)),
        "forwarded": application.from_elsewhere,
    }
