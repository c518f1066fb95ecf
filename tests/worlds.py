"""What stands in the database before a test begins? Nothing, or a world that many tests begin with.

Entering a world takes about a second, so a run enters each once, by the same actions as ever, and commits it to a
database of its own. A test that takes the fixture of that name finds it in `db` and rolls back only what it does
itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from tests.catalogue import regions_sign
from tests.harmony import world
from tongban.catalogue import files
from tongban.domain.catalogue import Bundle, Catalogue, Delegation
from tongban.people import demo
from tongban.project import walk

DAY = date(2026, 3, 2)
NOTHING = "ordinary"


@cache
def maritime_set() -> tuple[Catalogue, Bundle, tuple[Delegation, ...]]:
    """Return the maritime bundle as its files have it; they are read once in a run."""
    return files.read_set("maritime")


def maritime_walk(tag: str = "test") -> walk.Walk:
    """Return the walk of a maritime application handed in on 2 March 2026, which tells nobody."""
    kinds, bundle, _ = maritime_set()
    return walk.Walk(kinds, bundle, DAY, tag, lambda sentence: None)


WORLDS: dict[str, Callable[[], None]] = {
    NOTHING: lambda: None,
    "demo_people": lambda: demo.load(now=walk.at(DAY, 9)),
    "maritime": lambda: walk.prepare(*maritime_set(), now=walk.at(DAY, 8)),
    "one_standard": world.build,
    "two_standards": regions_sign.prepare,
}
