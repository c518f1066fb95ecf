"""What is there to do today? The desk of whoever is on duty, by his duties."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.casework import overview, queries
from tongban.casework.prereview import queries as pre_reviews
from tongban.casework.queries import Listed, Task
from tongban.casework.views.workbench import prereviews, rows, supervision
from tongban.casework.views.workbench.duty import on_duty
from tongban.casework.views.workbench.intake import halls_of
from tongban.catalogue import calendars
from tongban.people.actor import Actor
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Figure

SHOWN = 5


@on_duty(*Role)
@require_safe
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    calendar, now, today = calendars.load(), clock.now(), clock.today()
    values: dict[str, object] = {"actor_name": actor.name, "today": today, "figures": []}
    figures: list[Figure] = []
    if actor.has(Role.CLERK):
        waiting = queries.to_accept(halls_of(actor))
        figures.append(_waiting(waiting))
        values["intake"] = rows.of_intake(waiting[:SHOWN], now=now, calendar=calendar)
        figures += prereviews.figures(pre_reviews.counts(actor, today=today), clerk=True)
    if actor.has(Role.REVIEWER):
        tasks = queries.tasks(actor)
        figures.append(_tasks(tasks))
        values["tasks"] = rows.of_tasks(tasks[:SHOWN], today=today, calendar=calendar)
    if actor.has(Role.SUPERVISOR):
        found = overview.counts(overview.scopes(actor), today=today, calendar=calendar)
        figures += supervision.figures(found)
        figures += prereviews.figures(pre_reviews.counts(actor, today=today), clerk=False)
    values["figures"] = figures
    values["elsewhere"] = not figures
    return render(request, "casework/workbench/home.html", values)


def _waiting(waiting: list[Listed]) -> Figure:
    return Figure(
        _("待受理的申请"),
        str(len(waiting)),
        _("件"),
        _("在您的大厅已收件、至少有一个办件材料齐全而未受理的申请，最早的在前。"),
        _("共 %(cases)d 个办件可以受理") % {"cases": sum(one.to_accept for one in waiting)},
        href=reverse("casework:intake"),
    )


def _tasks(tasks: list[Task]) -> Figure:
    opinions = sum(task.act == "opinion" for task in tasks)
    return Figure(
        _("您岗位上的待办"),
        str(len(tasks)),
        _("项"),
        _("已受理、等您岗位提出意见或签署结论的办件；等其他岗位意见的、由您受理的不在内。"),
        _("结论 %(conclusions)d 项，意见 %(opinions)d 项")
        % {"conclusions": len(tasks) - opinions, "opinions": opinions},
        href=reverse("casework:tasks"),
    )
