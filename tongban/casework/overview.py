"""Where do the undecided cases of a region stand?

The lamp of each case is found by the database from three days that the calendar gives, so that cases can be counted
and turned over page by page in a constant number of statements. The colours are those of `clock.lamp`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case as Choose
from django.db.models import CharField, Count, F, Q, QuerySet, Value, When

from tongban.casework import models
from tongban.domain.application import CaseState
from tongban.domain.clock import WARNING_WORKING_DAYS, Lamp
from tongban.domain.workdays import Calendar
from tongban.people.actor import Actor
from tongban.people.permissions import prefix_of
from tongban.people.roles import Role

NOT_ACCEPTED = "none"
"""The lamp of a case whose limit does not run yet."""

LAMPS = (Lamp.PASSED.value, Lamp.RED.value, Lamp.YELLOW.value, Lamp.GREEN.value, NOT_ACCEPTED)
"""The most pressing first."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One undecided case in a list."""

    number: str
    case: int
    bundle: str
    bundle_version: int
    matter: str
    body: str
    desk: str
    holder: str
    state: CaseState
    lamp: str
    promised_due_on: date | None
    statutory_due_on: date | None


def scopes(actor: Actor) -> list[str]:
    """Return the divisions that the actor supervises."""
    return [duty.region for duty in actor.duties if duty.role is Role.SUPERVISOR]


def counts(regions: Iterable[str], *, today: date, calendar: Calendar) -> dict[str, int]:
    """Return how many undecided cases show each lamp. One statement."""
    rows = _open(regions, today, calendar).values("lamp").annotate(cases=Count("lamp")).values_list("lamp", "cases")
    return dict.fromkeys(LAMPS, 0) | dict(rows.order_by())


def open_cases(
    regions: Iterable[str], *, lamp: str = "", today: date, calendar: Calendar, first: int, count: int
) -> list[OpenCase]:
    """Return `count` undecided cases from the `first` on (from 0), the first due first. One statement."""
    rows = _open(regions, today, calendar)
    if lamp:
        rows = rows.filter(lamp=lamp)
    found = rows.order_by(F("promised_due_on").asc(nulls_last=True), "application_id", "index").values(
        "matter",
        "body",
        "state",
        "lamp",
        "promised_due_on",
        "statutory_due_on",
        number=F("application__number"),
        case=F("index"),
        desk=F("deciding_desk"),
        holder=F("application__holder"),
        bundle=F("application__bundle"),
        bundle_version=F("application__bundle_version"),
    )[first : first + count]
    return [OpenCase(**(row | {"state": CaseState(row["state"])})) for row in found]


def _open(regions: Iterable[str], today: date, calendar: Calendar) -> QuerySet[models.Case, Any]:
    prefixes = [prefix for region in regions if (prefix := prefix_of(region))]
    inside = Q() if prefixes else Q(application=None)
    for prefix in prefixes:
        inside |= Q(application__region__startswith=prefix)
    calm_from = calendar.nth_after(today, WARNING_WORKING_DAYS + 1, provisional=True)
    return (
        models.Case.objects.filter(inside, application__open_cases__gt=0)
        .filter(ended_at=None)
        .annotate(
            lamp=Choose(
                When(promised_due_on=None, then=Value(NOT_ACCEPTED)),
                When(statutory_due_on__lt=today, then=Value(Lamp.PASSED.value)),
                When(promised_due_on__lt=today, then=Value(Lamp.RED.value)),
                When(promised_due_on__lt=calm_from, then=Value(Lamp.YELLOW.value)),
                default=Value(Lamp.GREEN.value),
                output_field=CharField(),
            )
        )
    )
