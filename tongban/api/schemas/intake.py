"""What happens between receipt and acceptance, and what an applicant may do at any time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from tongban.api.schemas import Given, PassedOn, Told
from tongban.domain.events import DemandKind, RefusalGround

LONGEST_WORDS = 500
LONGEST_REASON = 2000
LONGEST_VALUE = 400
MOST = 500
MOST_CASES = 200

Code = Annotated[str, Field(max_length=80)]
Index = Annotated[int, Field(ge=1, le=1000)]
Number = Annotated[int, Field(ge=1, le=1_000_000)]


class DemandGiven(Given):
    case: Index
    kind: DemandKind = Field(description="material、element 或 condition；其余由系统推出")
    target: Code = Field(description="材料或数据元的编号；受理条件为它在标准中的次序，从 1 起")
    words: str = Field("", max_length=LONGEST_WORDS, description="哪里不符合要求；只是没有提交的可以不写")


class CorrectionGiven(Given):
    demands: list[DemandGiven] = Field(max_length=MOST)


class CorrectionAsked(Told):
    """`cases`: those that are to be corrected, and those that wait for them."""

    cases: list[int]
    answer_due_on: date


class Demand(Told):
    """`number` is that of the demand in the application, whichever notice made it."""

    number: int
    case: int
    kind: DemandKind
    target: str
    words: str
    answered: bool


class Notice(Told):
    """What was told at once, by the departments in `bodies` (unified social credit codes)."""

    bodies: list[str]
    told_at: datetime
    answer_due_on: date
    demands: list[Demand]


class Correction(Told):
    """Several notices where departments of several nodes decide cases of the application."""

    notices: list[Notice]


class CorrectionAnswer(Given):
    """Files come one by one at `correction/materials/{code}`."""

    values: dict[Code, Annotated[str, Field(max_length=LONGEST_VALUE)]] = Field(
        default_factory=dict, max_length=MOST, description="改正的数据元"
    )
    explanations: dict[Number, Annotated[str, Field(max_length=LONGEST_REASON)]] = Field(
        default_factory=dict, max_length=MOST, description="按补正项的序号，对受理条件或填报内容的说明"
    )


class CorrectionTaken(PassedOn):
    """`received`: the cases in which nothing is left to correct."""

    answered: list[int]
    received: list[int]


class ChangeGiven(Given):
    values: dict[Code, Annotated[str, Field(max_length=LONGEST_VALUE)]] = Field(max_length=MOST)


class Mended(Told):
    cases: list[int]


class RefusalGiven(Given):
    ground: RefusalGround
    reason: str = Field(max_length=LONGEST_REASON)
    right_body: str = Field("", max_length=100, description="不属于本机关职权范围时必填：有权机关")


class AcceptanceRefused(Told):
    case: int
    closed: bool


class WithdrawalGiven(Given):
    cases: list[Index] = Field(max_length=MOST_CASES)
    reason: str = Field("", max_length=LONGEST_REASON)


class CasesWithdrawn(PassedOn):
    """`returned`: the cases whose signed approval went back to its desk."""

    cases: list[int]
    returned: list[int]
    closed: bool


class WithdrawalReach(Told):
    """The open cases that would wait in vain for a certificate."""

    bereft: list[int]


class Urged(PassedOn):
    case: int


class WaitGiven(Given):
    wait: bool


class Waited(PassedOn):
    together: bool


class Changed(PassedOn):
    cases: list[int]
    returned: list[int]


class Reach(Told):
    """What a change would touch: of `signed_anew` co-applicants sign again; one with `decided` is refused."""

    cases: list[int]
    reviewed_anew: list[int]
    returning: list[int]
    signed_anew: list[int]
    decided: list[int]


class HeldGiven(Given):
    types: list[Code] = Field(max_length=MOST, description="证照类型；用申请人已持有的电子证照")


class Replaced(PassedOn):
    materials: list[str]
