"""What is stored of the traffic with other nodes: how far it has come, what was written, what has arrived.

A message that was written keeps its content for good; its body is sealed and emptied once nobody can ask for it again.
"""

from __future__ import annotations

from django.db import models

import tongban.exchange.reporting.models
import tongban.exchange.systems.models  # noqa: F401 - Django looks for an app's tables here


class Peer(models.Model):
    """Another node, and what it may sign with."""

    name = models.CharField(max_length=40, primary_key=True)
    address = models.CharField(max_length=200)
    roots = models.TextField()
    """The certificates (PEM) of the roots that its trust lists must lead to: brought by people, not by the network."""
    trust = models.TextField(blank=True)
    """Its trust list, as it was last fetched."""
    trusted_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    """When it was last asked for a newer one because of an unknown key."""

    def __str__(self) -> str:
        return self.name


class Way(models.Model):
    """How far messages have come in one direction. `stopped_because`: two histories were seen, people have to look."""

    peer = models.OneToOneField(Peer, on_delete=models.PROTECT, primary_key=True, related_name="%(class)s")
    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    stopped_because = models.TextField(blank=True)

    class Meta:
        abstract = True


class Outgoing(Way):
    """To the peer: what was written, up to where its receipts go, and when it is tried again."""

    receipted = models.PositiveBigIntegerField(default=0)
    receipt = models.TextField(blank=True)
    """Its last receipt, signed: proof of all that it has stored."""
    receipted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="ways_by_due_time")]

    def __str__(self) -> str:
        return f"→ {self.peer_id}"


class Incoming(Way):
    """From the peer: what was stored."""

    proof = models.TextField(blank=True)
    """Its last signature over what it sent: proof of all that was stored from it."""
    stored_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"← {self.peer_id}"


class Heard(models.Model):
    """A checkpoint of a peer's journal, as it told; `digest` is SM3, in hex, of what it signed."""

    pk = models.CompositePrimaryKey("peer_id", "number")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="checkpoints")
    number = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.peer_id} checkpoint {self.number}"


class Published(models.Model):
    """The status lists of a peer's regions, as they were last read; `digest` is SM3, in hex, of the text."""

    peer = models.OneToOneField(Peer, on_delete=models.PROTECT, primary_key=True, related_name="published")
    statuses = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    read_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    """When they are asked for again."""
    failure = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.peer_id} status lists"


class Sent(models.Model):
    """A peer gets a certificate of this node, and is told what becomes of it; until it is written, it waits."""

    pk = models.CompositePrimaryKey("certificate", "peer_id")
    certificate = models.CharField(max_length=120)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="certificates")
    due_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(written_at=None), name="certificates_to_write")]

    def __str__(self) -> str:
        return f"→ {self.peer_id} {self.certificate}"


class Kept(models.Model):
    """A message as it is kept on either side. `refused_code`: it had no effect at the receiver, and why."""

    sequence = models.PositiveBigIntegerField()
    type = models.CharField(max_length=160)
    subject = models.CharField(max_length=120)
    content = models.TextField()
    """Canonical JSON, as the digest covers it."""
    digest = models.CharField(max_length=64)
    refused_code = models.CharField(max_length=60, blank=True)
    refused_words = models.TextField(blank=True)

    class Meta:
        abstract = True


class Written(Kept):
    """A message that this node has written to a peer."""

    pk = models.CompositePrimaryKey("peer_id", "sequence")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="messages")
    id = models.CharField(max_length=36)
    at = models.DateTimeField()
    body = models.TextField()
    """Sealed for this node itself; emptied once nobody can ask for it again."""
    awaited = models.BooleanField(default=False)
    """Something follows here from its receipt, and has not been done yet."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["peer", "id"], name="a_message_is_written_once"),)
        indexes = (
            models.Index(fields=["peer", "sequence"], condition=models.Q(awaited=True), name="awaited_outcomes"),
            models.Index(fields=["peer", "type", "sequence"], name="written_by_type"),
            models.Index(
                fields=["peer", "type", "subject"], condition=~models.Q(refused_code=""), name="refused_by_peers"
            ),
        )

    def __str__(self) -> str:
        return f"→ {self.peer_id} #{self.sequence}"


class Stored(Kept):
    """A message of a peer that was stored, with or without effect."""

    pk = models.CompositePrimaryKey("peer_id", "sequence")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="arrivals")
    stored_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["stored_at"], condition=~models.Q(refused_code=""), name="refused_messages_by_time"),
            models.Index(fields=["peer", "type", "sequence"], name="stored_by_type"),
            models.Index(
                fields=["peer", "type", "subject"], condition=~models.Q(refused_code=""), name="refused_of_peers"
            ),
        ]

    def __str__(self) -> str:
        return f"← {self.peer_id} #{self.sequence}"


class Offer(models.Model):
    """A file that a peer may fetch, by its digest, and the sealed copy that lies ready for it."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="offers")
    digest = models.CharField(max_length=64)
    offered_at = models.DateTimeField()
    tag = models.CharField(max_length=64, blank=True)
    """Names the sealed copy; empty: none was made so far, or it was removed."""
    key = models.CharField(max_length=120, blank=True)
    """The peer's key that opens it."""
    length = models.PositiveIntegerField(default=0)
    """Of the sealed copy, in bytes."""
    sealed_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    """When its last byte went out."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["peer", "digest"], name="a_file_is_offered_once"),)

    def __str__(self) -> str:
        return f"→ {self.peer_id} {self.digest}"


class Wanted(models.Model):
    """A file that is to be fetched from a peer, and how much of it is here."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="wanted")
    digest = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    """Under whose data key it is to be kept. Its name may say something of a person: it stands with who wants it."""
    kind = models.CharField(max_length=128)
    size = models.PositiveIntegerField()
    wanted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    tag = models.CharField(max_length=64, blank=True)
    """Names the sealed copy whose beginning is here; empty: nothing is."""
    key = models.CharField(max_length=120, blank=True)
    length = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    """How many of its bytes were here when somebody last looked; the file on the disk decides."""
    spoilt = models.PositiveIntegerField(default=0)
    """How often all of it was here and was not what it should be."""
    refused_because = models.TextField(blank=True)
    """It was what it should be, and is no file that is taken: nobody asks for it again."""
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["peer", "digest", "party"], name="a_file_is_wanted_once_for_each_party"),
        )
        indexes = [
            models.Index(
                fields=["peer", "due_at"],
                condition=models.Q(arrived_at=None, refused_because=""),
                name="wanted_files_by_due_time",
            )
        ]

    def __str__(self) -> str:
        return f"← {self.peer_id} {self.digest}"


class Reconciliation(models.Model):
    """How the last comparison with a peer ended."""

    peer = models.OneToOneField(Peer, on_delete=models.PROTECT, primary_key=True, related_name="reconciliation")
    tried_at = models.DateTimeField()
    failure = models.TextField(blank=True)
    """Why the last attempt came to no comparison."""
    compared_at = models.DateTimeField(null=True)
    lines = models.JSONField(default=list)
    differences = models.PositiveIntegerField(default=0)
    on_their_way = models.PositiveIntegerField(default=0)
    theirs = models.TextField(blank=True)
    """What the peer said, signed: proof of it."""

    def __str__(self) -> str:
        return f"= {self.peer_id}"


class Telling(models.Model):
    """How far a peer was told what stands in a stream: up to the entry `seq`."""

    pk = models.CompositePrimaryKey("peer_id", "stream")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="tellings")
    stream = models.CharField(max_length=120)
    seq = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"→ {self.peer_id} {self.stream} #{self.seq}"


class Waiting(models.Model):
    """A message that was stored, and waits for that on which it rests: it comes from another peer, later."""

    pk = models.CompositePrimaryKey("peer_id", "sequence")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="waiting")
    sequence = models.PositiveBigIntegerField()
    body = models.TextField()
    """Canonical JSON; what waits so tells of no person."""
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"← {self.peer_id} #{self.sequence}"
