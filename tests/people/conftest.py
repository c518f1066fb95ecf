"""The demo people, entered in the ordinary database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tongban.people import queries
from tongban.people.actor import Actor
from tongban.people.models import Account

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
COMPANY = "org:91130209MA0TB10143"
BANK = "org:91130200MA0TB2025C"


@pytest.fixture
def people(demo_people: None) -> None:
    """Those who act here."""


@pytest.fixture
def acting(people: None) -> Callable[..., Actor]:
    """Return the actor of a demo user name."""

    def act(username: str, acting_for: str = "", today: date = TODAY) -> Actor:
        return queries.actor(Account.objects.get(username=username), acting_for=acting_for, today=today)

    return act
