"""By when? (being written)"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    WORKING = "working"
    NATURAL = "natural"


class Start(StrEnum):
    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class Limit:
    days: int
    unit: Unit
    start: Start = Start.ACCEPTANCE
