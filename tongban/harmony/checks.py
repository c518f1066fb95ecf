"""What does a steward hear of his draft while he edits: contradictions, and differences from the standard in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.catalogue.actions.drafts import remarks
from tongban.catalogue.queries import stewards
from tongban.catalogue.queries.stewards import Content
from tongban.domain.catalogue import Implementation, Standard
from tongban.domain.conformance import articles_of, broken, compare, effective
from tongban.domain.consistency import Remark
from tongban.domain.versions import Change, Segment, changes, word_differences
from tongban.harmony import comparison, words
from tongban.harmony.comparison import Noted
from tongban.harmony.names import Names


@dataclass(frozen=True, slots=True)
class Told:
    """A remark with the name of its field."""

    field: str
    sentence: str
    stops: bool


@dataclass(frozen=True, slots=True)
class Checks:
    """`departs`: the draft breaks a joint standard that is in force."""

    remarks: tuple[Told, ...]
    notes: tuple[Noted, ...]
    departs: bool

    @property
    def stops(self) -> bool:
        return any(remark.stops for remark in self.remarks)


def check(content: Content, stands: stewards.Now, names: Names) -> Checks:
    """Judge a draft as it would be published now."""
    told = tuple(_told(each, names) for each in remarks(content, stands.wording))
    if isinstance(content, Standard) or stands.standard is None:
        return Checks(told, (), False)
    standard = stands.standard
    found = compare(
        standard.terms,
        effective(content, standard),
        elements=names.elements,
        articles=articles_of(standard),
        names=names.of,
    )
    notes = tuple(comparison.noted(finding, words.path(finding.path, names.of)) for finding in found)
    return Checks(told, notes, not standard.owner and broken(found))


def _told(remark: Remark, names: Names) -> Told:
    return Told(words.path(remark.path, names.of), remark.sentence, remark.stops)


@dataclass(frozen=True, slots=True)
class Changed:
    """One element that differs from the version in force, its words marked."""

    field: str
    difference: str
    segments: tuple[Segment, ...]


def changed(old: Content, new: Content, names: Names) -> list[Changed]:
    """Return what differs between two versions, in words."""
    return in_words(changes(old, new), names)


def in_words(differing: Iterable[Change], names: Names) -> list[Changed]:
    return [
        Changed(
            field=words.path(each.path, names.of),
            difference=str(words.DIFFERENCES[each.difference]),
            segments=word_differences(each.before, each.after),
        )
        for each in differing
    ]


def departing(standard: Standard, offers: tuple[stewards.Offered, ...], names: Names) -> list[Implementation]:
    """Return which published implementations would break these words."""
    return [
        offer.published
        for offer in offers
        if broken(
            compare(standard.terms, effective(offer.published, standard), elements=names.elements, names=names.of)
        )
    ]
