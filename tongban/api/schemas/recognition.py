"""Recognition rules, and whether a certificate counts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tongban.api.schemas import Given, Told
from tongban.domain import joint
from tongban.domain.codes import ServiceObject
from tongban.domain.joint import Effect
from tongban.domain.recognition import Reason

Code = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Words = Annotated[str, StringConstraints(max_length=2000)]
Division = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class Rule(Told):
    """A rule with its own days. `standing` is `counts` while it holds today, else what keeps it from holding."""

    code: str
    field: joint.Field
    certificate: str
    certificate_name: str
    effect: Effect
    issued_in: list[str]
    counts_in: str
    divisions: list[str]
    zones: list[str]
    subjects: list[ServiceObject]
    """Nobody named: everybody; no division or zone: all of the region."""
    materials: list[str]
    matters: list[str]
    basis: str
    permits: str
    permits_en: str
    agreement: str
    document: str
    article: str
    from_on: date
    last_on: date | None
    """The first day on which it no longer holds by its own days."""
    standing: Reason
    digest: str
    key: str
    signature: str


class Rules(Told):
    rules: list[Rule]


class Counted(Told):
    """Whether a certificate counts in a region: by which rules, or by which question it failed and why."""

    certificate: str
    issued_in: str
    to: str
    counts: bool
    reason: Reason
    message: str
    message_en: str
    rule: str
    """The rule that holds, or came nearest; empty: no rule names such a certificate."""
    evidence: list[Rule]
    effect: list[Rule]


class Recorded(Given):
    """A rule to be signed and recorded in the name of the bureau of `counts_in`."""

    code: Code
    field: joint.Field
    certificate: Code
    effect: Effect
    issued_in: list[Division] = Field(min_length=1, max_length=40)
    counts_in: Division
    zones: list[Code] = Field(default=[], max_length=100)
    subjects: list[ServiceObject] = Field(default=[], max_length=6)
    materials: list[Code] = Field(default=[], max_length=100)
    matters: list[Code] = Field(default=[], max_length=400)
    basis: Literal["duty", "consent"] = "duty"
    permits: Words = ""
    permits_en: Words = ""
    agreement: Code
    document: Words
    article: Words = ""
    from_on: date
    until_on: date | None = None


class Ended(Given):
    ended_on: date
    reason: Words


class Acted(Told):
    recognition: str
