"""What does the list of standards show of each: how it stands, and the five marks of each province?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from tongban.catalogue import conformance, labels
from tongban.catalogue.queries.stewards import State
from tongban.catalogue.words import in_english
from tongban.domain.conformance import Finding
from tongban.harmony import words
from tongban.harmony.comparison import shown_marks
from tongban.harmony.forms.search import STATES
from tongban.web.values import Mark

TONES = {State.IN_FORCE: "good", State.AMENDING: "attention", State.PROPOSED: "active", State.ENDED: "quiet"}


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: str
    version: int
    sector: str
    state: str | Promise
    tone: str
    batch: str
    marks: tuple[tuple[str, tuple[Mark, ...]], ...]


def rows(standing: Sequence[dict[str, Any]], *, today: date) -> list[Row]:
    """Return a row for each matter; the number of statements is the same for one as for fifty."""
    in_force = [each["code"] for each in standing if each["valid"]]
    found: dict[tuple[str, str], list[Finding]] = {}
    for each in conformance.compared(matters=in_force, today=today):
        key = (each.standard.matter, words.province_code(each.region))
        found[key] = [*found.get(key, ()), *each.findings]
    return [_row(each, found) for each in standing]


def _row(standing: dict[str, Any], found: Mapping[tuple[str, str], list[Finding]]) -> Row:
    state = State(standing["state"])
    return Row(
        code=standing["code"],
        name=(in_english() and standing["name_en"]) or standing["name"],
        version=standing["valid"] or standing["newest"] or 0,
        sector=labels.sector(standing["sector"]),
        state=STATES[state.value],
        tone=TONES[state],
        batch=standing["batch"],
        marks=tuple(
            (str(label), _marks(found.get((standing["code"], code)))) for code, label in words.PROVINCES.items()
        ),
    )


def _marks(findings: Sequence[Finding] | None) -> tuple[Mark, ...]:
    """Return the marks of all that a province's bodies publish and show; none where nothing is said."""
    return () if findings is None else shown_marks(findings)
