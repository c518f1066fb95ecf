"""How does a frozen value become plain JSON values, and come back equal?

Every field is written under its own name; tuples become lists, sets sorted lists, days and instants ISO 8601 text,
members of closed sets their value. Reading follows the declared types, so what comes back equals what went in. A field
that demands a seal refuses anything else: personal data cannot slip into an event in the clear (design, invariant 14).
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
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
    if kind in (str, int, bool, Any):
        return _same
    if kind is datetime:
        return _instant
    if kind is date:
        return date.isoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda member: member.value
    if dataclasses.is_dataclass(kind):
        return _dataclass_writer(typing.cast(type, kind))
    if origin in (Union, types.UnionType):
        inner = _writer(_not_none(arguments))
        return lambda value: None if value is None else inner(value)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        each = _writer(arguments[0])
        return lambda values: [each(value) for value in values]
    if origin is frozenset:
        each = _writer(arguments[0])
        return lambda values: sorted(each(value) for value in values)
    if origin is tuple:
        parts = [_writer(argument) for argument in arguments]
        return lambda values: [part(value) for part, value in zip(parts, values, strict=True)]
    raise TypeError(f"{kind} has no plain form")


def _dataclass_writer(kind: type) -> Callable[[Any], Plain]:
    hints = get_type_hints(kind)
    parts = [(field.name, _writer(hints[field.name])) for field in dataclasses.fields(kind)]

    def write(value: Any) -> Plain:
        if type(value) is not kind:
            demand = "a seal" if kind is Sealed else kind.__name__
            raise TypeError(f"{demand} is demanded, {type(value).__name__} was given")
        return {name: part(getattr(value, name)) for name, part in parts}

    return write


@cache
def _reader(kind: Any) -> Callable[[Plain], Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (str, int, bool, Any):
        return _same
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if dataclasses.is_dataclass(kind):
        return _dataclass_reader(typing.cast(type, kind))
    if origin in (Union, types.UnionType):
        inner = _reader(_not_none(arguments))
        return lambda plain: None if plain is None else inner(plain)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        each = _reader(arguments[0])
        return lambda plains: tuple([each(plain) for plain in plains])
    if origin is frozenset:
        each = _reader(arguments[0])
        return lambda plains: frozenset([each(plain) for plain in plains])
    if origin is tuple:
        parts = [_reader(argument) for argument in arguments]
        return lambda plains: tuple([part(plain) for part, plain in zip(parts, plains, strict=True)])
    raise TypeError(f"{kind} has no plain form")


def _dataclass_reader(kind: type) -> Callable[[Plain], Any]:
    hints = get_type_hints(kind)
    parts = [(field.name, _reader(hints[field.name])) for field in dataclasses.fields(kind)]
    return lambda plain: kind(**{name: part(plain[name]) for name, part in parts})


def _not_none(arguments: tuple[Any, ...]) -> Any:
    (inner,) = (argument for argument in arguments if argument is not type(None))
    return inner


def _instant(value: datetime) -> str:
    """Instants are written in UTC, so that equal instants have equal text."""
    if value.tzinfo is None:
        raise TypeError("an instant without a time zone")
    return value.astimezone(UTC).isoformat()


def _same(value: Any) -> Any:
    return value
