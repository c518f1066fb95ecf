"""Who does the duties of somebody who is away (代岗)?

For a half-open period a stand-in (代岗人) holds the duties of a clerk or reviewer who is away, as if they were his own.
He works at the same hall or department already: a function is never handed to an outsider. Nobody has two stand-ins on
one day, and who is away stands in for nobody, so that duties are not handed on. It can be ended at any time, which ends
it at once. Who acts answers for it himself: four eyes and recusal hold on the person.

The rules are composed for this project; they follow the practice of pairing posts (AB 岗).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.domain.events import DutyGiven, Event, StandInEnded, StandInNamed
from tongban.domain.refused import Refused

ROLES = ("clerk", "reviewer")
"""Which duties a stand-in holds: those of the counter and the desks; who signs for a region signs himself."""


class InvalidStandIn(Refused):
    """A stand-in that could not be named or ended."""

    code = "invalid_stand_in"


@dataclass(frozen=True, slots=True)
class StandIn:
    """`valid_until` is the first day that no longer counts."""

    id: str
    account: str
    """Who stands in."""
    valid_from: date
    valid_until: date
    ended: bool = False

    def stands(self, today: date) -> bool:
        return not self.ended and self.valid_from <= today < self.valid_until

    def meets(self, valid_from: date, valid_until: date) -> bool:
        """Whether it and the period have a day in common."""
        return not self.ended and self.valid_from < valid_until and valid_from < self.valid_until


@dataclass(frozen=True, slots=True)
class Post:
    """What an account has to do, in the order it was given, and who stood or will stand in, in the order of ids."""

    duties: tuple[DutyGiven, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()

    def of_counter_and_desk(self, today: date) -> list[DutyGiven]:
        """Return the duties that a stand-in would hold on that day."""
        return [
            one
            for one in self.duties
            if one.role in ROLES and one.valid_from <= today and (one.valid_until is None or today < one.valid_until)
        ]


def name(
    post: Post,
    *,
    stand_in: str,
    absent: str,
    account: str,
    theirs: Post,
    elsewhere: Iterable[StandIn],
    valid_from: date,
    valid_until: date,
    by: str,
    at: datetime,
    today: date,
) -> StandInNamed:
    """Return what naming means. Raises InvalidStandIn.

    `theirs` is the post of who is to stand in; `elsewhere` holds whatever makes the absent one a stand-in of others.
    """
    if valid_until <= valid_from:
        raise InvalidStandIn("代岗未生效：截止日早于开始日。请改正期限。", field="last_day")
    if valid_until <= today:
        raise InvalidStandIn("代岗未生效：截止日已经过去。请填写今天或以后的日期。", field="last_day")
    if account == absent:
        raise InvalidStandIn("代岗未生效：不能由本人代自己的岗。请选择另一位同事。", field="account")
    first = max(valid_from, today)
    duties = post.of_counter_and_desk(first)
    if not duties:
        raise InvalidStandIn("代岗未生效：这段时间没有需要代岗的窗口或审查职责。请核对人员和期限。", field="absent")
    places = [_places(one) for one in theirs.of_counter_and_desk(first)]
    if not all(any(_places(one) & there for there in places) for one in duties):
        raise InvalidStandIn(
            "代岗未生效：代岗人不在同一大厅或部门任职。请选择同一大厅或部门的窗口、审查人员。", field="account"
        )
    if any(one.meets(valid_from, valid_until) for one in post.stand_ins):
        raise InvalidStandIn(
            "代岗未生效：这段时间已经安排了代岗人，一天只能有一位。请先结束原来的安排，或改期。", field="valid_from"
        )
    if any(one.meets(valid_from, valid_until) for one in theirs.stand_ins):
        raise InvalidStandIn(
            "代岗未生效：所选的代岗人这段时间自己也由别人代岗。请另选一位同事，或改期。", field="account"
        )
    if any(one.meets(valid_from, valid_until) for one in elsewhere):
        raise InvalidStandIn(
            "代岗未生效：本人这段时间正替别人代岗，职责不能再转。请先为那一位另作安排，或改期。", field="valid_from"
        )
    return StandInNamed(stand_in, account, valid_from, valid_until, by, at)


def _places(duty: DutyGiven) -> set[str]:
    return {duty.hall, duty.department} - {""}


def end(post: Post, *, stand_in: str, by: str, at: datetime, today: date) -> StandInEnded:
    """Return what ending means. Raises InvalidStandIn."""
    found = next((one for one in post.stand_ins if one.id == stand_in), None)
    if found is None:
        raise InvalidStandIn("代岗未结束：没有这项安排。请刷新“代岗”后再试。")
    if found.ended or found.valid_until <= today:
        raise InvalidStandIn("代岗未结束：它已经结束，无需再办。")
    return StandInEnded(stand_in, by, at)


def apply(post: Post, event: Event) -> Post:
    """Return the post after the event."""
    match event:
        case DutyGiven():
            return replace(post, duties=(*post.duties, event))
        case StandInNamed():
            new = StandIn(event.stand_in, event.account, event.valid_from, event.valid_until)
            return replace(post, stand_ins=tuple(sorted((*post.stand_ins, new), key=lambda one: one.id)))
        case StandInEnded():
            return replace(
                post,
                stand_ins=tuple(
                    replace(one, ended=True) if one.id == event.stand_in else one for one in post.stand_ins
                ),
            )
    raise ValueError(f"{type(event).__name__} does not belong to the stream of an account")


def fold(events: Iterable[Event]) -> Post:
    post = Post()
    for event in events:
        post = apply(post, event)
    return post
