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
    digest = models.CharField(max_length=64)
    sealed = models.TextField()
    key_id = models.CharField(max_length=18)

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
        ]
        indexes = [
            models.Index(fields=["holder", "subject", "type"], name="certificate_by_holder"),
            models.Index(
                fields=["region"], condition=~models.Q(status=Status.IN_FORCE), name="certificate_not_in_force"
            ),
            models.Index(fields=["related"], condition=~models.Q(related=""), name="certificate_after_another"),
        ]

    def __str__(self) -> str:
        return self.identifier
