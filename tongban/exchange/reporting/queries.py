"""What do people look up of what was reported: dispatches, how whole the rows were, and which were rejected?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet

from tongban.domain.reporting import changes
from tongban.domain.reporting.changes import Counts, Rate
from tongban.domain.reporting.schema import Fault
from tongban.exchange.reporting import actions, definitions
from tongban.exchange.reporting.keeping import read_faults
from tongban.exchange.reporting.models import Dispatch, ReportedRow, Reporting

LATEST = 30
"""So many dispatches a page shows, and counts together."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not sent, or not taken, and why. `subject`: a case number, a matter, a certificate."""

    guid: str
    table: str
    subject: str
    department: str
    faults: tuple[Fault, ...]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows somebody may see: those of these provinces, and, where they are named, of these departments."""

    provinces: tuple[str, ...]
    departments: frozenset[str] | None = None

    def shows(self, department: str) -> bool:
        return self.departments is None or department in self.departments


def dispatches(scope: Scope, *, most: int = LATEST) -> list[Dispatch]:
    """Return the newest dispatches of these provinces, the newest first; one statement."""
    return list(_of(scope).order_by("-opened_at", "-number")[:most])


def dispatch(number: str, scope: Scope) -> Dispatch:
    """Return one dispatch. Raises NoSuchDispatch, also where it is another province's."""
    found = _of(scope).filter(number=number).first()
    if found is None:
        raise actions.no_such(number)
    return found


def _of(scope: Scope) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(province__in=scope.provinces)


def counts(some: Iterable[Dispatch], scope: Scope) -> Counts:
    """Return what changed in these dispatches together, by table and department."""
    counted = changes.add_up(changes.read(one.counts) for one in some)
    return {key: count for key, count in counted.items() if scope.shows(key[1])}


def rates(counted: Counts) -> list[Rate]:
    """Return how whole each table of each department is, and each required field that is not wholly filled."""
    return list(changes.rates(counted, definitions.load().schema))


def rejected_rows(scope: Scope) -> QuerySet[ReportedRow]:
    """Return the rows that are rejected now, the newest first, for `rejected` to read."""
    return _rejected(scope).defer("content").order_by("-changed_at", "guid")


def rejected(rows: Iterable[ReportedRow]) -> list[Rejected]:
    """Return these rows with what is wrong with them."""
    return [
        Rejected(row.guid, row.table, row.subject, row.department, read_faults(row.faults), row.changed_at)
        for row in rows
    ]


def rejected_count(scope: Scope) -> dict[str, int]:
    """Return how many rows are rejected now, by table; one statement."""
    return dict(_rejected(scope).values_list("table").annotate(Count("guid")).order_by("table"))


def _rejected(scope: Scope) -> QuerySet[ReportedRow]:
    rows = ReportedRow.objects.filter(province__in=scope.provinces).exclude(faults="")
    return rows if scope.departments is None else rows.filter(department__in=scope.departments)


def reported_on() -> date | None:
    """Return the last day whose run came to its end; one statement."""
    return Reporting.objects.values_list("reported_on", flat=True).first()


def plain(one: Dispatch) -> dict[str, object]:
    """Return a dispatch as JSON tells it."""
    return {
        "number": one.number,
        "province": one.province,
        "state": one.state,
        "schema": one.schema,
        "mapping": one.mapping,
        "rows": one.rows,
        "refused": one.refused,
        "receipt": one.receipt,
        "failure": one.failure,
    }


def plain_rate(one: Rate) -> dict[str, object]:
    return {
        "table": one.table,
        "department": one.department,
        "field": one.field or None,
        "filled": one.filled,
        "of": one.of,
    }


def plain_rejected(one: Rejected) -> dict[str, object]:
    return {
        "table": one.table,
        "row_guid": one.guid,
        "subject": one.subject,
        "department": one.department,
        "faults": [{"field": each.field, "code": each.code.value, "about": each.about} for each in one.faults],
    }
