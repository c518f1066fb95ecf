"""Which holiday notices does the node count by, and how does a process come to know of a new one?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tongban.catalogue import calendars, models, storage
from tongban.domain.codec import from_plain
from tongban.domain.workdays import Notice


@dataclass(frozen=True, slots=True)
class Published:
    """A notice that counts; one of the package has version 0 and no `published_at`."""

    notice: Notice
    version: int = 0
    published_at: datetime | None = None


def published() -> Mapping[int, Published]:
    """Return the notice that counts for each year, in order; one statement."""
    found = {notice.year: Published(notice) for notice in calendars.packaged()}
    for row in storage.newest(models.HolidayNotice, "year").order_by("year"):
        found[row.year] = Published(from_plain(row.body, Notice), row.version, row.in_force_at)
    return dict(sorted(found.items()))


def keep_up() -> None:
    """Let this process count by what is published in the node now; one statement. Raises InvalidCalendar."""
    calendars.take(each.notice for each in published().values() if each.version)
