"""What is there to do today? The desk of whoever is on duty, by his duties."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongban.casework import overview, worklists
from tongban.casework.merged import Days, told
from tongban.casework.prereview import queries as pre_reviews
from tongban.casework.views.workbench import lists, prereviews, rows, supervised, supervision
from tongban.casework.views.workbench.duty import on_duty
from tongban.casework.worklists import Places, Tab, Wanted
from tongban.catalogue import calendars
from tongban.people.actor import Actor
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Figure

SHOWN = 5
DEFINITIONS: dict[Tab, tuple[Promise, Promise]] = {
    Tab.MINE: (gettext_lazy("我的待办"), gettext_lazy("您领取的、指派给您的，以及由您代岗的同事名下的待办。")),
    Tab.DESK: (
        gettext_lazy("您岗位上的待办"),
        gettext_lazy("已受理、等您岗位提出意见或签署结论的办件；等其他岗位意见的、由您受理的不在内。"),
    ),
    Tab.INTAKE: (
        gettext_lazy("待受理的申请"),
        gettext_lazy("在您的大厅已收件、至少有一个办件等待答复的申请。"),
    ),
    Tab.SOON: (gettext_lazy("即将到期的待办"), gettext_lazy("今天起 2 个工作日内应当办理的待办和应当答复的申请。")),
    Tab.LATE: (gettext_lazy("已超期的待办"), gettext_lazy("应办日期已过而未办的待办和申请。")),
}


@on_duty(*Role)
@require_safe
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    calendar, today = calendars.load(), clock.today()
    places, days = worklists.places_of(actor), Days.at(today, calendar)
    values: dict[str, object] = {"actor_name": actor.name, "today": today}
    figures: list[Figure] = []
    if places.halls or places.desks:
        figures += _figures(places, days)
    if actor.has(Role.CLERK):
        figures += prereviews.figures(pre_reviews.counts(actor, today=today), clerk=True)
    for tab in (Tab.INTAKE, Tab.DESK):
        if places.has(tab):
            first = worklists.page(places, Wanted(tab), days=days, size=SHOWN).items
            values[tab] = rows.of_lines(first, actor=actor, now=clock.now(), calendar=calendar)
    if actor.has(Role.SUPERVISOR):
        found = overview.counts(overview.divisions(overview.scopes(actor)), days=days)
        figures += [*supervision.figures(found), supervised.figure(actor)]
        figures += prereviews.figures(pre_reviews.counts(actor, today=today), clerk=False)
    values["figures"] = figures
    values["elsewhere"] = not figures
    return render(request, "casework/workbench/home.html", values)


def _figures(places: Places, days: Days) -> list[Figure]:
    """Return one figure for each of somebody's lists, with the lines it counts."""
    counts = worklists.counts(places, days=days)
    return [
        Figure(str(name), told(counts[tab]), _("件"), str(definition), href=reverse(lists.TABS[tab][0]))
        for tab, (name, definition) in DEFINITIONS.items()
        if places.has(tab)
    ]
