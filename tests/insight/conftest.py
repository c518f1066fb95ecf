"""Applications to count: one walked from draft to close, and others that are handed in only."""

from __future__ import annotations

from datetime import date

import pytest

from tests import worlds
from tongban.project import walk

DAY = worlds.DAY


@pytest.fixture
def house(maritime: None) -> walk.Walk:
    """Everything prepared for maritime applications handed in on 2 March 2026."""
    return worlds.maritime_walk()


@pytest.fixture
def walked(house: walk.Walk) -> str:
    """The application of `tongban demo`: every desk uses its whole promise."""
    return worlds.the_application()


def handed_in(house: walk.Walk, day: date, tag: str) -> str:
    """Hand in one more application on that day."""
    return walk.Walk(house.catalogue, house.bundle, day, tag, house.tell).submit()
