"""How was the work done, over a period, a bundle and a region, according to the journal?

Figures are added up from the rows that are kept, one for each application. What moved since they were written is
measured while the reader waits, as long as it is little; if it is much, the page says how many applications are still
to be counted rather than to keep everybody waiting. The number of statements is constant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from tongban.catalogue import calendars
from tongban.domain.measures import Part, Period, Summary, add_up
from tongban.domain.regions import prefix_of
from tongban.domain.workdays import Calendar
from tongban.insight import storage
from tongban.insight.models import Measured
from tongban.people.models import Department
from tongban.people.permissions import covers

WHILE_ONE_WAITS = 50
"""At most so many applications are measured for a page."""


NOTHING = (0, 0)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which applications: handed in within the period; an empty bundle or region chooses all."""

    period: Period
    bundle: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a selection, the newest first; of `behind` applications the last that happened is not yet in them."""

    period: Period
    rows: tuple[Measured, ...]
    behind: int

    def summary(self) -> Summary:
        return add_up(parts=map(parts_of, self.rows), period=self.period)

    def having(self, *codes: str) -> Found:
        """Return only the rows that add to the denominators of all these measures."""
        counted = (row for row in self.rows if all(row.parts.get(code, NOTHING)[1] for code in codes))
        return Found(self.period, tuple(counted), self.behind)

    def within(self, regions: Collection[str]) -> Found:
        """Return only the rows of these divisions and of what lies in them."""
        inside = tuple(row for row in self.rows if any(covers(region, row.region) for region in regions))
        return Found(self.period, inside, self.behind)


def parts_of(row: Measured) -> dict[str, Part]:
    return {code: Part(number, of) for code, (number, of) in row.parts.items()}


def find(selection: Selection, *, calendar: Calendar) -> Found:
    """Return what is selected, as the journal stands now; two statements, and one more when something moved."""
    moved = storage.moved(calendar)
    fresh = list(storage.measure(moved, calendar=calendar)) if 0 < len(moved) <= WHILE_ONE_WAITS else []
    again = {row.stream for row in fresh}
    kept = (row for row in _kept(selection, storage.edition(calendar)) if row.stream not in again)
    rows = sorted((*kept, *_chosen(fresh, selection)), key=lambda row: (row.submitted_on, row.stream), reverse=True)
    return Found(selection.period, tuple(rows), behind=len(moved) - len(fresh))


def regions() -> tuple[str, ...]:
    """Return the divisions whose departments decide, and those they lie in, by code; one statement."""
    table = calendars.divisions()
    deciding = set(Department.objects.values_list("region", flat=True))
    return tuple(sorted(deciding.union(*(table.ancestors(region) for region in deciding))))


def _kept(selection: Selection, edition: str) -> QuerySet[Measured]:
    rows = Measured.objects.filter(
        edition=edition,
        submitted_on__gte=selection.period.since,
        submitted_on__lt=selection.period.before,
        region__startswith=prefix_of(selection.region),
    )
    return rows.filter(bundle=selection.bundle) if selection.bundle else rows


def _chosen(rows: Iterable[Measured], selection: Selection) -> Iterable[Measured]:
    for row in rows:
        in_region = not selection.region or covers(selection.region, row.region)
        if row.submitted_on in selection.period and selection.bundle in ("", row.bundle) and in_region:
            yield row
