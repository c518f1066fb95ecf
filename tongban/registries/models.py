"""What does the embedded demo registry hold? One row for each proof, found by the holder's or the ship's number.

The number is a blind index, the content is ciphertext under a data key: a copy of the table tells nothing.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tongban.domain.sealed import Sealed


class Record(models.Model):
    """A fact a registry holds (登记记录). `expires_on` is the last day on which it counts; None: without end."""

    reference = models.CharField(primary_key=True, max_length=64)
    material = models.CharField(max_length=32)
    number_index = models.CharField(max_length=64)
    holder = models.CharField(max_length=64)
    registry = models.CharField(max_length=64)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")), name="a_record_lasts_a_day"
            ),
        )
        indexes = (models.Index(fields=["number_index", "material"], name="record_by_number"),)

    def __str__(self) -> str:
        return self.reference

    @property
    def sealed(self) -> Sealed:
        return Sealed(person=self.holder, ciphertext=self.content)


class CreditEntry(models.Model):
    """A broken commitment in the credit record (失信记录), under an item of the published list."""

    entry = models.CharField(primary_key=True, max_length=64)
    number_index = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    item = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    department = models.CharField(max_length=18)
    entered_at = models.DateTimeField()
    repaired_at = models.DateTimeField(null=True)
    """None: it keeps whom it is about from making commitments."""
    region = models.CharField(max_length=6, default="")
    """The province by whose rules it was entered; empty: unknown, and it counts everywhere."""
    source = models.CharField(max_length=64, default="", blank=True)
    """The number of the case in which the commitment was broken."""
    stands_until = models.DateField(null=True)
    """The first day on which it bars nothing any more, repaired or not; None: without end."""
    repair_asked_at = models.DateTimeField(null=True)
    repair_due_on = models.DateField(null=True)
    """By when the request to repair it is answered; None: none is open."""

    class Meta:
        indexes = (
            models.Index(fields=["number_index"], name="credit_that_stands", condition=Q(repaired_at=None)),
            models.Index(fields=["party", "-entered_at"], name="credit_of_party"),
            models.Index(
                fields=["department", "repair_due_on"],
                name="credit_to_answer",
                condition=Q(repair_due_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.entry


class Ledger(models.Model):
    """What is booked for one person or company (登记账目), from which certificates are extracted.

    It stands for a system of another authority, so its content lies under a data key of its own and not the holder's.
    """

    reference = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=40)
    number_index = models.CharField(max_length=64)
    region = models.CharField(max_length=6)
    content = models.TextField()

    class Meta:
        indexes = (models.Index(fields=["number_index", "kind"], name="ledger_by_number"),)

    def __str__(self) -> str:
        return self.reference

    @property
    def sealed(self) -> Sealed:
        return Sealed(person=f"ledger:{self.reference}", ciphertext=self.content)


class TaxRecord(models.Model):
    """One version of the tax record of a company in a region (税务档案); rows are only added, the newest speaks."""

    number_index = models.CharField(max_length=64)
    region = models.CharField(max_length=6)
    version = models.PositiveIntegerField()
    content = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["number_index", "region", "version"], name="one_tax_record_a_version"),
        )

    def __str__(self) -> str:
        return f"{self.region} {self.version}"

    @property
    def sealed(self) -> Sealed:
        return Sealed(person=f"tax:{self.number_index}", ciphertext=self.content)
