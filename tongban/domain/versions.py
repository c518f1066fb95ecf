"""What changed between two versions of a standard or an implementation, and which words differ?

Versions are compared in all their elements, not only in what `conformance` looks at. Rows of a list are known by their
code (material, situation, question …) and conditions by their words, the most alike first, so that a row that moved or
was reworded is not one lost and one gained; a list that was only put in another order is told as such.

    >>> [(segment.difference.value, segment.text) for segment in word_differences("满 18 周岁", "满 22 周岁")]
    [('same', '满 '), ('removed', '18'), ('added', '22'), ('same', ' 周岁')]
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, TypeVar

from tongban.domain.catalogue import (
    Choice,
    Condition,
    Contact,
    FormerName,
    Question,
    Requirement,
    Situation,
    SpecialProcedure,
    Terms,
)
from tongban.domain.wording import fold, in_words

Value = TypeVar("Value")

LONGEST_MARKED = 3_000
"""Words up to which differences are marked one by one; longer texts are shown as one replaced by the other."""

LONGEST_COMPARED = 400
"""Characters of a condition whose likeness is measured."""

ALIKE = 0.5
"""From this likeness on a condition was reworded, below it one went and another came."""

_WORD = re.compile(r"[0-9A-Za-z_.]+|.", re.DOTALL)
_OPENED = (Terms, Contact)
"""Values that are told field by field; any other value is told whole."""


class Difference(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class Change:
    """One element that differs, with both values in words; `path` as in a finding."""

    path: str
    difference: Difference
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text that both have, or only the former (`removed`) or the latter (`added`)."""

    difference: Difference
    text: str


def changes(old: Value, new: Value) -> tuple[Change, ...]:
    """Return what differs between two versions of the same kind of value, the version number left out."""
    return tuple(change for change in _fields("", old, new) if change.path not in ("version", "standard_version"))


def word_differences(before: str, after: str) -> tuple[Segment, ...]:
    """Return both texts as one run of segments. Chinese is compared by characters, numbers and Latin words whole."""
    one, other = _WORD.findall(before), _WORD.findall(after)
    if max(len(one), len(other)) > LONGEST_MARKED:
        return _replaced(before, after) if before != after else (Segment(Difference.SAME, before),)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    segments: list[Segment] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            segments.append(Segment(Difference.SAME, "".join(one[i1:i2])))
        else:
            segments.extend(_replaced("".join(one[i1:i2]), "".join(other[j1:j2])))
    return tuple(segments)


def _replaced(before: str, after: str) -> tuple[Segment, ...]:
    pieces = (Segment(Difference.REMOVED, before), Segment(Difference.ADDED, after))
    return tuple(piece for piece in pieces if piece.text)


def _fields(path: str, old: Any, new: Any) -> Iterator[Change]:
    for field in dataclasses.fields(old):
        yield from _values(f"{path}{field.name}", getattr(old, field.name), getattr(new, field.name))


def _values(path: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, _OPENED) and type(old) is type(new):
        yield from _fields(f"{path}/", old, new)
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield from _rows(path, old, new)
    else:
        yield _change(path, old, new)


def _change(path: str, old: Any, new: Any) -> Change:
    difference = (
        Difference.ADDED if old in (None, "") else Difference.REMOVED if new in (None, "") else Difference.CHANGED
    )
    return Change(path, difference, in_words(old), in_words(new))


def _rows(path: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
    before, after = _keyed(old), _keyed(new)
    _rename_alike(before, after)
    told = False
    for place, (key, row) in enumerate(before.items()):
        if key not in after:
            told = True
            yield Change(_path(path, place, key, row), Difference.REMOVED, in_words(row), in_words(None))
        elif row != after[key]:
            told = True
            yield from _row(_path(path, place, key, row), row, after[key])
    for place, (key, row) in enumerate(after.items()):
        if key not in before:
            told = True
            yield Change(_path(path, place, key, row), Difference.ADDED, in_words(None), in_words(row))
    if not told:
        yield Change(path, Difference.REORDERED, in_words(old), in_words(new))


def _path(path: str, place: int, key: str, row: Any) -> str:
    """A condition has no code, so its place stands for it: the old one, or the new one of a condition that came."""
    return f"{path}/{place}" if isinstance(row, Condition) else f"{path}/{key}"


def _rename_alike(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Give a reworded condition the key it had."""
    lost = [key for key, row in before.items() if key not in after and isinstance(row, Condition)]
    renamed = {}
    for gained in [key for key, row in after.items() if key not in before and isinstance(row, Condition)]:
        likeness = {key: _likeness(before[key].text, after[gained].text) for key in lost}
        known = max(likeness, key=lambda key: likeness[key], default=None)
        if known is not None and likeness[known] >= ALIKE:
            lost.remove(known)
            renamed[gained] = known
    rows = [(renamed.get(key, key), row) for key, row in after.items()]
    after.clear()
    after.update(rows)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:LONGEST_COMPARED], other[:LONGEST_COMPARED], autojunk=False).ratio()


def _row(path: str, old: Any, new: Any) -> Iterator[Change]:
    if dataclasses.is_dataclass(old) and type(old) is type(new):
        yield from _fields(f"{path}/", old, new)
    else:
        yield _change(path, old, new)


def _keyed(rows: tuple[Any, ...]) -> dict[str, Any]:
    """Rows by what they are known by; one that stands twice gets a number after it."""
    keyed: dict[str, Any] = {}
    for row in rows:
        key, number = _key(row), 1
        while (unique := key if number == 1 else f"{key}#{number}") in keyed:
            number += 1
        keyed[unique] = row
    return keyed


def _key(row: Any) -> str:
    match row:
        case Requirement():
            return row.material
        case Condition():
            return fold(row.text)
        case Situation() | Question() | Choice():
            return row.code
        case FormerName():
            return row.region
        case SpecialProcedure():
            return f"{row.kind.value}:{row.name}"
        case _:
            return in_words(row)
