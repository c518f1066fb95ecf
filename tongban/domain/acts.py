"""What does every act on a case share? The refusals that the state of a case gives, and the words for that state."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.domain import custody
from tongban.domain.application import UNACCEPTED, Application, Case, CaseState
from tongban.domain.refused import Refused


class NotNow(Refused):
    """An act that the state of the case does not allow."""

    code = "not_now"


class AlreadyGiven(Refused):
    """An opinion, conclusion, confirmation or notice that was given before."""

    code = "already_given"


class ReasonMissing(Refused):
    """An act that the law wants reasoned, without its reason."""

    code = "reason_missing"


class SameEyes(Refused):
    """Two acts that two people must do."""

    code = "same_eyes"
    status = 403


ENDED_AS = {
    CaseState.DECIDED: "已经作出决定",
    CaseState.REFUSED: "已经决定不予受理",
    CaseState.WITHDRAWN: "已由申请人撤回",
    CaseState.LAPSED: "已因逾期终止",
}


def open_case(application: Application, index: int, act: str) -> Case:
    """Return a case that has not come to its end, and that is this node's. Raises NotNow, NotHere, NoSuchCase."""
    case = application.case(index)
    if case.holding is not None:
        custody.demand_here(case.holding)
    if case.ended:
        raise NotNow(f"不能{act}：第 {index} 个办件{ENDED_AS[case.state]}。请刷新页面查看进展。")
    return case


def unaccepted(application: Application, index: int, act: str) -> Case:
    """Return a case that is not yet accepted. Raises NotNow, NotHere, NoSuchCase."""
    case = open_case(application, index, act)
    if case.state not in UNACCEPTED:
        raise NotNow(f"不能{act}：第 {index} 个办件已经受理。请刷新页面查看进展。")
    return case


def under_review(application: Application, index: int, act: str) -> Case:
    """Return a case that is accepted and not concluded. Raises NotNow, NotHere, NoSuchCase."""
    case = open_case(application, index, act)
    if case.state in UNACCEPTED:
        raise NotNow(f"不能{act}：第 {index} 个办件尚未受理。请等受理后再办理。")
    if case.state is not CaseState.ACCEPTED:
        raise NotNow(f"不能{act}：第 {index} 个办件的结论已经签署，无需再办理。请刷新页面查看进展。")
    return case


def indexes(cases: Iterable[int]) -> str:
    """Return numbers of cases as a sentence names them."""
    return "、".join(str(index) for index in cases)
