"""Applications and cases after they were handed in, and what people do with them."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from tongban.api.schemas import Given, Told
from tongban.domain.application import CaseState
from tongban.domain.catalogue import SubjectRole
from tongban.domain.events import Outcome, Procedure, ReturnCause, Side, Verdict
from tongban.domain.materials import Basis, SupplySource

LONGEST_REASON = 2000
LONGEST_DESK = 80


class ApplicationListed(Told):
    number: str
    bundle: str
    submitted_at: datetime
    closed_at: datetime | None
    cases: int
    decided: int
    due_on: date | None


class Applications(Told):
    applications: list[ApplicationListed]


class Opinion(Told):
    desk: str
    verdict: Verdict | None
    at: datetime | None


class Confirmation(Told):
    role: SubjectRole
    party: str
    at: datetime | None


class ProcedureTold(Told):
    """A special procedure, as its notice told it; `resumed_on` is null while it lasts."""

    kind: Procedure
    article: str
    expected_days: int
    began_on: date
    resumed_on: date | None


class Hearing(Told):
    """A hearing that was offered; to be asked for until `request_due_on`, and held by `hold_by_on`."""

    request_due_on: date
    requested_by: Side | None
    hold_by_on: date | None
    held_at: datetime | None


class Case(Told):
    index: int
    matter: str
    name: str
    person: str
    """Opaque id of the person on the list whom it is about; empty: nobody's own."""
    state: CaseState
    body: str
    deciding_desk: str
    opinions: list[Opinion]
    confirmations: list[Confirmation]
    awaits: list[int]
    waits_for: list[int]
    """Those of `awaits` whose certificate is not there yet."""
    outcome: Outcome | None
    """The decision; null until it takes effect."""
    reason: str
    """Why it was denied."""
    returned: ReturnCause | None
    procedures: list[ProcedureTold]
    """Time that no limit counts."""
    extended_days: int
    hearing: Hearing | None
    accepted_at: datetime | None
    promised_due_on: date | None
    statutory_due_on: date | None
    provisional: bool
    decided_at: datetime | None
    certificate: str
    """Identifier of the certificate; empty while there is none."""


class Step(Told):
    """One line of the timeline. `automatic`: the system acted, by the rule that `article` names."""

    at: datetime
    sentence: str
    case: int | None
    automatic: bool
    article: str


class Application(Told):
    number: str
    bundle: str
    bundle_version: int
    region: str
    hall: str
    holder: str
    submitted_at: datetime
    closed_at: datetime | None
    cases: list[Case]
    """Those the reader may see."""
    timeline: list[Step]


class Value(Told):
    label: str
    value: str


class MaterialSupplied(Told):
    code: str
    name: str
    source: SupplySource
    basis: Basis
    reference: str


class CaseSheet(Case):
    """A case with what its desk reviews. Personal values are masked for all but its parties."""

    form: list[Value]
    materials: list[MaterialSupplied]
    seen: str
    """Digest of the contents shown here; handed back with a conclusion, it answers for just these."""


class OpinionGiven(Given):
    desk: str = Field(max_length=LONGEST_DESK)
    verdict: Verdict
    reason: str = Field("", max_length=LONGEST_REASON)
    seen: str = Field("", max_length=64, description="看办件时得到的 seen；其后内容有改动的，意见不记录")


class ConclusionGiven(Given):
    desk: str = Field(max_length=LONGEST_DESK)
    outcome: Outcome
    reason: str = Field("", max_length=LONGEST_REASON)
    determined: dict[str, str] = Field(
        default_factory=dict, description="结论核定的数据元，如核定的船名；与申请相同的不必写"
    )
    seen: str = Field("", max_length=64, description="查看办件时得到的 seen；内容在此期间变动的，不予签署")


class Confirmed(Told):
    case: int


class Accepted(Told):
    accepted: list[int]


class OpinionTaken(Told):
    case: int
    desk: str
    verdict: Verdict


class Concluded(Told):
    """`decided`: the cases whose decision took effect by this; `returned`: those that went back to their desks."""

    case: int
    decided: list[int]
    returned: list[int]
    closed: bool


class Task(Told):
    """`act`: confirm, accept, opinion or conclude; `case` is null where the whole application is meant."""

    act: str
    number: str
    case: int | None
    matter: str
    desk: str
    promised_due_on: date | None
    statutory_due_on: date | None


class Tasks(Told):
    tasks: list[Task]
