"""What do matters say, and since when?

Identity stands apart from validity: a matter, bundle, material or certificate type is its code; what it says at a time
is a version. A version in force never changes: the database refuses it (migration `0002_versions_never_change`).
"""

from __future__ import annotations

from django.db import models


class Matter(models.Model):
    """A kind of service (事项), at the grain of the handling item.

    Name and type are those of the newest standard, for lists and search; `owner` is the region that keeps it alone,
    empty where regions keep it together.
    """

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=400)
    name_en = models.CharField(max_length=400, blank=True)
    matter_type = models.CharField(max_length=20)
    owner = models.CharField(max_length=6, blank=True)
    sector = models.CharField(max_length=40, blank=True)
    item_of = models.CharField(max_length=40, blank=True)

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


class Validity(models.Model):
    """From when until when a version of a standard is in force, and by which batch; days are half-open.

    Identity stands apart from validity: the version never changes, its span does, by an act.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    batch = models.CharField(max_length=40, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "version", "from_on"], name="one_span_per_version_and_day"),
            models.UniqueConstraint(
                fields=["matter"], condition=models.Q(until_on=None), name="one_open_span_per_standard"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} v{self.version} {self.from_on}"


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


class Element(models.Model):
    """A data element (数据元) as it is described now; conditions and forms name it."""

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


class Offer(Version):
    """Which province lets halls of others take in one of its matters (跨省通办清单项)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    province = models.CharField(max_length=6)
    mode = models.CharField(max_length=20)
    agreement = models.CharField(max_length=60)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "province", "version"], name="one_offer_per_province_and_version")
        ]
        indexes = [models.Index(fields=["province", "mode"], name="offer_by_direction")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.province} v{self.version}"


class Extension(Version):
    """Which hall serves the matters of which other region (延伸服务)."""

    hall = models.CharField(max_length=40)
    region = models.CharField(max_length=6)
    agreement = models.CharField(max_length=60)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "region", "version"], name="one_extension_per_hall_and_region")
        ]

    def __str__(self) -> str:
        return f"{self.hall} {self.region} v{self.version}"


class Reform(Version):
    """The reform mode of a matter in a region since a day (证照分离)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    region = models.CharField(max_length=6)
    mode = models.CharField(max_length=20)
    from_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "region", "version"], name="one_reform_per_region_and_version")
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.region} {self.mode}"


class Observation(Version):
    """What a body's own system showed of a matter, beside what the body published: the plain form of its terms."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    region = models.CharField(max_length=6)
    by = models.CharField(max_length=18)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "by", "version"], name="one_observation_per_body_and_version")
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.by} v{self.version}"


class Departure(models.Model):
    """A body departs from a joint standard because the law changed, until a later version ends it (偏离标准)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    by = models.CharField(max_length=18)
    region = models.CharField(max_length=6)
    version = models.PositiveIntegerField()
    article = models.CharField(max_length=400)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "by"], condition=models.Q(closed_at=None), name="one_open_departure_per_body"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.by} v{self.version}"


class Draft(models.Model):
    """A steward's unfinished version: not journalled, not seen by others than stewards of the region.

    `by` is the body of an implementation; empty for a standard.
    """

    matter = models.CharField(max_length=40)
    by = models.CharField(max_length=18, blank=True)
    region = models.CharField(max_length=6)
    body = models.JSONField()
    editor = models.CharField(max_length=60)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "by", "region"], name="one_draft_per_region")]

    def __str__(self) -> str:
        return f"{self.matter} {self.by} {self.region}"
