"""A haulier of Tianjin at a window of Hebei, who asks for a licence of Beijing, on 2 March 2026."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.worlds import DAY
from tongban.project.walk import at


@pytest.fixture(autouse=True)
def _quick_hash(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def now() -> datetime:
    return at(DAY, 10)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[datetime]:
    """The clock of the pages; a test may set it forward."""
    hands = [now]
    monkeypatch.setattr("tongban.web.clock.now", lambda: hands[0])
    monkeypatch.setattr("tongban.web.clock.today", lambda: DAY)
    return hands
