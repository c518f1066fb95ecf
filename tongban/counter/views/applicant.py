"""The applicant answers: he allows help or refuses it, and signs what was prepared; by his own phone or by his PIN."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tongban.casework import applying, drafts, filling
from tongban.casework import words as casework_words
from tongban.casework.filling import Filling
from tongban.casework.forms.apply import SubmitForm
from tongban.casework.prereview import following
from tongban.catalogue import queries as catalogue
from tongban.certificates.wallet import pin
from tongban.certificates.wallet.views import codes
from tongban.certificates.wallet.views.doors import new_operation, of_clerks, of_holders, party_of
from tongban.counter import actions, helping, storage, words
from tongban.counter.forms import PinForm, SignByPinForm
from tongban.counter.views.window import body_name, of_clerk
from tongban.domain.assistance import Assistance, NoSuchAssistance, State
from tongban.domain.events import Way
from tongban.domain.identifiers import DocumentType
from tongban.domain.refused import Refused
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.pages import in_reader_language
from tongban.web import clock
from tongban.web.address import address_of
from tongban.web.forms import ActForm
from tongban.web.values import Answer, Link

UNPROCESSABLE = 422
EITHER = ["GET", "HEAD", "POST"]


# --- by his own phone -------------------------------------------------------------------------------------------------


@of_holders
@require_http_methods(["GET", "HEAD"])
def code(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Type the code that the window shows, where scanning is not at hand."""
    return codes.page(
        request,
        find=lambda code: _find(request, actor, code),
        then="counter:answer",
        template="counter/code.html",
        crumbs=[Link(_("窗口帮办"))],
    )


def _find(request: HttpRequest, actor: Actor, code: str) -> tuple[str, Assistance]:
    """Return the help that a code names, if the actor is its applicant. Raises NoSuchAssistance, TooMany."""
    with codes.counted(request, actor, wrong=NoSuchAssistance):
        id = actions.find(code)
        found = storage.read(id)
        if found is None or found.person != actor.person:
            raise NoSuchAssistance
    return id, found


@of_holders
@require_http_methods(EITHER)
def answer(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """See who offers help with what; allow or refuse it; when it is prepared, read it through and sign."""
    id, found = _find(request, actor, code)
    if party_of(actor).id != found.holder:
        values = {"found": found, "holder": _names(found)[found.holder], "crumbs": [Link(_("窗口帮办"))]}
        return render(request, "counter/switch.html", values)
    match found.state(clock.now()):
        case State.WAITING:
            return _asked(request, actor, id, found, code)
        case State.HELPED:
            return _to_sign(request, actor, id, found, Way.SCAN, reverse("counter:answer", args=[code]))
    return _over(request, found)


def _asked(request: HttpRequest, actor: Actor, id: str, found: Assistance, code: str) -> HttpResponse:
    form = ActForm(request.POST or None, initial={"operation": new_operation()})
    if request.method == "POST" and form.is_valid():
        operation, allows = form.cleaned_data["operation"], request.POST.get("answer") == "allow"
        if allows:
            actions.allow(operation=operation, actor=actor, assistance=id, way=Way.SCAN, now=clock.now())
        else:
            actions.refuse(operation=operation, actor=actor, assistance=id, now=clock.now())
        return redirect("counter:answer", code)
    values = {"form": form, "facts": _facts(found), "crumbs": [Link(_("窗口帮办"))]}
    return render(request, "counter/asked.html", values, status=UNPROCESSABLE if form.errors else 200)


def _over(request: HttpRequest, found: Assistance) -> HttpResponse:
    state = found.state(clock.now())
    values = {
        "state": words.STATES[state],
        "facts": _facts(found),
        "application": found.application,
        "crumbs": [Link(_("窗口帮办"))],
    }
    return render(request, "counter/over.html", values)


# --- by his PIN, at the window ----------------------------------------------------------------------------------------


@of_clerks
@sensitive_post_parameters("pin")
@require_http_methods(EITHER)
def by_pin(request: HttpRequest, actor: Actor, assistance: UUID) -> HttpResponse:
    """The applicant's own page at the window. The clerk cannot fill it in for him: he does not know the PIN."""
    id = str(assistance)
    found = of_clerk(id, actor)
    match found.state(clock.now()):
        case State.WAITING:
            return _asked_by_pin(request, id, found)
        case State.HELPED:
            back = reverse("counter:assistance", args=[id])
            applicant = helping.applicant_of(found, account=found.answered_by, now=clock.now())
            return _to_sign(request, applicant, id, found, Way.PIN, back)
    return redirect("counter:assistance", id)


def _asked_by_pin(request: HttpRequest, id: str, found: Assistance) -> HttpResponse:
    form = PinForm(request.POST or None, initial={"operation": new_operation()})
    if request.method == "POST" and form.is_valid():
        try:
            applicant = _prove(request, found, form.cleaned_data["pin"])
            actions.allow(
                operation=form.cleaned_data["operation"],
                actor=applicant,
                assistance=id,
                way=Way.PIN,
                now=clock.now(),
            )
        except NoSuchAssistance:
            raise
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            return redirect("counter:assistance", id)
    values = {"form": form, "facts": _facts(found), "id": id}
    return render(request, "counter/asked_by_pin.html", values, status=UNPROCESSABLE if form.errors else 200)


def _prove(request: HttpRequest, found: Assistance, given: str) -> Actor:
    """Return the applicant, who proved his PIN. Raises WrongPin, TooMany, CannotActFor."""
    account = people.account_of(person=found.person)
    if account is None or account.person is None:
        raise NoSuchAssistance
    proved = pin.prove(
        document_type=DocumentType(account.person.document_type),
        number=people.number_of(account.person),
        pin=given,
        address=address_of(request),
        now=clock.now(),
        today=clock.today(),
    )
    return helping.applicant_of(found, account=f"account:{proved.pk}", now=clock.now())


# --- read through and sign --------------------------------------------------------------------------------------------


def _to_sign(request: HttpRequest, applicant: Actor, id: str, found: Assistance, way: Way, here: str) -> HttpResponse:
    """Show all that was prepared; signed, it is handed in. By PIN whoever signs proves himself once more."""
    one = filling.read(drafts.open_draft(found.draft, actor=applicant), holder=party_of(applicant), now=clock.now())
    form = _sign_form(request, one, way)
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            signer = _prove(request, found, form.cleaned_data["pin"]) if way is Way.PIN else applicant
            actions.hand_in(actor=signer, assistance=id, way=way, now=clock.now(), **form.given)
        except (drafts.NoSuchDraft, drafts.DraftSubmitted, NoSuchAssistance):
            raise
        except Refused as no:
            if no.field in form.fields:
                form.add_error(no.field, str(no))
            else:
                refused = no
        else:
            messages.success(request, _("已签名提交。"))
            return redirect(here)
    checked = found.check is not None and found.check.revision == one.draft.revision
    read = applying.read_through(one)
    values = {
        **read,
        "form": form,
        "draft": one.draft,
        "holder": one.holder,
        "followed": following.read(one),
        "facts": _facts(found),
        "checked": checked,
        "in_order": [casework_words.CHECKS[each] for each in found.check.checked] if found.check else [],
        "refused": refused,
        "by_pin": way is Way.PIN,
        "back": here if way is Way.PIN else "",
        "crumbs": [] if way is Way.PIN else [Link(_("窗口帮办"))],
    }
    status = UNPROCESSABLE if form.errors or refused else 200
    return render(request, "counter/sign.html", values, status=status)


def _sign_form(request: HttpRequest, one: Filling, way: Way) -> SubmitForm:
    kind = SignByPinForm if way is Way.PIN else SubmitForm
    return kind(
        request.POST or None,
        initial={"operation": new_operation()},
        deferring=one.promised.later,
        committing=one.promised.committed,
    )


# --- in words ---------------------------------------------------------------------------------------------------------


def _names(found: Assistance) -> dict[str, str]:
    return {found.holder: found.holder} | people.names_of({found.holder, found.by})


def _facts(found: Assistance) -> list[Answer]:
    """Return who helps with what, where, and who decides."""
    names, hall = _names(found), people.hall(code=found.hall)
    named: dict[str, Any] = {code: (name, english) for code, name, english in catalogue.named([found.bundle])}
    facts = [
        Answer(_("事项"), in_reader_language(*named.get(found.bundle, (found.bundle, "")))),
        Answer(_("申请人"), names[found.holder]),
        Answer(_("哪个大厅"), in_reader_language(hall.name, hall.name_en) if hall else found.hall),
        Answer(_("窗口人员"), names.get(found.by, "")),
        Answer(_("办理模式"), words.mode(found.upon.mode)),
    ]
    if found.body and found.upon.mode:
        facts.append(Answer(_("受理与起算"), words.not_acceptance(found.upon, body=body_name(found.body))))
    return facts
