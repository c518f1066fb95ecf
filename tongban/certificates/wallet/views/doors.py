"""Who may open these pages, and what do their forms begin with?"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tongban.people import acting
from tongban.people.actor import Actor, Party
from tongban.people.ids import uuid7
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link

UNPROCESSABLE = 422

View = Callable[..., HttpResponse]


def of_holders(view: View) -> View:
    """Let in who acts for somebody who may hold certificates; the view gets the actor after the request."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        actor = acting.current(request)
        if actor.party is None:
            raise NotAllowed("不能打开：您的账户没有关联申请人身份，没有自己的证照。请持证人用自己的账户登录。")
        return view(request, actor, *args, **kwargs)

    return never_cache(login_required(guarded))


def of_clerks(view: View) -> View:
    """Let in who takes in applications at a hall today; the view gets the actor after the request."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        actor = acting.current(request)
        if not halls_of(actor):
            raise NotAllowed("不能打开：这一页供大厅的窗口人员使用，您的账户今天没有这项职责。请换用有这项职责的账户。")
        return view(request, actor, *args, **kwargs)

    return never_cache(login_required(guarded))


def halls_of(actor: Actor) -> list[str]:
    """Return the halls at whose windows the actor serves today, in the order of his duties."""
    return list(dict.fromkeys(one.hall for one in actor.duties if one.role is Role.CLERK and one.hall))


def party_of(actor: Actor) -> Party:
    """Return for whom the actor of a page `of_holders` acts."""
    assert actor.party is not None
    return actor.party


def new_operation() -> str:
    return str(uuid7(now=clock.now()))


def trail(*here: Link) -> list[Link]:
    """Return the way from the wallet down to `here`."""
    return [Link(_("我的证照"), reverse("certificates:wallet")), *here]
