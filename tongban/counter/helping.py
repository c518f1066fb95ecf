"""As whom does a clerk fill in the draft of an applicant whom he helps? As himself, for that party, while it stands.

Whether the applicant may still act for the organisation is asked again at every request, as if he acted himself. Each
page that a clerk opens is written to the log of reads: it shows what registries and the wallet say of the applicant.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.casework.adapters import Helped
from tongban.counter import storage
from tongban.domain.assistance import Assistance, State
from tongban.domain.clock import day_of
from tongban.journal.actions import record_reads
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.models import Account
from tongban.web.values import Link


def helped(actor: Actor, draft: str, now: datetime) -> Helped | None:
    """Return as whom a clerk fills in a draft, if it is that of an applicant whom he helps now. Raises CannotActFor."""
    there = storage.helping(draft=draft, clerk=actor.id)
    if there is None or there[1].state(now) is not State.HELPED:
        return None
    id, found = there
    applicant = applicant_of(found, account=found.answered_by, now=now)
    record_reads(actor=actor.id, about=[found.holder], what=f"{storage.STREAM}{id}", at=now)
    window = (
        Link(_("窗口收件"), reverse("counter:window")),
        Link(_("帮办"), reverse("counter:assistance", args=[id])),
    )
    return Helped(replace(actor, party=applicant.party, mandate_matters=applicant.mandate_matters), window)


def applicant_of(found: Assistance, *, account: str, now: datetime) -> Actor:
    """Return the applicant as he acts now for whom the help is. Raises CannotActFor."""
    one = Account.objects.get(pk=UUID(account.removeprefix("account:")))
    return people.actor(one, acting_for="" if found.for_himself else found.holder, today=day_of(now))
