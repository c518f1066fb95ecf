"""A house in which an application can walk: people, catalogue and registry records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.test_calendar import days, load, written
from tongban.casework import actions, storage
from tongban.catalogue import calendars, files
from tongban.catalogue import queries as catalogue
from tongban.domain.application import Application
from tongban.domain.events import Outcome
from tongban.project import walk
from tongban.project.walk import at, who

DAY = date(2026, 3, 2)
REGISTRAR = "zhaolei"


@pytest.fixture
def house(db: None) -> Iterator[walk.Walk]:
    """Everything prepared for one maritime application handed in on 2 March 2026."""
    kinds, bundle, delegations = files.read_set("maritime")
    walk.prepare(kinds, bundle, delegations, now=walk.at(DAY, 8))
    yield walk.Walk(kinds, bundle, DAY, "test", lambda sentence: None)
    catalogue.forget()


@pytest.fixture
def submitted(house: walk.Walk) -> str:
    return house.submit()


@pytest.fixture
def confirmed(house: walk.Walk, submitted: str) -> str:
    house.confirm(submitted)
    return submitted


@pytest.fixture
def accepted(house: walk.Walk, confirmed: str) -> str:
    house.accept(confirmed)
    return confirmed


@pytest.fixture
def opined(house: walk.Walk, accepted: str) -> str:
    house.opinions(accepted)
    return accepted


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Publish an arrangement for 2027: the statutory festivals and nothing made up for."""

    def publish() -> None:
        path = tmp_path / "2027.json"
        written(path, days(*(day for day in calendars.festivals() if day.year == 2027)))
        load(path)

    yield publish
    calendars.take(())


def read(application: str) -> Application:
    found = storage.read(application)
    assert found is not None
    return found


def conclude(application: str, case: int, *, by: str = REGISTRAR, desk: str = "船舶登记岗", **changes: Any) -> Any:
    """Let the desk approve a case; `changes` replace what it asks."""
    asked: dict[str, Any] = {
        "actor": who(by, today=DAY),
        "outcome": Outcome.APPROVED,
        "reason": "",
        "determined": {},
        "operation": f"conclude/{case}/{by}",
        "now": at(DAY, 15),
    }
    return actions.conclude(application=application, case=case, desk=desk, **(asked | changes))
