"""A running process takes over a newly published calendar, and no action pays for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from tongban.catalogue import actions, calendars
from tongban.domain.workdays import Notice
from tongban.people.actor import SYSTEM
from tongban.project import keeping_up

PUBLISHED_UNTIL = date(2026, 12, 31)
CONNECTED = """
from tongban.project import wsgi, keeping_up
from django.core.signals import request_started
from django.db import close_old_connections
receivers = [ref() for _, ref, *_ in request_started.receivers]
print(receivers.index(close_old_connections) < receivers.index(keeping_up.look))
"""


@pytest.fixture
def published(db: None) -> Iterator[None]:
    """The notice for 2027 is published, and this process does not know it yet."""
    festivals = frozenset(day for day in calendars.festivals() if day.year == 2027)
    actions.publish_calendar(
        operation="one",
        actor=SYSTEM,
        notices=(Notice(2027, rest=festivals, make_up=frozenset()),),
        amends=False,
        now=datetime(2026, 11, 5, tzinfo=UTC),
    )
    yield
    calendars.take(())


def test_it_looks_once_and_then_not_again_for_a_while(published: None, monkeypatch: pytest.MonkeyPatch) -> None:
    time = [1000.0]
    monkeypatch.setattr(keeping_up, "monotonic", lambda: time[0])
    monkeypatch.setattr(keeping_up, "_next_look", [0.0])
    assert calendars.load().published_until == PUBLISHED_UNTIL

    statements = []
    for time[0] in (1000.0, 1029.0, 1030.0, 1031.0):
        with CaptureQueriesContext(connection) as counted:
            keeping_up.look(sender=None)
        statements.append(len(counted))

    assert statements == [1, 0, 1, 0]
    assert calendars.load().published_until == date(2027, 12, 31)


def test_it_goes_on_counting_when_the_look_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(keeping_up, "_next_look", [0.0])
    monkeypatch.setattr(keeping_up.catalogue, "keep_up", fails)

    keeping_up.look()

    assert calendars.load().published_until == PUBLISHED_UNTIL
    assert "未能读取新公布的工作日历，仍按已知的计算" in caplog.text


def test_the_worker_counts_by_what_was_published_before_it_began(
    published: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_up, "_next_look", [0.0])

    call_command("worker", once=True)

    assert calendars.load().published_until == date(2027, 12, 31)


def test_the_door_for_web_servers_looks_after_old_connections_are_closed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CONNECTED], env=os.environ, capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.stdout, done.stderr) == ("True\n", "")
