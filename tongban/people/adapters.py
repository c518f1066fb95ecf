"""Which matters can a mandate name? The catalogue knows, and stands above this room: the roof installs the answer.

adapters.install(lambda: [MatterName(one.code, one.name, one.name_en) for one in catalogue.queries.listed()])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatterName:
    code: str
    name: str
    name_en: str = ""
    group: str = ""
    """Among which matters a list of many shows it, in the reader's language."""


MatterNames = Callable[[], Sequence[MatterName]]

_installed: list[MatterNames] = []


def install(matter_names: MatterNames) -> None:
    _installed[:] = [matter_names]


def matter_names() -> Sequence[MatterName]:
    """Return the matters in force; none as long as no catalogue is installed."""
    return _installed[0]() if _installed else ()
