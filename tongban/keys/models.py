"""What is stored of keys: public halves in the clear, everything secret wrapped by the vault of the node.

A destroyed data key leaves its row behind without the key, so that nobody makes a second one for the same person and
calls the erased content damaged. Source: Personal Information Protection Law, art. 47.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.crypto.profiles import Algorithm
from tongban.keys.purposes import Purpose


class SigningKey(models.Model):
    """A key with which a node, region or reviewer signs; the retired one stays, to verify what it signed."""

    id = models.CharField(max_length=18, primary_key=True)
    owner = models.CharField(max_length=120)
    name = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=6, blank=True)
    """The province in whose trust list it stands; empty: in every list of this node."""
    purpose = models.CharField(max_length=20)
    algorithm = models.CharField(max_length=20)
    public_key = models.BinaryField()
    wrapped_private = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "purpose", "algorithm"],
                condition=Q(retired_at__isnull=True),
                name="one_current_key_per_use",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=[purpose.value for purpose in Purpose]), name="key_has_a_known_purpose"
            ),
            models.CheckConstraint(
                condition=Q(algorithm__in=[algorithm.value for algorithm in Algorithm]),
                name="key_has_a_known_algorithm",
            ),
        )

    def __str__(self) -> str:
        return f"{self.id} ({self.owner}, {self.purpose}, {self.algorithm})"


class KeyCertificate(models.Model):
    """An X.509 certificate (DER) that a root has given a key; a root has one by itself."""

    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="certificates")
    root = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="certified")
    encoded = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "root", "valid_from"], name="one_certificate_of_a_root_at_a_time"),
        )

    def __str__(self) -> str:
        return f"{self.key_id} by {self.root_id}"


class LicensedCertificate(models.Model):
    """A certificate that a licensed authority (电子认证服务机构) has given a key, with those that lead to its root."""

    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="licensed")
    issuer = models.CharField(max_length=200)
    encoded = models.BinaryField()
    above = models.JSONField(default=list)
    """The certificates above it in base64url, from its issuer to the root."""
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    adopted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "issuer", "valid_from"], name="one_licensed_certificate_at_a_time"),
        )

    def __str__(self) -> str:
        return f"{self.key_id} by {self.issuer}"


class DataKey(models.Model):
    """The key under which everything personal of one person is sealed; `wrapped` is empty once it is destroyed."""

    person = models.CharField(max_length=120, primary_key=True)
    wrapped = models.BinaryField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(erased_at__isnull=True) & ~Q(wrapped=b"")) | Q(erased_at__isnull=False, wrapped=b""),
                name="a_data_key_is_there_or_erased",
            ),
        )

    def __str__(self) -> str:
        return self.person


class Checkpoint(models.Model):
    """A signature over the heads of all streams that moved since the checkpoint before; digests are SM3 in hex."""

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    streams = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="checkpoints")
    signature = models.BinaryField()

    def __str__(self) -> str:
        return f"checkpoint {self.number}"


class SignedHead(models.Model):
    """The head of one stream at one checkpoint."""

    stream_id = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="heads")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["stream_id", "seq"], name="a_head_is_signed_once"),)

    def __str__(self) -> str:
        return f"{self.stream_id}#{self.seq}"


class PublishedList(models.Model):
    """A signed list as it was last given out; `digest` is SM3, in hex, of what it says apart from its instant."""

    name = models.CharField(max_length=40, primary_key=True)
    digest = models.CharField(max_length=64)
    body = models.BinaryField()
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
