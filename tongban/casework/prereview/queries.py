"""What people look up about pre-review: what waits at a hall or in a region, and one request of one draft."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Q

from tongban.casework.models import PreReviewRound
from tongban.casework.prereview import storage
from tongban.domain.prereview import NoSuchPreReview, PreReview, Round, State
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may_see_pre_review, supervised
from tongban.people.roles import Role

READABLE = (State.OPEN, State.ANSWERED)
"""What an applicant took back, or has handed in since, a hall reads here no more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open request in a list."""

    draft: str
    number: int
    bundle: str
    bundle_version: int
    holder: str
    hall: str
    requested_at: datetime
    due_on: date
    provisional: bool


def waiting(actor: Actor, *, limit: int = 200) -> list[Waiting]:
    """Return what waits at the actor's halls and in the regions he supervises, the first due first. One statement."""
    rows = PreReviewRound.objects.filter(_in_sight(actor), state=State.OPEN).order_by("due_on", "requested_at")[:limit]
    return [
        Waiting(
            draft=row.draft,
            number=row.number,
            bundle=row.bundle,
            bundle_version=row.bundle_version,
            holder=row.holder,
            hall=row.hall,
            requested_at=row.requested_at,
            due_on=row.due_on,
            provisional=row.provisional,
        )
        for row in rows
    ]


class Counts(NamedTuple):
    open: int
    overdue: int


def counts(actor: Actor, *, today: date) -> Counts:
    """Count what `waiting` lists, and what of it is overdue. One statement."""
    rows = PreReviewRound.objects.filter(_in_sight(actor), state=State.OPEN)
    return Counts(**rows.aggregate(open=Count("number"), overdue=Count("number", filter=Q(due_on__lt=today))))


def _in_sight(actor: Actor) -> Q:
    halls = [duty.hall for duty in actor.duties if duty.role is Role.CLERK and duty.hall]
    return Q(hall__in=halls) | people.lies_in(supervised(actor))


def seen_by(draft: str, number: int, *, actor: Actor) -> tuple[PreReview, Round]:
    """Return one request to whoever may read it. Raises NoSuchPreReview, also where it is another hall's."""
    found = storage.read(draft)
    if found is None:
        raise _no_such()
    asked = found.round(number)
    if not may_see_pre_review(actor, region=asked.region, hall=asked.hall):
        raise _no_such()
    return found, asked


def open_of(drafts: Collection[str]) -> dict[str, date]:
    """Return by when each of these drafts that waits for an answer gets it. One statement."""
    rows = PreReviewRound.objects.filter(draft__in=list(drafts), state=State.OPEN)
    return dict(rows.values_list("draft", "due_on"))


def _no_such() -> NoSuchPreReview:
    return NoSuchPreReview("没有找到这次预审，或者它不在您的大厅。请从预审列表中打开。")
