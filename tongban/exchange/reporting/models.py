"""What is kept of what was reported: dispatches, the rows they brought, and how far the journal was read.

No row is kept in the clear: its content waits, sealed under the data key of whom it is about, until its dispatch is
written; after that its digest stands for it.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy


class Reporting(models.Model):
    """Who is at it until when, and the last day whose run came to its end: one row for the node.

    `claim` counts the runs, so that one that was taken for dead and goes on all the same writes nothing more.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    claim = models.PositiveBigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    reported_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.reported_on} #{self.claim}"


class State(models.TextChoices):
    """How far a dispatch has come."""

    GATHERING = "gathering", gettext_lazy("正在汇集")
    SEALED = "sealed", gettext_lazy("正在写成文件")
    """Nothing is added any more."""
    WRITTEN = "written", gettext_lazy("待送出")
    """The folder is there, to be sent or fetched."""
    SENT = "sent", gettext_lazy("平台已回答")
    NOTHING = "nothing", gettext_lazy("没有可报的")
    """What changed was rejected, all of it."""


class Dispatch(models.Model):
    """What one run tells the platform (上报批次). `counts` is what changed, by table and department."""

    number = models.CharField(max_length=32, primary_key=True)
    province = models.CharField(max_length=6)
    state = models.CharField(max_length=10, default=State.GATHERING)
    schema = models.PositiveIntegerField()
    mapping = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=list)
    rows = models.JSONField(default=dict)
    """By table, how many rows are put in, changed and taken out."""
    digest = models.CharField(max_length=64, blank=True)
    """SM3, in hex, of the manifest."""
    receipt = models.CharField(max_length=200, blank=True)
    refused = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    """When it is tried again after a failure."""
    failure = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["province", "-number"], name="dispatches_by_province"),
            models.Index(
                fields=["province", "number"],
                condition=models.Q(state__in=["gathering", "sealed", "written"]),
                name="dispatches_under_way",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_words(self) -> str:
        return str(State(self.state).label)

    @property
    def inserts(self) -> int:
        return self._operations("I")

    @property
    def updates(self) -> int:
        return self._operations("U")

    @property
    def deletes(self) -> int:
        return self._operations("D")

    def _operations(self, operation: str) -> int:
        return sum(rows.get(operation, 0) for rows in self.rows.values())


class ReportedRow(models.Model):
    """One row of an upload table, as it was derived last. `digest` empty: nothing is derived any more."""

    guid = models.CharField(max_length=32, primary_key=True)
    table = models.CharField(max_length=40)
    source = models.CharField(max_length=160)
    """From what it is derived: `application/…`, `certificate:…`, `matter:<province>:…`."""
    province = models.CharField(max_length=6)
    department = models.CharField(max_length=18)
    subject = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, blank=True)
    faults = models.TextField(blank=True)
    """What is wrong with it, as JSON; empty: nothing. Never what stands in it."""
    sent = models.CharField(max_length=64, blank=True)
    """The digest of what the platform was told last; empty: it does not have the row."""
    before = models.CharField(max_length=64, blank=True)
    """What `sent` was before the last dispatch: what the platform still has where it refused that."""
    refused = models.CharField(max_length=64, blank=True)
    """The digest of what the platform refused."""
    dispatch = models.CharField(max_length=32, blank=True)
    """The last dispatch that brought it, or is to bring it."""
    operation = models.CharField(max_length=1, blank=True)
    """How that dispatch brings it; empty once it was written."""
    content = models.TextField(blank=True)
    owner = models.CharField(max_length=120, blank=True)
    """Whose data key seals the content; empty: it is about nobody."""
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["source"], name="rows_by_source"),
            models.Index(fields=["dispatch", "operation"], name="rows_by_dispatch"),
            models.Index(fields=["province", "-changed_at"], condition=~models.Q(faults=""), name="rows_rejected"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.guid}"


class ReportedSource(models.Model):
    """How far a source was read, and by which schema and mapping; of another edition than today's it is read again."""

    source = models.CharField(max_length=160, primary_key=True)
    state = models.CharField(max_length=64)
    edition = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.source}@{self.state}"
