"""Where does what bodies publish, or their own systems show, differ from the standards in force?

Every standard in force is compared with the newest published implementation of each body, and with what the body's own
system showed last, if anybody looked. The rule is `domain/conformance`; here is which pairs it is asked about. The
number of statements is constant, however many matters there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.catalogue import calendars, models, storage
from tongban.domain.catalogue import DataElement, Implementation, Standard, Terms
from tongban.domain.codec import from_plain
from tongban.domain.conformance import Finding, articles_of, compare, effective
from tongban.domain.refused import Refused


class Kind(StrEnum):
    """What was compared: what a body published, or what its own system shows."""

    PUBLISHED = "published"
    OBSERVED = "observed"


class NothingToCompare(Refused):
    """A matter whose standard is not in force."""

    code = "nothing_to_compare"
    status = 404


@dataclass(frozen=True, slots=True)
class Compared:
    """One body's terms beside the standard in force, with what differs.

    `departure` is the article by which the body departs from the standard, where one stands open; else empty.
    """

    standard: Standard
    region: str
    body: str
    kind: Kind
    stated: Terms
    findings: tuple[Finding, ...]
    departure: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, with where it was found."""

    matter: str
    matter_name: str
    standard_version: int
    region: str
    body: str
    kind: Kind
    departure: str
    finding: Finding


def findings(
    *, matters: Collection[str] | None = None, regions: Collection[str] | None = None, today: date
) -> list[Found]:
    """Return every finding, by matter, region, body and kind; a region includes all that lies under it.

    Raises NothingToCompare, UnknownDivision.
    """
    return [
        Found(
            matter=each.standard.matter,
            matter_name=each.standard.name,
            standard_version=each.standard.version,
            region=each.region,
            body=each.body,
            kind=each.kind,
            departure=each.departure,
            finding=finding,
        )
        for each in compared(matters=matters, regions=regions, today=today)
        for finding in each.findings
    ]


def compared(
    *, matters: Collection[str] | None = None, regions: Collection[str] | None = None, today: date
) -> list[Compared]:
    """Return every body's terms beside the standard in force, those that conform included.

    Raises NothingToCompare, UnknownDivision.
    """
    standards = storage.standards_in_force(matters, today=today)
    _demand_in_force(matters, standards)
    asked = _Asked(regions)
    books = _Books.read()
    departures = open_departures()
    rows = sorted(
        (row for row in _stated(standards, matters) if asked.covers(row.region)),
        key=lambda row: (row.matter, row.region, row.body, row.kind is Kind.OBSERVED),
    )
    return [
        Compared(
            standard=(standard := standards[row.matter]),
            region=row.region,
            body=row.body,
            kind=row.kind,
            stated=row.terms,
            findings=books.compare(standard, row.terms),
            departure=departures.get((row.matter, row.body), ""),
        )
        for row in rows
    ]


def judged(implementations: Iterable[Implementation], *, today: date) -> list[Compared]:
    """Return implementations that are not published yet beside the joint standards in force; others are left out."""
    given = list(implementations)
    joint = {
        matter: standard
        for matter, standard in storage.standards_in_force({each.matter for each in given}, today=today).items()
        if not standard.owner
    }
    if not joint:
        return []
    books = _Books.read()
    return [
        Compared(
            standard=(standard := joint[each.matter]),
            region=each.region,
            body=each.body,
            kind=Kind.PUBLISHED,
            stated=(stated := effective(each, standard)),
            findings=books.compare(standard, stated),
        )
        for each in given
        if each.matter in joint
    ]


def against(matter: str, stated: Terms, *, today: date) -> tuple[Standard, tuple[Finding, ...]]:
    """Return the standard in force, and where terms that nobody need have published differ from it.

    Raises NothingToCompare.
    """
    standards = storage.standards_in_force([matter], today=today)
    _demand_in_force([matter], standards)
    return standards[matter], _Books.read().compare(standards[matter], stated)


def open_departures() -> dict[tuple[str, str], str]:
    """Return the article of each open departure (偏离标准), by matter and body, in one statement."""
    rows = models.Departure.objects.filter(closed_at=None).values_list("matter_id", "by", "article")
    return {(matter, body): article for matter, body, article in rows}


def _demand_in_force(matters: Collection[str] | None, standards: Mapping[str, Standard]) -> None:
    missing = sorted(set(matters or ()) - standards.keys())
    if missing:
        raise NothingToCompare(f"事项“{missing[0]}”没有施行中的标准，无从比对。请核对事项编号，或待批次生效后再查。")


@dataclass(frozen=True, slots=True)
class _Stated:
    matter: str
    region: str
    body: str
    kind: Kind
    terms: Terms


def _stated(standards: Mapping[str, Standard], matters: Collection[str] | None) -> Iterator[_Stated]:
    """What bodies say of matters whose standard is not in force has nothing to be compared with."""
    for matter, implementations in storage.implementations_in_force(matters).items():
        for each in implementations if matter in standards else ():
            yield _Stated(matter, each.region, each.body, Kind.PUBLISHED, effective(each, standards[matter]))
    for seen in storage.observations(matters):
        if seen.matter in standards:
            yield _Stated(seen.matter, seen.region, seen.body, Kind.OBSERVED, seen.terms)


class _Asked:
    """Which regions were asked for, with all that lies under them."""

    def __init__(self, regions: Collection[str] | None) -> None:
        self.divisions = calendars.divisions()
        self.regions = None if regions is None else frozenset(self.divisions.get(each).code for each in regions)

    def covers(self, region: str) -> bool:
        if self.regions is None:
            return True
        above = self.divisions.ancestors(region) if region in self.divisions else ()
        return not self.regions.isdisjoint((region, *above))


@dataclass(frozen=True, slots=True)
class _Books:
    """Data elements, and the names of what a finding speaks of."""

    elements: Mapping[str, DataElement]
    names: Mapping[str, str]

    @classmethod
    def read(cls) -> _Books:
        elements = {row.code: from_plain(row.body, DataElement) for row in models.Element.objects.all()}
        names = {code: division.name for code, division in calendars.divisions().rows.items()}
        for model in (models.Material, models.CertificateType):
            names |= dict(model.objects.values_list("code", "name"))
        return cls(elements, names)

    def compare(self, standard: Standard, stated: Terms) -> tuple[Finding, ...]:
        if standard.terms == stated:
            return ()
        return compare(
            standard.terms,
            stated,
            elements=self.elements,
            articles=articles_of(standard),
            names={**self.names, **answers_of(standard)},
        )


def answers_of(standard: Standard) -> dict[str, str]:
    """Return the texts of a standard's questions and choices by their codes."""
    questions = {question.code: question.text for question in standard.questions}
    choices = {choice.code: choice.text for question in standard.questions for choice in question.choices}
    return choices | questions
