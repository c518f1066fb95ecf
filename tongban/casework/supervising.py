"""Which supervision cases (效能监察) stand open in a region, and to which desks are their days charged?

What is late, since when and against which desk is told by the events of the application, and so are the days beyond the
limits (`domain.overrun`): a page of cases costs one statement for the cases and one for the events of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import F, QuerySet

from tongban.casework import models
from tongban.casework.proceedings import Beyond, beyond
from tongban.casework.storage import stream_of
from tongban.domain import overrun
from tongban.domain.application import Application, Case, fold
from tongban.domain.overrun import Charge
from tongban.domain.proceedings import Supervision
from tongban.domain.regions import prefix_of
from tongban.domain.workdays import Calendar
from tongban.journal import queries as journal
from tongban.people import queries as people


@dataclass(frozen=True, slots=True)
class Supervised:
    """A case on which supervision stands open, and who answers for its days; no charge where it is on time."""

    application: Application
    case: Case
    open: tuple[Supervision, ...]
    charges: tuple[Charge, ...]


def of_regions(regions: Iterable[str]) -> QuerySet[models.Case, Any]:
    """Return application and index of the cases with open supervision, the longest received first."""
    inside = people.lies_in([prefix for region in regions if (prefix := prefix_of(region))])
    rows = models.Case.objects.filter(inside, supervised__gt=0)
    return rows.order_by("application_id", "index").values("application_id", case=F("index"))


def supervised(rows: Iterable[dict[str, Any]], *, calendar: Calendar, today: date) -> list[Supervised]:
    """Return the cases that these rows name, in their order. One statement."""
    wanted = [(stream_of(row["application_id"]), row["case"]) for row in rows]
    events = {
        stream: [entry.event for entry in entries]
        for stream, entries in journal.of_streams({stream for stream, _ in wanted})
    }
    folded = {stream: fold(happened) for stream, happened in events.items()}
    return [
        Supervised(
            application=folded[stream],
            case=(case := folded[stream].case(index)),
            open=tuple(one for one in case.proceedings.supervision if one.closed_at is None),
            charges=overrun.charges(events[stream], index, calendar=calendar, today=today),
        )
        for stream, index in wanted
    ]


def by_desk(found: Iterable[Supervised]) -> dict[tuple[str, str], Beyond]:
    """Return by body and desk what each answers for in all these cases, the most first; days of a unit add up."""
    sums: dict[tuple[str, str], Beyond] = {}
    for one in found:
        for charge in one.charges:
            desk = sums.setdefault((charge.body, charge.desk), {})
            for kind, days in beyond(charge, one.case).items():
                desk[kind] = desk.get(kind, Fraction(0)) + days
    return dict(sorted(sums.items(), key=lambda item: (not item[0][1], -sum(item[1].values()), item[0])))
