"""An applicant rates what has ended, in five levels, once by each channel."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.applications import CALENDAR, NINE, REASON, accepted, handed_in
from tests.domain.strategies import Spec
from tongban.domain import intake, satisfaction
from tongban.domain.acts import AlreadyGiven, NotNow
from tongban.domain.application import Application, fold
from tongban.domain.events import CaseRated, Channel
from tongban.domain.proceedings import Rating
from tongban.domain.satisfaction import LEVELS, NoSuchLevel

SPECS = (Spec("a", materials=("x",)), Spec("b"))


def ended() -> Application:
    application = handed_in(SPECS)
    withdrawn = intake.withdraw(application, [1], reason=None, by="applicant", calendar=CALENDAR, at=NINE)
    return fold(withdrawn, onto=application)


def rate(application: Application, **changes: Any) -> tuple[CaseRated, ...]:
    said = {"level": 2, "channel": Channel.ONLINE, "words": REASON, "by": "applicant", "at": NINE} | changes
    return satisfaction.rate(application, said.pop("case", 1), **said)


def test_what_has_ended_is_rated_and_nothing_else_changes() -> None:
    application = ended()

    rated = fold(rate(application), onto=application)

    assert rated.case(1).proceedings.ratings == (Rating(2, Channel.ONLINE, REASON, NINE),)
    assert (rated.case(1).state, rated.case(2), rated.closed_at) == (
        application.case(1).state,
        application.case(2),
        application.closed_at,
    )


def test_nothing_is_rated_before_it_has_ended() -> None:
    assert not satisfaction.may_rate(accepted(SPECS), 1, channel=Channel.ONLINE)
    with pytest.raises(NotNow, match="还没有办结"):
        rate(accepted(SPECS))
    with pytest.raises(NotNow):
        rate(ended(), case=2)


def test_each_channel_rates_once_and_the_worst_level_is_told() -> None:
    application = ended()
    assert application.case(1).proceedings.worst == 0
    application = fold(rate(application), onto=application)

    with pytest.raises(AlreadyGiven, match="每个渠道评价一次"):
        rate(application)
    application = fold(rate(application, channel=Channel.WINDOW, level=5, words=None), onto=application)

    assert application.case(1).proceedings.worst == 5


@pytest.mark.parametrize("level", [0, 6, -1])
def test_there_are_five_levels(level: int) -> None:
    assert sorted(LEVELS) == [1, 2, 3, 4, 5]
    with pytest.raises(NoSuchLevel):
        rate(ended(), level=level)
