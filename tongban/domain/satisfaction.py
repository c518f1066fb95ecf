"""May an applicant rate how his case was handled, and what do the levels mean? (好差评)

Who applied rates a case once it has been decided or has ended otherwise: five levels, once for each channel by which he
was served. A rating changes nothing in the case and takes nothing back; what is not rated counts as not rated, never as
satisfied. The words he adds are for the department and who supervises it.

Source: 国办发〔2019〕51号 (all matters, all who are served, all channels). The words of the five levels and that it is
asked once for each channel are composed for this project.
"""

from __future__ import annotations

from datetime import datetime

from tongban.domain.acts import AlreadyGiven, NotNow
from tongban.domain.application import Application
from tongban.domain.events import CaseRated, Channel
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed

LEVELS = {1: "非常满意", 2: "满意", 3: "基本满意", 4: "不满意", 5: "非常不满意"}
DISSATISFIED = 4
"""From this level on somebody has to look at it."""


class NoSuchLevel(Refused):
    """A rating that is none of the levels."""

    code = "no_such_level"


def may_rate(application: Application, index: int, *, channel: Channel) -> bool:
    """Whether a case can be rated now by that channel."""
    case = application.case(index)
    return case.ended and all(one.channel is not channel for one in case.proceedings.ratings)


def rate(
    application: Application,
    index: int,
    *,
    level: int,
    channel: Channel,
    words: Sealed | None,
    by: str,
    at: datetime,
) -> tuple[CaseRated, ...]:
    """Rate how a case was handled. Raises NoSuchLevel, NotNow, AlreadyGiven, NoSuchCase."""
    if level not in LEVELS:
        raise NoSuchLevel("未评价：没有选择评价等级。请从“非常满意”到“非常不满意”中选择一级。", field="level")
    if not application.case(index).ended:
        raise NotNow(f"未评价：第 {index} 个办件还没有办结。请在办结后评价。")
    if not may_rate(application, index, channel=channel):
        raise AlreadyGiven(f"未评价：第 {index} 个办件已经评价过，每个渠道评价一次。")
    return (CaseRated(index, level, channel, words, by, at),)
