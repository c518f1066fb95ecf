"""Where is it: which administrative division (行政区划) does a code name, and what lies under what?

A region (地区) is a six-digit code: two digits for the province, two for the city, two for the county. Counties of a
municipality hang directly under it; its placeholder 市辖区 (110100) is no division of its own. A functional zone
(功能区) is an area that no single code names: it lists the divisions it touches and may cross provinces.

    >>> table = Divisions.of([
    ...     Division("130000", "河北省", Level.PROVINCE),
    ...     Division("130200", "唐山市", Level.CITY, "130000"),
    ...     Division("130209", "曹妃甸区", Level.COUNTY, "130200"),
    ... ])
    >>> table.ancestors("130209")
    ('130200', '130000')

Source: GB/T 2260.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tongban.domain.refused import Refused

PROVINCE_PREFIXES = frozenset(
    f"{province}"
    for group in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82),
    )
    for province in group
)
"""The first two digits of every provincial code."""


class UnknownDivision(Refused):
    """A code that no division has."""

    code = "unknown_division"


class InvalidDivisions(Refused):
    """A table of divisions that is not in its form."""

    code = "invalid_divisions"


class Level(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


def province_of(code: str) -> str:
    """Return the code of the province in which a division lies, known or not.

    >>> province_of("130209")
    '130000'
    """
    return f"{code[:2]}0000"


def prefix_of(scope: str) -> str:
    """Return the digits with which the code of every division in the scope begins; empty when it names none.

    >>> prefix_of("130000"), prefix_of("130209")
    ('13', '130209')
    """
    return scope.removesuffix("00").removesuffix("00")


def lies_in(division: str, scope: str) -> bool:
    """Whether a division lies in another, or is the same; by their codes.

    >>> lies_in("110105", "110000"), lies_in("130209", "130200"), lies_in("120116", "110000")
    (True, True, False)
    """
    return division.startswith(prefix_of(scope))


@dataclass(frozen=True, slots=True)
class Division:
    """One row of GB/T 2260; `parent` is empty for a province."""

    code: str
    name: str
    level: Level
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Divisions:
    """The immutable table of divisions. Every question about a code that is not in it is refused."""

    rows: Mapping[str, Division]

    @classmethod
    def of(cls, rows: Iterable[Division]) -> Divisions:
        """Build the table. Raises InvalidDivisions when a code stands twice, is malformed or hangs under nothing."""
        table: dict[str, Division] = {}
        for row in rows:
            if row.code in table:
                raise InvalidDivisions(f"行政区划代码 {row.code} 出现了两次：请删去重复的一行。")
            table[row.code] = row
        for row in table.values():
            _check(row, table)
        return cls(rows=MappingProxyType(table))

    def __contains__(self, code: object) -> bool:
        return code in self.rows

    def get(self, code: str) -> Division:
        try:
            return self.rows[code]
        except KeyError:
            raise UnknownDivision(f"没有代码为“{code}”的行政区划：请填写 GB/T 2260 六位代码。") from None

    def name(self, code: str) -> str:
        return self.get(code).name

    def full_name(self, code: str) -> str:
        """The name with what it lies in: 河北省唐山市曹妃甸区."""
        return "".join(self.name(each) for each in (*reversed(self.ancestors(code)), code))

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes above, nearest first; empty for a province."""
        above = []
        parent = self.get(code).parent
        while parent:
            above.append(parent)
            parent = self.get(parent).parent
        return tuple(above)

    def within(self, code: str, ancestor: str) -> bool:
        """Is `code` the division `ancestor` or one under it?"""
        self.get(ancestor)
        return code == ancestor or ancestor in self.ancestors(code)

    def province(self, code: str) -> Division:
        return self.get((code, *self.ancestors(code))[-1])

    def children(self, code: str) -> tuple[Division, ...]:
        """The divisions directly under, in the order of their codes."""
        self.get(code)
        return tuple(sorted((row for row in self.rows.values() if row.parent == code), key=lambda row: row.code))


@dataclass(frozen=True, slots=True)
class FunctionalZone:
    """A functional zone (功能区): the divisions it touches, not the whole of them, and the provinces of these."""

    code: str
    name: str
    divisions: tuple[str, ...]
    provinces: tuple[str, ...]

    @classmethod
    def of(cls, *, code: str, name: str, divisions: Iterable[str], table: Divisions) -> FunctionalZone:
        """Build a zone; its provinces follow from its divisions. Raises UnknownDivision."""
        touched = tuple(divisions)
        provinces = sorted({table.province(each).code for each in touched})
        return cls(code=code, name=name, divisions=touched, provinces=tuple(provinces))

    @property
    def crosses_provinces(self) -> bool:
        return len(self.provinces) > 1

    def touches(self, code: str, *, table: Divisions) -> bool:
        """Does part of the zone lie in the division `code`, or `code` in a division that the zone touches?"""
        return any(table.within(each, code) or table.within(code, each) for each in self.divisions)


def _check(row: Division, table: Mapping[str, Division]) -> None:
    if len(row.code) != 6 or not (row.code.isascii() and row.code.isdigit()):
        raise InvalidDivisions(f"“{row.code}”不是行政区划代码：应为六位数字。")
    if row.level is Level.PROVINCE:
        if row.parent:
            raise InvalidDivisions(f"省级行政区划 {row.code} 不应再有上级：请清空上级代码。")
        return
    parent = table.get(row.parent)
    if parent is None:
        raise InvalidDivisions(f"行政区划 {row.code} 的上级“{row.parent}”不在表中：请先补上上级。")
    if list(Level).index(parent.level) >= list(Level).index(row.level):
        raise InvalidDivisions(f"行政区划 {row.code} 的上级 {parent.code} 级别不比它高：请核对级别。")
