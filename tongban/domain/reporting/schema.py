"""What may stand in a row that is sent to the national platform?

A table of the platform lists its fields, each with a kind, a length and, where it is coded, its codes. A row is checked
before it leaves: what breaks a field is a fault, and a row with faults is rejected, never shortened or left empty to
make it pass. A fault says what is wrong without saying what stood there: rows are about people.

Source: upload tables of the national platform (`exchange/reporting/data/fields.yaml`); GB/T 39046-2020, annex A.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LARGEST_INTEGER = 2**31 - 1
SEPARATOR = ","
"""Between the codes of a field that may hold several."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Kind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A word of ours for which the mapping has no code of the platform."""

    codes: str
    word: str


Value = str | int | datetime | Unmapped | None
"""None: nothing is known, or nothing is to be said."""

Values = Mapping[str, Value]
"""One row without what the journey adds (operation, time, batch)."""

JOURNEY = ("row_guid", "cd_operation", "cd_time", "cd_batch")
"""What the dispatch adds to every row."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `length`: characters at most, of a text; `codes`: the codes it may hold, empty: any text."""

    name: str
    label: str
    kind: Kind
    length: int = 0
    required: bool = False
    codes: frozenset[str] = frozenset()
    several: bool = False
    """Whether several codes may stand there, parted by a comma."""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    label: str
    fields: tuple[Field, ...]

    @property
    def own(self) -> tuple[Field, ...]:
        """The fields that a row itself fills."""
        return tuple(field for field in self.fields if field.name not in JOURNEY)


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables, in the order in which they are sent."""

    version: int
    tables: Mapping[str, Table]


class FaultCode(StrEnum):
    """In which way a value breaks its field."""

    REQUIRED = "required"
    """A required field is empty."""
    TYPE = "type"
    LENGTH = "length"
    CODE = "code"
    """No code of the table."""
    UNMAPPED = "unmapped"
    """The mapping does not say how a word of ours is written."""
    CHARACTER = "character"
    """An invisible control character."""
    LEFT_OUT = "left_out"
    """The row does not have the field at all."""
    UNKNOWN = "unknown"
    """The table does not have the field."""
    REFUSED = "refused"
    """The platform did not take it; its words say why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`about` is never the value: how long it is and may be, the word that has no code, the platform's words."""

    field: str
    code: FaultCode
    about: str = ""


def check(table: Table, values: Values) -> tuple[Fault, ...]:
    """Return everything that is wrong with a row, in the order of the fields; nothing: it may be sent."""
    known = {field.name for field in table.own}
    faults = [fault for field in table.own for fault in _faults(field, values)]
    return (*faults, *(Fault(name, FaultCode.UNKNOWN) for name in values if name not in known))


def _faults(field: Field, values: Values) -> Iterator[Fault]:
    if field.name not in values:
        yield Fault(field.name, FaultCode.LEFT_OUT)
        return
    value = values[field.name]
    if isinstance(value, Unmapped):
        yield Fault(field.name, FaultCode.UNMAPPED, f"{value.codes} {value.word}")
    elif value is None or value == "":
        if field.required:
            yield Fault(field.name, FaultCode.REQUIRED)
    elif (wrong := _wrong(field, value)) is not None:
        yield wrong


def _wrong(field: Field, value: str | int | datetime) -> Fault | None:
    match field.kind, value:
        case Kind.TEXT, str():
            return _wrong_text(field, value)
        case Kind.INTEGER, int() if not isinstance(value, bool):
            if not 0 <= value <= LARGEST_INTEGER:
                return Fault(field.name, FaultCode.TYPE)
            return None if not field.codes or str(value) in field.codes else Fault(field.name, FaultCode.CODE)
        case Kind.MOMENT, datetime() if value.tzinfo is not None:
            return None
    return Fault(field.name, FaultCode.TYPE)


def _wrong_text(field: Field, value: str) -> Fault | None:
    if _CONTROL.search(value):
        return Fault(field.name, FaultCode.CHARACTER)
    if len(value) > field.length:
        return Fault(field.name, FaultCode.LENGTH, f"{len(value)}/{field.length}")
    given = value.split(SEPARATOR) if field.several else [value]
    if field.codes and not field.codes.issuperset(given):
        return Fault(field.name, FaultCode.CODE)
    return None
