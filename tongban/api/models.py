"""What is kept of a token? Its digest, whose it is and how long it counts; the token itself is shown once and gone.

A token is 256 random bits, so a plain digest is enough: there is nothing to guess.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Token(models.Model):
    """Lets a program act as an account. `expires_at` is the first instant at which it no longer counts."""

    id = models.CharField(primary_key=True, max_length=36)
    digest = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="a_token_counts"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"
