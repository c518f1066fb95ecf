from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker, Settings

from tests.exchange.federation import REGIONS
from tests.exchange.lines import Deliver, Line, ok
from tests.exchange.others import NOW, Other
from tests.exchange.sovereigns import Federation, Standing, federated
from tests.stores import Store
from tests.worlds import DAY
from tongban.domain.refused import Refused
from tongban.exchange import actions, delivering, inbox
from tongban.keys.models import PublishedList
from tongban.project.walk import at
from tongban.web import clock


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
def line(other: Other, monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line(other, ok(other))
    monkeypatch.setattr(delivering, "_open", made)
    return made


@pytest.fixture
def deliver(line: Line) -> Deliver:
    """Let the worker do its round at an instant; return how many batches arrived."""

    def at(now: datetime = NOW) -> int:
        line.now = now
        return delivering.run(clock=lambda: now)

    return at


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


@pytest.fixture
def standing_on(
    store: Store,
    enter: Callable[[str], None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
) -> Standing:
    """Let nodes stand at noon, each on a copy of a world."""

    def stand(world: str, names: Collection[str]) -> AbstractContextManager[Federation]:
        enter(world)
        about: Any = {"settings": settings, "monkeypatch": monkeypatch, "blocker": django_db_blocker}
        return federated(store, world, tmp_path, names, now=at(DAY, 12), **about)

    return stand


@pytest.fixture(params=["offered"])
def two(request: pytest.FixtureRequest, standing_on: Standing) -> Iterator[Federation]:
    """Beijing and Tianjin."""
    with standing_on(request.param, ("beijing", "tianjin")) as made:
        yield made


@pytest.fixture
def three(standing_on: Standing) -> Iterator[Federation]:
    """All of them, where each takes in for the others."""
    with standing_on("crossed", REGIONS) as made:
        yield made
