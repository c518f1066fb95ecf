"""The shell is tested as it stands by itself: no room has brought entries or filled slots."""

from __future__ import annotations

import pytest

from tongban.web import navigation
from tongban.web.navigation import Side


@pytest.fixture(autouse=True)
def bare_navigation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {side: [] for side in Side})
    monkeypatch.setattr(navigation, "_slots", {})
