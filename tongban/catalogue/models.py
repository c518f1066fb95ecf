"""What the catalogue keeps.

Identity stands apart from validity: a matter, bundle, material or certificate type is its code; what it says at a time
is a version. A version in force never changes: the database refuses it (migration `0002_versions_never_change`).
"""

from __future__ import annotations

from django.db import models


class Matter(models.Model):
    """A kind of service (事项). Name and type are those of the standard in force, for lists and search."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=400)
    name_en = models.CharField(max_length=400, blank=True)
    matter_type = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Version(models.Model):
    """One version of something: `body` is its plain form, `digest` the SM3 of its canonical JSON, in hex."""

    version = models.PositiveIntegerField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    in_force_at = models.DateTimeField()

    class Meta:
        abstract = True


class Standard(Version):
    """A version of the canonical description of a matter (标准)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "version"], name="one_standard_per_version")]

    def __str__(self) -> str:
        return f"{self.matter_id} v{self.version}"


class Implementation(Version):
    """A version of how one body offers a matter (实施清单)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    region = models.CharField(max_length=6)
    by = models.CharField(max_length=18)
    """Unified social credit code of the deciding body."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "by", "version"], name="one_implementation_per_body_and_version")
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.by} v{self.version}"


class Material(models.Model):
    """A canonical kind of evidence (申请材料) as it is described now; bundles keep the description they began with."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=400)
    body = models.JSONField()

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CertificateType(models.Model):
    """A kind of result (电子证照) as it is described now; bundles keep the description they began with."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=400)
    body = models.JSONField()

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Bundle(Version):
    """A version of a bundle (集成办理), whole: its body names the versions of its matters and holds all else."""

    code = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_bundle_per_version")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Delegation(Version):
    """Who decides a matter in whose name (下放、授权、委托)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    origin = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "version"], name="one_delegation_per_version")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.origin} v{self.version}"
