"""What becomes of a certificate after it was issued: grounds, acts of its authority, answers of its holder."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from tongban.api.schemas import Given, Told
from tongban.certificates.forms_of_acts import LONGEST
from tongban.domain.certificate import Status
from tongban.domain.grounds import Act


class GroundTold(Told):
    code: str
    act: Act
    words: str
    words_en: str
    article: str
    """Empty where the rule is composed (示例)."""
    heard: bool
    """Whether the holder is told first and heard, and somebody else decides."""


class Grounds(Told):
    grounds: list[GroundTold]


class StepTold(Told):
    at: datetime
    sentence: str
    actor: str
    article: str
    automatic: bool


class StandingTold(Told):
    identifier: str
    status: Status
    since: date | None
    ground: str
    article: str
    intended: str
    """The ground on which the authority told that it intends to act; empty: on none."""
    statement_due_on: date | None
    history: list[StepTold]


class ActNoticed(Told):
    certificate: str
    statement_due_on: date
    hearing: bool


class ActDecided(Told):
    certificate: str
    status: Status
    on: date


class CertificateActed(Told):
    certificate: str


class HearingAsked(Told):
    certificate: str
    hold_by_on: date


class CertificateNotice(Given):
    ground: str = Field(max_length=40)
    reason: str = Field(max_length=LONGEST)
    hearing: bool = False


class CertificateDecision(Given):
    ground: str = Field(max_length=40)
    reason: str = Field(max_length=LONGEST)


class CertificateReason(Given):
    reason: str = Field(max_length=LONGEST)


class CertificateRecord(Given):
    record: str = Field(max_length=LONGEST)


class CertificateStatement(Given):
    text: str = Field(max_length=LONGEST)


class DoubtFinding(Given):
    certificate: str = Field(max_length=120)
    finding: str = Field(max_length=LONGEST)


class DoubtSettledTold(Told):
    case: int
    certificate: str
