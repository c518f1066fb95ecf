"""How do ratings read, and which of them does a supervisor have to look at?

Source: `domain/satisfaction.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from tongban.casework import models
from tongban.domain.proceedings import Rating
from tongban.domain.regions import prefix_of
from tongban.domain.satisfaction import DISSATISFIED
from tongban.keys import actions as keys
from tongban.people import queries as people

LEVELS: dict[int, Promise] = {
    1: lazy("非常满意"),
    2: lazy("满意"),
    3: lazy("基本满意"),
    4: lazy("不满意"),
    5: lazy("非常不满意"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A rating in words."""

    level: Promise
    words: str
    bad: bool


def told(rating: Rating) -> Told:
    """Return a rating for whoever may read what the applicant said."""
    said = "" if rating.words is None else keys.unseal(rating.words).decode()
    return Told(LEVELS[rating.level], said, rating.level >= DISSATISFIED)


def dissatisfied(regions: Iterable[str]) -> QuerySet[models.Case]:
    """Return the cases of these regions that somebody was not satisfied with, the last to end first."""
    inside = people.lies_in([prefix for region in regions if (prefix := prefix_of(region))])
    return models.Case.objects.filter(inside, rated__gte=DISSATISFIED).order_by("-ended_at", "application_id", "index")
