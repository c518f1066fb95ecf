"""What do the people who look after the node see of its traffic with others, and what may they set going?"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue import calendars
from tongban.exchange import actions, nodes, overview, reconciling, speech
from tongban.exchange.storage import NoSuchPeer
from tongban.people import acting
from tongban.people.actor import Actor
from tongban.people.permissions import may
from tongban.web import clock
from tongban.web.values import Link

View = Callable[..., HttpResponse]


def for_operators(view: View) -> View:
    """Let in who looks after this node; the view gets the actor after the request."""

    @never_cache
    @login_required
    @wraps(view)
    def run(request: HttpRequest, **named: str) -> HttpResponse:
        actor = acting.current(request)
        may(actor, "operate", regions=settings.REGIONS)
        return view(request, actor, **named)

    return run


@for_operators
@require_safe
def exchange(request: HttpRequest, actor: Actor) -> HttpResponse:
    now = clock.now()
    node, near, endings = nodes.this_node(now=now), overview.neighbours(), nodes.endings(now=now)
    values = {
        "node": node,
        "regions": _("、").join(calendars.divisions().name(region) for region in node.regions),
        "near": near,
        "troubles": overview.troubles(near, endings, node),
        "retrying": any(one.standing.failure for one in near),
        "refused": overview.refused_messages(),
        "attachments": overview.attachments(),
        "endings": [(one, speech.ENDS.get(one.what, one.what)) for one in endings],
        "most": overview.MOST_ROWS,
        "crumbs": [Link(_("工作台"), reverse("casework:work")), Link(_("节点往来"))],
    }
    return render(request, "exchange/exchange.html", values)


@for_operators
@require_POST
def try_again(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """Let what waits for a peer be tried at once."""
    try:
        actions.try_again(actor=actor, peer=name, now=clock.now())
    except NoSuchPeer:
        raise Http404 from None
    messages.success(request, _("已安排，几秒钟内重试与 %(peer)s 的往来。稍后刷新本页看结果。") % {"peer": name})
    return redirect("exchange:exchange")


@for_operators
@require_POST
def reconcile(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """Let the worker compare with a peer in its next round."""
    try:
        reconciling.ask_again(actor=actor, peer=name, now=clock.now())
    except NoSuchPeer:
        raise Http404 from None
    messages.success(request, _("已安排，一分钟内与 %(peer)s 对账。稍后刷新本页看结果。") % {"peer": name})
    return redirect("exchange:exchange")
