"""Which notices of the State Council came after the package did?"""

from __future__ import annotations

from django.db import models

from tongban.catalogue.models.versions import Version


class HolidayNotice(Version):
    """A version of the arrangement for one year (放假安排); the newest counts. `body` is the kernel's `Notice`."""

    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "version"], name="one_holiday_notice_per_version")]

    def __str__(self) -> str:
        return f"{self.year} v{self.version}"
