"""The written forms of what the catalogue keeps: what is published comes in as it goes out.

Field by field as in the kernel, under the same names; a test holds both together. The digest of a version is the SM3 of
the canonical JSON (RFC 8785) of just this form. Sizes are bounded where a database or a comparison needs it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tongban.domain.catalogue import (
    ElementKind,
    Jurisdiction,
    MatterType,
    Regime,
    SourceKind,
    SubjectRole,
)
from tongban.domain.clock import LONGEST_DAYS, Start, Unit
from tongban.domain.codec import from_plain
from tongban.domain.codes import (
    BodyNature,
    Channel,
    Device,
    HandlingScope,
    MaterialForm,
    Necessity,
    ProcedureKind,
    ResultKind,
    ServiceObject,
    SourceChannel,
)
from tongban.domain.offers import HandlingMode, ReceiptCounts, ReformMode

Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$")]
OptionalCode = Annotated[str, Field(pattern=r"^([0-9A-Za-z][0-9A-Za-z_.-]{0,39})?$")]
Name = Annotated[str, Field(min_length=1, max_length=400)]
OtherName = Annotated[str, Field(max_length=400)]
Division = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
OptionalDivision = Annotated[str, Field(pattern=r"^([0-9]{6})?$")]
Body = Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$")]
Agreement = Annotated[str, Field(min_length=1, max_length=60)]
Days = Annotated[int, Field(ge=0, le=LONGEST_DAYS)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Cents = Annotated[int, Field(ge=0, le=10**12)]
Level = Annotated[int, Field(ge=1, le=6)]
When = Annotated[list[tuple[str, list[str]]], Field(max_length=20)]
"""Question and the answers under which something applies; empty: always."""


class Written(BaseModel):
    """Something that comes in as it goes out; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, frozen=True)


def of(given: Written, kind: Any, **more: Any) -> Any:
    """Return the kernel's value of what was given."""
    return from_plain(given.model_dump(mode="json") | more, kind)


class Limit(Written):
    days: Days
    unit: Unit
    start: Start = Start.ACCEPTANCE


class Source(Written):
    kind: SourceKind
    reference: str = ""


COMPOSED = Source(kind=SourceKind.COMPOSED)


class Condition(Written):
    text: str
    source: Source
    text_en: str = ""
    expression: str = ""


class Requirement(Written):
    material: Code
    copies: Count = 1
    when: When = []
    source: Source = COMPOSED
    form: MaterialForm = MaterialForm.BOTH
    necessity: Necessity = Necessity.REQUIRED
    channel: SourceChannel = SourceChannel.APPLICANT
    commitment: bool = False


Conditions = Annotated[list[Condition], Field(max_length=200)]
Requirements = Annotated[list[Requirement], Field(max_length=200)]
Provinces = Annotated[list[Division], Field(max_length=40)]
Codes = Annotated[list[Code], Field(max_length=400)]


class Terms(Written):
    """What four-the-same-one-recognised (四同一互) compares."""

    name: Name
    conditions: Conditions
    requirements: Requirements
    statutory: Limit
    promised: Limit | None
    yields: OptionalCode = ""
    document: OtherName = ""
    recognised_in: Provinces = []


class Choice(Written):
    code: str
    text: str
    text_en: str = ""


class StandardQuestion(Written):
    """What is asked to tell the situation."""

    code: str
    text: str
    choices: list[Choice]
    default: str
    text_en: str = ""
    hint: str = ""
    when: When = []
    hint_en: str = ""


class Situation(Written):
    code: str
    name: str
    when: When
    name_en: str = ""


class SpecialProcedure(Written):
    kind: ProcedureKind
    name: str
    days: Days | None = None
    source: Source = COMPOSED


class FormerName(Written):
    region: Division
    name: OtherName


class Standard(Written):
    """The canonical description of a matter (标准); its version is no part of its form."""

    matter: Code
    name: Name
    matter_type: MatterType
    regime: Regime
    statutory: Limit
    name_en: OtherName = ""
    basic_code: str = ""
    requirements: Requirements = []
    needs: Codes = []
    yields: OptionalCode = ""
    elements: Codes = []
    determines: Codes = []
    conditions: Conditions = []
    legal_basis: Annotated[list[Source], Field(max_length=200)] = []
    statutory_source: Source = COMPOSED
    joint_applicants: list[SubjectRole] = []
    basic_code_source: Source = COMPOSED
    owner: OptionalDivision = ""
    item_of: OptionalCode = ""
    item_of_name: OtherName = ""
    item_digits: Annotated[str, Field(pattern=r"^[0-9]{2}$")] = "01"
    sector: OptionalCode = ""
    themes: Codes = []
    serves: list[ServiceObject] = []
    questions: Annotated[list[StandardQuestion], Field(max_length=40)] = []
    situations: Annotated[list[Situation], Field(max_length=40)] = []
    promised: Limit | None = None
    promised_source: Source = COMPOSED
    result: ResultKind = ResultKind.CERTIFICATE
    document: OtherName = ""
    recognised_in: Provinces = []
    special_procedures: Annotated[list[SpecialProcedure], Field(max_length=20)] = []
    quantity_limit: str = ""
    intermediary: str = ""
    former_names: Annotated[list[FormerName], Field(max_length=40)] = []


class Contact(Written):
    address: str = ""
    hours: str = ""
    consulting_phone: str = ""
    complaint_phone: str = ""
    online_address: str = ""


class Implementation(Written):
    """How one body offers a matter (实施清单). Which version of the standard it follows is said by the node."""

    matter: Code
    region: Division
    body: Body
    promised: Limit
    deciding_desk: OtherName
    opinion_desks: list[str] = []
    opinion_steps: list[Annotated[int, Field(ge=1, le=99)]] = []
    implementation_code: str = ""
    standard_version: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    hall: str = ""
    level: Level = 3
    promised_source: Source = COMPOSED
    visits: Count = 0
    fee_cents: Cents = 0
    fee_source: Source = COMPOSED
    stated: Terms | None = None
    jurisdiction: Jurisdiction = Jurisdiction.ANYWHERE
    territory: str = ""
    nature: BodyNature = BodyNature.STATUTORY
    entrusted_by: str = ""
    partners: list[str] = []
    channels: list[Channel] = [Channel.WINDOW]
    scope: HandlingScope = HandlingScope.NONE
    devices: list[Device] = []
    visits_reason: str = ""
    reservation: bool = False
    online_payment: bool = False
    express: bool = False
    contact: Contact = Contact()


class Material(Written):
    """A canonical kind of evidence (申请材料)."""

    code: Code
    name: Name
    name_en: OtherName = ""
    kind: str = ""
    issuer: str = ""
    about: SubjectRole = SubjectRole.HOLDER
    retrievable: bool = False
    source: Source = COMPOSED


class WrittenCertificateType(Written):
    """Any result issued as proof (电子证照)."""

    code: Code
    name: Name
    name_en: OtherName = ""
    type_code: str = ""
    fields: Codes = []
    about: SubjectRole = SubjectRole.SHIP
    to: SubjectRole = SubjectRole.HOLDER
    valid_months: Count | None = None
    source: Source = COMPOSED


class DataElement(Written):
    """A canonical form field (数据元)."""

    code: Code
    name: Name
    name_en: OtherName
    kind: ElementKind
    hint: str = ""
    personal: bool = False
    required: bool = True
    choices: list[tuple[str, str]] = []
    unit: str = ""
    topic: str = ""
    hint_en: str = ""
    choices_en: list[tuple[str, str]] = []
    example: str = ""
    identifies: SubjectRole | None = None
    names: SubjectRole | None = None


class Offer(Written):
    """Which province lets halls of others take in one of its matters (跨省通办清单项); the last day is not in it."""

    matter: Code
    province: Division
    to: Provinces
    mode: HandlingMode
    agreement: Agreement
    from_on: date
    until_on: date | None = None
    receipt_counts: ReceiptCounts = ReceiptCounts.AT_ARRIVAL
    territory: str = ""
    source: Source = COMPOSED


class Extension(Written):
    """Which hall serves the matters of another region (延伸服务); the last day is not in it."""

    hall: Code
    hall_name: Name
    hall_region: Division
    region: Division
    levels: Annotated[list[Level], Field(max_length=6)]
    agreement: Agreement
    from_on: date
    until_on: date | None = None
    hall_name_en: OtherName = ""
    source: Source = COMPOSED


class Reform(Written):
    """The reform mode of a matter in a region since a day (证照分离)."""

    matter: Code
    region: Division
    mode: ReformMode
    from_on: date
    measures: str = ""
    source: Source = COMPOSED
