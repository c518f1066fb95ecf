"""Applications to count: one walked from draft to close, and others that are handed in only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tongban.catalogue import files
from tongban.catalogue import queries as catalogue
from tongban.project import walk

DAY = date(2026, 3, 2)


@pytest.fixture
def house(db: None) -> Iterator[walk.Walk]:
    """Everything prepared for maritime applications handed in on 2 March 2026."""
    kinds, bundle, delegations = files.read_set("maritime")
    walk.prepare(kinds, bundle, delegations, now=walk.at(DAY, 8))
    yield walk.Walk(kinds, bundle, DAY, "test", lambda sentence: None)
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
