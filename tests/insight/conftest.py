"""Applications to count: one walked from draft to close, and others that are handed in only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests import worlds
from tongban.catalogue import queries as catalogue
from tongban.project import walk

DAY = worlds.DAY


@pytest.fixture
def house(maritime: None) -> Iterator[walk.Walk]:
    """Everything prepared for maritime applications handed in on 2 March 2026."""
    yield worlds.maritime_walk()
    catalogue.forget()


@pytest.fixture
def walked(house: walk.Walk) -> str:
    """The application of `tongban demo`: every desk uses its whole promise."""
    application = house.submit()
    house.confirm(application)
    house.accept(application)
    house.opinions(application)
    house.conclude(application)
    return application


def handed_in(house: walk.Walk, day: date, tag: str) -> str:
    """Hand in one more application on that day."""
    return walk.Walk(house.catalogue, house.bundle, day, tag, house.tell).submit()
