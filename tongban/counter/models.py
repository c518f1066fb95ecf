"""What is kept of help at a window: one row for each, a copy of the kernel's `Assistance`."""

from __future__ import annotations

from django.db import models


class Assistance(models.Model):
    id = models.CharField(primary_key=True, max_length=36)
    hall = models.CharField(max_length=40)
    region = models.CharField(max_length=6)
    bundle = models.CharField(max_length=40)
    body = models.CharField(max_length=18, blank=True)
    mode = models.CharField(max_length=12, blank=True)
    receipt_counts = models.CharField(max_length=12)
    agreement = models.CharField(max_length=60, blank=True)
    person = models.CharField(max_length=64)
    holder = models.CharField(max_length=64)
    key = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    draft = models.CharField(max_length=36, blank=True)
    way = models.CharField(max_length=8, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)
    helped_until = models.DateTimeField(null=True)
    check_made = models.TextField(blank=True)
    """The clerk's check as JSON, its remark sealed; empty: none yet."""
    application = models.CharField(max_length=36, blank=True)
    signed_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft"], condition=~models.Q(draft=""), name="one_assistance_per_draft"),
            models.CheckConstraint(
                condition=models.Q(draft="") | models.Q(answered_at__isnull=False),
                name="nothing_is_filled_in_before_the_applicant_answered",
            ),
        ]
        indexes = [models.Index(fields=["by", "-at"], name="assistances_of_a_clerk")]

    def __str__(self) -> str:
        return self.id
