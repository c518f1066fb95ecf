"""Which plain values do the components of the page shell take?

Rooms build these from their rows and hand them to a component; the component knows no model. Texts are finished
sentences in the reader's language. The options of each component stand at the top of its file in
`templates/web/components/`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Link:
    """A text with an address; without one it is the place where the reader is (last crumb, plain cell)."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a task list. `tone` colours the state: good, active, attention, bad, quiet or empty."""

    name: str
    state: str
    href: str = ""
    hint: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of check-answers. `source` says where a value came from that was not typed (registry, wallet)."""

    label: str
    value: str | Sequence[str]
    href: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of a timeline; `automatic` for what the system did by rule, then `article` names the rule. `papers` are
    the documents issued upon it.
    """

    at: datetime | date
    sentence: str
    actor: str
    article: str = ""
    automatic: bool = False
    href: str = ""
    papers: Sequence[Link] = ()


class MarkState(StrEnum):
    HOLDS = "holds"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the five marks 同名 同准 同材 同时 互认."""

    name: str
    state: MarkState
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number with what makes it honest: definition, denominator, period, and the rows it counts."""

    name: str
    value: str
    unit: str
    definition: str
    denominator: str = ""
    period: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in a cell; `differs` where the other regions say something else."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One field in all regions: `cells` in the order of the regions, one list of pieces each."""

    field: str
    cells: tuple[tuple[Piece, ...], ...]
    same: bool


def compare(field: str, texts: Sequence[str]) -> RegionRow:
    """Mark in each region's text what differs from the text most regions use (the first one in a tie)."""
    common = Counter(texts).most_common(1)[0][0]
    same = len(set(texts)) == 1
    return RegionRow(field, tuple(_pieces(text, common, texts) for text in texts), same)


def _pieces(text: str, common: str, texts: Sequence[str]) -> tuple[Piece, ...]:
    """Cut a text where it leaves the common one; the common text itself is cut against the first that differs."""
    other = common if text != common else next((each for each in texts if each != common), common)
    pieces = [
        Piece(text[start:end], operation != "equal")
        for operation, start, end, _, _ in SequenceMatcher(None, text, other, autojunk=False).get_opcodes()
        if end > start
    ]
    return tuple(pieces)
