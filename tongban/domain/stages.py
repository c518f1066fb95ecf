"""What does a case wait for, and until when? So that lists of work can be kept by it.

A stage (环节) is where an open case stands: with the department that answers, with the applicant who corrects, with the
desks that speak, with the desk that decides, with another case, or with another node. Each stage has a day by which
what it waits for should be there; none while a special procedure stops the clock.

Source: Administrative Licensing Law, arts. 32, 42, 45 (the days are those of `intake`, `times` and `procedures`).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tongban.domain.application import Application, Case, CaseState


class Stage(StrEnum):
    CONFIRM = "confirm"  # 待共同申请人确认
    ACCEPT = "accept"  # 待受理
    CORRECT = "correct"  # 待补正
    OPINIONS = "opinions"  # 待各岗位意见
    PAUSED = "paused"  # 特别程序
    CONCLUDE = "conclude"  # 待签署结论
    RETURNED = "returned"  # 退回重新审查
    CERTIFICATES = "certificates"  # 待证照
    ELSEWHERE = "elsewhere"  # 在其他节点


def stage(case: Case) -> Stage | None:
    """Return what an open case waits for; None once it has ended."""
    if not (case.here or case.ended):
        return Stage.ELSEWHERE
    match case.state:
        case CaseState.SUBMITTED:
            return Stage.ACCEPT if case.received_on else Stage.CONFIRM
        case CaseState.CORRECTING:
            return Stage.CORRECT
        case CaseState.ACCEPTED:
            return _under_review(case)
        case CaseState.CONCLUDED:
            return Stage.CERTIFICATES
        case _:
            return None


def _under_review(case: Case) -> Stage:
    if case.paused:
        return Stage.PAUSED
    if case.missing_opinions and not case.on_the_spot:
        return Stage.OPINIONS
    return Stage.RETURNED if case.returned else Stage.CONCLUDE


def due_on(application: Application, case: Case) -> date | None:
    """Return by when what a case waits for should be there; None where no day is set."""
    match stage(case):
        case Stage.CONFIRM:
            return case.confirm_by_on
        case Stage.ACCEPT:
            return case.answer_due_on
        case Stage.CORRECT:
            notice = application.notice_of(case.index)
            return notice.answer_due_on if notice else None
        case Stage.OPINIONS | Stage.CONCLUDE | Stage.RETURNED | Stage.CERTIFICATES:
            return case.promised_due_on
        case _:
            return None


def first_due(application: Application, at: Stage) -> date | None:
    """Return the earliest day by which a case at that stage is due; None where none stands there or none has a day."""
    days = (due_on(application, case) for case in application.cases if stage(case) is at)
    return min((day for day in days if day), default=None)
