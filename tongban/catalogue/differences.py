"""Which differences between regions does the demo show on purpose?

A set of data files conforms. What the own systems of some bodies show otherwise is declared in a file of its own,
`differences.yaml`: whose, of which matter, what is changed, and which findings that must give. Each change names its
place as a finding does (`materials/M_LICENSE/copies`) and the value that stands there, null for what is not there. The
changed terms are observed implementations; tests compare what is found with what is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tongban.catalogue import build, reading
from tongban.catalogue.actions import Observed
from tongban.catalogue.rows import BadRow
from tongban.domain.catalogue import Condition, Requirement, Standard, Terms
from tongban.domain.clock import InvalidLimit
from tongban.domain.codes import MaterialForm, Necessity, SourceChannel
from tongban.domain.conformance import Weight
from tongban.domain.identifiers import InvalidIdentifier, check_uscc

NAME = "differences.yaml"
SET = Path(__file__).parent / "data" / "tongbiao"


class NoSuchPlace(Exception):
    """A change of something that the terms do not have, or a value that cannot stand there."""


@dataclass(frozen=True, slots=True)
class Change:
    """The value that stands at a place in a body's own system; None: it is not there."""

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """What one body's system shows of one matter otherwise than the standard, and the findings it must give."""

    matter: str
    region: str
    body: str
    what: str
    changes: tuple[Change, ...]
    expected: tuple[tuple[str, Weight], ...]


def read(folder: Path = SET) -> tuple[Difference, ...]:
    """Read the declared differences of a set; a set without the file declares none. Raises BadRows."""
    path = folder / NAME
    if not path.exists():
        return ()
    rows: list[BadRow] = []
    plain = reading.read_file(path, NAME, "differences", rows)
    reading.demand(rows)
    reading.demand(_wrong_bodies(plain))
    return tuple(
        Difference(
            matter=row["matter"],
            region=row["region"],
            body=row["body"],
            what=row["what"],
            changes=tuple(Change(each["path"], each["value"]) for each in row["changes"]),
            expected=tuple((each["path"], Weight(each["weight"])) for each in row["expected"]),
        )
        for row in plain["differences"]
    )


def observed(differences: tuple[Difference, ...], standards: Mapping[str, Standard]) -> tuple[Observed, ...]:
    """Return what the bodies' systems show: the standard's terms with the declared changes. Raises BadRows."""
    bad: list[BadRow] = []
    seen = []
    for number, each in enumerate(differences):
        if each.matter not in standards:
            bad.append(BadRow(NAME, f"differences/{number}/matter", f"{each.matter} 没有定义"))
            continue
        terms = standards[each.matter].terms
        for place, change in enumerate(each.changes):
            try:
                terms = changed(terms, change)
            except NoSuchPlace as wrong:
                bad.append(BadRow(NAME, f"differences/{number}/changes/{place}", str(wrong)))
        seen.append(Observed(each.matter, each.body, each.region, terms))
    reading.demand(bad)
    return tuple(seen)


def _wrong_bodies(plain: Any) -> list[BadRow]:
    rows = []
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(plain["differences"]):
        try:
            check_uscc(row["body"])
        except InvalidIdentifier as wrong:
            rows.append(BadRow(NAME, f"differences/{number}/body", str(wrong)))
        if (row["matter"], row["body"]) in seen:
            rows.append(BadRow(NAME, f"differences/{number}", f"{row['matter']} {row['body']} 出现了两次"))
        seen.add((row["matter"], row["body"]))
    return rows


# --- One change -------------------------------------------------------------------------------------------------------


def changed(terms: Terms, change: Change) -> Terms:
    """Return the terms with one change made. Raises NoSuchPlace."""
    kind, *rest = change.path.split("/")
    if kind not in _CHANGES:
        raise NoSuchPlace(f"没有 {change.path} 这个位置")
    try:
        return _CHANGES[kind](terms, rest, change.value)
    except (KeyError, TypeError, ValueError, InvalidLimit) as wrong:
        raise NoSuchPlace(f"{change.path} 没有这个位置，或者放不下 {change.value!r}") from wrong


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _copies(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(value)
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _name(terms: Terms, rest: list[str], value: Any) -> Terms:
    [] = rest
    return replace(terms, name=_text(value))


def _conditions(terms: Terms, rest: list[str], value: Any) -> Terms:
    """`conditions/0/text`, `conditions/0` with null, or `conditions/extra` with a condition."""
    rows = list(terms.conditions)
    match rest:
        case ["extra"]:
            rows.append(Condition(value["text"], build.source(value), expression=value.get("expression", "")))
        case [place] if value is None:
            del rows[_place(place, rows)]
        case [place, "text"]:
            number = _place(place, rows)
            rows[number] = replace(rows[number], text=_text(value))
        case [place, "expression"]:
            number = _place(place, rows)
            rows[number] = replace(rows[number], expression=_text(value))
        case _:
            raise KeyError(rest)
    return replace(terms, conditions=tuple(rows))


def _place(text: str, rows: list[Any]) -> int:
    number = int(text)
    if not 0 <= number < len(rows):
        raise KeyError(text)
    return number


_FIELDS: dict[str, Any] = {
    "copies": _copies,
    "form": MaterialForm,
    "necessity": Necessity,
    "channel": SourceChannel,
    "commitment": _flag,
}


def _materials(terms: Terms, rest: list[str], value: Any) -> Terms:
    """`materials/CODE/copies`, `materials/CODE` with null, or with what is asked of a material that was not."""
    rows = {row.material: row for row in terms.requirements}
    match rest:
        case [code] if value is None:
            del rows[code]
        case [code] if code not in rows:
            fields = {name: _FIELDS[name](value[name]) for name in value}
            rows[code] = Requirement(code, **fields)
        case [code, field]:
            rows[code] = replace(rows[code], **{field: _FIELDS[field](value)})
        case _:
            raise KeyError(rest)
    return replace(terms, requirements=tuple(rows.values()))


def _limits(terms: Terms, rest: list[str], value: Any) -> Terms:
    """`limits/promised` or `limits/statutory` with days, unit and start."""
    (which,) = rest
    limit = build.limit(value)
    match which:
        case "promised":
            return replace(terms, promised=limit)
        case "statutory":
            return replace(terms, statutory=limit)
        case _:
            raise KeyError(which)


def _result(terms: Terms, rest: list[str], value: Any) -> Terms:
    match rest:
        case ["certificate_type"]:
            return replace(terms, yields=_text(value))
        case ["document"]:
            return replace(terms, document=_text(value))
        case _:
            raise KeyError(rest)


def _recognition(terms: Terms, rest: list[str], value: Any) -> Terms:
    """`recognition/PROVINCE` with true or false."""
    (province,) = rest
    others = tuple(each for each in terms.recognised_in if each != province)
    return replace(terms, recognised_in=(*others, province) if _flag(value) else others)


_CHANGES: dict[str, Callable[[Terms, list[str], Any], Terms]] = {
    "name": _name,
    "conditions": _conditions,
    "materials": _materials,
    "limits": _limits,
    "result": _result,
    "recognition": _recognition,
}
