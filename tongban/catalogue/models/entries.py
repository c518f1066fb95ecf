"""By what are matters listed and counted?

Rows are made from the values in force (`entries`) and are no source: they can be written anew at any time.
"""

from __future__ import annotations

from django.db import models

from tongban.catalogue.models.versions import Matter


class Entry(models.Model):
    """A matter in force as it is listed: one row for each province that offers it, and one with none for all together.

    So every list reads rows of one province, or of none, meets each matter at most once, and counts exactly.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE)
    province = models.CharField(max_length=6, blank=True)
    number = models.PositiveIntegerField()
    """The matter's number in the index of the search, the same in all its rows."""
    name = models.CharField(max_length=400)
    name_en = models.CharField(max_length=400, blank=True)
    found_as = models.TextField()
    """Names and initials as they are compared (`grams.folded`), by which the best hit comes first."""
    offered_in = models.PositiveSmallIntegerField()
    """How many provinces offer it: what all share is listed before what one keeps alone."""
    matter_type = models.CharField(max_length=20)
    sector = models.CharField(max_length=40, blank=True)
    themes = models.CharField(max_length=400, blank=True)
    """Codes between bars: `|company|tax|`."""
    lists = models.PositiveIntegerField()
    """One bit for each `ListKind`, in their order."""
    modes = models.PositiveIntegerField()
    """One bit for each `HandlingMode` in which halls of other provinces take it in."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "matter"], name="one_entry_per_province")]
        indexes = [
            models.Index(fields=["province", "-offered_in", "matter"], name="entry_in_order"),
            models.Index(
                fields=["province", "number", "sector", "matter_type", "themes", "lists", "modes"],
                name="entry_by_number",
            ),
            models.Index(fields=["province", "sector"], name="entry_by_sector"),
            models.Index(fields=["province", "matter_type"], name="entry_by_type"),
            models.Index(fields=["province", "themes"], name="entry_by_themes"),
            models.Index(fields=["province", "lists"], name="entry_by_lists"),
            models.Index(fields=["province", "modes"], name="entry_by_modes"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.province}"
