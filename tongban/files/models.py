"""What is known of a stored file? Whose it is, its SM3 digest, its size and its checked kind; the bytes lie on disk."""

from __future__ import annotations

from django.db import models


class Blob(models.Model):
    """One file of one party (`person:…` or `org:…`); the same bytes given twice are one blob."""

    party = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=128)
    stored_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["party", "digest"], name="one_blob_per_party_and_digest"),)

    def __str__(self) -> str:
        return self.digest
