"""Who handles jointly, and by how much a limit is lengthened: a table of bodies."""

import pytest

from tongban.domain.clock import Limit, Unit
from tongban.domain.departments import Department, handled_jointly, longest_extension

HOUSING = Department("11110000MA0TB10499", "110000")
TRANSPORT = Department("11110000MA0TB1030C", "110000")
TIANJIN_HOUSING = Department("11120000MA0TB117X4", "120000")
DISTRICT = Department("11110112MA0TB1401L", "110112")
MARITIME = Department("11130200MA0TB0011Q")
TAX = Department("11110000MA0TB1081L")
WORKING = Unit.WORKING


@pytest.mark.parametrize(
    ("departments", "jointly"),
    [
        ((HOUSING, TRANSPORT), True),
        ((HOUSING,), False),
        ((HOUSING, HOUSING), False),  # one department is not several
        ((HOUSING, TIANJIN_HOUSING), False),  # of two governments
        ((HOUSING, DISTRICT), False),  # of a municipality and of its district
        ((MARITIME, TAX), False),  # of none: vertical authorities
        ((MARITIME, Department("11130200MA0TB0012N")), False),  # two offices of one vertical authority
        ((HOUSING, TAX), False),
        ((HOUSING, TRANSPORT, TAX), False),
        ((), False),
    ],
)
def test_only_departments_of_one_local_government_handle_jointly(
    departments: tuple[Department, ...], jointly: bool
) -> None:
    assert handled_jointly(departments) is jointly


@pytest.mark.parametrize(
    ("limit", "departments", "days"),
    [
        (Limit(45, WORKING), (HOUSING, TRANSPORT), 15),
        (Limit(20, WORKING), (HOUSING, TRANSPORT), 10),  # a shorter limit stays what it is
        (Limit(44, WORKING), (HOUSING, TRANSPORT), 10),
        (Limit(45, Unit.NATURAL), (HOUSING, TRANSPORT), 10),  # of a special law
        (Limit(45, WORKING), (HOUSING,), 10),
        (Limit(45, WORKING), (MARITIME, TAX), 10),
        (Limit(20, WORKING), (MARITIME,), 10),
    ],
)
def test_fifteen_days_are_for_joint_handling_alone(
    limit: Limit, departments: tuple[Department, ...], days: int
) -> None:
    assert longest_extension(limit, departments) == days


def test_an_office_of_no_local_government_is_vertical() -> None:
    assert (MARITIME.vertical, HOUSING.vertical) == (True, False)
