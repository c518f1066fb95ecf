"""How is a word of ours written in the codes of the national platform?

A mapping is a version of its own: what it says changes when the platform publishes other codes, and then every row that
it touches is reported anew. It also says which fields nobody here can fill, and why, so that an empty field is never an
oversight; and which event of a case is which step of its handling.

Source: GB/T 39046-2020, annex A; for what it has no codes, composed (`exchange/reporting/data/mapping`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.domain.reporting.schema import SEPARATOR, Unmapped


@dataclass(frozen=True, slots=True)
class Step:
    """What an event of a case is called as a step of its handling (办理环节), and the word for what was done in it."""

    name: str
    action: str


@dataclass(frozen=True, slots=True)
class Codes:
    """One version. `codes`: by set, our word to the platform's code."""

    version: int
    codes: Mapping[str, Mapping[str, str]]
    registered_as: Mapping[str, str]
    """The first two characters of a credit code to what kind of applicant bears it."""
    address: tuple[str, ...]
    """The data elements that hold the applicant's address, the first that is filled counts."""
    steps: Mapping[str, Step]
    unreported: Mapping[str, str]
    """Events that are no step, and why."""
    absent: Mapping[str, Mapping[str, str]]
    """By table, the fields that nobody here can fill, and why."""

    def code(self, codes: str, word: str) -> str | Unmapped:
        return self.codes.get(codes, {}).get(word) or Unmapped(codes, word)

    def several(self, codes: str, words: Iterable[str]) -> str | Unmapped | None:
        """Return the codes of several words, each once; None where there are none."""
        found: list[str] = []
        for word in words:
            match self.code(codes, word):
                case str(code):
                    found.append(code)
                case unmapped:
                    return unmapped
        return SEPARATOR.join(dict.fromkeys(found)) or None

    def number(self, codes: str, word: str) -> int | Unmapped:
        """Return a code that stands in a column of numbers."""
        code = self.code(codes, word)
        return int(code) if isinstance(code, str) else code

    def yes_no(self, value: bool) -> str | Unmapped:
        return self.code("yes_no", "yes" if value else "no")

    def applicant(self, credit_code: str) -> str | Unmapped:
        """Return what kind of applicant bears a credit code."""
        return self.code("service_object", self.registered_as.get(credit_code[:2], "other"))

    def nothing(self, table: str) -> dict[str, None]:
        """Return the fields of a table that nobody here can fill, empty."""
        return dict.fromkeys(self.absent.get(table, {}))
