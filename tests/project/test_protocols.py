"""What a room asks of the rooms above it is answered by the roof."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests import worlds
from tongban.casework import storage
from tongban.catalogue import queries as catalogue
from tongban.certificates import adapters as certificates
from tongban.people.actor import Actor, DutyValue
from tongban.people.roles import Role
from tongban.project import walk

DAY = date(2026, 3, 2)
NOBODY = Actor(id="account:0", name="某人")


@pytest.fixture
def stream(maritime: None) -> str:
    application = worlds.maritime_walk().submit()
    catalogue.forget()
    return storage.stream_of(application)


@pytest.mark.parametrize(
    ("duty", "answer"),
    [
        (DutyValue(Role.CLERK, "130209", hall="cfd-hall"), True),
        (DutyValue(Role.CLERK, "130209", hall="another-hall"), False),
        (DutyValue(Role.STEWARD, "130209"), False),
    ],
)
def test_the_hall_that_took_an_application_in_has_it_in_hand(stream: str, duty: DutyValue, answer: bool) -> None:
    actor = replace(NOBODY, duties=(duty,))

    assert certificates.has_in_hand(actor, stream=stream) is answer


def test_whom_one_acts_for_puts_nothing_in_ones_hand(stream: str) -> None:
    holder = walk.who("linxiao", today=DAY, acting_for=walk.HOLDER)

    assert certificates.has_in_hand(holder, stream=stream) is False


def test_an_application_of_another_house_is_in_nobodys_hand(stream: str) -> None:
    clerk = replace(NOBODY, duties=(DutyValue(Role.CLERK, "130209", hall="cfd-hall"),))

    assert certificates.has_in_hand(clerk, stream="application/elsewhere") is False
