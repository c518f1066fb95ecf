"""A house in which an application can walk: people, catalogue and registry records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.catalogue.test_calendar import days, load, written
from tongban.casework import actions, storage
from tongban.catalogue import calendars, joint_set
from tongban.catalogue import demo as catalogue_demo
from tongban.catalogue import queries as catalogue
from tongban.catalogue.joint_set import JointSet
from tongban.domain.application import Application
from tongban.domain.events import Outcome
from tongban.project import walk
from tongban.project.walk import at, who

DAY = worlds.DAY
REGISTRAR = "zhaolei"


@pytest.fixture
def house(maritime: None) -> Iterator[walk.Walk]:
    """Everything prepared for one maritime application handed in on 2 March 2026."""
    yield worlds.maritime_walk()
    catalogue.forget()


@cache
def some_joint_matters() -> JointSet:
    """Four that are certified on the spot, one with questions, one with materials of others."""
    whole = joint_set.read(name="tongbiao")
    matters = ("TB-003", "TB-016", "TB-028", "TB-036", "TB-001", "TB-038")
    batch = whole.batches[0]
    return replace(
        whole,
        standards=tuple(each for each in whole.standards if each.matter in matters),
        implementations=tuple(each for each in whole.implementations if each.matter in matters),
        batches=(replace(batch, draft=replace(batch.draft, matters=matters), widened=None),),
    )


@pytest.fixture
def joint(house: walk.Walk) -> JointSet:
    """Some joint matters, signed by three regions, beside the maritime ones."""
    catalogue_demo.put_in_force(joint_set=some_joint_matters(), tell=lambda sentence: None)
    return some_joint_matters()


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
