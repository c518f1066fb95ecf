"""How does a frozen value become plain JSON values, and come back equal?

Every field is written under its own name; tuples become lists, sets sorted lists, days and instants ISO 8601 text,
members of closed sets their value. Reading follows the declared types, so what comes back equals what went in. A field
that demands a seal refuses anything else: personal data cannot slip into an event in the clear (design, invariant 14).
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from tongban.domain.sealed import Sealed

Plain = Any
"""None, bool, int, str, list or dict of the same: what JSON can say without loss."""


def to_plain(value: Any, kind: Any) -> Plain:
    """Return `value`, declared as `kind`, in plain values. Raises TypeError for what the declaration does not allow."""
    return _writer(kind)(value)


def from_plain(plain: Plain, kind: Any) -> Any:
    """Return the value of type `kind` that `plain` stands for.

    Raises KeyError, TypeError or ValueError when it stands for none.
    """
    return _reader(kind)(plain)


@cache
def _writer(kind: Any) -> Callable[[Any], Plain]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return _same
    if kind is str:
        return _text
    if kind in (int, bool):
        return _exactly(kind)
    if kind is datetime:
        return _instant
    if kind is date:
        return lambda value: typing.cast(str, _exactly(date)(value).isoformat())
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda member: _demand(member, kind)._value_
    if dataclasses.is_dataclass(kind):
        return _dataclass_writer(typing.cast(type, kind))
    if origin in (Union, types.UnionType):
        inner = _writer(_not_none(arguments))
        return lambda value: None if value is None else inner(value)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        each = _writer(arguments[0])
        return lambda values: [each(value) for value in _demand(values, tuple)]
    if origin is frozenset:
        each = _writer(arguments[0])
        return lambda values: sorted(each(value) for value in _demand(values, frozenset))
    if origin is tuple:
        parts = [_writer(argument) for argument in arguments]
        return lambda values: [part(value) for part, value in zip(parts, _demand(values, tuple), strict=True)]
    raise TypeError(f"{kind} has no plain form")


def _dataclass_writer(kind: type) -> Callable[[Any], Plain]:
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    fields_of = _together(attrgetter, names)
    convert = _converter([hints[name] for name in names], _writer)

    def write(value: Any) -> Plain:
        if type(value) is not kind:
            demand = "a seal" if kind is Sealed else kind.__name__
            raise TypeError(f"{demand} is demanded, {type(value).__name__} was given")
        return dict(zip(names, convert(fields_of(value)), strict=True))

    return write


@cache
def _reader(kind: Any) -> Callable[[Plain], Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return _same
    if kind in (str, int, bool):
        return _exactly(kind)
    if kind is datetime:
        return _read_instant
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {member.value: member for member in kind}.__getitem__
    if dataclasses.is_dataclass(kind):
        return _dataclass_reader(typing.cast(type, kind))
    if origin in (Union, types.UnionType):
        inner = _reader(_not_none(arguments))
        return lambda plain: None if plain is None else inner(plain)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        each = _reader(arguments[0])
        return lambda plains: tuple([each(plain) for plain in _demand(plains, list)])
    if origin is frozenset:
        each = _reader(arguments[0])
        return lambda plains: frozenset([each(plain) for plain in _demand(plains, list)])
    if origin is tuple:
        parts = [_reader(argument) for argument in arguments]
        return lambda plains: tuple([part(plain) for part, plain in zip(parts, _demand(plains, list), strict=True)])
    raise TypeError(f"{kind} has no plain form")


def _dataclass_reader(kind: type) -> Callable[[Plain], Any]:
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    fields_of = _together(itemgetter, names)
    convert = _converter([hints[name] for name in names], _reader)
    return lambda plain: kind(*convert(fields_of(plain)))


def _converter(hints: Sequence[Any], part_of: Callable[[Any], Callable[[Any], Any]]) -> Callable[[Any], list[Any]]:
    """Return what converts the values of all fields.

    Most fields are text or numbers, which stay as they are: their types are compared all at once. Only where that does
    not hold are they looked at one by one, for the sake of the exact complaint.
    """
    parts = [(place, part_of(hint)) for place, hint in enumerate(hints)]
    bare = [place for place, hint in enumerate(hints) if hint in (str, int, bool)]
    bare_of = _together(itemgetter, bare)
    types_of_bare = tuple(hints[place] for place in bare)
    others = [(place, part) for place, part in parts if place not in bare]

    def convert(values: Any) -> list[Any]:
        converted = list(values)
        for place, part in others if tuple(map(type, bare_of(values))) == types_of_bare else parts:
            converted[place] = part(converted[place])
        return converted

    return convert


def _together(getter: Callable[..., Callable[[Any], Any]], names: Sequence[Any]) -> Callable[[Any], Any]:
    """Return what gets all these of a value as one tuple; Python's getters give a single one bare."""
    if len(names) > 1:
        return getter(*names)
    singles = [getter(name) for name in names]
    return lambda value: tuple([single(value) for single in singles])


def _not_none(arguments: tuple[Any, ...]) -> Any:
    (inner,) = (argument for argument in arguments if argument is not type(None))
    return inner


def _text(value: Any) -> str:
    """A member of a closed set where text is declared is written as the text it is."""
    return value if type(value) is str else str(_demand(value, str))


def _instant(value: Any) -> str:
    """Instants are written in UTC, so that equal instants have equal text."""
    if _demand(value, datetime).tzinfo is None:
        raise TypeError("an instant without a time zone")
    return typing.cast(str, value.astimezone(UTC).isoformat())


def _read_instant(plain: Plain) -> datetime:
    value = datetime.fromisoformat(plain)
    if value.tzinfo is None:
        raise ValueError(f"an instant without a time zone: {plain}")
    return value


def _exactly(kind: Any) -> Callable[[Any], Any]:
    """Demand the very type: True is no number and an instant is no day, although Python takes them for one."""

    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{kind.__name__} is demanded, {type(value).__name__} was given")
        return value

    return check


def _demand(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} is demanded, {type(value).__name__} was given")
    return value


def _same(value: Any) -> Any:
    return value
