"""What was read from a file: the values, where each stands, what is wrong, and what may be taken.

A value is spoilt when a row of it is wrong. A spoilt standard takes all of its matter with it; a spoilt material,
certificate type or data element takes the standards that name it, unless the catalogue has it already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, NamedTuple

from tongban.catalogue.actions import Holdings
from tongban.catalogue.imports.faults import Fault

KEYS: dict[str, tuple[str, ...]] = {
    "standards": ("matter",),
    "implementations": ("matter", "body"),
    "materials": ("code",),
    "certificate_types": ("code",),
    "elements": ("code",),
    "offers": ("matter", "province"),
    "extensions": ("hall", "region"),
    "reforms": ("matter", "region"),
}
"""By field of `Holdings`, the fields by which its values are told apart."""


class Key(NamedTuple):
    """One value: the field of `Holdings` it belongs to, and what tells it apart there."""

    kind: str
    of: tuple[Any, ...]


class Place(NamedTuple):
    """Where a value stands: in which sheet or list, in which row."""

    sheet: str
    row: int


@dataclass(slots=True)
class Taken:
    """A file that was read. `places` tells where each value stands."""

    file: str
    values: dict[str, list[Any]] = field(default_factory=dict)
    places: dict[Key, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    spoilt: set[Key] = field(default_factory=set)

    def each(self) -> Iterator[tuple[Key, Any]]:
        for kind, values in self.values.items():
            of = key_of(kind)
            for value in values:
                yield of(value), value

    def fault(self, key: Key, column: str, reason: str) -> None:
        """Take down a mistake of a whole value, found after it was read."""
        place = self.places[key]
        self.faults.append(Fault(self.file, place.sheet, place.row, column, reason))
        self.spoilt.add(key)

    @property
    def spoilt_whole(self) -> bool:
        return any(fault.spoils_file for fault in self.faults)

    @property
    def good(self) -> Holdings:
        """What may be taken, were the rest left out."""
        if self.spoilt_whole:
            return Holdings()
        lost = {key.of[0] for key in self.spoilt if key.kind == "standards"}
        return holdings_of(
            (key, value)
            for key, value in self.each()
            if key not in self.spoilt and not (_has_matter(key) and key.of[0] in lost)
        )


def holdings_of(values: Iterable[tuple[Key, Any]]) -> Holdings:
    found: dict[str, list[Any]] = {each.name: [] for each in fields(Holdings)}
    for key, value in values:
        found[key.kind].append(value)
    return Holdings(**{name: tuple(each) for name, each in found.items()})


def keyed(holdings: Holdings) -> Iterator[tuple[Key, Any]]:
    """Yield every value of the holdings with its key."""
    for each in fields(Holdings):
        of = key_of(each.name)
        for value in getattr(holdings, each.name):
            yield of(value), value


def key_of(kind: str) -> Any:
    """Return what makes the key of a value of that kind."""
    names = KEYS[kind]
    get = attrgetter(*names)
    if len(names) == 1:
        return lambda value: Key(kind, (get(value),))
    return lambda value: Key(kind, get(value))


def _has_matter(key: Key) -> bool:
    return KEYS[key.kind][0] == "matter"
