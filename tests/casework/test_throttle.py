"""Who guesses query codes is stopped, and stops nobody else."""

from __future__ import annotations

import pytest

from tests.casework.conftest import DAY
from tongban.casework import throttle
from tongban.casework.models import LookUpAttempt
from tongban.casework.throttle import TooManyLookUps
from tongban.project.walk import at

pytestmark = pytest.mark.django_db
NOW = at(DAY, 16)


def test_a_stranger_elsewhere_shuts_nobody_out() -> None:
    for _ in range(10):
        throttle.note(number="N", address="203.0.113.9", now=NOW)
    with pytest.raises(TooManyLookUps, match="已查错 10 次"):
        throttle.note(number="N", address="203.0.113.9", now=NOW)

    throttle.note(number="N", address="192.0.2.1", now=NOW)
    throttle.forget(number="N", address="192.0.2.1")

    assert LookUpAttempt.objects.count() == 10


@pytest.mark.parametrize(("number", "address"), [("N{}", "192.0.2.1"), ("N", "198.51.100.{}")])
def test_a_hundred_are_enough_from_one_place_or_on_one_number(number: str, address: str) -> None:
    for count in range(100):
        throttle.note(number=number.format(count), address=address.format(count), now=NOW)

    with pytest.raises(TooManyLookUps, match="查询过多"):
        throttle.note(number=number.format(100), address=address.format(100), now=NOW)
