"""The deciding desk sends its own branch back, or takes its waiting conclusion back; nobody else notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.domain.applications import NINE, REASON, accept, accepted, conclude, give, handed_in, received, submitted
from tests.domain.strategies import Spec
from tongban.domain import review
from tongban.domain.acts import NotNow, ReasonMissing
from tongban.domain.application import Application, CaseState, fold
from tongban.domain.events import Outcome
from tongban.domain.review import NotYourDesk
from tongban.domain.sealed import Sealed

TWO = (Spec("a", opinion_desks=("甲岗", "乙岗")), Spec("b", opinion_desks=("甲岗",)))


def in_steps(*steps: int) -> Application:
    """An accepted application whose first case is asked in steps."""
    event = submitted(TWO)
    first, *others = event.plan.cases
    plan = replace(event.plan, cases=(replace(first, steps=steps), *others))
    application = received(fold((replace(event, plan=plan),)))
    return fold(accept(application), onto=application)


def after(application: Application, *desks: str, index: int = 1) -> Application:
    for desk in desks:
        application = fold(give(application, index, desk), onto=application)
    return application


def send_back(
    application: Application, *desks: str, index: int = 1, desk: str = "决定岗", reason: Sealed | None = REASON
) -> Application:
    events = review.send_back(application, index, desk=desk, desks=desks, reason=reason, by="first", at=NINE)
    return fold(events, onto=application)


@pytest.mark.parametrize(
    ("steps", "given", "asked"),
    [
        ((1, 1), (), ("甲岗", "乙岗")),
        ((1, 1), ("乙岗",), ("甲岗",)),
        ((1, 2), (), ("甲岗",)),
        ((1, 2), ("甲岗",), ("乙岗",)),
        ((2, 1), (), ("乙岗",)),
        ((), (), ("甲岗", "乙岗")),  # nothing said: side by side
    ],
)
def test_desks_are_asked_in_order_or_side_by_side(
    steps: Sequence[int], given: Sequence[str], asked: Sequence[str]
) -> None:
    assert after(in_steps(*steps), *given).case(1).asked_opinions == asked


def test_a_desk_whose_turn_has_not_come_gives_no_opinion() -> None:
    with pytest.raises(NotNow, match="还在等待甲岗的意见，尚未轮到“乙岗”"):
        give(in_steps(1, 2), 1, "乙岗")


def test_an_opinion_is_sent_back_and_asked_again_and_the_other_branch_does_not_notice() -> None:
    before = after(after(accepted(TWO), "甲岗", "乙岗"), "甲岗", index=2)

    application = send_back(before, "乙岗")

    assert application.case(1).missing_opinions == ("乙岗",)
    assert application.case(1).proceedings.returns == 1
    assert application.case(2) == before.case(2)
    with pytest.raises(NotNow, match="还缺乙岗的意见"):
        conclude(application, 1, Outcome.APPROVED)


def test_a_waiting_conclusion_is_taken_back_by_its_own_desk() -> None:
    application = accepted((Spec("a"), Spec("b", needs=("a",), opinion_desks=("甲岗",))))
    application = after(application, "甲岗", index=2)
    application = fold(conclude(application, 2, Outcome.APPROVED), onto=application)
    first = application.case(1)

    application = send_back(application, index=2)

    case = application.case(2)
    assert (case.state, case.conclusion, case.missing_opinions) == (CaseState.ACCEPTED, None, ())
    assert application.case(1) == first
    assert conclude(application, 2, Outcome.DENIED)


def test_what_is_not_sent_back() -> None:
    application = after(accepted(TWO), "甲岗")
    with pytest.raises(NotYourDesk, match="只能由“决定岗”退回"):
        send_back(application, "甲岗", desk="甲岗")
    with pytest.raises(NotNow, match="只能退回已经提交意见的岗位（甲岗）"):
        send_back(application, "乙岗")
    with pytest.raises(NotNow, match="只能退回已经提交意见的岗位"):
        send_back(application)
    with pytest.raises(NotNow, match="（无）"):
        send_back(application, "甲岗", index=2)
    with pytest.raises(ReasonMissing, match="必须写明退回的理由"):
        send_back(application, "甲岗", reason=None)
    with pytest.raises(NotNow, match="尚未受理"):
        send_back(handed_in(TWO), "甲岗")
    decided = after(application, "乙岗")
    decided = fold(conclude(decided, 1, Outcome.APPROVED), onto=decided)
    with pytest.raises(NotNow, match="已经作出决定"):
        send_back(decided, "甲岗")
