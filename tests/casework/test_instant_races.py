"""Presses at the same moment: one operation has one effect, two have two, and all bundles of one are written once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.own_database import OwnDatabase
from tests.soundness import demand_sound
from tongban.casework import actions
from tongban.catalogue import models
from tongban.catalogue import queries as catalogue
from tongban.certificates.models import Certificate
from tongban.project.walk import who
from tongban.registries import adapters, demo
from tongban.web import clock

PRESSES = 4


@pytest.fixture(autouse=True)
def connected() -> Iterator[None]:
    before = list(adapters._connected)
    adapters.connect(demo.registries())
    yield
    adapters.connect(before)
    catalogue.forget()


def press(operation: str, username: str = "liangyu") -> Any:
    actor = who(username, today=clock.today())
    return actions.certify(operation=operation, actor=actor, matter="TB-036", answers={}, place="", now=clock.now())


def test_twins_get_one_certificate_and_the_same_answer(demo_database: OwnDatabase) -> None:
    answers = demo_database.together(*[partial(press, "twin")] * PRESSES)

    issued = Certificate.objects.get(type="C_INSURED").identifier
    assert answers == [answers[0]] * PRESSES
    assert answers[0]["certificate"] == issued  # type: ignore[index]
    assert models.Bundle.objects.filter(code="TB-036").count() == 1
    demand_sound()


def test_people_who_press_together_all_get_theirs(demo_database: OwnDatabase) -> None:
    people = ("liangyu", "gaojianming", "chenhaisheng", "maqiang")

    answers = demo_database.together(*[partial(press, f"of {username}", username) for username in people])

    assert len({answer["certificate"] for answer in answers}) == len(people)  # type: ignore[index]
    assert models.Bundle.objects.filter(code="TB-036").count() == 4
    demand_sound()
