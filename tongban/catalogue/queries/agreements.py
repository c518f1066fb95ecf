"""Which agreements are there, do they hold, and what rests on each?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from tongban.catalogue import joint, models, storage
from tongban.catalogue.queries.batches import Standing, standings
from tongban.catalogue.queries.missing import NotInCatalogue
from tongban.domain import agreements
from tongban.domain.agreements import Agreement
from tongban.domain.meetings import Meeting


@dataclass(frozen=True, slots=True)
class Held:
    """An agreement and whether it holds today, with the reason."""

    agreement: Agreement
    standing: agreements.Standing


@dataclass(frozen=True, slots=True)
class Resting:
    """What names an agreement: batches, offers by province, extended halls by region."""

    batches: tuple[Standing, ...]
    offers: Mapping[str, int]
    extensions: Mapping[str, int]


def all_agreements(*, today: date) -> list[Held]:
    """Return every agreement, the newest first."""
    return [_held(one, today) for one in joint.read_agreements().values()]


def agreement(number: str, *, today: date) -> tuple[Held, Resting, list[Meeting]]:
    """Return an agreement, what rests on it, and its joint meetings. Raises NotInCatalogue."""
    found = joint.read_agreement(number)
    if found is None:
        raise NotInCatalogue(f"没有编号为“{number}”的协议。请从协议清单中查找。")
    codes = models.Batch.objects.filter(agreement=number).values_list("code", flat=True)
    resting = Resting(
        tuple(standings(today=today, codes=list(codes))),
        _counted(models.Offer, "province", number, "matter_id", "province"),
        _counted(models.Extension, "region", number, "hall", "region"),
    )
    return _held(found, today), resting, joint.read_meetings(number)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many batches, offers and extended halls name an agreement."""

    batches: int
    offers: int
    extensions: int


def counts() -> dict[str, Counts]:
    """Return by number how much rests on each agreement; three statements."""
    batches = _by_agreement(models.Batch.objects.all())
    offers = _by_agreement(storage.newest(models.Offer, "matter_id", "province"))
    extensions = _by_agreement(storage.newest(models.Extension, "hall", "region"))
    return {
        number: Counts(batches.get(number, 0), offers.get(number, 0), extensions.get(number, 0))
        for number in batches.keys() | offers.keys() | extensions.keys()
    }


def _by_agreement(rows: QuerySet[Any]) -> dict[str, int]:
    counted = rows.order_by().values("agreement").annotate(count=Count("pk"))
    return {row["agreement"]: row["count"] for row in counted}


def meeting(meeting: str) -> Meeting:
    """Return one joint meeting. Raises NotInCatalogue."""
    found = joint.read_meeting(meeting)
    if found is None:
        raise NotInCatalogue(f"没有编号为“{meeting}”的联席会议。请从协议中查找。")
    return found


def _held(one: Agreement, today: date) -> Held:
    return Held(one, agreements.standing(one, today=today))


def _counted(model: type[models.Version], by: str, number: str, *keys: str) -> dict[str, int]:
    rows = storage.newest(model, *keys).filter(agreement=number).values(by)
    return {row[by]: row["count"] for row in rows.annotate(count=Count("pk")).order_by(by)}
