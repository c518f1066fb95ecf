"""Which condition that a body states answers which condition of the standard?

Problem: conditions have no codes. A body may write them in another order, in other words, in fewer or more items, and
only some have an expression that a machine can compare. Naive way: compare place by place; then one condition put in
front makes all others differ. Our way, each step taking out what it has paired:

1. conditions equal in everything;
2. expressions with the same normal form: the same condition, whatever its words;
3. the same words (`wording.fold`): the same unless their expressions differ;
4. if everything left on both sides has expressions whose conjunctions have the same normal form, the conditions are
   only cut otherwise;
5. what is left is paired by likeness of words, the most alike first. Expressions decide, if both have one: certainly
   different, or undetermined. Words alone never decide: undetermined.

What finds no partner is missing or extra. Neither list's order changes the outcome. Left out: finding out that three
conditions in words were merged into two; a person sees that at once.

Source: practice of the project: conditions are compared in normal form; what it cannot settle is never the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

from tongban.domain import conditions
from tongban.domain.catalogue import Condition, DataElement
from tongban.domain.wording import fold

Elements = Mapping[str, DataElement]

LONGEST_COMPARED = 400
"""Characters whose likeness is measured: enough to tell conditions apart."""
MOST_COMPARED = 2_500
"""Pairs whose likeness is measured; longer lists are paired in order, so that hostile ones cost no more."""


class Settled(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Pair:
    """`place` is that of the standard's condition; `by_text`: there were only words to compare."""

    place: int
    standard: Condition
    stated: Condition
    settled: Settled
    by_text: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """`cut_otherwise`: what is missing and what is extra ask the same when taken together."""

    pairs: tuple[Pair, ...]
    missing: tuple[int, ...]
    extra: tuple[Condition, ...]
    cut_otherwise: bool = False


@dataclass(slots=True)
class _Open:
    """What has no partner yet, on both sides; the body's conditions in an order that is not theirs."""

    left: dict[int, Condition]
    right: dict[int, Condition]
    pairs: list[Pair] = field(default_factory=list)

    def take(self, place: int, number: int, settled: Settled, *, by_text: bool = False) -> None:
        self.pairs.append(Pair(place, self.left.pop(place), self.right.pop(number), settled, by_text))

    def match(self, key: Callable[[Condition], Hashable], settle: Callable[[Condition, Condition], Settled]) -> None:
        """Pair conditions with the same key, in order; None is no key."""
        numbers: dict[Hashable, list[int]] = {}
        for number, theirs in reversed(self.right.items()):
            numbers.setdefault(key(theirs), []).append(number)
        for place, ours in list(self.left.items()):
            if (wanted := key(ours)) is not None and numbers.get(wanted):
                number = numbers[wanted].pop()
                self.take(place, number, settle(ours, self.right[number]))


def pair(standard: Sequence[Condition], stated: Sequence[Condition], elements: Elements) -> Pairing:
    """Return who answers whom; what is written twice in a list counts once."""
    first = {condition: place for place, condition in reversed(list(enumerate(standard)))}
    rest = _Open({place: standard[place] for place in sorted(first.values())}, dict(enumerate(_ordered(stated))))
    rest.match(lambda condition: condition, _same)
    rest.match(_Normal(), _same)
    rest.match(lambda condition: fold(condition.text) or None, lambda a, b: _same_words(a, b, elements))
    cut_otherwise = _cut_otherwise(rest, elements)
    for place, number in [] if cut_otherwise else _alike(rest):
        ours, theirs = rest.left[place].expression, rest.right[number].expression
        settled = _compared(ours, theirs, elements) if ours and theirs else Settled.UNDETERMINED
        rest.take(place, number, settled, by_text=not (ours and theirs))
    pairs = tuple(sorted(rest.pairs, key=lambda couple: couple.place))
    return Pairing(pairs, tuple(rest.left), tuple(rest.right.values()), cut_otherwise)


def _ordered(stated: Sequence[Condition]) -> list[Condition]:
    return sorted(set(stated), key=lambda c: (fold(c.text), c.text, c.expression, c.text_en, repr(c.source)))


def _same(ours: Condition, theirs: Condition) -> Settled:
    return Settled.SAME


def _same_words(ours: Condition, theirs: Condition, elements: Elements) -> Settled:
    """The same words without an expression still say the same; an expression of the body's own may ask for more."""
    if ours.expression == theirs.expression or not theirs.expression:
        return Settled.SAME
    if not ours.expression:
        return Settled.UNDETERMINED
    return _compared(ours.expression, theirs.expression, elements)


def _compared(ours: str, theirs: str, elements: Elements) -> Settled:
    try:
        same = conditions.same(ours, theirs, elements)
    except conditions.BadExpression:
        return Settled.UNDETERMINED
    if same is None:
        return Settled.UNDETERMINED
    return Settled.SAME if same else Settled.DIFFERENT


class _Normal:
    """The normal form of a condition's expression, each made once; None where it has none."""

    def __init__(self) -> None:
        self.known: dict[str, str | None] = {"": None}

    def __call__(self, condition: Condition) -> str | None:
        expression = condition.expression
        if expression not in self.known:
            self.known[expression] = _normal(expression)
        return self.known[expression]


def _normal(expression: str) -> str | None:
    try:
        return conditions.normal(expression)
    except conditions.BadExpression:
        return None


def _cut_otherwise(rest: _Open, elements: Elements) -> bool:
    left, right = list(rest.left.values()), list(rest.right.values())
    if not left or not right or not all(condition.expression for condition in (*left, *right)):
        return False
    return len(left) + len(right) > 2 and _compared(_all(left), _all(right), elements) is Settled.SAME


def _all(parts: list[Condition]) -> str:
    return " && ".join(f"({condition.expression})" for condition in parts)


def _alike(rest: _Open) -> list[tuple[int, int]]:
    """Return pairs of what is left, by place and number, the most alike first."""
    if len(rest.left) * len(rest.right) > MOST_COMPARED:
        return list(zip(rest.left, rest.right, strict=False))
    ranked = sorted(
        (-_likeness(ours, theirs), place, number)
        for place, ours in rest.left.items()
        for number, theirs in rest.right.items()
    )
    places: dict[int, int] = {}
    numbers: set[int] = set()
    for _, place, number in ranked:
        if place not in places and number not in numbers:
            places[place] = number
            numbers.add(number)
    return list(places.items())


def _likeness(ours: Condition, theirs: Condition) -> float:
    """What expressions have in common counts like words: they name the same data elements."""
    one, other = (f"{c.text}\n{c.expression}"[:LONGEST_COMPARED] for c in (ours, theirs))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
