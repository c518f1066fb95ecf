"""What do the pages of lists show: rows, what can be chosen, and what is chosen? Plain values for templates.

The address says everything that is chosen, so that a list can be kept, sent and turned back to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.catalogue import code_tables, labels, words
from tongban.catalogue.code_tables import Named
from tongban.catalogue.queries import PAGE, Direction, Facets, Offered, Reformed, Row, Wanted
from tongban.domain.catalogue import MatterType, Source
from tongban.domain.lists import ListKind
from tongban.domain.offers import Extension, HandlingMode

Kind = TypeVar("Kind", bound=StrEnum)

PARAMETERS = ("province", "sector", "type", "theme", "list", "mode")
SHOWN = (ListKind.NO_VISIT, ListKind.INSTANT, ListKind.DEFERRABLE, ListKind.COMMITMENT)
"""The lists that a row names: those that tell a reader what is easy about it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A matter as a list shows it."""

    code: str
    name: str
    href: str
    kind: str
    sector: str
    provinces: str
    promised: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen, how many matters it would leave, and where that leads."""

    text: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One question of the filter: `parameter` is its name in the address."""

    parameter: str
    name: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> bool:
        return any(choice.current for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Chip:
    """Something chosen, and where it is taken back."""

    name: str
    text: str
    href: str


def wanted(given: QueryDict) -> Wanted:
    """Read what an address chooses; what no list knows chooses nothing."""
    return Wanted(
        text=given.get("q", "").strip(),
        province=_known(given.get("province", ""), labels.PROVINCES),
        sector=_known(given.get("sector", ""), code_tables.sectors()),
        theme=_known(given.get("theme", ""), code_tables.themes()),
        matter_type=_member(given.get("type", ""), MatterType),
        listing=_member(given.get("list", ""), ListKind),
        mode=_member(given.get("mode", ""), HandlingMode),
    )


def _known(code: str, table: Mapping[str, Any]) -> str:
    return code if code in table else ""


def _member(value: str, kind: type[Kind]) -> Kind | None:
    return kind(value) if value in set(kind) else None


def page_number(given: QueryDict) -> int:
    number = given.get("page", "")
    return max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 9 else 1


class Counted(list[Any]):
    """Stands for all hits in a paginator that only ever asks how many there are."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total = total

    def __len__(self) -> int:
        return self.total

    def count(self, *_ignored: Any) -> int:
        return self.total


def page(total: int, number: int) -> Any:
    """Return the page for the component `pagination`; a number beyond the last is the last."""
    return Paginator(Counted(total), PAGE).get_page(number)


# --- Rows -------------------------------------------------------------------------------------------------------------


def listed(rows: Iterable[Row], *, province: str = "") -> list[Listed]:
    return [_listed(row, province) for row in rows]


def _listed(row: Row, province: str) -> Listed:
    return Listed(
        code=row.code,
        name=words.told(row.standard, "name"),
        href=reverse("catalogue:guide", args=[row.code]),
        kind=words.matter_type(row.standard.matter_type),
        sector=labels.sector(row.standard.sector),
        provinces=" · ".join(labels.province(each) for each in row.provinces),
        promised=_promised(row, province),
        notes=tuple(str(labels.LISTS[kind]) for kind in SHOWN if kind in row.listings),
    )


def _promised(row: Row, province: str) -> str:
    """What is promised in the chosen province; where bodies promise differently, the span of it."""
    said = {
        words.limit(each.promised): (each.promised.unit.value, each.promised.days)
        for each in row.implementations
        if each.region[:2] == province[:2] or not province
    }
    ordered = sorted(said, key=lambda text: said[text])
    if len(ordered) < 2:
        return "".join(ordered)
    return _("%(shortest)s至%(longest)s") % {"shortest": ordered[0], "longest": ordered[-1]}


# --- What can be chosen -----------------------------------------------------------------------------------------------


def facets(found: Facets, given: QueryDict) -> list[Facet]:
    """Return the questions that still have an answer, in the order in which people ask them."""
    sectors = {code: labels.sector(code) for code in code_tables.sectors()}
    themes = {code: labels.theme(code) for code in code_tables.themes()}
    asked = (
        ("province", _("地区"), labels.PROVINCES, found.provinces),
        ("list", _("方便程度"), labels.LISTS, found.listings),
        ("type", _("事项类型"), words.MATTER_TYPES, found.matter_types),
        ("sector", _("部门"), sectors, found.sectors),
        ("theme", _("主题"), themes, found.themes),
        ("mode", _("跨省办理模式"), labels.MODES, found.modes),
    )
    made = [_facet(parameter, name, table, counted, given) for parameter, name, table, counted in asked]
    return [facet for facet in made if facet.choices]


def _facet(parameter: str, name: str, table: Mapping[Any, Any], counted: Mapping[Any, int], given: QueryDict) -> Facet:
    chosen = given.get(parameter, "")
    return Facet(
        parameter,
        name,
        tuple(
            Choice(str(text), counted.get(code, 0), address(given, parameter, code), code == chosen)
            for code, text in table.items()
            if code in counted or code == chosen
        ),
    )


def address(given: QueryDict, parameter: str, value: str) -> str:
    """Return the address with this chosen beside what is chosen already, from the first page on."""
    kept = {name: given[name] for name in ("q", *PARAMETERS) if given.get(name) and name != parameter}
    return "?" + urlencode(kept | ({parameter: value} if value else {}))


def chips(asked: Iterable[Facet], given: QueryDict) -> list[Chip]:
    return [
        Chip(facet.name, choice.text, address(given, facet.parameter, ""))
        for facet in asked
        for choice in facet.choices
        if choice.current
    ]


# --- Across borders ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """From which province's matters to whose halls, with the choice of a mode."""

    text: str
    total: int
    href: str
    current: bool
    modes: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class AcrossBorders:
    """An offer as a list shows it."""

    code: str
    name: str
    mode: str
    receipt: str
    agreement: str
    agreement_number: str
    from_on: date
    source: Source


@dataclass(frozen=True, slots=True)
class ExtendedHall:
    """A hall that serves matters of other regions."""

    name: str
    place: str
    serves: tuple[str, ...]
    from_on: date
    agreement: str
    agreement_number: str
    source: Source


@dataclass(frozen=True, slots=True)
class ReformedMatter:
    """A reform mode as a list shows it."""

    code: str
    name: str
    place: str
    mode: str
    measures: str
    from_on: date
    source: Source


def direction(each: Direction, province: str, mode: HandlingMode | None) -> Way:
    current = each.province == province
    return Way(
        text=_("%(province)s的事项，在%(to)s交")
        % {"province": labels.province(each.province), "to": _provinces(each.to)},
        total=each.total,
        href=f"?province={each.province}",
        current=current and mode is None,
        modes=tuple(
            Choice(
                str(labels.MODES[one]), count, f"?province={each.province}&mode={one.value}", current and one is mode
            )
            for one, count in each.modes.items()
        ),
    )


def _provinces(codes: Iterable[str]) -> str:
    return _("、").join(labels.province(code) for code in codes)


def offered(each: Offered, titles: Mapping[str, Named]) -> AcrossBorders:
    offer = each.offer
    return AcrossBorders(
        code=offer.matter,
        name=words.told(each, "name"),
        mode=str(labels.MODES[offer.mode]),
        receipt=str(labels.RECEIPTS[offer.receipt_counts]),
        agreement=words.told(titles[offer.agreement], "name"),
        agreement_number=offer.agreement,
        from_on=offer.from_on,
        source=offer.source,
    )


def halls(found: Iterable[Extension], titles: Mapping[str, Named]) -> list[ExtendedHall]:
    """Return each hall once, with the regions and levels it serves."""
    by_hall: dict[str, list[Extension]] = {}
    for each in found:
        by_hall.setdefault(each.hall, []).append(each)
    return [
        ExtendedHall(
            name=words.told(served[0], "hall_name"),
            place=labels.place(served[0].hall_region),
            serves=tuple(_served(each) for each in served),
            from_on=min(each.from_on for each in served),
            agreement=words.told(titles[served[0].agreement], "name"),
            agreement_number=served[0].agreement,
            source=served[0].source,
        )
        for served in by_hall.values()
    ]


def _served(each: Extension) -> str:
    levels = _("、").join(str(labels.LEVELS[level]) for level in each.levels)
    return _("%(place)s（%(levels)s事项）") % {"place": labels.place(each.region), "levels": levels}


def reformed(each: Reformed) -> ReformedMatter:
    reform = each.reform
    return ReformedMatter(
        code=reform.matter,
        name=words.told(each, "name"),
        place=labels.place(reform.region),
        mode=str(labels.REFORMS[reform.mode]),
        measures=reform.measures,
        from_on=reform.from_on,
        source=reform.source,
    )
