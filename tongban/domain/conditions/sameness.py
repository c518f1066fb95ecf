"""Do two expressions mean the same, and if not, which form shows it?

The same: their normal forms are equal. Different: some form that one may really fill in is judged otherwise by the two;
it is looked for near the fixed values in both, where comparisons change their mind. Neither: undetermined, which a
person settles. Nothing is ever called the same because no difference was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tongban.domain import elements as form
from tongban.domain.catalogue import DataElement, ElementKind
from tongban.domain.conditions.engine import Truth
from tongban.domain.conditions.expressions import (
    And,
    BadExpression,
    Comparison,
    Literal,
    Match,
    Membership,
    Minus,
    Name,
    Node,
    Not,
    Or,
    Product,
    Size,
    Sum,
    parse,
)
from tongban.domain.conditions.fitting import Elements
from tongban.domain.conditions.judging import Compiled, compile, truth
from tongban.domain.conditions.normal_form import normal

MOST_TRIED = 2_000
MOST_VALUES = 60
"""Forms tried, and values tried of one data element."""
_STEP = 7_919
"""A prime: steps through all combinations of up to as many in an order that mixes them well."""


def same(a: str, b: str, elements: Elements) -> bool | None:
    """Return whether two expressions mean the same; None where that is undetermined.

    Undetermined are an empty expression, which only a person can judge, and one that does not compile.
    """
    try:
        first, second = compile(a, elements), compile(b, elements)
        if normal(a) == normal(b):
            return True
    except BadExpression:
        return None
    return False if _differing(first, second, elements) else None


def counterexample(a: str, b: str, elements: Elements) -> Mapping[str, str] | None:
    """Return values of a form that the two judge differently; None where none was found. Raises BadExpression."""
    return _differing(compile(a, elements), compile(b, elements), elements)


def _differing(first: Compiled, second: Compiled, elements: Elements) -> Mapping[str, str] | None:
    codes = tuple(dict.fromkeys((*first.names, *second.names)))
    # The normal form has calculated where a comparison changes its mind, the expression what it is calculated from.
    trees = [tree for one in (first, second) for tree in (parse(normal(one.expression)), one.tree)]
    hints = list(dict.fromkeys(hint for tree in trees for hint in _fixed(tree)))
    tried = {code: _candidates(elements[code], hints) for code in codes}
    for values in _combinations(tried):
        judged = {truth(first, values, elements), truth(second, values, elements)}
        if judged == {Truth.TRUE, Truth.FALSE}:
            return values
    return None


def _fixed(tree: Node) -> Iterator[str | Fraction | date]:
    """Yield the fixed values of an expression, each once for each place where it stands."""
    match tree:
        case Literal(value) if not isinstance(value, bool):
            yield value
        case Comparison(_, left, right) | Match(_, left, right):
            yield from _fixed(left)
            yield from _fixed(right)
        case Membership(left, values):
            for each in (left, *values):
                yield from _fixed(each)
        case Size(of) | Minus(of) | Not(of):
            yield from _fixed(of)
        case Sum(parts) | Product(parts) | And(parts) | Or(parts):
            for part in parts:
                yield from _fixed(part)
        case Literal() | Name():
            return


def _candidates(element: DataElement, hints: Sequence[str | Fraction | date]) -> tuple[str, ...]:
    """Return values of the data element near the hints; only such as its form takes."""
    found: dict[str, None] = {}
    for text in (*_near(element, hints), element.example):
        try:
            if text and form.check(element, text, today=date.max) == text:
                found[text] = None
        except form.InvalidElement:
            continue
    return tuple(found)[:MOST_VALUES]


def _near(element: DataElement, hints: Sequence[str | Fraction | date]) -> Iterator[str]:
    numbers = sorted({abs(hint) for hint in hints if isinstance(hint, Fraction)})
    match element.kind:
        case ElementKind.CHOICE:
            yield from (code for code, _ in element.choices)
        case ElementKind.INTEGER:
            for number in (*numbers, Fraction(0)):
                yield from (str(int(number) + step) for step in (0, 1, -1))
        case ElementKind.DECIMAL:
            for number in (*numbers, Fraction(0)):
                for step in (Fraction(0), Fraction(1, 10_000), Fraction(-1, 10_000), Fraction(1)):
                    units = (number + step) * 10_000
                    yield f"{Decimal(units.numerator).scaleb(-4).normalize():f}"
        case ElementKind.DAY:
            yield from _days_near([hint for hint in hints if isinstance(hint, date)], numbers)
        case _:
            yield from _texts_near([hint for hint in hints if isinstance(hint, str)], numbers)


def _days_near(days: Sequence[date], numbers: Sequence[Fraction]) -> Iterator[str]:
    steps = [1, -1, 0, *(int(number) + more for number in numbers if number < 100_000 for more in (0, 1, -1))]
    for day in (*days, date(2026, 1, 1)):
        for step in (*steps, *(-step for step in steps)):
            try:
                yield (day + timedelta(days=step)).isoformat()
            except OverflowError:
                continue


def _texts_near(texts: Sequence[str], numbers: Sequence[Fraction]) -> Iterator[str]:
    """Yield the texts, what begins or ends with them, none of them, and texts as long as the numbers say."""
    fresh = "甲"
    while any(fresh in text for text in texts):
        fresh += "甲"
    yield fresh
    for text in texts:
        yield from (text, text + fresh, fresh + text)
    for number in numbers:
        for length in (int(number), int(number) + 1, int(number) - 1):
            if 0 < length <= form.LONGEST_TEXT:
                yield from (text[:length].ljust(length, "甲") for text in (fresh, *texts))


def _combinations(tried: Mapping[str, Sequence[str]]) -> Iterator[Mapping[str, str]]:
    """Yield combinations of the values, all where they are few; never more than MOST_TRIED."""
    total = 1
    for values in tried.values():
        total *= len(values)
    for turn in range(min(total, MOST_TRIED)):
        place = turn if total <= MOST_TRIED else turn * _STEP % total
        combination = {}
        for code, values in tried.items():
            place, index = divmod(place, len(values))
            combination[code] = values[index]
        yield combination
