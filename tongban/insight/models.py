"""What insight keeps: what each application adds to every measure, so that a page need not fold its journal again.

Nothing here is a source. Every row can be computed again from the journal; `tongban insight rebuild` does it for all.
"""

from __future__ import annotations

from django.db import models


class Measured(models.Model):
    """One application, measured after the first `seq` entries of its journal. It bears no personal data."""

    stream = models.CharField(max_length=120, primary_key=True)
    seq = models.PositiveIntegerField()
    edition = models.CharField(max_length=64)
    """By which calendar and definitions it was measured; of another edition than today's it counts for nothing."""
    number = models.CharField(max_length=50)
    bundle = models.CharField(max_length=40)
    region = models.CharField(max_length=6)
    submitted_on = models.DateField()
    parts = models.JSONField()
    """Code of the measure to [number, denominator]."""

    class Meta:
        indexes = [models.Index(fields=["submitted_on"], name="measured_by_day")]

    def __str__(self) -> str:
        return f"{self.number}@{self.seq}"
