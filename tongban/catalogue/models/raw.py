"""Which matters do lists of other regions name, that have no standard yet?

Lists that a region publishes by itself come as they are: another catalogue, other codes, with their defects. They are
kept beside the catalogue until somebody finds which of our standards, or none, each row means.
"""

from __future__ import annotations

from django.db import models


class RawItem(models.Model):
    """One row of a raw list of a region: not aligned with any standard."""

    source = models.CharField(max_length=120)
    """The name of the file it came from."""
    row = models.PositiveIntegerField()
    region = models.CharField(max_length=6)
    name = models.CharField(max_length=400)
    code = models.CharField(max_length=60)
    matter_type = models.CharField(max_length=40, blank=True)
    """The type in the words of the list: each catalogue has its own table of types."""
    by = models.CharField(max_length=60, blank=True)
    """The code of the body as the list gives it, right or not."""
    content = models.JSONField()
    """The whole row, column by column."""
    defects = models.JSONField()
    """Sentences that say what about it cannot be right."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="one_raw_item_per_code")]

    def __str__(self) -> str:
        return f"{self.source} {self.code} {self.name}"
