"""Who is behind a request? The actor, made anew for each, with what he may do today.

The session remembers for whom somebody acts; whether he still may is asked again at every request.
"""

from __future__ import annotations

from django.http import HttpRequest

from tongban.people import queries
from tongban.people.actor import Actor
from tongban.people.models import Account
from tongban.web import clock

ACTING_FOR = "acting_for"
"""The key of the session that holds `org:<uscc>` while one acts for a body."""


def actor(request: HttpRequest) -> Actor:
    """Return who acts; the view has already asked for sign-in. Raises CannotActFor when a mandate has ended."""
    known: Actor | None = getattr(request, "_actor", None)
    if known is None:
        assert isinstance(request.user, Account)
        known = queries.actor(request.user, acting_for=request.session.get(ACTING_FOR, ""), today=clock.today())
        request._actor = known  # type: ignore[attr-defined]
    return known
