"""What does somebody see from nine to five? Worklists: his own lines, his desks', his hall's, what is near or late.

One page serves all tabs. A GET shows a list, narrowed by its address; a POST does something with the lines that were
chosen and comes back to the same list, or reports line by line where something was refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from tongban.casework import actions, assignments, queries, words, worklists
from tongban.casework.assignments import Line, Outcomes
from tongban.casework.forms.workbench import new_operation
from tongban.casework.forms.worklist import LONGEST_NUMBER, NarrowForm
from tongban.casework.merged import Days, Key, Page, told
from tongban.casework.queries import Named
from tongban.casework.views.workbench import rows
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty
from tongban.casework.worklists import Places, Tab, Wanted
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.domain.identifiers import ApplicationNumber, CaseNumber, InvalidIdentifier
from tongban.domain.refused import Refused
from tongban.people.actor import Actor
from tongban.people.queries import Serving
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link

TABS: dict[Tab, tuple[str, Promise]] = {
    Tab.MINE: ("casework:mine", gettext_lazy("我的")),
    Tab.DESK: ("casework:tasks", gettext_lazy("本岗位")),
    Tab.INTAKE: ("casework:intake", gettext_lazy("待受理")),
    Tab.SOON: ("casework:soon", gettext_lazy("即将到期")),
    Tab.LATE: ("casework:late", gettext_lazy("已超期")),
}
TITLES: dict[Tab, Promise] = {tab: name for tab, (_name, name) in TABS.items()} | {Tab.DESK: gettext_lazy("待办")}
MOST_LINES = 200
"""So many lines are acted on at once; a page shows fewer."""

methods = require_http_methods(["GET", "HEAD", "POST"])


@on_duty(Role.CLERK)
@methods
def intake(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits to be answered at the clerk's halls, the first due first."""
    return _list(request, actor, Tab.INTAKE)


@on_duty(Role.REVIEWER)
@methods
def tasks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What stands on the lists of one's desks, the first due first."""
    return _list(request, actor, Tab.DESK)


@on_duty(Role.CLERK, Role.REVIEWER)
@methods
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What somebody has taken or was given, and what those have for whom he stands in."""
    return _list(request, actor, Tab.MINE)


@on_duty(Role.CLERK, Role.REVIEWER)
@methods
def soon(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is to be done within the next days, at all one's halls and desks."""
    return _list(request, actor, Tab.SOON)


@on_duty(Role.CLERK, Role.REVIEWER)
@methods
def late(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What should have been done, at all one's halls and desks."""
    return _list(request, actor, Tab.LATE)


def _list(request: HttpRequest, actor: Actor, tab: Tab) -> HttpResponse:
    if request.method != "POST":
        return _page(request, actor, tab)
    try:
        return _act(request, actor)
    except Refused as refused:
        return _page(request, actor, tab, refused=str(refused), chosen=request.POST.getlist("line"))


# --- the list ---------------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest, actor: Actor, tab: Tab, *, refused: str = "", chosen: Sequence[str] = ()
) -> HttpResponse:
    now, calendar = clock.now(), calendars.load()
    places, days = worklists.places_of(actor), Days.at(clock.today(), calendar)
    narrow = NarrowForm(
        request.GET, tab=tab, states=rows.ACTS, subjects=_subjects(request, places, tab), places=_places(places, tab)
    )
    number = request.GET.get("q", "").strip()[:LONGEST_NUMBER]
    wanted, unknown = _searched(number, narrow.wanted)
    found = Page()
    if not unknown:
        after, before = (Key.parse(request.GET.get(name, "")) for name in ("after", "before"))
        found = worklists.page(places, wanted, days=days, after=after, before=before)
    lines = rows.of_lines(found.items, actor=actor, now=now, calendar=calendar)
    values = {
        "title": TITLES[tab],
        "tab": tab,
        "tabs": _tabs(tab, places, worklists.counts(places, days=days)),
        "narrow": narrow,
        "number": number,
        "unknown": unknown,
        "rows": lines,
        "found": found,
        "operation": new_operation(now),
        "accepts": any(line.may_accept for line in lines),
        "colleagues": _colleagues(assignments.colleagues(actor, now=now), actor),
        "chosen": chosen,
        "refused": refused,
        "crumbs": [Link(_("工作台"), reverse("casework:work")), Link(str(TITLES[tab]))],
    }
    return render(request, "casework/workbench/list.html", values, status=UNPROCESSABLE if refused else 200)


def _searched(number: str, wanted: Wanted) -> tuple[Wanted, str]:
    """Return what is wanted when an application or a case is searched for by number, and why none is found."""
    if not number:
        return wanted, ""
    try:
        parsed = _application_of(number)
        return replace(wanted, application=queries.id_of(parsed)), ""
    except InvalidIdentifier as invalid:
        return wanted, str(invalid)
    except queries.NoSuchApplication:
        return wanted, _("没有编号为 %(number)s 的申请。请对照收件凭证核对。") % {"number": number}


def _application_of(number: str) -> str:
    """Return the number of the application that a number of an application, or of one of its cases, names."""
    try:
        return str(CaseNumber.parse(number).application)
    except InvalidIdentifier:
        return str(ApplicationNumber.parse(number))


@dataclass(frozen=True, slots=True)
class ShownTab:
    text: str
    href: str
    count: str
    current: bool


def _tabs(current: Tab, places: Places, counts: dict[Tab, int]) -> list[ShownTab]:
    """Return the tabs that somebody's duties give him."""
    return [
        ShownTab(str(text), reverse(name), told(counts[tab]), tab is current)
        for tab, (name, text) in TABS.items()
        if places.has(tab)
    ]


def _subjects(request: HttpRequest, places: Places, tab: Tab) -> list[tuple[str, str]]:
    """Return the matters and bundles on the list, and the one it is narrowed to, with their names."""
    codes = {*worklists.subjects(places, Wanted(tab)), request.GET.get("subject", "")} - {""}
    named = catalogue_queries.named(codes) if codes else []
    return [(code, words.spoken(name, name_en)) for code, name, name_en in named]


def _places(places: Places, tab: Tab) -> list[tuple[str, str]]:
    halls = [] if tab is Tab.DESK else list(rows.halls_named(places.halls).items())
    return halls + ([] if tab is Tab.INTAKE else [(desk, desk) for _body, desk in places.desks])


@dataclass(frozen=True, slots=True)
class ShownColleague:
    id: str
    name: str
    until: Any
    """The last day of his absence; None: he is there."""


def _colleagues(serving: Iterable[Serving], actor: Actor) -> list[ShownColleague]:
    return [ShownColleague(one.id, one.name, one.until) for one in serving if one.id != actor.id]


# --- what is done with lines ------------------------------------------------------------------------------------------


class NothingChosen(Refused):
    """An act on no line at all."""

    code = "nothing_chosen"


def _act(request: HttpRequest, actor: Actor) -> HttpResponse:
    posted = request.POST
    act = "take" if "take" in posted else posted.get("act", "")
    named = [posted["take"]] if "take" in posted else posted.getlist("line")
    lines = [line for line in map(Line.parse, named[:MOST_LINES]) if line]
    if not lines:
        raise NothingChosen("未办理：没有选择任何一行。请先勾选要办的事，再选择怎么办。")
    now = clock.now()
    match act:
        case "accept":
            return _accept(request, actor, lines)
        case "assign":
            outcomes = assignments.assign(actor=actor, lines=lines, to=posted.get("to", ""), now=now)
            return _marked(request, outcomes, ngettext("已指派 %(count)d 件。", "已指派 %(count)d 件。", len(lines)))
        case "release":
            outcomes = assignments.release(actor=actor, lines=lines)
            return _marked(request, outcomes, ngettext("已放回 %(count)d 件。", "已放回 %(count)d 件。", len(lines)))
        case _:
            outcomes = assignments.take(actor=actor, lines=lines, now=now)
            return _marked(request, outcomes, ngettext("已领取 %(count)d 件。", "已领取 %(count)d 件。", len(lines)))


def _marked(request: HttpRequest, outcomes: Outcomes, done: str) -> HttpResponse:
    """Come back to the list when all went well, else tell of each line what happened."""
    if not any(outcomes.values()):
        messages.success(request, done % {"count": len(outcomes)})
        return redirect(request.get_full_path())
    return _report(request, [(line, refused or _("已办理"), not refused) for line, refused in outcomes.items()])


def _accept(request: HttpRequest, actor: Actor, lines: Sequence[Line]) -> HttpResponse:
    operation = request.POST.get("operation", "") or new_operation(clock.now())
    whole = [line for line in lines if not line.case]
    answers = actions.accept_each(
        operation=operation, actor=actor, applications=[line.application for line in whole], now=clock.now()
    )
    told = [
        (line, answer.refused or _accepted(answer.cases), not answer.refused)
        for line, answer in zip(whole, answers, strict=True)
    ]
    not_here = _("未受理：这一行不是待受理的申请。请打开后办理。")
    return _report(request, told + [(line, not_here, False) for line in lines if line.case])


def _accepted(cases: int) -> str:
    return ngettext("已受理 %(cases)d 个办件", "已受理 %(cases)d 个办件", cases) % {"cases": cases}


@dataclass(frozen=True, slots=True)
class Reported:
    number: str
    case: int
    name: str
    href: str
    sentence: str
    done: bool


def _report(request: HttpRequest, told: Sequence[tuple[Line, str, bool]]) -> HttpResponse:
    """Tell line by line what happened."""
    known = queries.named({line.application for line, _sentence, _done in told})
    reported = [
        _reported(known[line.application], line, sentence, done=done)
        for line, sentence, done in told
        if line.application in known
    ]
    values = {
        "reported": reported,
        "done": sum(one.done for one in reported),
        "back": request.get_full_path(),
        "crumbs": [Link(_("工作台"), reverse("casework:work")), Link(_("办理结果"))],
    }
    return render(request, "casework/workbench/report.html", values)


def _reported(application: Named, line: Line, sentence: str, *, done: bool) -> Reported:
    _catalogue, bundle = catalogue_queries.catalogue_of(application.bundle, application.bundle_version)
    href = rows.href_of(application.number, line.case)
    return Reported(application.number, line.case, words.bundle(bundle), href, sentence, done)
