"""What does a room need to know from above? Here the roof gives it the answers, once at start (design, chapter 2)."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.catalogue import queries as catalogue
from tongban.people import adapters as people
from tongban.people.adapters import MatterName


def install() -> None:
    people.install(_matter_names)


def _matter_names() -> Sequence[MatterName]:
    """The matters a mandate can name."""
    return [MatterName(one.code, one.name, one.name_en) for one in catalogue.listed()]
