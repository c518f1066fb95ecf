"""Who may open a page of the workbench, and how does a refused act come back to it?"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tongban.casework.forms.workbench import ActForm
from tongban.domain.refused import Refused
from tongban.people import acting
from tongban.people.actor import Actor
from tongban.people.pages import ROLES
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role
from tongban.web.values import Link

UNPROCESSABLE = 422
CONFLICT = 409
PAGES_OF_THEIR_OWN = {403, 404}
"""What one may not see or what is not there is no page to come back to."""

View = Callable[..., HttpResponse]


def on_duty(*roles: Role) -> Callable[[View], View]:
    """Let in who holds one of these duties today; the view gets the actor after the request."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            actor = acting.current(request)
            if not any(actor.has(role) for role in roles):
                raise NotAllowed(_sentence(roles))
            return view(request, actor, *args, **kwargs)

        # Sheets hold personal data: no cache keeps them.
        return never_cache(login_required(guarded))

    return decorate


def _sentence(roles: Iterable[Role]) -> str:
    named = "、".join(str(ROLES[role]) for role in roles)
    return f"不能打开：这一页供{named}使用，您的账户今天没有这项职责。请换用有这项职责的账户，或请系统管理员核对。"


def trail(actor: Actor, *here: Link) -> list[Link]:
    """Return the way from the workbench by the list that the actor has, down to `here`."""
    lists = [
        (Role.REVIEWER, Link(_("待办"), reverse("casework:tasks"))),
        (Role.CLERK, Link(_("待受理"), reverse("casework:intake"))),
        (Role.SUPERVISOR, Link(_("时限总览"), reverse("casework:overview"))),
    ]
    through = [link for role, link in lists if actor.has(role)][:1]
    return [Link(_("工作台"), reverse("casework:work")), *through, *here]


def put_refusal(form: ActForm, refused: Refused) -> int:
    """Show a refusal on the form and return the status of the page. Raises it where it has a page of its own."""
    status = getattr(refused, "status", CONFLICT)
    if status in PAGES_OF_THEIR_OWN:
        raise refused
    form.refuse(str(refused), refused.field)
    return UNPROCESSABLE if refused.field else status
