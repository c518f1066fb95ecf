"""What is stored of departments' own systems: who they are, what they decide, which cases they have, what they said.

Which matters a system decides is no field of what a body publishes and signs: it says by which machine the same body
decides, and may change overnight without a new version of anything.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q


class System(models.Model):
    """A department's own system, and how far its answers were fetched."""

    name = models.CharField(max_length=40, primary_key=True)
    title = models.CharField(max_length=100)
    """What people call it."""
    body = models.CharField(max_length=18)
    """Unified social credit code of the department that decides in it."""
    kind = models.CharField(max_length=20, default="http")
    """By which adapter it is spoken to."""
    address = models.CharField(max_length=200)
    account = models.CharField(max_length=48)
    """`account:<uuid>`: signs here what was concluded there; it has duties like everybody at a desk."""
    fetched = models.PositiveBigIntegerField(default=0)
    """The number of its last answer that is here."""
    heard_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    compare_at = models.DateTimeField()
    """When both sides are compared again."""

    class Meta:
        indexes = (models.Index(fields=["due_at"], name="systems_by_due_time"),)

    def __str__(self) -> str:
        return self.title


class SystemKey(models.Model):
    """A public key with which a system signs; `ended_at`: from then on it signs nothing any more."""

    id = models.CharField(primary_key=True, max_length=64)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="keys")
    algorithm = models.CharField(max_length=16)
    public_key = models.BinaryField()
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class SystemStates(models.Model):
    """A table of states, in one version; the newest holds."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="tables")
    version = models.CharField(max_length=20)
    states = models.JSONField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["system", "version"], name="a_table_of_states_never_changes"),)

    def __str__(self) -> str:
        return f"{self.system_id} {self.version}"


class SystemMatter(models.Model):
    """From when until when a matter of a body is decided in a system; `matter` empty: every matter of the body."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="matters")
    body = models.CharField(max_length=18)
    matter = models.CharField(max_length=64, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    """The first day on which cases are decided here again; None: until further notice."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["body", "matter"],
                condition=Q(valid_until__isnull=True),
                name="a_matter_is_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="decided_in_a_system_for_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.body} {self.matter} → {self.system_id}"


class PlacedCase(models.Model):
    """A case that a system decides: how far it knows of it, and what it was last known to say."""

    number = models.CharField(primary_key=True, max_length=50)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="cases")
    application = models.CharField(max_length=36)
    case = models.PositiveSmallIntegerField()
    holder = models.CharField(max_length=64)
    region = models.CharField(max_length=6)
    desk = models.CharField(max_length=64)
    placed_at = models.DateTimeField()
    wanted = models.PositiveIntegerField(default=1)
    """Counts what happened to the case here that the system is to know."""
    told = models.PositiveIntegerField(default=0)
    """Up to where it acknowledged that it knows."""
    content = models.CharField(max_length=64, blank=True)
    """Digest of what it was last told: the same is not told again."""
    told_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    their_number = models.CharField(max_length=80, blank=True)
    said = models.CharField(max_length=16, blank=True)
    said_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    by_hand = models.BooleanField(default=False)
    """What it says was filled in by somebody who read it there."""
    certificate = models.CharField(max_length=80, blank=True)
    """The number of the certificate there."""
    file = models.CharField(max_length=64, blank=True)
    """SM3 of the certificate's file there; it is fetched, and stands under this digest among the holder's files."""
    file_size = models.PositiveBigIntegerField(default=0)
    file_name = models.CharField(max_length=120, blank=True)
    file_due_at = models.DateTimeField(null=True)
    """When the file is fetched; None: there is none, or it is here."""
    file_attempts = models.PositiveIntegerField(default=0)
    file_failure = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    """When it came to its end here."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["application", "case"], name="a_case_is_placed_in_one_system"),)
        indexes = (
            models.Index(fields=["due_at"], condition=Q(told__lt=F("wanted")), name="cases_to_tell_by_time"),
            models.Index(fields=["file_due_at"], condition=Q(file_due_at__isnull=False), name="files_to_fetch_by_time"),
            models.Index(fields=["system", "placed_at"], condition=Q(ended_at__isnull=True), name="cases_in_systems"),
        )

    def __str__(self) -> str:
        return self.number


class AnswerState(StrEnum):
    """What has become of an answer."""

    WAITING = "waiting"
    """It is to be weighed, or could not have its effect yet."""
    DONE = "done"
    NOTHING = "nothing"
    """Said before, or overtaken."""
    REFUSED = "refused"
    """People have to look."""
    SETTLED = "settled"
    """Refused, and people have looked."""


_WAITING, _REFUSED = AnswerState.WAITING.value, AnswerState.REFUSED.value


class Answer(models.Model):
    """What a system said, in its order; of an answer about a case that it does not have nothing is kept."""

    pk = models.CompositePrimaryKey("system_id", "sequence")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="answers")
    sequence = models.PositiveBigIntegerField()
    case = models.CharField(max_length=50, blank=True)
    said = models.TextField(blank=True)
    """As it was signed, with the signature; sealed under the holder's data key."""
    digest = models.CharField(max_length=64)
    arrived_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=AnswerState.WAITING.value)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)
    words = models.TextField(blank=True)
    """Why it had no effect, or not yet."""

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at"], condition=Q(state=AnswerState.WAITING.value), name="answers_to_weigh_by_time"
            ),
            models.Index(fields=["case", "sequence"], name="answers_by_case"),
            models.Index(
                fields=["system", "arrived_at"],
                condition=Q(state=AnswerState.REFUSED.value),
                name="refused_answers_by_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.system_id} #{self.sequence}"


class Comparison(models.Model):
    """What both sides had at one time, and in what they differed; `failure`: they could not be compared."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="comparisons")
    at = models.DateTimeField()
    here = models.PositiveIntegerField(default=0)
    there = models.PositiveIntegerField(default=0)
    differences = models.JSONField(default=list)
    failure = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=["system", "at"], name="comparisons_by_time"),)

    def __str__(self) -> str:
        return f"{self.system_id} {self.at}"
