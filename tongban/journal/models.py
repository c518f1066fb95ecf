"""What the journal keeps.

A stream is locked by its row; its entries are chained by SM3; the database refuses to change an entry or a read once
written (triggers of migration `0002_append_only`).
"""

from __future__ import annotations

from django.db import models


class Stream(models.Model):
    """One life that is journalled: an application, a person, a batch. `head` is the hash of its last entry, in hex."""

    id = models.CharField(max_length=120, primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.id}@{self.seq}"


class Entry(models.Model):
    """One event of one stream. `body` is the canonical JSON text that the hash covers, kept as it was written."""

    pk = models.CompositePrimaryKey("stream_id", "seq")
    stream_id = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    operation = models.CharField(max_length=120)
    body = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["type", "at"], name="entry_by_type_and_time")]

    def __str__(self) -> str:
        return f"{self.stream_id}#{self.seq} {self.type}"


class Operation(models.Model):
    """One client-made operation of one actor, with what it asked and what it was first answered."""

    pk = models.CompositePrimaryKey("actor", "id")
    actor = models.CharField(max_length=120)
    id = models.CharField(max_length=120)
    request = models.CharField(max_length=64)
    stream_id = models.CharField(max_length=120)
    answer = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.actor} {self.id}"


class Errand(models.Model):
    """What is still to be done after one act, outside its transaction: a row of the outbox, gone when it is done.

    The entries `seq` to `last_seq` of the stream are those of the act that asked for it.
    """

    pk = models.CompositePrimaryKey("stream_id", "seq", "subject")
    stream_id = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    subject = models.CharField(max_length=40)
    last_seq = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    """When it is tried next; a worker that takes it up moves it on, and nobody else takes it until then."""
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="errands_by_due_time")]

    def __str__(self) -> str:
        return f"{self.subject} {self.stream_id}#{self.seq}"


class Read(models.Model):
    """One look at personal data: who read whose data, where and why."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    about = models.CharField(max_length=120)
    what = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["about", "at"], name="read_by_person_and_time")]

    def __str__(self) -> str:
        return f"{self.actor} read {self.what} of {self.about}"
