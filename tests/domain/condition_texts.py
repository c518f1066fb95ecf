"""Random acceptance conditions, small forms to judge them by, and a plain evaluator without the engine."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from tongban.domain.catalogue import Condition, DataElement, ElementKind, Source, SourceKind
from tongban.domain.conditions.expressions import (
    And,
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


def element(code: str, name: str, kind: ElementKind, **more) -> DataElement:
    return DataElement(code, name, code, kind, **more)


ELEMENTS = {
    one.code: one
    for one in (
        element("crew", "船员人数", ElementKind.INTEGER, unit="人"),
        element("berths", "铺位数", ElementKind.INTEGER),
        element("tonnage", "总吨", ElementKind.DECIMAL),
        element("area", "面积", ElementKind.DECIMAL, unit="平方米"),
        element("issued", "签发日", ElementKind.DAY),
        element("ends", "届满日", ElementKind.DAY),
        element("ship", "船名", ElementKind.TEXT),
        element("port", "港名", ElementKind.TEXT),
        element("use", "用途", ElementKind.CHOICE, choices=(("cargo", "货运"), ("fish", "渔业"), ("other", "其他"))),
    )
}
SMALL = {
    "crew": ("0", "1", "2", "3"),
    "berths": ("0", "1", "3"),
    "tonnage": ("0", "0.5", "1", "2.5"),
    "area": ("0", "0.1", "0.2", "3"),
    "issued": ("2025-12-31", "2026-01-01", "2026-01-02"),
    "ends": ("2026-01-01", "2026-01-03"),
    "ship": ("a", "ab", "b"),
    "port": ("a", "b"),
    "use": ("cargo", "fish", "other"),
}
Form = Mapping[str, str | None]


def condition(expression: str, *, text: str = "一条", article: str = "《船舶登记条例》第二条") -> Condition:
    return Condition(text, Source(SourceKind.CITED, article), expression=expression)


# --- Random texts -----------------------------------------------------------------------------------------------------

_numbers = st.sampled_from(["0", "1", "2", "3", "0.5", "0.3", "2.5"])
_whole = st.sampled_from(["0", "1", "2", "-1"])
_dates = st.sampled_from(['date("2026-01-01")', "date('2026-01-02')"])
_texts = st.sampled_from(["'a'", '"b"', "'ab'", 'r"c"'])
_orders = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
_equal = st.sampled_from(["==", "!="])


def _number_names(names: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        names,
        _numbers,
        st.builds("-{}".format, names),
        st.builds("({} + {})".format, names, _numbers),
        st.builds("({} - {})".format, _numbers, names),
        st.builds("{} * {}".format, _numbers, names),
        st.builds("({} + {}) * {}".format, names, names, names),
    )


calculations = _number_names(st.sampled_from(["crew", "berths", "tonnage", "area", "size(ship)", "port.size()"]))
days = st.one_of(
    st.sampled_from(["issued", "ends"]),
    _dates,
    st.builds("{} + {}".format, st.sampled_from(["issued", "ends"]), _whole),
    st.builds("{} - {}".format, _dates, _whole),
)
atoms = st.one_of(
    st.builds("{} {} {}".format, calculations, _orders, calculations),
    st.builds("{} {} {}".format, days, _orders, days),
    st.builds("{} - {} {} {}".format, days, st.sampled_from(["issued", "ends"]), _orders, _whole),
    st.builds("{} in [{}, {}]".format, calculations, _numbers, _numbers),
    st.builds("{} in [{}, {}]".format, days, _dates, _dates),
    st.builds("{} {} {}".format, st.sampled_from(["ship", "port"]), _equal, _texts),
    st.builds("{} {} {}".format, _texts, _equal, st.sampled_from(["ship", "port"])),
    st.builds("ship {} port".format, _equal),
    st.builds("{} in [{}, {}]".format, st.sampled_from(["ship", "port"]), _texts, _texts),
    st.builds(
        "{}.{}({})".format,
        st.sampled_from(["ship", "port"]),
        st.sampled_from(["startsWith", "contains", "matches"]),
        _texts,
    ),
    st.builds("use {} '{}'".format, _equal, st.sampled_from(["cargo", "fish"])),
    st.builds("use in ['{}', 'other']".format, st.sampled_from(["cargo", "fish"])),
    st.sampled_from(["true", "false"]),
)
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("({} && {} && {})".format, inner, inner, inner),
        st.builds("!({})".format, inner),
    ),
    max_leaves=6,
)
full_forms = st.fixed_dictionaries({code: st.sampled_from(values) for code, values in SMALL.items()})
partial_forms = st.fixed_dictionaries({}, optional={code: st.sampled_from(values) for code, values in SMALL.items()})


# --- The plain evaluator ----------------------------------------------------------------------------------------------

_COMPARED = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class _Absent(Exception):
    """A value that the form does not have."""


def judge(tree: Node, form: Form) -> bool | None:
    """Judge by Kleene's three values, in exact fractions."""
    match tree:
        case And(parts) | Or(parts):
            decisive = isinstance(tree, Or)
            truths = [judge(part, form) for part in parts]
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive
        case Not(of):
            inner = judge(of, form)
            return None if inner is None else not inner
        case Literal(bool(value)):
            return value
        case _:
            try:
                return _leaf(tree, form)
            except _Absent:
                return None


def _leaf(tree: Node, form: Form) -> bool:
    match tree:
        case Comparison(sign, left, right):
            return _COMPARED[sign](_value(left, form), _value(right, form))
        case Membership(left, values):
            return _value(left, form) in [_value(value, form) for value in values]
        case Match(test, of, argument):
            text, wanted = _value(of, form), _value(argument, form)
            found = {
                "startsWith": str.startswith,
                "contains": str.__contains__,
                "matches": lambda t, p: re.search(p, t),
            }
            return bool(found[test](text, wanted))
    raise AssertionError(tree)


def _value(tree: Node, form: Form) -> Fraction | str:
    match tree:
        case Literal(date() as day):
            return Fraction(day.toordinal())
        case Literal(value):
            return value
        case Name(code):
            text = form.get(code)
            if not text:
                raise _Absent(code)
            kind = ELEMENTS[code].kind
            if kind is ElementKind.DAY:
                return Fraction(date.fromisoformat(text).toordinal())
            return Fraction(text) if kind in (ElementKind.INTEGER, ElementKind.DECIMAL) else text
        case Size(of):
            return Fraction(len(_value(of, form)))
        case Minus(of):
            return -_value(of, form)
        case Sum(parts):
            return sum((_value(part, form) for part in parts), Fraction(0))
        case Product(parts):
            result = Fraction(1)
            for part in parts:
                result *= _value(part, form)
            return result
    raise AssertionError(tree)
