"""Where do the cases of a supervisor's region stand? Counted by lamp, and listed with the first due first."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongban.casework import overview as cases
from tongban.casework.merged import Days, Key, told
from tongban.casework.views.workbench import rows
from tongban.casework.views.workbench.duty import on_duty
from tongban.catalogue import calendars
from tongban.domain.clock import Lamp
from tongban.people.actor import Actor
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Figure, Link

NAMES = {
    Lamp.PASSED.value: gettext_lazy("已超法定期限"),
    Lamp.RED.value: gettext_lazy("已超承诺期限"),
    Lamp.YELLOW.value: gettext_lazy("承诺期限将到"),
    Lamp.GREEN.value: gettext_lazy("按时"),
    cases.NOT_RUNNING: gettext_lazy("时限未在计算"),
}
DEFINITIONS = {
    Lamp.PASSED.value: gettext_lazy("未决定且今天已过法定办结日的办件。"),
    Lamp.RED.value: gettext_lazy("未决定、今天已过承诺办结日而未过法定办结日的办件。"),
    Lamp.YELLOW.value: gettext_lazy("未决定、距承诺办结日不超过 2 个工作日的办件。"),
    Lamp.GREEN.value: gettext_lazy("未决定、距承诺办结日还有 3 个以上工作日的办件。"),
    cases.NOT_RUNNING: gettext_lazy("未受理的办件，时限尚未起算；或在特别程序中，时限暂停。"),
}


@on_duty(Role.SUPERVISOR)
@require_safe
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    today, calendar = clock.today(), calendars.load()
    days, divisions = Days.at(today, calendar), cases.divisions(cases.scopes(actor))
    counts = cases.counts(divisions, days=days)
    lamp, region = request.GET.get("lamp", ""), request.GET.get("region", "")
    lamp, region = lamp if lamp in counts else "", region if region in divisions else ""
    after, before = (Key.parse(request.GET.get(name, "")) for name in ("after", "before"))
    found = cases.page([region] if region else divisions, lamp=lamp, days=days, after=after, before=before)
    values = {
        "figure": _undecided(told(*counts.values())),
        "lamps": [
            {"name": name, "words": NAMES[name], "count": told(counts[name]), "definition": DEFINITIONS[name]}
            for name in cases.LAMPS
        ],
        "total": told(*counts.values()),
        "lamp": lamp,
        "region": region,
        "regions": [(code, _named(code)) for code in divisions] if len(divisions) > 1 else [],
        "rows": rows.of_open_cases(found.items, today=today, calendar=calendar),
        "found": found,
        "crumbs": [Link(_("工作台"), reverse("casework:work")), Link(_("时限总览"))],
    }
    return render(request, "casework/workbench/overview.html", values)


def _named(division: str) -> str:
    table = calendars.divisions()
    return table.full_name(division) if division in table else division


def _undecided(total: str) -> Figure:
    return Figure(
        _("未决定的办件"),
        total,
        _("个"),
        _("您监察的地区内已收件而未作出决定的办件，包括未受理的和结论已签署而等待证照的。"),
    )


def figures(counts: Mapping[str, int]) -> list[Figure]:
    """Return one figure for each lamp, with the rows it counts."""
    return [
        Figure(
            str(NAMES[name]),
            told(counts[name]),
            _("个办件"),
            str(DEFINITIONS[name]),
            _("本地区未决定的办件共 %(total)s 个") % {"total": told(*counts.values())},
            href=f"{reverse('casework:overview')}?lamp={name}",
        )
        for name in cases.LAMPS
    ]
