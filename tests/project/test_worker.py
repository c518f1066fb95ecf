"""What a node does by itself, in one round."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.own_database import OwnDatabase


def test_a_round_forgets_sessions_that_are_over(own_database: OwnDatabase) -> None:
    now = timezone.now()
    for key, ends in (("over", now - timedelta(seconds=1)), ("stands", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)

    worker = own_database.command("worker", "--once")
    output, _ = worker.communicate(timeout=120)

    assert worker.returncode == 0, output
    assert list(Session.objects.values_list("session_key", flat=True)) == ["stands"]
