"""What may a hall take in at its windows today? Its own matters, what others offer to it, what it is extended to.

Source: `domain/offers.py` (who may, and from when receipt counts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Value, When

from tongban.catalogue import models, standing, storage
from tongban.catalogue.queries.alone import offers as offered_by
from tongban.catalogue.queries.lists import PAGE, Search, Wanted
from tongban.catalogue.queries.lookup import bundles, catalogue_of
from tongban.domain import instant
from tongban.domain.catalogue import Bundle, Catalogue, Implementation, Standard
from tongban.domain.offers import Entitlement, Extension, NotTakenInHere, Offer, entitled
from tongban.domain.regions import province_of


@dataclass(frozen=True, slots=True)
class Window:
    """A hall, and the division in which it lies."""

    hall: str
    region: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A matter that a hall may take in, as one body offers it, and upon what."""

    standard: Standard
    implementation: Implementation
    upon: Entitlement

    @property
    def on_the_spot(self) -> bool:
        """A registry certifies it at once: nothing is to be prepared."""
        return instant.certified(self.standard)


@dataclass(frozen=True, slots=True)
class Takings:
    """One page of the matters that a hall may take in; `exact` is false where only the nearest were found."""

    total: int
    exact: bool
    rows: tuple[tuple[Standard, tuple[Taken, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Lists:
    """The offers and extensions that stand today."""

    offers: Mapping[str, list[Offer]]
    extensions: list[Extension]

    def upon(self, implementation: Implementation, window: Window) -> Entitlement | None:
        return entitled(
            implementation,
            hall=window.hall,
            hall_region=window.region,
            offers=self.offers.get(implementation.matter, ()),
            extensions=self.extensions,
        )


def takings(window: Window, *, text: str, today: date, start: int = 0, size: int = PAGE) -> Takings:
    """Return the matters that a hall may take in from `start` on; its own come first where nothing was typed, else
    the best. A constant number of statements."""
    search, own = Search(Wanted(text)), _own(window)
    found = search.entries().filter(matter_id__in=own | _of_others(window, today))
    if not text:
        others = Case(When(matter_id__in=own, then=Value(0)), default=Value(1), output_field=IntegerField())
        found = found.alias(others=others).order_by("others", *found.query.order_by)
    codes = list(found.values_list("matter_id", flat=True)[start : start + size])
    lists = _lists(codes, today)
    standards = storage.standards_in_force(codes, today=today)
    implementations = storage.implementations_in_force(codes)
    rows = [
        (
            standards[code],
            tuple(
                Taken(standards[code], each, upon)
                for each in implementations.get(code, ())
                if (upon := lists.upon(each, window))
            ),
        )
        for code in codes
        if code in standards
    ]
    return Takings(found.count(), search.exact, tuple(row for row in rows if row[1]))


def own_bundles(window: Window) -> list[tuple[Catalogue, Bundle]]:
    """Return the bundles of which every matter is the hall's own; one statement when warm."""
    return [
        (catalogue, bundle)
        for catalogue, bundle in bundles()
        if {each.hall for each in catalogue.implementations.values()} == {window.hall}
    ]


def may_take_in(window: Window, *, bundle: str, body: str, today: date) -> Entitlement:
    """Return upon what a hall takes in a matter as a body offers it, or a bundle where `body` is empty.

    Raises NotTakenInHere, NotInCatalogue.
    """
    if body:
        standard, implementations = offered_by(bundle, today=today)
        wanted: Iterable[Implementation] = [each for each in implementations if each.body == body]
        name = standard.name
    else:
        catalogue, one = catalogue_of(bundle)
        wanted, name = catalogue.implementations.values(), one.name
    lists = _lists([each.matter for each in wanted], today)
    upon = {lists.upon(each, window) for each in wanted}
    entitlement = upon.pop() if len(upon) == 1 else None
    if entitlement is None:
        raise NotTakenInHere(
            f"未能收件：本大厅今天不能收“{name}”：它不是本大厅的事项，也没有有效的跨省通办清单或延伸服务。"
            "请按办事指南告知申请人到哪里办理。"
        )
    return entitlement


def _lists(matters: Iterable[str], today: date) -> _Lists:
    offers: dict[str, list[Offer]] = {}
    for one in standing.offers(list(matters), today=today):
        offers.setdefault(one.matter, []).append(one)
    return _Lists(offers, standing.extensions(today=today))


def _own(window: Window) -> set[str]:
    rows = storage.newest(models.Implementation, "matter_id", "by").filter(body__hall=window.hall)
    return set(rows.values_list("matter_id", flat=True))


def _of_others(window: Window, today: date) -> set[str]:
    """Return the codes that an offer or an extension may open to a hall: two statements, one for each extension."""
    own = province_of(window.region)
    offers = standing.offer_rows(today).exclude(province=own).values_list("matter_id", "body__to")
    found = {matter for matter, to in offers if own in to}
    newest = storage.newest(models.Implementation, "matter_id", "by")
    for one in standing.extensions(today=today):
        if one.hall == window.hall:
            there = newest.filter(region=one.region, body__level__in=one.levels)
            found |= set(there.values_list("matter_id", flat=True))
    return found
