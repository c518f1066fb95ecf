"""Whose departments handle a case together, and what may its limit be lengthened by?

Unified, joint or concentrated handling (统一、联合、集中办理) is arranged by a local people's government for two or
more of its own departments. Only for these the law gives forty-five days in all, and fifteen more with the approval of
the head of that government. Offices of one vertical authority (a maritime administration, a tax service) belong to no
local government and are not handled so; neither are departments of two governments. It never lengthens a shorter limit:
a case whose own limit is less than the forty-five days keeps it, with an extension of ten days.

Source: Administrative Licensing Law, arts. 26 (2), 42.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tongban.domain.clock import Limit, Unit

LONGEST_EXTENSION_DAYS = 10
LONGEST_JOINT_EXTENSION_DAYS = 15
JOINT_DAYS = 45


@dataclass(frozen=True, slots=True)
class Department:
    """An authority, and the division (GB/T 2260) of whose people's government it is a department.

    `government` is empty for an office of a vertical authority (垂直管理).
    """

    code: str
    government: str = ""

    @property
    def vertical(self) -> bool:
        return not self.government


def handled_jointly(departments: Collection[Department]) -> bool:
    """Whether two or more departments of one local government handle it, and nobody else does."""
    governments = {department.government for department in departments}
    several = len({department.code for department in departments}) > 1
    return several and len(governments) == 1 and "" not in governments


def longest_extension(limit: Limit, departments: Collection[Department]) -> int:
    """Return by how many days the head may lengthen a limit: that of the body, or that of the government (15)."""
    whole = limit.unit is Unit.WORKING and limit.days >= JOINT_DAYS
    return LONGEST_JOINT_EXTENSION_DAYS if whole and handled_jointly(departments) else LONGEST_EXTENSION_DAYS
