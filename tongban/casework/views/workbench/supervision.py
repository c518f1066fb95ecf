"""Where do the cases of a supervisor's region stand? Counted by lamp, and listed with the first due first."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongban.casework import overview as cases
from tongban.casework.views.workbench import rows
from tongban.casework.views.workbench.duty import on_duty
from tongban.catalogue import calendars
from tongban.domain.clock import Lamp
from tongban.people.actor import Actor
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Figure, Link

ROWS = 50
NAMES = {
    Lamp.PASSED.value: gettext_lazy("已超法定期限"),
    Lamp.RED.value: gettext_lazy("已超承诺期限"),
    Lamp.YELLOW.value: gettext_lazy("承诺期限将到"),
    Lamp.GREEN.value: gettext_lazy("按时"),
    cases.NOT_ACCEPTED: gettext_lazy("等待受理"),
}
DEFINITIONS = {
    Lamp.PASSED.value: gettext_lazy("未决定且今天已过法定办结日的办件。"),
    Lamp.RED.value: gettext_lazy("未决定、今天已过承诺办结日而未过法定办结日的办件。"),
    Lamp.YELLOW.value: gettext_lazy("未决定、距承诺办结日不超过 2 个工作日的办件。"),
    Lamp.GREEN.value: gettext_lazy("未决定、距承诺办结日还有 3 个以上工作日的办件。"),
    cases.NOT_ACCEPTED: gettext_lazy("已收件而未受理的办件，时限尚未起算。"),
}


@on_duty(Role.SUPERVISOR)
@require_safe
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    regions, today, calendar = cases.scopes(actor), clock.today(), calendars.load()
    counts = cases.counts(regions, today=today, calendar=calendar)
    lamp = request.GET.get("lamp", "")
    lamp = lamp if lamp in counts else ""
    total = counts[lamp] if lamp else sum(counts.values())
    page = Paginator(range(total), ROWS).get_page(request.GET.get("page"))
    found = cases.open_cases(
        regions, lamp=lamp, today=today, calendar=calendar, first=page.start_index() - 1 if total else 0, count=ROWS
    )
    values = {
        "figure": _undecided(sum(counts.values())),
        "lamps": [
            {"name": name, "words": NAMES[name], "count": counts[name], "definition": DEFINITIONS[name]}
            for name in cases.LAMPS
        ],
        "total": sum(counts.values()),
        "lamp": lamp,
        "rows": rows.of_open_cases(found, today=today, calendar=calendar),
        "page": page,
        "crumbs": [Link(_("工作台"), reverse("casework:work")), Link(_("时限总览"))],
    }
    return render(request, "casework/workbench/overview.html", values)


def _undecided(total: int) -> Figure:
    return Figure(
        _("未决定的办件"),
        str(total),
        _("个"),
        _("您监察的地区内已收件而未作出决定的办件，包括未受理的和结论已签署而等待证照的。"),
    )


def figures(counts: Mapping[str, int]) -> list[Figure]:
    """Return one figure for each lamp, with the rows it counts."""
    total = sum(counts.values())
    return [
        Figure(
            str(NAMES[name]),
            str(counts[name]),
            _("个办件"),
            str(DEFINITIONS[name]),
            _("本地区未决定的办件共 %(total)d 个") % {"total": total},
            href=f"{reverse('casework:overview')}?lamp={name}",
        )
        for name in cases.LAMPS
    ]
