"""How is a condition written so that two ways of saying the same become one text?

Negations go down to the comparisons (de Morgan); `&&` and `||` are flattened, sorted and freed of repetitions. What is
calculated becomes a polynomial over the data elements, moved to the left with its fixed part on the right and divided
by what its factors share, so that `3 < x`, `x - 1 > 2` and `2 * x > 6` are all `x > 3`. Equality with one value and
`in` a list are one thing; alternatives of one data element become one list. A day in a calculation is so many days
after 1 January 1970, and is written as a date again where it stands alone.

Equal normal forms mean the same for every complete form. Unequal ones prove nothing: distribution of `&&` over `||`,
implied comparisons and whole-number bounds are left out, and `sameness` looks for an example instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product
from math import gcd, lcm

from tongban.domain.conditions.expressions import (
    EQUALITIES,
    MOST_DIGITS,
    MOST_PLACES,
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
from tongban.domain.conditions.fitting import quoted

Monomial = tuple[str, ...]
"""Data elements (and sizes) multiplied with each other, sorted; empty: the fixed part."""
Polynomial = Mapping[Monomial, Fraction]
Form = tuple[tuple[Monomial, Fraction], ...]
"""A polynomial without fixed part whose factors are whole and share nothing, sorted."""

MOST_MONOMIALS = 500
FIXED: Monomial = ()
EPOCH: Monomial = ('date("1970-01-01")',)
FIRST_DAY = date(1970, 1, 1).toordinal()

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def normal(expression: str) -> str:
    """Return the normal form, itself an expression. Raises BadExpression."""
    return _write(_judged(parse(expression), True))


# --- Judgements -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    form: Form
    operator: str
    bound: Fraction


@dataclass(frozen=True, slots=True)
class Listed:
    """What stands on the left, a data element of text or a form, is one of the values; or, not `positive`, none."""

    left: str | Form
    values: frozenset[str] | frozenset[Fraction]
    positive: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A judgement that needs no more than its text: two data elements compared, a text tested."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """All of the parts hold, or any of them."""

    every: bool
    parts: frozenset[Judgement]


Judgement = bool | Order | Listed | Fact | Group


def _judged(tree: Node, positive: bool) -> Judgement:
    match tree:
        case Literal(bool(value)):
            return value is positive
        case Not(of):
            return _judged(of, not positive)
        case And(parts):
            return _group(positive, [_judged(part, positive) for part in parts])
        case Or(parts):
            return _group(not positive, [_judged(part, positive) for part in parts])
        case Comparison(operator, left, right):
            return _compared(operator if positive else DENIED[operator], left, right)
        case Membership(left, values):
            return _listed(left, values, positive)
        case Match(test, Name(code), Literal(str(argument))):
            return Fact(f"{'' if positive else '!'}{code}.{test}({quoted(argument)})")
    raise BadExpression("应是一个判断，不是一个值，请写成比较，如 x > 3", column=tree.at)


def _group(every: bool, judgements: Iterable[Judgement]) -> Judgement:
    parts: set[Judgement] = set()
    for one in judgements:
        if isinstance(one, bool):
            if one is not every:
                return one
        elif isinstance(one, Group) and one.every is every:
            parts |= one.parts
        else:
            parts.add(one)
    parts = _merged(every, parts)
    if not parts:
        return every
    return parts.pop() if len(parts) == 1 else Group(every, frozenset(parts))


def _merged(every: bool, parts: set[Judgement]) -> set[Judgement]:
    """`x == 1 || x == 2` is one list, and so is `x != 1 && x != 2`; the other way round no value is left."""
    values: dict[str | Form, set[str | Fraction]] = {}
    others: set[Judgement] = set()
    for one in parts:
        if isinstance(one, Listed) and one.positive is not every:
            values.setdefault(one.left, set()).update(one.values)
        else:
            others.add(one)
    return others | {Listed(left, frozenset(listed), not every) for left, listed in values.items()}  # type: ignore[arg-type]


def _compared(operator: str, left: Node, right: Node) -> Judgement:
    if operator in EQUALITIES:
        match left, right:
            case (Name(code), Literal(str(text))) | (Literal(str(text)), Name(code)):
                return Listed(code, frozenset({text}), operator == "==")
            case Literal(str(one)), Literal(str(other)):
                return (one == other) is (operator == "==")
            case Name(one), Name(other):
                return _alike(operator, one, other)
    form, bound, turned = _split(_less(_polynomial(left), _polynomial(right)))
    operator = FLIPPED[operator] if turned else operator
    if not form:
        return HOLDS[operator](Fraction(0), bound)
    if operator not in EQUALITIES:
        return Order(form, operator, bound)
    return _equal(form, frozenset({bound}), operator == "==")


def _listed(left: Node, values: tuple[Node, ...], positive: bool) -> Judgement:
    texts = [value.value for value in values if isinstance(value, Literal) and isinstance(value.value, str)]
    if len(texts) == len(values):
        match left:
            case Name(code):
                return Listed(code, frozenset(texts), positive)
            case Literal(str(text)):
                return (text in texts) is positive
    polynomial = _polynomial(left)
    splits = [_split(_less(polynomial, _polynomial(value))) for value in values]
    forms = {form for form, _, _ in splits}
    bounds = frozenset(bound for _, bound, _ in splits)
    if len(forms) > 1:
        raise BadExpression("列表里只能写固定的值，请把数据元改成值", column=left.at)
    form = forms.pop()
    return _equal(form, bounds, positive) if form else (Fraction(0) in bounds) is positive


def _equal(form: Form, values: frozenset[Fraction], positive: bool) -> Judgement:
    """Two data elements that differ by nothing are compared with each other, be they numbers, days or texts."""
    match form:
        case (((one,), first), ((other,), second)) if first == 1 and second == -1 and values == {Fraction(0)}:
            if not one.startswith("size(") and not other.startswith("size(") and EPOCH[0] not in (one, other):
                return _alike("==" if positive else "!=", one, other)
    return Listed(form, values, positive)


def _alike(operator: str, one: str, other: str) -> Judgement:
    if one == other:
        return operator == "=="
    first, second = sorted((one, other))
    return Fact(f"{first} {operator} {second}")


# --- Calculations -----------------------------------------------------------------------------------------------------


def _polynomial(tree: Node) -> Polynomial:
    match tree:
        case Literal(Fraction() as value):
            return {FIXED: value}
        case Literal(date() as day):
            return {EPOCH: Fraction(1), FIXED: Fraction(day.toordinal() - FIRST_DAY)}
        case Name(code):
            return {(code,): Fraction(1)}
        case Size(Name(code)):
            return {(f"size({code})",): Fraction(1)}
        case Size(Literal(str(text))):
            return {FIXED: Fraction(len(text))}
        case Minus(of):
            return {monomial: -factor for monomial, factor in _polynomial(of).items()}
        case Sum(parts):
            return _added(_polynomial(part) for part in parts)
        case Product(parts):
            whole: Polynomial = {FIXED: Fraction(1)}
            for part in parts:
                whole = _multiplied(whole, _polynomial(part))
            return whole
    raise BadExpression("只能计算数字和日期，请核对数据元的类型", column=tree.at)


def _added(polynomials: Iterable[Polynomial]) -> Polynomial:
    total: dict[Monomial, Fraction] = {}
    for polynomial in polynomials:
        for monomial, factor in polynomial.items():
            total[monomial] = total.get(monomial, Fraction(0)) + factor
    return {monomial: factor for monomial, factor in total.items() if factor}


def _less(left: Polynomial, right: Polynomial) -> Polynomial:
    return _added((left, {monomial: -factor for monomial, factor in right.items()}))


def _multiplied(left: Polynomial, right: Polynomial) -> Polynomial:
    if len(left) * len(right) > MOST_MONOMIALS:
        raise BadExpression("相乘的括号里项数太多，请简化，或拆成几个条件")
    pairs = product(left.items(), right.items())
    return _added({tuple(sorted((*one, *other))): first * second} for (one, first), (other, second) in pairs)


def _split(polynomial: Polynomial) -> tuple[Form, Fraction, bool]:
    """Return left side and bound of `polynomial ? 0`, and whether both changed sign, which turns an order round."""
    bound = -polynomial.get(FIXED, Fraction(0))
    moving = sorted((monomial, factor) for monomial, factor in polynomial.items() if monomial != FIXED)
    if not moving:
        return (), bound, False
    shared = Fraction(gcd(*(f.numerator for _, f in moving)), lcm(*(f.denominator for _, f in moving)))
    days = dict(moving).get(EPOCH)
    turned = days > 0 if days is not None else moving[0][1] < 0
    divisor = -shared if turned else shared
    return tuple((monomial, factor / divisor) for monomial, factor in moving), bound / divisor, turned


# --- Writing ----------------------------------------------------------------------------------------------------------


def _write(judgement: Judgement) -> str:
    match judgement:
        case bool():
            return "true" if judgement else "false"
        case Order(form, operator, bound):
            left, (right,) = _sides(form, [bound])
            return f"{left} {operator} {right}"
        case Listed():
            return _write_listed(judgement)
        case Fact(text):
            return text
        case Group(every, parts):
            written = sorted(f"({_write(part)})" if isinstance(part, Group) else _write(part) for part in parts)
            return (" && " if every else " || ").join(written)


def _write_listed(one: Listed) -> str:
    if isinstance(one.left, str):
        left, values = one.left, [quoted(str(value)) for value in sorted(one.values)]
    else:
        left, values = _sides(one.left, sorted(Fraction(value) for value in one.values))
    if len(values) == 1:
        return f"{left} {'==' if one.positive else '!='} {values[0]}"
    listed = f"{left} in [{', '.join(values)}]"
    return listed if one.positive else f"!({listed})"


def _sides(form: Form, bounds: list[Fraction]) -> tuple[str, list[str]]:
    """Write both sides; they are multiplied where a bound, like a third, has no finite decimal of its own."""
    factor = lcm(*((bound * 10**MOST_PLACES).denominator for bound in bounds))
    scaled = {monomial: value * factor for monomial, value in form}
    rights = [bound * factor for bound in bounds]
    days = [_date(right) for right in rights] if scaled.get(EPOCH) == -1 and len(scaled) > 1 else [None]
    if all(day is not None for day in days):
        del scaled[EPOCH]
        return _terms(scaled), [str(day) for day in days]
    return _terms(scaled), [_decimal(right) for right in rights]


def _date(days: Fraction) -> str | None:
    """Write a day after the epoch; None where it is no whole day or lies outside the calendar."""
    try:
        return f'date("{date.fromordinal(FIRST_DAY + int(days)).isoformat()}")' if days.denominator == 1 else None
    except (OverflowError, ValueError):
        return None


def _terms(factors: Polynomial) -> str:
    text = ""
    for monomial, factor in factors.items():
        sign = (" - " if text else "-") if factor < 0 else (" + " if text else "")
        times = "" if abs(factor) == 1 else f"{_decimal(abs(factor))} * "
        text += sign + times + " * ".join(monomial)
    return text


def _decimal(value: Fraction) -> str:
    places, units = 0, value
    while units.denominator != 1:
        places, units = places + 1, units * 10
    digits = str(abs(units.numerator)).rjust(places + 1, "0")
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    if len(whole) > MOST_DIGITS:
        raise BadExpression("计算出的数字太大，不能精确比较，请改小")
    return ("-" if value < 0 else "") + whole + (f".{rest}" if rest else "")
