"""Promises after handing in: files, what follows a commitment, draws."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from tongban.api.schemas import Given, PassedOn, Told
from tongban.casework.forms.workbench import LONGEST_REASON
from tongban.domain.events import DrawKind, FollowUp, Means
from tongban.domain.promises import Next

DIGEST = r"^[0-9a-f]{64}$"


class FileStored(Told):
    digest: str


class Uploads(Given):
    uploads: dict[str, str] = Field(
        description="材料代码到已上传文件的摘要；文件先用 POST applications/{number}/files 上传", max_length=100
    )


class DeferredSupplied(PassedOn):
    supplied: list[str]


class CommitmentActed(Told):
    case: int


class CommitmentAnswered(CommitmentActed, PassedOn):
    """What the applicant did about a commitment."""


class StatementGiven(Given):
    text: str = Field(max_length=LONGEST_REASON)


class VerificationGiven(Given):
    kept: bool
    means: Means
    findings: str = Field("", max_length=LONGEST_REASON)


class ReasonGiven(Given):
    reason: str = Field(max_length=LONGEST_REASON)


class NoticeGiven(ReasonGiven):
    hearing: bool = False


class CreditGiven(Given):
    item: str = Field(max_length=40, description="公布的失信行为清单中的代码")


class DrawAsked(Given):
    region: str = Field(max_length=6)
    body: str = Field(max_length=18)


class MonthAsked(DrawAsked):
    month: str = Field(max_length=7, description="已经结束的月份，如 2026-11")


class SpotCheckGiven(Given):
    right: bool
    follow_up: FollowUp | None = Field(None, description="有误时怎样处理")
    finding: str = Field(max_length=LONGEST_REASON)


class SpotCheckRecorded(Told):
    case: int
    right: bool


class CaseToCheck(Told):
    number: str
    case: int
    matter: str
    body: str
    desk: str
    check_by_on: date


class CasesToCheck(Told):
    cases: list[CaseToCheck]


class CommitmentToFollow(Told):
    number: str
    case: int
    matter: str
    step: Next
    due_on: date | None


class CommitmentsToFollow(Told):
    commitments: list[CommitmentToFollow]


class DrawTold(Told):
    draw: str
    region: str
    body: str
    checkpoint: int
    seed: str
    share: int
    candidates: list[str]
    drawn: list[str]
    at: datetime
    kind: DrawKind
    month: str
    holds: bool
    """Whether list, seed and share give the result again, and the seed is the checkpoint's signature."""


class DrawsListed(Told):
    draws: list[str]
