"""How do stewards keep agreements and joint meetings: what there is, recording, ending, closing what was settled?

Lists grow by a row when a button asks for one, and nothing typed is lost. Ending an agreement is confirmed on a page
that tells what stops with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework.forms.workbench import new_operation
from tongban.casework.views.workbench.duty import CONFLICT, UNPROCESSABLE, put_refusal
from tongban.catalogue import actions, joint, signing
from tongban.catalogue.queries import NotInCatalogue, recognition
from tongban.catalogue.queries import agreements as queries
from tongban.catalogue.queries.agreements import Counts, Held, Resting
from tongban.catalogue.words import told
from tongban.domain import agreements as kernel
from tongban.domain.joint import Party, Undertaking
from tongban.domain.meetings import Meeting
from tongban.domain.refused import Refused
from tongban.harmony.forms import agreements as forms
from tongban.harmony.views.duty import steward, trail
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import NotAllowed, may, may_speak_for
from tongban.web import clock
from tongban.web.values import Answer, Link

MEETINGS = 50
"""Meetings on a page."""


# --- What there is ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgreementRow:
    held: Held
    resting: Counts
    may_end: bool


@dataclass(frozen=True, slots=True)
class OpenRow:
    """What a meeting gave somebody to do and is not done yet."""

    meeting: Meeting
    number: int
    undertaking: Undertaking
    overdue: bool
    may_close: bool


@steward
@require_safe
def agreements(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every agreement with what rests on it, what is open of joint meetings, and the meetings."""
    today = clock.today()
    meetings = joint.read_meetings()
    resting = queries.counts()
    page = Paginator(meetings, MEETINGS).get_page(request.GET.get("page"))
    values = {
        "crumbs": trail(Link(_("协议与会议"))),
        "agreements": [
            _agreement_row(held, resting.get(held.agreement.number, Counts(0, 0, 0)), actor, today)
            for held in queries.all_agreements(today=today)
        ],
        "open": sorted(_open(meetings, actor, today), key=lambda row: row.undertaking.due_on),
        "page": page,
        "meetings": [(each, len(each.done) - len(_undone(each)), len(each.overdue(today=today))) for each in page],
        "may_record": _speaks(actor, _bodies().values()),
    }
    return render(request, "harmony/agreements.html", values)


def _agreement_row(held: Held, resting: Counts, actor: Actor, today: date) -> AgreementRow:
    one = held.agreement
    return AgreementRow(held, resting, one.may_end(today) and _speaks(actor, one.parties))


def _open(meetings: Sequence[Meeting], actor: Actor, today: date) -> list[OpenRow]:
    return [
        OpenRow(
            each,
            number,
            each.undertakings[number - 1],
            number in each.overdue(today=today),
            _speaks(actor, [each.undertakings[number - 1].owner]),
        )
        for each in meetings
        for number in _undone(each)
    ]


def _undone(meeting: Meeting) -> list[int]:
    return [number for number, done in enumerate(meeting.done, start=1) if done is None]


# --- Recording --------------------------------------------------------------------------------------------------------


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Record an agreement. POST `act`: the name of a list that is to grow, else record."""
    bodies = _bodies()
    may(actor, "speak_for", bodies=_pairs(bodies.values()))
    sent = request.method == "POST"
    record = forms.AgreementRecord(
        bodies=bodies,
        data=request.POST if sent else None,
        files=request.FILES if sent else None,
        initial={"operation": new_operation(clock.now())},
    )

    def act() -> None:
        actions.record_agreement(
            operation=record.head.cleaned_data["operation"], actor=actor, agreement=record.value(), now=clock.now()
        )

    return _recording(request, record, act, _("协议已记录。"), _("记录协议"), "harmony/agreement_new.html")


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def new_meeting(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Record a joint meeting, under the agreement that the address names."""
    bodies = _bodies()
    may(actor, "speak_for", bodies=_pairs(bodies.values()))
    known = joint.read_agreements()
    under = known.get(request.GET.get("agreement", ""))
    record = forms.MeetingRecord(
        bodies=bodies,
        agreements=list(known.values()),
        data=request.POST if request.method == "POST" else None,
        initial={"operation": new_operation(clock.now()), "agreement": under.number if under else ""},
        attending=[party for party in under.parties if party.body in bodies] if under else (),
    )

    def act() -> None:
        actions.record_meeting(
            operation=record.head.cleaned_data["operation"], actor=actor, meeting=record.value(), now=clock.now()
        )

    return _recording(request, record, act, _("联席会议已记录。"), _("记录联席会议"), "harmony/meeting_new.html")


def _recording(
    request: HttpRequest, record: forms.Record, act: Callable[[], None], said: str, here: str, template: str
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        grows = request.POST.get("act", "")
        if grows in record.rows:
            record.grow(grows)
        elif not record.is_valid():
            status = UNPROCESSABLE
        else:
            try:
                act()
            except Refused as refused:
                status = _put(record, refused)
            else:
                messages.success(request, said)
                return redirect("harmony:agreements")
    values = {"crumbs": _trail(Link(here)), "record": record, "form": record.head, "rows": record.rows}
    return render(request, template, values, status=status)


def _put(record: forms.Record, refused: Refused) -> int:
    """Show a refusal on the record: whoever may not record it has not put himself on the list."""
    if isinstance(refused, NotAllowed):
        record.refuse(str(refused), record.accountable)
        return NotAllowed.status
    record.refuse(str(refused), refused.field)
    return UNPROCESSABLE if refused.field else CONFLICT


# --- Ending an agreement ----------------------------------------------------------------------------------------------


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """End an agreement. POST `act`: `confirm` does it, `edit` goes back to the form, else the page asks once more."""
    held, resting, _meetings = queries.agreement(number, today=clock.today())
    if request.method != "POST":
        may(actor, "speak_for", bodies=_pairs(held.agreement.parties))
        form = forms.EndForm(initial={"operation": new_operation(clock.now())})
        return _show_end(request, held, resting, form)
    form = forms.EndForm(request.POST)
    if not form.is_valid():
        return _show_end(request, held, resting, form, status=UNPROCESSABLE)
    if request.POST.get("act") == "edit":
        return _show_end(request, held, resting, form)
    given = form.cleaned_data
    try:
        if request.POST.get("act") != "confirm":
            may(actor, "speak_for", bodies=_pairs(held.agreement.parties))
            kernel.end(
                held.agreement,
                ended_on=given["ended_on"],
                reason=given["reason"],
                at=clock.now(),
                today=clock.today(),
            )
            return _show_end(request, held, resting, form, confirm=True)
        answer = actions.end_agreement(actor=actor, number=number, now=clock.now(), **given)
    except Refused as refused:
        return _show_end(request, held, resting, form, status=put_refusal(form, refused))
    messages.success(request, _("协议已终止，随它停止的标准：%(count)d 项。") % {"count": answer["standards"]})
    return redirect("harmony:agreements")


def _show_end(
    request: HttpRequest, held: Held, resting: Resting, form: forms.EndForm, *, confirm: bool = False, status: int = 200
) -> HttpResponse:
    values = {
        "crumbs": _trail(Link(told(held.agreement, "title"), _public(held.agreement.number)), Link(_("终止协议"))),
        "held": held,
        "title": told(held.agreement, "title"),
        "form": form,
        "batches": [signing.summary(one) for one in resting.batches],
        "offers": [(signing.division(region), count) for region, count in resting.offers.items()],
        "extensions": [(signing.division(region), count) for region, count in resting.extensions.items()],
        "rules": recognition.resting_on(held.agreement.number),
        "confirm": confirm,
    }
    return render(request, "harmony/agreement_end.html", values, status=status)


# --- Closing what was settled -----------------------------------------------------------------------------------------


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, actor: Actor, meeting: str, number: int) -> HttpResponse:
    """Say how what a meeting settled was done."""
    held = queries.meeting(meeting)
    if not 1 <= number <= len(held.undertakings):
        raise NotInCatalogue(f"会议“{held.title}”没有第 {number} 项议定事项。请从协议与会议中查找。")
    one, status = held.undertakings[number - 1], 200
    form = forms.CloseForm(request.POST or None, initial={"operation": new_operation(clock.now())})
    if request.method != "POST":
        may(actor, "speak_for", bodies=_pairs([one.owner]))
    elif form.is_valid():
        try:
            actions.close_action(actor=actor, meeting=meeting, number=number, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            status = put_refusal(form, refused)
        else:
            messages.success(request, _("已办结。"))
            return redirect("harmony:agreements")
    else:
        status = UNPROCESSABLE
    values = {
        "crumbs": _trail(Link(held.title, reverse("catalogue:meeting", args=[meeting])), Link(_("办结议定事项"))),
        "facts": [
            Answer(_("议定事项"), one.text),
            Answer(_("联席会议"), held.title),
            Answer(_("承办单位"), told(one.owner, "name")),
            Answer(_("期限"), date_format(one.due_on)),
        ],
        "done": held.done[number - 1],
        "form": form,
    }
    return render(request, "harmony/action_close.html", values, status=status)


# --- What the pages share ---------------------------------------------------------------------------------------------


def _trail(*here: Link) -> list[Link]:
    return trail(Link(_("协议与会议"), reverse("harmony:agreements")), *here)


def _public(number: str) -> str:
    return reverse("catalogue:agreement", args=[number])


def _bodies() -> dict[str, Party]:
    """Return the authorities that may be named, by region; every region's code begins with nothing."""
    return {
        each.uscc: Party(each.region, each.uscc, each.name, each.name_en)
        for each in people.departments_in(regions=[""])
    }


def _pairs(parties: Iterable[Party]) -> list[tuple[str, str]]:
    return [(party.region, party.body) for party in parties]


def _speaks(actor: Actor, parties: Iterable[Party]) -> bool:
    return may_speak_for(actor, bodies=_pairs(parties))
