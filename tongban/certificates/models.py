"""What is kept of a certificate: the register's line in the clear, the signed file sealed under its holder's data key.

Erasing the holder's key makes the file unreadable and leaves the line, whose digest stands in the journal too.
Source: GB/T 36902-2018 (directory of electronic certificates); Personal Information Protection Law, art. 47.
"""

from __future__ import annotations

from django.db import models

from tongban.domain.certificate import Relation, Status


class Certificate(models.Model):
    """One issued certificate. `stream_id` is the application it came from, `holder` and `subject` are opaque ids."""

    pk = models.CompositePrimaryKey("stream_id", "identifier")
    stream_id = models.CharField(max_length=120)
    identifier = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=80)
    type_name = models.CharField(max_length=200)
    type_name_en = models.CharField(max_length=200, blank=True)
    holder = models.CharField(max_length=120)
    subject = models.CharField(max_length=120)
    issuer = models.CharField(max_length=18)
    issuer_name = models.CharField(max_length=200)
    region = models.CharField(max_length=6)
    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    status = models.CharField(max_length=20)
    ended_on = models.DateField(null=True)
    """The day since which it is suspended, or on which an act ended it before its term; None: in force."""
    ended_by = models.CharField(max_length=200, default="", blank=True)
    """The article by which it was ended; empty where the rule is composed."""
    related = models.CharField(max_length=120, default="", blank=True)
    """The identifier of the certificate before, of this register or another's; empty: it follows none."""
    relation = models.CharField(max_length=20, default="", blank=True)
    ended_ground = models.CharField(max_length=40, default="", blank=True)
    """The ground (`domain/grounds.py`) on which it was ended."""
    intended = models.TextField(default="", blank=True)
    """What its holder was told that is to be done, and what he said to it (`domain/ends.Intended`), as JSON."""
    digest = models.CharField(max_length=64)
    sealed = models.TextField()
    key_id = models.CharField(max_length=18)
    origin = models.CharField(max_length=40, default="", blank=True)
    """The node that sent it; empty: issued here."""
    as_of = models.DateTimeField(null=True)
    """Of which instant that node's last word on it is."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in Status]),
                name="certificate_has_a_known_status",
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.IN_FORCE, ended_on=None)
                | (~models.Q(status=Status.IN_FORCE) & models.Q(ended_on__isnull=False)),
                name="what_ended_has_its_day",
            ),
            models.CheckConstraint(
                condition=models.Q(related="", relation="")
                | (~models.Q(related="") & models.Q(relation__in=[relation.value for relation in Relation])),
                name="what_follows_another_says_how",
            ),
            models.CheckConstraint(
                condition=models.Q(origin="", as_of=None) | (~models.Q(origin="") & models.Q(as_of__isnull=False)),
                name="what_came_from_elsewhere_has_its_issuers_word",
            ),
        ]
        indexes = [
            models.Index(fields=["holder", "subject", "type"], name="certificate_by_holder"),
            models.Index(
                fields=["issuer", "issued_at"],
                condition=~models.Q(intended="") | models.Q(status=Status.SUSPENDED),
                name="certificate_under_way",
            ),
            models.Index(
                fields=["region"], condition=~models.Q(status=Status.IN_FORCE), name="certificate_not_in_force"
            ),
            models.Index(fields=["related"], condition=~models.Q(related=""), name="certificate_after_another"),
        ]

    def __str__(self) -> str:
        return self.identifier


class Paper(models.Model):
    """A form of a certificate as its issuer signed it, kept where the issuer's key is not at hand; sealed as the file
    is. Of the code the text is kept.
    """

    pk = models.CompositePrimaryKey("certificate", "form")
    certificate = models.CharField(max_length=120)
    form = models.CharField(max_length=8)
    sealed = models.TextField()

    def __str__(self) -> str:
        return f"{self.certificate} {self.form}"


class Question(models.Model):
    """The node of another region was asked for a holder's certificates, a copy of the kernel's `evidence.Question`."""

    id = models.CharField(primary_key=True, max_length=36)
    holder = models.CharField(max_length=120)
    node = models.CharField(max_length=40)
    type = models.CharField(max_length=80)
    rule = models.CharField(max_length=60)
    basis = models.TextField()
    purpose = models.CharField(max_length=200)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    answer = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    certificates = models.TextField(default="[]")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["holder", "at"], name="questions_about_a_holder")]

    def __str__(self) -> str:
        return self.id


class Disclosure(models.Model):
    """Another node asked about a holder, and what it was answered; `id` is the node's name and its question's id."""

    id = models.CharField(primary_key=True, max_length=80)
    node = models.CharField(max_length=40)
    holder = models.CharField(max_length=120)
    type = models.CharField(max_length=80)
    rule = models.CharField(max_length=60)
    basis = models.TextField()
    purpose = models.CharField(max_length=200)
    answer = models.CharField(max_length=8)
    reason = models.CharField(max_length=200, blank=True)
    certificates = models.TextField(default="[]")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["holder", "at"], name="disclosures_about_a_holder")]

    def __str__(self) -> str:
        return self.id


class Reliance(models.Model):
    """An application has taken a certificate in the place of a material: what becomes of the one concerns the other.

    A row stays when the applicant hands in something else later; what counts is what the application says.
    """

    pk = models.CompositePrimaryKey("stream_id", "material", "subject", "certificate")
    stream_id = models.CharField(max_length=120)
    material = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, blank=True)
    """Whose the material is in the application, by opaque id; empty: shared by all its cases."""
    certificate = models.CharField(max_length=120)
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["certificate"], name="reliance_by_certificate")]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.material}: {self.certificate}"


class Share(models.Model):
    """What a holder showed to somebody by a link, a copy of the kernel's `Share`.

    `recipient` and `purpose` are ciphertext under the holder's data key; `key` is SM3 over the token of the link.
    """

    id = models.CharField(primary_key=True, max_length=36)
    holder = models.CharField(max_length=120)
    key = models.CharField(max_length=64, unique=True)
    selections = models.TextField()
    recipient = models.TextField()
    purpose = models.TextField()
    until = models.DateTimeField()
    uses = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["holder", "at"], name="shares_of_a_holder"),
            models.Index(
                fields=["holder", "withdrawn_at"],
                condition=models.Q(withdrawn_at__isnull=False),
                name="withdrawn_shares_of_a_holder",
            ),
        ]

    def __str__(self) -> str:
        return self.id


class ShareOpening(models.Model):
    """One opening of a share, counted from 1."""

    pk = models.CompositePrimaryKey("share_id", "number")
    share_id = models.CharField(max_length=36)
    number = models.PositiveSmallIntegerField()
    holder = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["holder", "at"], name="openings_of_a_holder")]

    def __str__(self) -> str:
        return f"{self.share_id}#{self.number}"


class Asking(models.Model):
    """A request at a window and its answer, a copy of the kernel's `Asking`."""

    id = models.CharField(primary_key=True, max_length=36)
    hall = models.CharField(max_length=32)
    types = models.TextField()
    subject = models.CharField(max_length=120, blank=True)
    need = models.CharField(max_length=20)
    matter = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    holder = models.CharField(max_length=120, blank=True)
    selections = models.TextField()
    way = models.CharField(max_length=8, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)
    shown_until = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, holder="", selections="[]")
                | (models.Q(answered_at__isnull=False) & ~models.Q(holder="")),
                name="nothing_shows_before_its_holder_answered",
            )
        ]
        indexes = [
            models.Index(fields=["by", "at"], name="askings_of_a_clerk"),
            models.Index(fields=["holder", "answered_at"], name="askings_of_a_holder"),
        ]

    def __str__(self) -> str:
        return self.id


class WalletPin(models.Model):
    """The PIN of an account (授权密码): a slow hash of a keyed digest. `wrong`: guesses since the last right one."""

    account = models.CharField(primary_key=True, max_length=120)
    hash = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.account


class WalletAttempt(models.Model):
    """One wrong link, code or PIN, kept for the throttle's time; subject and address only as blind indexes."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8)
    subject_index = models.CharField(max_length=64)
    address_index = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "subject_index", "at"], name="attempts_on_a_subject"),
            models.Index(fields=["kind", "address_index", "at"], name="attempts_of_an_address"),
        ]

    def __str__(self) -> str:
        return str(self.id)
