from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.exchange.others import Other
from tongban.domain.refused import Refused
from tongban.exchange import actions, inbox
from tongban.keys.models import PublishedList
from tongban.web import clock

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def here(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This node, called beijing, with its keys for the exchange, at nine in the morning."""
    settings.NODE = "beijing"
    settings.ADDRESS = ""
    settings.ALLOWED_HOSTS = ["testserver"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    actions.prepare_node(now=NOW)


@pytest.fixture
def other(here: None) -> Other:
    """Another node that this one knows."""
    node = Other(NOW)
    node.introduce()
    return node


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """What the messages of one kind did here, in order; `{"refuse": …}` and `{"break": …}` in a body are obeyed."""
    seen: list[object] = []
    monkeypatch.setattr(inbox, "_handlers", {**inbox.HANDLERS, KIND: Act(seen)})
    yield seen


KIND = "cn.tongban.case.progress.v1"


class Act:
    """A handler that writes a row, and then obeys."""

    def __init__(self, seen: list[object]) -> None:
        self.seen = seen

    def __call__(self, message: object, body: dict[str, str], now: datetime) -> None:
        PublishedList.objects.create(name=body["name"], digest="0" * 64, body=b"", signed_at=now)
        if "refuse" in body:
            raise Refused(body["refuse"])
        if "break" in body:
            raise RuntimeError(body["break"])
        self.seen.append(body["name"])
