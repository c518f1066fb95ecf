"""What is there for a steward to do: findings, departures, drafts, batches that wait, proposals without a batch?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.harmony import todo as tasks
from tongban.harmony.forms.search import TodoForm
from tongban.harmony.views.duty import steward
from tongban.people.actor import Actor
from tongban.web import clock
from tongban.web.values import Link

ROWS = 50


@steward
@require_safe
def todo(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that waits, what is broken first; filters by kind, weight and sector."""
    every = tasks.everything(actor=actor, today=clock.today())
    form = TodoForm(request.GET, waiting=every)
    chosen = form.choose(every) if form.is_valid() else every
    page = Paginator(chosen, ROWS).get_page(request.GET.get("page"))
    values = {
        "crumbs": [Link(_("工作台"), reverse("casework:work")), Link(_("标准与差异"))],
        "form": form,
        "page": page,
        "any": bool(every),
        "rows": list(page),
    }
    return render(request, "harmony/todo.html", values)
