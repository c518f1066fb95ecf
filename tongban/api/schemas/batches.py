"""Batches with their acts and signatures, agreements and joint meetings, and what is done with a batch."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from tongban.api.paging import Page
from tongban.api.schemas import Given, Told
from tongban.api.schemas.written import Agreement as AgreementNumber
from tongban.api.schemas.written import Body, Code, Division, OtherName, Written
from tongban.domain.batch.status import FlawKind, Life
from tongban.domain.codes import ServiceObject
from tongban.domain.joint import ActKind

BatchCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]
Zone = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,40}$")]
DigestOf = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="看到的那一次提请的摘要")]
MOST_MATTERS = 2_000
MOST_DEPARTMENTS = 200
LONGEST_REASON = 2_000


class Scope(Written):
    """Where and for whom a batch counts; `subjects` empty: everybody."""

    divisions: list[Division] = Field([], max_length=400)
    zones: list[Zone] = Field([], max_length=100)
    subjects: list[ServiceObject] = Field([])


# --- Told -------------------------------------------------------------------------------------------------------------


class BatchListed(Told):
    """`life` and `sentence`: where it stands today and why, computed anew from digests and signatures."""

    code: str
    title: str
    title_en: str
    life: Life
    sentence: str
    number: str
    """The joint number of the act that counts; empty until all regions have signed one."""
    takes_effect_on: date | None
    agreement: str
    standards: int


class Batches(Page):
    batches: list[BatchListed]


class ListedStandard(Told):
    matter: str
    version: int
    digest: str
    unchanged: bool
    """The stored version still gives the digest that was signed."""


class DepartmentOfRegion(Told):
    """A competent department; `signed_off_at` null: its sign-off is missing."""

    region: str
    body: str
    name: str
    signed_off_at: datetime | None


class BureauSignature(Told):
    """`verified`: the key bears it out over the digest of this act. Key and signature are unpadded base64url."""

    region: str
    body: str
    digest: str
    key: str
    algorithm: str
    public_key: str
    signature: str
    at: datetime
    verified: bool


class Flaw(Told):
    kind: FlawKind
    about: str
    sentence: str


class BatchAct(Told):
    """One act. `content` is what is signed: `digest` is the SM3 of its canonical JSON."""

    serial: int
    kind: ActKind
    digest: str
    content: ActContent
    standards: list[ListedStandard]
    departments: list[DepartmentOfRegion]
    signatures: list[BureauSignature]
    flaws: list[Flaw]
    proposed_at: datetime
    recalled: str
    completed_at: datetime | None
    takes_effect_on: date | None
    number: str


class StandardSigned(Told):
    matter: str
    version: int
    digest: str


class ActContent(Told):
    """The written form of an act."""

    batch: str
    serial: int
    kind: ActKind
    title: str
    title_en: str
    standards: list[StandardSigned]
    regions: list[str]
    scope: Scope
    agreement: str
    in_force_on: date


class Batch(BatchListed):
    regions: list[str]
    matters: list[str]
    acts: list[BatchAct]
    """The newest first."""


class Party(Told):
    region: str
    body: str
    name: str
    name_en: str


class Annex(Told):
    title: str
    digest: str


class AgreementListed(Told):
    """`holds` and `sentence`: whether it stands today and why (not). `last_day` null: without end."""

    number: str
    title: str
    title_en: str
    holds: bool
    sentence: str
    signed_on: date
    from_on: date
    last_day: date | None


class Agreements(Page):
    agreements: list[AgreementListed]


class Undertaking(Told):
    text: str
    owner: Party
    due_on: date
    outcome: str
    """Empty until it is done."""
    done_at: datetime | None


class Meeting(Told):
    id: str
    title: str
    held_on: date
    attendees: list[Party]
    agenda: list[str]
    minutes: str
    undertakings: list[Undertaking]


class Agreement(AgreementListed):
    """`offers` and `extensions`: how many rest on it, by province and region."""

    scope: str
    parties: list[Party]
    annexes: list[Annex]
    batches: list[BatchListed]
    offers: dict[str, int]
    extensions: dict[str, int]
    meetings: list[Meeting]


# --- Given ------------------------------------------------------------------------------------------------------------


class BatchDrafted(Given):
    code: BatchCode
    title: OtherName
    title_en: OtherName = ""
    matters: list[Code] = Field(max_length=MOST_MATTERS)
    regions: list[Division] = Field(max_length=40)
    scope: Scope
    agreement: AgreementNumber
    in_force_on: date


class Proposed(Given):
    """An issue takes the draft as it is; a widening its `scope`, an amendment its `matters`, and each its day."""

    kind: ActKind = ActKind.ISSUE
    scope: Scope | None = None
    matters: list[Code] = Field([], max_length=MOST_MATTERS)
    in_force_on: date | None = None


class Recalled(Given):
    reason: str = Field(max_length=LONGEST_REASON)


class SignedOff(Given):
    region: Division
    departments: list[Body] = Field(min_length=1, max_length=MOST_DEPARTMENTS)
    digest: DigestOf


class Signed(Given):
    region: Division
    digest: DigestOf


# --- Answered ---------------------------------------------------------------------------------------------------------


class BatchKept(Told):
    batch: str


class ActProposed(Told):
    """`digest` is what departments and bureaus name when they sign."""

    batch: str
    serial: int
    digest: str


class ActRecalled(Told):
    batch: str
    serial: int


class DepartmentsSignedOff(Told):
    batch: str
    serial: int
    departments: list[str]


class BureauSigned(Told):
    """`number` and `takes_effect_on` are empty until all regions have signed."""

    batch: str
    serial: int
    key: str
    number: str
    takes_effect_on: str
