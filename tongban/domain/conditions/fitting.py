"""Does an expression fit its data elements, and how is it said to the engine?

Texts are compared with texts, numbers with numbers, days with days. The engine calculates in whole numbers only, so
that no sum is ever off by a binary fraction: a decimal is said in ten-thousandths, a day as its number in the calendar
(1 January of the year 1 is 1), and both sides of a comparison are brought to the same scale. A day plus a number is a
day, a day less a day is a number of days; `weight` keeps count of that (a day weighs 1, a number 0) and both sides of a
comparison must weigh the same. What leaves 64 bits is an error of the engine, and an error decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from math import prod

from tongban.domain.catalogue import DataElement, ElementKind
from tongban.domain.conditions.expressions import (
    MOST_PLACES,
    ORDERS,
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
)

Elements = Mapping[str, DataElement]

HIGHEST_DEGREE = 3
"""Data elements multiplied with each other; a volume has three."""
LARGEST = 2**63 - 1
_NUMBERS = (ElementKind.INTEGER, ElementKind.DECIMAL, ElementKind.DAY)


class Kind(StrEnum):
    TRUTH = "truth"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Said:
    """A part of an expression as the engine reads it. `constant`: its value where no data element stands in it."""

    text: str
    kind: Kind
    scale: int = 0
    weight: int = 0
    degree: int = 0
    days: bool = False
    constant: Fraction | None = None


def say(tree: Node, elements: Elements) -> str:
    """Return a judgement in the engine's words. Raises BadExpression when it does not fit its data elements."""
    return _truth(tree, elements).text


def variable(code: str) -> str:
    """The engine's word for a data element; without the prefix a code could be one of its own words (`type`, `int`)."""
    return f"e_{code}"


def is_number(element: DataElement) -> bool:
    return element.kind in _NUMBERS


def engine_value(element: DataElement, text: str) -> int | str | None:
    """Return a form's value as the engine takes it; None where it cannot be compared exactly or is no such value."""
    try:
        match element.kind:
            case ElementKind.INTEGER:
                return int(text)
            case ElementKind.DECIMAL:
                scaled = Decimal(text).scaleb(MOST_PLACES)
                return int(scaled) if scaled == scaled.to_integral_value() else None
            case ElementKind.DAY:
                return date.fromisoformat(text).toordinal()
            case _:
                return text
    except (ValueError, InvalidOperation):
        return None


def _say(tree: Node, elements: Elements) -> Said:
    match tree:
        case Literal(value, at):
            return _literal(value, at)
        case Name(code, at):
            return _name(code, at, elements)
        case Size(of, at):
            text = _demand(_say(of, elements), Kind.TEXT, at, "size 只能数文字的字数，请改用文字类的数据元")
            return Said(f"size({text.text})", Kind.NUMBER, degree=1)
        case Minus(of, at):
            return _minus(_number(of, at, elements), at)
        case Sum(parts, at):
            return _sum([_number(part, at, elements) for part in parts], at)
        case Product(parts, at):
            return _product([_number(part, at, elements) for part in parts], at)
        case Comparison():
            return _comparison(tree, elements)
        case Membership():
            return _membership(tree, elements)
        case Match():
            return _match(tree, elements)
        case Not(of):
            return Said(f"!({_truth(of, elements).text})", Kind.TRUTH)
        case And(parts):
            return Said(" && ".join(f"({_truth(part, elements).text})" for part in parts), Kind.TRUTH)
        case Or(parts):
            return Said(" || ".join(f"({_truth(part, elements).text})" for part in parts), Kind.TRUTH)


def _demand(said: Said, kind: Kind, at: int, otherwise: str) -> Said:
    if said.kind is not kind:
        raise BadExpression(otherwise, column=at)
    return said


def _truth(tree: Node, elements: Elements) -> Said:
    return _demand(_say(tree, elements), Kind.TRUTH, tree.at, "应是一个判断，不是一个值，请写成比较，如 x > 3")


def _number(tree: Node, at: int, elements: Elements) -> Said:
    return _demand(_say(tree, elements), Kind.NUMBER, at, "只能计算数字和日期，请改用数字或日期类的数据元")


def _literal(value: bool | Fraction | str | date, at: int) -> Said:
    if isinstance(value, bool):
        return Said("true" if value else "false", Kind.TRUTH)
    if isinstance(value, str):
        return Said(quoted(value), Kind.TEXT)
    if isinstance(value, date):
        return _constant(Fraction(value.toordinal()), at, weight=1, days=True)
    return _constant(value, at)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _constant(value: Fraction, at: int, *, scale: int = 0, weight: int = 0, days: bool = False) -> Said:
    """A fixed number, said in at least this scale; every number of an expression has finitely many places."""
    while (value * 10**scale).denominator != 1:
        scale += 1
    units = int(value * 10**scale)
    if abs(units) > LARGEST:
        raise BadExpression("数字太大，不能精确计算，请改小", column=at)
    return Said(str(units), Kind.NUMBER, scale=scale, weight=weight, days=days, constant=value)


def _name(code: str, at: int, elements: Elements) -> Said:
    element = elements.get(code)
    if element is None:
        raise BadExpression(f"“{code[:40]}”不是数据元，请从数据元表中选用，或先补上它的定义", column=at)
    if not is_number(element):
        return Said(variable(code), Kind.TEXT)
    scale = MOST_PLACES if element.kind is ElementKind.DECIMAL else 0
    day = element.kind is ElementKind.DAY
    return Said(variable(code), Kind.NUMBER, scale=scale, weight=int(day), degree=1, days=day)


def _lifted(said: Said, scale: int, at: int) -> str:
    if said.constant is not None:
        return _constant(said.constant, at, scale=scale).text
    return said.text if said.scale == scale else f"({said.text}) * {10 ** (scale - said.scale)}"


def _minus(said: Said, at: int) -> Said:
    if said.constant is not None:
        return _constant(-said.constant, at, weight=-said.weight, days=said.days)
    return Said(f"-({said.text})", Kind.NUMBER, said.scale, -said.weight, said.degree, said.days)


def _sum(parts: list[Said], at: int) -> Said:
    weight, days = sum(part.weight for part in parts), any(part.days for part in parts)
    constants = [part.constant for part in parts if part.constant is not None]
    if len(constants) == len(parts):
        return _constant(sum(constants, Fraction(0)), at, weight=weight, days=days)
    scale = max(part.scale for part in parts)
    text = " + ".join(f"({_lifted(part, scale, at)})" for part in parts)
    return Said(text, Kind.NUMBER, scale, weight, max(part.degree for part in parts), days)


def _product(parts: list[Said], at: int) -> Said:
    moving = [part for part in parts if part.constant is None]
    days = [part for part in parts if part.days]
    if len(days) > 1 or (days and any(part is not days[0] for part in moving)):
        raise BadExpression("日期不能相乘，请改用日期的加减", column=at)
    degree = sum(part.degree for part in moving)
    if degree > HIGHEST_DEGREE:
        raise BadExpression(f"相乘的数据元过多，最多 {HIGHEST_DEGREE} 个，请简化", column=at)
    times = prod((part.constant for part in parts if part.constant is not None and not part.days), start=Fraction(1))
    if days and times.denominator != 1:
        raise BadExpression("日期不能乘以小数，请改用整数", column=at)
    weight = int(times) * days[0].weight if days else 0
    if not moving:
        return _constant(times * (days[0].constant or 1 if days else 1), at, weight=weight, days=bool(days))
    factor = _constant(times, at)
    scale = factor.scale + sum(part.scale for part in moving)
    text = " * ".join([factor.text, *(f"({part.text})" for part in moving)])
    return Said(text, Kind.NUMBER, scale, weight, degree, bool(days))


def _comparison(tree: Comparison, elements: Elements) -> Said:
    left, right = _say(tree.left, elements), _say(tree.right, elements)
    if Kind.TRUTH in (left.kind, right.kind):
        raise BadExpression("不能比较两个判断，请用 &&、|| 和 ! 连接它们", column=tree.at)
    if left.kind is not right.kind:
        raise BadExpression("两边一边是文字、一边是数字，不能比较，请核对数据元的类型", column=tree.at)
    if left.kind is Kind.TEXT:
        if tree.operator in ORDERS:
            raise BadExpression("文字不分大小，请用 == 或 !=", column=tree.at)
        _chosen(tree.left, tree.right, elements)
        _chosen(tree.right, tree.left, elements)
        return Said(f"{left.text} {tree.operator} {right.text}", Kind.TRUTH)
    _same_weight(left, right, tree.at)
    scale = max(left.scale, right.scale)
    text = f"({_lifted(left, scale, tree.at)}) {tree.operator} ({_lifted(right, scale, tree.at)})"
    return Said(text, Kind.TRUTH)


def _same_weight(left: Said, right: Said, at: int) -> None:
    if left.weight != right.weight:
        raise BadExpression('日期只能与日期比较，请写成 date("2026-01-01")，或比较两个日期相差的天数', column=at)


def _membership(tree: Membership, elements: Elements) -> Said:
    left = _say(tree.left, elements)
    values = [_say(value, elements) for value in tree.values]
    if left.kind is Kind.TRUTH or any(value.kind is not left.kind for value in values):
        raise BadExpression(" in 前后类型不同，请核对数据元的类型和列表中的值", column=tree.at)
    if left.kind is Kind.TEXT:
        for each in tree.values:
            if not isinstance(each, Literal):
                raise BadExpression("列表里只能写固定的值，请把数据元改成值", column=each.at)
            _chosen(tree.left, each, elements)
        return Said(f"{left.text} in [{', '.join(value.text for value in values)}]", Kind.TRUTH)
    for value in values:
        if value.constant is None:
            raise BadExpression("列表里只能写固定的值，请把数据元改成值", column=tree.at)
        _same_weight(left, value, tree.at)
    scale = max(each.scale for each in (left, *values))
    listed = ", ".join(_lifted(value, scale, tree.at) for value in values)
    return Said(f"({_lifted(left, scale, tree.at)}) in [{listed}]", Kind.TRUTH)


def _chosen(one: Node, other: Node, elements: Elements) -> None:
    """A choice compared with a text that is none of its choices would be false for ever, and nobody would notice."""
    if not (isinstance(one, Name) and isinstance(other, Literal)):
        return
    element = elements[one.code]
    if element.kind is ElementKind.CHOICE and other.value not in dict(element.choices):
        codes = "、".join(code for code, _ in element.choices)
        raise BadExpression(f"“{other.value}”不是“{element.name}”的选项，请从 {codes} 中选用", column=other.at)


def _match(tree: Match, elements: Elements) -> Said:
    of = _demand(_say(tree.of, elements), Kind.TEXT, tree.at, f".{tree.test} 只能用于文字，请核对数据元的类型")
    if not isinstance(tree.of, Name) or elements[tree.of.code].kind is ElementKind.CHOICE:
        raise BadExpression(f".{tree.test} 只能用于填写文字的数据元，选项请用 == 或 in", column=tree.at)
    if not (isinstance(tree.argument, Literal) and isinstance(tree.argument.value, str)):
        raise BadExpression(f".{tree.test} 只能与固定的文字比，请写成 .{tree.test}('…')", column=tree.at)
    return Said(f"{of.text}.{tree.test}({quoted(tree.argument.value)})", Kind.TRUTH)
