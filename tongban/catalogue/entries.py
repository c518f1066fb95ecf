"""How do the values in force become rows that lists can filter, count and search?

A matter is listed while its standard is in force and a body offers it. What it is listed under follows from standard,
implementations and offers alone (`domain/lists`). Rows are written anew by whoever changes one of these, and once a
day, because spans begin and end by themselves. The number of statements grows with chunks of matters, not with matters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from django.db.models import Max

from tongban.catalogue import code_tables, grams, models, search, standing, storage
from tongban.catalogue.search import Findable
from tongban.domain import lists
from tongban.domain.catalogue import Implementation, Standard
from tongban.domain.lists import ListKind, Offered
from tongban.domain.offers import HandlingMode
from tongban.domain.regions import province_of

Kind = TypeVar("Kind", bound=StrEnum)

AT_ONCE = 2_000
EVERYWHERE = ""
"""In place of a province: all of them together."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Under what a matter is listed, province by province."""

    standard: Standard
    lists: Mapping[str, frozenset[ListKind]]
    modes: Mapping[str, frozenset[HandlingMode]]


_later: ContextVar[set[str] | None] = ContextVar("matters whose rows are written later", default=None)


@contextmanager
def together(now: datetime) -> Iterator[None]:
    """Write at the end, all at once, the rows that are to be written anew within: each matter's once.

    Whoever keeps a hundred copies in one transaction asks for the same rows again and again.
    """
    matters: set[str] = set()
    token = _later.set(matters)
    try:
        yield
    finally:
        _later.reset(token)
    if matters:
        write(matters, today=storage.day_of(now))


def write(matters: Collection[str] | None, *, today: date) -> None:
    """Write the rows of these matters anew, None: of all."""
    later = _later.get()
    if later is not None and matters is not None:
        later.update(matters)
        return
    codes = sorted(set(matters) if matters is not None else models.Matter.objects.values_list("code", flat=True))
    for start in range(0, len(codes), AT_ONCE):
        _write(codes[start : start + AT_ONCE], today)


def count() -> int:
    """Return how many matters are listed."""
    return models.Entry.objects.filter(province=EVERYWHERE).count()


def _write(codes: Sequence[str], today: date) -> None:
    listed = list(_listed(codes, today))
    # From its day on a matter is called what the regions signed.
    storage.write_matters(each.standard for each in listed if not each.standard.owner)
    before = dict(models.Entry.objects.filter(matter_id__in=codes).values_list("matter_id", "number").distinct())
    numbers = _numbers([each.standard.matter for each in listed], before)
    models.Entry.objects.filter(matter_id__in=codes).delete()
    models.Entry.objects.bulk_create(
        [row for each in listed for row in _rows(each, numbers[each.standard.matter])], batch_size=500
    )
    search.forget(sorted(set(before.values()) - set(numbers.values())))
    search.write(_findables([each.standard for each in listed], numbers))


def _numbers(matters: Iterable[str], before: Mapping[str, int]) -> dict[str, int]:
    """A matter keeps its number in the index; a new one gets the next. Whoever writes holds the stream's lock."""
    following = (models.Entry.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    numbers: dict[str, int] = {}
    for matter in matters:
        numbers[matter] = before.get(matter, following)
        following += matter not in before
    return numbers


# --- Under what a matter is listed ------------------------------------------------------------------------------------


def _listed(codes: Sequence[str], today: date) -> Iterator[Listed]:
    implementations = storage.implementations_in_force(codes)
    offers: dict[str, dict[str, set[HandlingMode]]] = {}
    for each in standing.offers(codes, today=today):
        offers.setdefault(each.matter, {}).setdefault(each.province, set()).add(each.mode)
    for matter, standard in storage.standards_in_force(codes, today=today).items():
        if matter in implementations:
            modes = {province: frozenset(given) for province, given in offers.get(matter, {}).items()}
            yield listed(standard, implementations[matter], modes)


def listed(
    standard: Standard, implementations: Iterable[Implementation], modes: Mapping[str, frozenset[HandlingMode]]
) -> Listed:
    """In a province a matter stands on a list when one of its bodies puts it there."""
    kinds: dict[str, frozenset[ListKind]] = {EVERYWHERE: frozenset()}
    for each in implementations:
        province = province_of(each.region)
        own = lists.of(Offered(standard, each, modes.get(province, frozenset())))
        for place in (province, EVERYWHERE):
            kinds[place] = kinds.get(place, frozenset()) | own
    here = {province: modes.get(province, frozenset()) for province in kinds if province != EVERYWHERE}
    return Listed(standard, kinds, here | {EVERYWHERE: frozenset().union(*here.values())})


# --- As rows ----------------------------------------------------------------------------------------------------------


def bits(members: Collection[StrEnum], kind: type[StrEnum]) -> int:
    """Return one bit for each member, in the order of the closed set."""
    return sum(1 << place for place, member in enumerate(kind) if member in members)


def members(value: int, kind: type[Kind]) -> tuple[Kind, ...]:
    """Return the members whose bits are set."""
    return tuple(member for place, member in enumerate(kind) if value >> place & 1)


def between_bars(codes: Iterable[str]) -> str:
    joined = "|".join(sorted(set(codes)))
    return f"|{joined}|" if joined else ""


def _rows(each: Listed, number: int) -> Iterator[models.Entry]:
    standard = each.standard
    for province, kinds in each.lists.items():
        yield models.Entry(
            matter_id=standard.matter,
            province=province,
            number=number,
            name=standard.name,
            name_en=standard.name_en,
            found_as=grams.folded(f"{standard.name} {standard.name_en} {standard.matter} {_initials(standard)}"),
            offered_in=len(each.lists) - 1,
            matter_type=standard.matter_type.value,
            sector=standard.sector,
            themes=between_bars(standard.themes),
            lists=bits(kinds, ListKind),
            modes=bits(each.modes[province], HandlingMode),
        )


def _initials(standard: Standard) -> str:
    return grams.initials(standard.name)


def _findables(standards: Sequence[Standard], numbers: Mapping[str, int]) -> list[Findable]:
    """A matter is found by its names, former ones included, and by those of its materials, result and department."""
    materials = storage.names(models.Material, (r.material for each in standards for r in each.requirements))
    results = storage.names(models.CertificateType, (each.yields for each in standards))
    return [
        Findable(
            number=numbers[each.matter],
            name=" ".join([each.name, each.name_en, each.item_of_name, *_former(each), each.matter]),
            other=" ".join(
                [
                    *(materials.get(r.material, "") for r in each.requirements),
                    results.get(each.yields, ""),
                    each.document,
                    _sector(each),
                ]
            ),
            initials=_initials(each),
        )
        for each in standards
    ]


def _former(standard: Standard) -> list[str]:
    return [former.name for former in standard.former_names]


def _sector(standard: Standard) -> str:
    known = code_tables.sectors().get(standard.sector)
    return "" if known is None else f"{known.name} {known.name_en}"
