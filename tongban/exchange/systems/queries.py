"""What do people look up about departments' own systems?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from tongban.domain.application import Application
from tongban.domain.events import SystemState
from tongban.domain.systems import FOR_PEOPLE
from tongban.exchange.systems.models import Answer, AnswerState, Comparison, PlacedCase, System
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may_administer, may_supervise, overseen
from tongban.people.roles import Role


@dataclass(frozen=True, slots=True)
class Standing:
    """How a system and this node stand with each other."""

    name: str
    title: str
    body: str
    address: str
    open: int
    to_tell: int
    failing: int
    refused: int
    heard_at: datetime | None
    due_at: datetime
    attempts: int
    failure: str
    comparison: Comparison | None

    @property
    def differences(self) -> list[dict[str, str]]:
        return list(self.comparison.differences) if self.comparison else []

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "department": self.body,
            "address": self.address,
            "open": self.open,
            "to_tell": self.to_tell,
            "failing": self.failing,
            "refused": self.refused,
            "failure": self.failure,
            "attempts": self.attempts,
            "differences": self.differences,
            "compared_at": self.comparison.at.isoformat() if self.comparison else None,
        }


def standings(bodies: Collection[str] | None = None) -> list[Standing]:
    """Return how systems stand, by name: all, or those of these departments. Four statements."""
    counted = PlacedCase.objects.values("system").annotate(
        open=Count("pk", filter=Q(ended_at__isnull=True)),
        to_tell=Count("pk", filter=Q(told__lt=F("wanted"))),
        failing=Count("pk", filter=Q(told__lt=F("wanted"), attempts__gt=0) | Q(file_attempts__gt=0)),
    )
    by_system = {row["system"]: row for row in counted}
    refused = dict(
        Answer.objects.filter(state=AnswerState.REFUSED).values_list("system").annotate(number=Count("sequence"))
    )
    last = Comparison.objects.values("system").annotate(last=Max("pk")).values("last")
    newest = {one.system_id: one for one in Comparison.objects.filter(pk__in=last)}
    nothing = {"open": 0, "to_tell": 0, "failing": 0}
    return [
        Standing(
            name=row.name,
            title=row.title,
            body=row.body,
            address=row.address,
            open=by_system.get(row.name, nothing)["open"],
            to_tell=by_system.get(row.name, nothing)["to_tell"],
            failing=by_system.get(row.name, nothing)["failing"],
            refused=refused.get(row.name, 0),
            heard_at=row.heard_at,
            due_at=row.due_at,
            attempts=row.attempts,
            failure=row.failure,
            comparison=newest.get(row.name),
        )
        for row in System.objects.order_by("name")
        if bodies is None or row.body in bodies
    ]


def bodies_of(actor: Actor) -> set[str]:
    """Return the departments with systems that are the actor's business: he is at their desks, or oversees them."""
    own = {duty.department for duty in actor.duties if duty.role is Role.REVIEWER}
    found = System.objects.values_list("body", flat=True).distinct()
    over = people.departments(usccs=set(found))
    return {body for body, one in over.items() if body in own or _oversees(actor, one.region)}


def _oversees(actor: Actor, region: str) -> bool:
    return may_supervise(actor, region=region) or may_administer(actor, region=region)


def waiting(actor: Actor) -> QuerySet[PlacedCase]:
    """Return the actor's cases that are open in systems: at his desks, or in the regions that he oversees.

    Those that people must look at come first, then the oldest.
    """
    mine = Q(pk__in=[])
    for duty in actor.duties:
        if duty.role is Role.REVIEWER:
            mine |= Q(system__body=duty.department, desk=duty.desk)
    if prefixes := overseen(actor):
        mine |= people.lies_in(prefixes)
    for_people = [state.value for state in sorted(FOR_PEOPLE)]
    refused = Answer.objects.filter(state=AnswerState.REFUSED).values("case")
    troubled = Q(attempts__gt=0) | Q(file_attempts__gt=0) | Q(said__in=for_people) | Q(pk__in=refused)
    rows = PlacedCase.objects.filter(mine, ended_at__isnull=True).select_related("system")
    return rows.annotate(troubled=troubled).order_by(F("troubled").desc(), "placed_at", "number")


def placed(application: Application, index: int) -> PlacedCase | None:
    """Return a case of an application as a system has it; None: none decides it."""
    rows = PlacedCase.objects.select_related("system")
    return rows.filter(application=application.id, case=index).first()


def held(row: PlacedCase) -> list[Answer]:
    """Return the answers about a case that had no effect, or not yet, the newest first."""
    states = (AnswerState.REFUSED, AnswerState.WAITING)
    return list(Answer.objects.filter(case=row.number, system=row.system, state__in=states).order_by("-sequence"))


def for_people(row: PlacedCase) -> SystemState | None:
    """Return what the system said, where the desk has to do something about it."""
    state = SystemState(row.said) if row.said else None
    return state if state in FOR_PEOPLE else None
