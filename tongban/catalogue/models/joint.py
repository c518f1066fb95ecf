"""What do regions put their names to? Agreements, joint meetings, batches with their acts, recognition rules.

`body` is the plain form of the kernel's value, whole; the other columns repeat what lists and constraints need of it.
"""

from __future__ import annotations

from django.db import models


class Agreement(models.Model):
    """An agreement between regions (合作协议)."""

    number = models.CharField(max_length=60, primary_key=True)
    title = models.CharField(max_length=400)
    from_on = models.DateField()
    last_on = models.DateField(null=True)
    """The first day on which it no longer holds: expired or ended."""
    body = models.JSONField()

    def __str__(self) -> str:
        return self.number


class JointMeeting(models.Model):
    """A joint meeting of regions (联席会议)."""

    id = models.CharField(max_length=60, primary_key=True)
    held_on = models.DateField()
    agreement = models.CharField(max_length=60, blank=True)
    body = models.JSONField()

    def __str__(self) -> str:
        return self.id


class Batch(models.Model):
    """A batch (批次): its draft; what regions signed stands in its acts."""

    code = models.CharField(max_length=40, primary_key=True)
    agreement = models.CharField(max_length=60)
    body = models.JSONField()

    def __str__(self) -> str:
        return self.code


class BatchAct(models.Model):
    """One act of a batch: what was proposed, who signed it, and its joint number once all have."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="acts")
    serial = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    number = models.CharField(max_length=60, blank=True)
    body = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "serial"], name="one_act_per_serial"),
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="one_act_per_joint_number"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}#{self.serial}"


class RecognitionRule(models.Model):
    """A recognition rule (互认规则) with its signature."""

    code = models.CharField(max_length=60, primary_key=True)
    certificate = models.CharField(max_length=80)
    counts_in = models.CharField(max_length=6)
    agreement = models.CharField(max_length=60)
    from_on = models.DateField()
    last_on = models.DateField(null=True)
    """The first day on which it no longer holds by its own days: expired or ended."""
    body = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["certificate"], name="recognition_by_certificate")]

    def __str__(self) -> str:
        return self.code
