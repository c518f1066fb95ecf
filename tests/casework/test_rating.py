"""A tax authority certifies the ratings of a year, of its own motion and from its records."""

from __future__ import annotations

from typing import Any

import pytest

from tests.casework.conftest import DAY
from tongban.casework.actions import rating
from tongban.casework.actions.rating import Assessed
from tongban.certificates import queries as wallet
from tongban.domain import certificate as kernel
from tongban.domain.certificate import Issuer, Related, Relation, Status
from tongban.domain.relocation import AlreadyRated, Level, NotMovable
from tongban.journal import queries as journal
from tongban.people.permissions import NotAllowed
from tongban.project.moving import BEIJING, BEIJING_TAX, RATED
from tongban.project.walk import at, who
from tongban.registries import taxes

NUMBERS = ("91110108MA0TB40479", "91110105MA0TB50589")
TIANJINS = "91120116MA0TB6069N"
ISSUER = Issuer(BEIJING_TAX, "国家税务总局北京市税务局", BEIJING)


@pytest.fixture(autouse=True)
def world(moving: None) -> None:
    """Companies of Beijing are rated for a year, and a new one stands in Tianjin."""


def rate(*assessed: Assessed, year: int = RATED + 1, by: str = "caoying", **changes: Any) -> list[str]:
    asked: dict[str, Any] = {"operation": f"rate/{year}", "issuer": ISSUER, "now": at(DAY, 9)} | changes
    issued: list[str] = rating.rate_year(actor=who(by, today=DAY), year=year, assessed=assessed, **asked)["issued"]
    return issued


def test_each_rating_stands_in_the_record_and_on_a_certificate() -> None:
    found = [taxes.standing(number=number).rating for number in NUMBERS]

    for one in found:
        assert one is not None
        said = kernel.open_up(wallet.read(identifier=one.certificate))[0]
        values = {code: value for code, _, value in said.content}
        assert (values["credit_level"], values["credit_year"]) == (f"{one.level.value} 级", "2025 年")
        assert said.issuer.name == "国家税务总局北京市税务局"


def test_the_rating_of_the_next_year_follows_and_strikes_off_the_one_before() -> None:
    (before,) = (one.identifier for one in wallet.wallet(party=f"org:{NUMBERS[0]}", today=DAY))

    (after,) = rate(Assessed(NUMBERS[0], Level.B))

    assert wallet.find(identifier=after).related == Related(before, Relation.RENEWAL)
    assert wallet.find(identifier=before).status is Status.CANCELLED
    assert taxes.standing(number=NUMBERS[0]).level is Level.B
    assert journal.soundness().replay_ok


def test_a_repeat_answers_the_same_and_rates_nobody_twice() -> None:
    first = rate(Assessed(NUMBERS[0], Level.B), Assessed(NUMBERS[1], Level.C))

    assert rate(Assessed(NUMBERS[0], Level.B), Assessed(NUMBERS[1], Level.C)) == first
    assert [one.year for one in taxes.standing(number=NUMBERS[0]).ratings].count(RATED + 1) == 1


def test_all_of_a_year_or_none() -> None:
    with pytest.raises(NotMovable):
        rate(Assessed(NUMBERS[0], Level.B), Assessed(TIANJINS, Level.B))
    with pytest.raises(AlreadyRated):
        rate(Assessed(NUMBERS[1], Level.B), Assessed(NUMBERS[0], Level.D), year=RATED)
    with pytest.raises(NotAllowed):
        rate(Assessed(NUMBERS[0], Level.B), by="hening")

    assert [taxes.standing(number=number).level for number in NUMBERS] == [Level.A, Level.A]
