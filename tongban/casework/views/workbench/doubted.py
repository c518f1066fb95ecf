"""Which cases of one's desks relied on a certificate that does not count any more?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.casework import queries
from tongban.casework.views.workbench.duty import on_duty, trail
from tongban.casework.views.workbench.rows import of_case
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.roles import Role
from tongban.web.values import Link

ROWS = 50


@on_duty(Role.REVIEWER)
@require_safe
def doubted(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = Paginator(queries.doubted(actor), ROWS).get_page(request.GET.get("page"))
    names = people.names_of({one.holder for one in page})
    rows = [{**of_case(one, names), "decided": one.decided} for one in page]
    values = {"rows": rows, "page": page, "crumbs": trail(actor, Link(_("证照变化")))}
    return render(request, "casework/workbench/doubted.html", values)
