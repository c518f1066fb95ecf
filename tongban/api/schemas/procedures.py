"""What people do while a case is reviewed, beside opinions and the conclusion."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tongban.api.schemas import Given, PassedOn, Told
from tongban.api.schemas.applications import LONGEST_DESK, LONGEST_REASON
from tongban.api.schemas.documents import LONGEST_NUMBER
from tongban.domain.events import DeliveryMeans, Procedure, SupervisionRule

LONGEST_NAME = 200
MANY = 100
Words = Annotated[str, Field(max_length=LONGEST_REASON)]


class ProcedureGiven(Given):
    kind: Procedure
    expected_days: int = Field(ge=1, le=10_000, description="书面告知的所需工作日")


class ResultGiven(Given):
    result: Words = ""


class ExtensionGiven(Given):
    days: int = Field(ge=1, le=10_000)
    approver: str = Field(max_length=LONGEST_NAME, description="批准的负责人")
    reason: Words


class ReturnGiven(Given):
    desks: list[Annotated[str, Field(max_length=LONGEST_DESK)]] = Field(
        default_factory=list, max_length=MANY, description="重新提出意见的岗位；空为收回自己待生效的结论"
    )
    reason: Words


class FindingGiven(Given):
    finding: Words = Field(description="核实情况和处理意见")


class SupervisionClosed(Told):
    case: int
    rule: SupervisionRule


class SiteCheckGiven(Given):
    cases: list[int] = Field(max_length=MANY, description="一次核查的各办件")
    officers: list[Annotated[str, Field(max_length=64)]] = Field(
        max_length=MANY, description="核查人员的账户，两名以上：account:…"
    )
    passed: bool
    record: Words


class InterestedGiven(Given):
    party: str = Field(max_length=LONGEST_NAME)


class LetterDelivery(Given):
    letter: str = Field(max_length=LONGEST_NUMBER, description="告知书的文号")
    means: Literal[DeliveryMeans.WINDOW, DeliveryMeans.POST]


class CaseStated(Given):
    text: Words


class RecordGiven(Given):
    record: Words


class Done(Told):
    """The due days as they stand now; null while time stops."""

    case: int
    promised_due_on: date | None
    statutory_due_on: date | None


class HeardOrPassedOn(Done, PassedOn):
    """What the applicant did while his case is reviewed."""


class Returned(Told):
    case: int
    desks: list[str]


class SitesChecked(Told):
    cases: list[int]
