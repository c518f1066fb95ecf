"""Who is behind a request, and for whom does he act?

The session remembers for whom somebody acts; whether he still may is asked again at every request. When the mandate has
ended meanwhile, this request is refused with a sentence, and the next one acts for the person himself: nothing is ever
done in another name than the reader thought.
"""

from __future__ import annotations

from django.http import HttpRequest

from tongban.keys.actions import Erased
from tongban.people import queries
from tongban.people.actor import Actor
from tongban.people.models import Account
from tongban.people.permissions import NotAllowed
from tongban.people.queries import CannotActFor
from tongban.web import clock

ACTING_FOR = "acting_for"
"""The key of the session that holds `org:<uscc>` while one acts for a body."""

_KNOWN = "_tongban_actor"


def current(request: HttpRequest) -> Actor:
    """Return who acts, looked up once; views ask for sign-in before. Raises CannotActFor, Erased, NotAllowed."""
    known: Actor | None = getattr(request, _KNOWN, None)
    return known or _remember(request, request.session.get(ACTING_FOR, ""))


def choose(request: HttpRequest, acting_for: str) -> Actor:
    """Act for this party (`org:…`; empty: for oneself) from now on. Raises CannotActFor."""
    chosen = _remember(request, acting_for)
    request.session[ACTING_FOR] = acting_for
    return chosen


def reader(request: HttpRequest) -> Actor | None:
    """Return whom the header of a page names; None for anybody who is not signed in or had his data erased."""
    if not request.user.is_authenticated:
        return None
    try:
        return current(request)
    except CannotActFor:
        # The session has forgotten the ended mandate: now he acts for himself.
        return current(request)
    except Erased:
        return None


def _remember(request: HttpRequest, acting_for: str) -> Actor:
    if not isinstance(request.user, Account):
        raise NotAllowed("未能办理：您还没有登录。请先登录。")
    try:
        found = queries.actor(request.user, acting_for=acting_for, today=clock.today())
    except CannotActFor:
        request.session.pop(ACTING_FOR, None)
        raise
    setattr(request, _KNOWN, found)
    return found
