"""How does a supervisor follow what is overdue: the list of supervision cases, one of them, and its closing?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import actions, models, overview, proceedings, queries, reading, satisfaction, storage, words
from tongban.casework.forms.supervision import CloseForm
from tongban.casework.forms.workbench import ActForm, new_operation
from tongban.casework.proceedings import RULES, Beyond, beyond
from tongban.casework.satisfaction import Told
from tongban.casework.supervising import Supervised, by_desk, of_regions, supervised
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty, put_refusal, trail
from tongban.casework.views.workbench.sheet import Sheet
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.domain.events import SupervisionRule
from tongban.domain.proceedings import Supervision
from tongban.domain.refused import Refused
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may_supervise
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Figure, Link

ROWS = 50
RATED = 20
"""So many of the cases that somebody was not satisfied with are shown."""


@dataclass(frozen=True, slots=True)
class Charged:
    """Who answers for how many days."""

    to: str
    days: str


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    number: str
    case: int
    matter: str
    holder: str
    department: str
    late: list[tuple[Promise, str, datetime]]
    """What is late, the desk that held it then, and since when it is followed."""
    charges: list[Charged]


@on_duty(Role.SUPERVISOR)
@require_safe
def supervision(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open supervision cases of one's regions, the longest received first."""
    page = Paginator(of_regions(overview.scopes(actor)), ROWS).get_page(request.GET.get("page"))
    found = supervised(page.object_list, calendar=calendars.load(), today=clock.today())
    bodies = {f"org:{body}" for one in found for body in (one.case.body, *(charge.body for charge in one.charges))}
    names = people.names_of(bodies | {one.application.holder for one in found})
    values = {
        "rows": [_row(one, names) for one in found],
        "sums": [_charged(desk, days, names) for desk, days in by_desk(found).items()],
        "page": page,
        "rated": _rated(actor),
        "crumbs": [Link(_("工作台"), reverse("casework:work")), Link(_("效能监察"))],
    }
    return render(request, "casework/workbench/supervision.html", values)


@dataclass(frozen=True, slots=True)
class RatedRow:
    """A case that somebody was not satisfied with."""

    href: str
    number: str
    case: int
    matter: str
    department: str
    ratings: list[Told]


def _rated(actor: Actor) -> list[RatedRow]:
    """Return the last cases of one's regions that somebody was not satisfied with."""
    rows = list(satisfaction.dissatisfied(overview.scopes(actor))[:RATED])
    names = people.names_of({f"org:{row.body}" for row in rows})
    return [_rated_row(row, names) for row in rows]


def _rated_row(row: models.Case, names: Mapping[str, str]) -> RatedRow:
    application = storage.read(row.application_id)
    assert application is not None  # the row is one of its
    catalogue, _bundle = catalogue_queries.catalogue_of(application.bundle, application.bundle_version)
    case = application.case(row.index)
    return RatedRow(
        href=reverse("casework:supervised", args=[application.number, case.index]),
        number=application.number,
        case=case.index,
        matter=words.matter(catalogue, case.matter),
        department=names.get(f"org:{case.body}", ""),
        ratings=[satisfaction.told(one) for one in case.proceedings.ratings],
    )


def figure(actor: Actor) -> Figure:
    """Return how many supervision cases stand open in the actor's regions."""
    return Figure(
        _("效能监察"),
        str(of_regions(overview.scopes(actor)).count()),
        _("个办件"),
        _("逾期未办、监察尚未办结的办件。"),
        href=reverse("casework:supervision"),
    )


def _row(one: Supervised, names: Mapping[str, str]) -> Row:
    application, case = one.application, one.case
    catalogue, _bundle = catalogue_queries.catalogue_of(application.bundle, application.bundle_version)
    return Row(
        href=reverse("casework:supervised", args=[application.number, case.index]),
        number=application.number,
        case=case.index,
        matter=words.matter(catalogue, case.matter),
        holder=reading.party(application.holder, names.get(application.holder, "")),
        department=names.get(f"org:{case.body}", ""),
        late=[(RULES[late.rule], late.desk, late.opened_at) for late in one.open],
        charges=[_charged((charge.body, charge.desk), beyond(charge, case), names) for charge in one.charges],
    )


def _charged(desk: tuple[str, str], days: Beyond, names: Mapping[str, str]) -> Charged:
    return Charged(proceedings.charged_to(*desk, names), proceedings.in_words(days))


# --- one case ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Late:
    """One thing that is or was late; `form` where it may be closed now."""

    rule: str
    words: Promise
    desk: str
    opened_at: datetime
    closed_at: datetime | None
    finding: str
    form: CloseForm | None


@on_duty(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, actor: Actor, number: str, index: int) -> HttpResponse:
    """What was late in one case, and to whom its days are charged. POST `rule` closes the supervision by that rule."""
    sheet = Sheet.open(number, index, actor=actor, now=clock.now())
    rule, status = request.POST.get("rule", ""), 200
    bound: CloseForm | None = None
    if rule in set(SupervisionRule):
        bound, status = CloseForm(request.POST, prefix=rule), UNPROCESSABLE
        if bound.is_valid():
            try:
                actions.close_supervision(
                    operation=bound.cleaned_data["operation"],
                    actor=actor,
                    application=sheet.found.id,
                    case=index,
                    rule=SupervisionRule(rule),
                    finding=bound.cleaned_data["finding"],
                    now=clock.now(),
                )
            except Refused as refused:
                status = put_refusal(bound, refused)
            else:
                messages.success(request, _("效能监察已办结。"))
                return redirect("casework:supervised", sheet.found.number, index)
    return _page(request, actor, sheet, {rule: bound} if bound else {}, status=status)


def _page(
    request: HttpRequest, actor: Actor, sheet: Sheet, bound: Mapping[str, CloseForm], *, status: int
) -> HttpResponse:
    now = clock.now()
    reading.took_a_look(sheet.found, actor=actor, what=f"supervision {sheet.case.index}", now=now)
    matter = words.matter(sheet.catalogue, sheet.case.matter)
    may_close = may_supervise(actor, region=sheet.found.region)
    failed: ActForm | None = next(iter(bound.values()), None)
    values = {
        "found": sheet.found,
        "case": sheet.case,
        "matter": matter,
        "holder": reading.party(sheet.found.holder, sheet.filled.names.get(sheet.found.holder, "")),
        "department": sheet.filled.names.get(f"org:{sheet.case.body}", ""),
        "sheet_href": sheet.href,
        "late": [
            _late(one, bound, operation=new_operation(now) if may_close else "")
            for one in sheet.case.proceedings.supervision
        ],
        "charges": _charges(sheet, today=clock.today()),
        "failed": failed,
        "crumbs": trail(actor, Link(_("效能监察"), reverse("casework:supervision")), Link(matter)),
    }
    return render(request, "casework/workbench/supervised.html", values, status=status)


def _late(one: Supervision, bound: Mapping[str, CloseForm], *, operation: str) -> Late:
    form: CloseForm | None = None
    if one.closed_at is None and operation:
        fresh = CloseForm(prefix=one.rule, initial={"operation": f"{operation}/{one.rule}"})
        form = bound.get(one.rule, fresh)
    finding = proceedings.said(one.finding) if one.finding else ""
    return Late(one.rule, RULES[one.rule], one.desk, one.opened_at, one.closed_at, finding, form)


def _charges(sheet: Sheet, *, today: date) -> list[Any]:
    entries = queries.history(sheet.found)
    return proceedings.charges(entries, sheet.case, sheet.filled.names, calendar=calendars.load(), today=today)
