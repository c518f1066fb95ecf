"""What happens to cases that go from one node to another, as the node on whose stream it stands knows it.

These stand on the stream of an application beside what both nodes have; they are each node's own and never told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongban.domain.events.kinds import Body, Event, event, upcast
from tongban.domain.sealed import Sealed


@event(1)
@dataclass(frozen=True, slots=True)
class CasesHandedOver(Event):
    """Cases were put on their way to another node (移交); until its receipt nobody acts. `turn` counts hand-overs."""

    cases: tuple[int, ...]
    to: str
    turn: int
    reason: Sealed | None
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class HandOverReceipted(Event):
    """The other node has stored them (移交签收)."""

    cases: tuple[int, ...]
    to: str
    turn: int
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class HandOverRefused(Event):
    """The other node refused them, and said why: they are here again (退回移交)."""

    cases: tuple[int, ...]
    to: str
    turn: int
    code: str
    words: str
    at: datetime


@event(2)
@dataclass(frozen=True, slots=True)
class CasesTakenOver(Event):
    """Cases of another node were stored here (接收移交). `first`: nothing of the application was here before.

    `reason` is what the sender said of it: why it comes back.
    """

    cases: tuple[int, ...]
    sender: str
    turn: int
    first: bool
    reason: Sealed | None
    at: datetime


@upcast("CasesTakenOver", 1)
def _without_reason(body: Body) -> Body:
    """Until version 2 nobody learnt why a case came back."""
    return body | {"reason": None}


@event(1)
@dataclass(frozen=True, slots=True)
class RecallAsked(Event):
    """Cases that were handed over are asked for again (申请撤回移交)."""

    cases: tuple[int, ...]
    to: str
    turn: int
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class RecallRefused(Event):
    """The other node keeps them, and said why (不予退回)."""

    cases: tuple[int, ...]
    to: str
    turn: int
    words: str
    at: datetime


class AskedAct(StrEnum):
    """What an applicant does at the node where he applied, about cases that another node has."""

    ANSWER = "answer"  # 补正
    WITHDRAW = "withdraw"  # 撤回申请
    URGE = "urge"  # 催办
    RATE = "rate"  # 评价
    SUPPLY = "supply"  # 容缺后补
    CHANGE = "change"  # 更改填报内容
    TAKE_BACK = "take_back"  # 撤回承诺
    REPLACE = "replace"  # 以已有的证照代替
    WAIT = "wait"  # 等齐后一并受理
    STATE = "state"  # 陈述申辩
    REQUEST_HEARING = "request_hearing"  # 申请听证
    ASK_REPAIR = "ask_repair"  # 申请信用修复


@event(1)
@dataclass(frozen=True, slots=True)
class ActAsked(Event):
    """The applicant acted here on cases that another node has; it goes there (转交). `files`: place and digest."""

    act: AskedAct
    to: str
    cases: tuple[int, ...]
    said: Sealed
    files: tuple[tuple[str, str], ...]
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ActRefused(Event):
    """The other node did not do it, and said why."""

    act: AskedAct
    to: str
    cases: tuple[int, ...]
    words: str
    at: datetime


TRAVEL = (
    ActAsked,
    ActRefused,
    CasesHandedOver,
    CasesTakenOver,
    HandOverReceipted,
    HandOverRefused,
    RecallAsked,
    RecallRefused,
)
