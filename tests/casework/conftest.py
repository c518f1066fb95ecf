"""A house in which an application can walk: people, catalogue and registry records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.catalogue.test_calendar import days, load, written
from tongban.casework import actions, storage
from tongban.catalogue import calendars
from tongban.catalogue.joint_set import JointSet
from tongban.domain.application import Application
from tongban.domain.events import Outcome
from tongban.people import actions as people
from tongban.people.actor import SYSTEM
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import at, who
from tongban.web import clock

DAY = worlds.DAY
REGISTRAR = "zhaolei"


@pytest.fixture
def house(maritime: None) -> walk.Walk:
    """Everything prepared for one maritime application handed in on 2 March 2026."""
    return worlds.maritime_walk()


@pytest.fixture
def joint(house: walk.Walk, joint_matters: None) -> JointSet:
    """Some joint matters, signed by three regions, beside the maritime ones."""
    return worlds.some_joint_matters()


@pytest.fixture
def published(tmp_path: Path) -> Callable[[], None]:
    """Publish an arrangement for 2027: the statutory festivals and nothing made up for."""

    def publish() -> None:
        path = tmp_path / "2027.json"
        written(path, days(*(day for day in calendars.festivals() if day.year == 2027)))
        load(path)

    return publish


@pytest.fixture
def afternoon(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The clock of the pages stands at four in the afternoon of the demo's day, or at another instant."""

    def on(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    on(at(DAY, 16))
    return on


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


def also_review(username: str, *, desk: str = "船舶登记岗") -> None:
    """Let somebody of the demo be a reviewer at a maritime desk as well."""
    people.appoint(
        operation=f"{username} at {desk}",
        actor=SYSTEM,
        account=who(username, today=DAY).id,
        role=Role.REVIEWER,
        region="130209",
        department="cfd-msa",
        desk=desk,
        valid_from=DAY,
        now=at(DAY, 8),
    )
