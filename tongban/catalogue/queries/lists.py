"""Which matters does a list show: those that fit what was typed and chosen, counted exactly, the best first?

Every row of `Entry` read here belongs to one province, or to all together, so no matter is met twice and counts are
counts of rows. The number of statements does not depend on how many matters there are or fit. Where nothing has what
was typed, the matters whose names have most of its pieces are found instead, and the page says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, reduce
from operator import add
from typing import Any, TypeVar

from django.db.models import Case, Count, F, IntegerField, Min, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Length, StrIndex

from tongban.catalogue import entries, grams, search, storage
from tongban.catalogue.entries import EVERYWHERE
from tongban.catalogue.models import Entry
from tongban.domain.catalogue import Implementation, MatterType, Standard
from tongban.domain.lists import ListKind
from tongban.domain.offers import HandlingMode

Member = TypeVar("Member", bound=str)

PAGE = 20
MOST_PIECES = 24
"""So many pieces of a query are weighed where nothing has it whole."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed and chosen; empty text and None: everything."""

    text: str = ""
    province: str = EVERYWHERE
    sector: str = ""
    theme: str = ""
    matter_type: MatterType | None = None
    listing: ListKind | None = None
    mode: HandlingMode | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A matter in a list; `listings` are those of the chosen province, else of any."""

    code: str
    provinces: tuple[str, ...]
    standard: Standard
    implementations: tuple[Implementation, ...]
    listings: tuple[ListKind, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """`exact` is false where nothing has what was typed, and what is found are the nearest."""

    total: int
    exact: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """How many matters each choice would leave, all else staying as chosen; only choices that leave some."""

    provinces: dict[str, int]
    sectors: dict[str, int]
    themes: dict[str, int]
    matter_types: dict[MatterType, int]
    listings: dict[ListKind, int]
    modes: dict[HandlingMode, int]


def find(wanted: Wanted, *, today: date, start: int = 0, size: int = PAGE) -> Hits:
    """Return the matters from `start` on, the best first; six statements, seven where the nearest are looked for."""
    return Search(wanted).hits(today=today, start=start, size=size)


def codes(wanted: Wanted) -> list[str]:
    """Return the codes of all that fit, the best first."""
    return list(Search(wanted).entries().values_list("matter_id", flat=True))


def facets(wanted: Wanted) -> Facets:
    """Return what else could be chosen, in seven statements, eight where the nearest are looked for."""
    return Search(wanted).facets()


def counts() -> dict[ListKind, dict[str, int]]:
    """Return how many matters stand on each list in each province, and under `EVERYWHERE` in any; one statement."""
    counted: dict[ListKind, dict[str, int]] = {kind: {} for kind in ListKind}
    rows = Entry.objects.order_by().values_list("province", "lists").annotate(matters=Count("id"))
    for province, held, matters in rows.order_by("province", "lists"):
        for kind in entries.members(held, ListKind):
            counted[kind][province] = counted[kind].get(province, 0) + matters
    return counted


class Search:
    """One search, whose page and whose facets look for the same hits."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.runs = grams.wanted(wanted.text)

    def hits(self, *, today: date, start: int, size: int) -> Hits:
        found = self.entries()
        return Hits(found.count(), self.exact, _rows(list(found[start : start + size]), today))

    def entries(self) -> QuerySet[Entry]:
        found = self._chosen(self.wanted)
        if not self.runs:
            return found.order_by("-offered_in", "matter_id")
        first = self.runs[0] if self.exact else self.pieces[0]
        weights = self.runs if self.exact else self.pieces
        return found.annotate(missing=_missing(weights), place=StrIndex("found_as", Value(first))).order_by(
            "missing", "place", Length("name"), "matter_id"
        )

    def facets(self) -> Facets:
        wanted = self.wanted
        kinds = self._counted("matter_type", replace(wanted, matter_type=None))
        return Facets(
            provinces=self._provinces(),
            sectors=_known(self._counted("sector", replace(wanted, sector=""))),
            themes=_spread(self._counted("themes", replace(wanted, theme="")), lambda held: held.strip("|").split("|")),
            matter_types={kind: kinds[kind.value] for kind in MatterType if kind.value in kinds},
            listings=_spread(
                self._counted("lists", replace(wanted, listing=None)), lambda held: entries.members(held, ListKind)
            ),
            modes=_spread(
                self._counted("modes", replace(wanted, mode=None)), lambda held: entries.members(held, HandlingMode)
            ),
        )

    @cached_property
    def exact(self) -> bool:
        """Whether anything has what was typed, whatever else is chosen."""
        return not self.runs or Entry.objects.filter(province=EVERYWHERE, number__in=search.having(self.runs)).exists()

    @cached_property
    def pieces(self) -> list[str]:
        return list(dict.fromkeys(piece for run in self.runs for piece in grams.pieces(run)))[:MOST_PIECES]

    @cached_property
    def fewest_missing(self) -> int:
        near = Entry.objects.filter(province=EVERYWHERE, number__in=search.having_any(self.pieces))
        fewest = near.aggregate(fewest=Min(_missing(self.pieces)))["fewest"]
        return len(self.pieces) if fewest is None else int(fewest)

    def _texted(self, found: QuerySet[Entry]) -> QuerySet[Entry]:
        if not self.runs:
            return found
        if self.exact:
            return found.filter(number__in=search.having(self.runs))
        if self.fewest_missing == len(self.pieces):
            return found.none()
        near = found.filter(number__in=search.having_any(self.pieces)).alias(lacking=_missing(self.pieces))
        return near.filter(lacking=self.fewest_missing)

    def _chosen(self, wanted: Wanted) -> QuerySet[Entry]:
        return self._texted(_filtered(Entry.objects.filter(province=wanted.province), wanted))

    def _counted(self, field: str, wanted: Wanted) -> dict[Any, int]:
        rows = self._chosen(wanted).order_by().values_list(field).annotate(matters=Count("id"))
        return dict(rows.order_by(field))

    def _provinces(self) -> dict[str, int]:
        found = self._texted(_filtered(Entry.objects.exclude(province=EVERYWHERE), self.wanted))
        return dict(found.values_list("province").annotate(matters=Count("id")).order_by("province"))


def _filtered(found: QuerySet[Entry], wanted: Wanted) -> QuerySet[Entry]:
    if wanted.sector:
        found = found.filter(sector=wanted.sector)
    if wanted.theme:
        found = found.filter(themes__contains=entries.between_bars([wanted.theme]))
    if wanted.matter_type is not None:
        found = found.filter(matter_type=wanted.matter_type.value)
    if wanted.listing is not None:
        found = _having(found, "lists", entries.bits([wanted.listing], ListKind))
    if wanted.mode is not None:
        found = _having(found, "modes", entries.bits([wanted.mode], HandlingMode))
    return found


def _having(found: QuerySet[Entry], field: str, bit: int) -> QuerySet[Entry]:
    return found.alias(held=F(field).bitand(bit)).filter(held=bit)


def _missing(pieces: Sequence[str]) -> Combinable:
    """How many of the pieces stand nowhere in the names."""
    parts = (
        Case(When(found_as__contains=piece, then=Value(0)), default=Value(1), output_field=IntegerField())
        for piece in pieces
    )
    return reduce(add, parts)


def _known(counted: dict[str, int]) -> dict[str, int]:
    return {value: count for value, count in counted.items() if value}


def _spread(counted: dict[Any, int], members: Callable[[Any], Iterable[Member]]) -> dict[Member, int]:
    """Count each member of the sets that were counted."""
    spread: Counter[Member] = Counter()
    for held, count in counted.items():
        for member in members(held):
            if member:
                spread[member] += count
    return dict(spread)


def _rows(found: Collection[Entry], today: date) -> tuple[Row, ...]:
    matters = [row.matter_id for row in found]
    provinces: dict[str, list[str]] = {}
    for matter, province in (
        Entry.objects.filter(matter_id__in=matters)
        .exclude(province=EVERYWHERE)
        .order_by("province")
        .values_list("matter_id", "province")
    ):
        provinces.setdefault(matter, []).append(province)
    standards = storage.standards_in_force(matters, today=today)
    implementations = storage.implementations_in_force(matters)
    return tuple(
        Row(
            code=row.matter_id,
            provinces=tuple(provinces[row.matter_id]),
            standard=standards[row.matter_id],
            implementations=tuple(implementations[row.matter_id]),
            listings=entries.members(row.lists, ListKind),
        )
        for row in found
        if row.matter_id in standards
    )
