"""What do pages with a form have in common? What was sent, the id of its operation, and where the page lies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.casework.forms.workbench import new_operation
from tongban.domain.application import Application
from tongban.web import clock
from tongban.web.values import Link


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, also when it was nothing; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def operation() -> dict[str, str]:
    """Return the initial value of a form that carries the id of its operation."""
    return {"operation": new_operation(clock.now())}


def about(found: Application, here: str) -> dict[str, Any]:
    """What a page of one's own application says of itself."""
    own = Link(_("我的办件"), reverse("casework:applications"))
    one = Link(found.number, reverse("casework:application", args=[found.number]))
    return {"application": found, "title": here, "crumbs": [own, one, Link(here)]}
