"""What would the hall say about an application that is not handed in yet?

An applicant may ask for pre-review (网上预审) of a draft as it stands, complete or not. It is no submission: no limit
of the law runs from it, and nobody is bound by it, for acceptance decides anew. It has a limit of its own, by the
region's rule, from the day of the request; when that is over the lamp is red, and nothing follows.

The hall finds each material, data element and condition fine, or makes a remark on it. A remark points at one of these
in the version of the standard that the draft is filled in by: what no standard asks for cannot be remarked on. Whether
the draft may be handed in as it stands follows: with a remark, or while something asked is missing, it may not.

One request for a draft is open at a time. It ends when it is answered, when the applicant takes it back, or when he
hands the draft in, which he may do at any time. How often a draft may be pre-reviewed is the region's rule.

Source: agreed here (`docs/law.md`); the limit and the number are data of the region (`rules`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from typing import Any

from tongban.domain import elements, materials
from tongban.domain.catalogue import Catalogue
from tongban.domain.clock import Due, Lamp, Limit, day_of, deadline
from tongban.domain.events import (
    Event,
    Participant,
    PreReviewAnswered,
    PreReviewEnded,
    PreReviewProjected,
    PreReviewRequested,
    PreReviewWithdrawn,
    Readiness,
    Remark,
    Target,
    TargetKind,
)
from tongban.domain.plan import Plan
from tongban.domain.refused import Refused
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar


class AlreadyOpen(Refused):
    """A second request while the first one waits for its answer."""

    code = "pre_review_open"


class TooOften(Refused):
    """More requests for one draft than the region allows."""

    code = "pre_reviewed_too_often"


class NotOpen(Refused):
    """An act on a request that was answered, taken back or ended meanwhile."""

    code = "pre_review_not_open"


class NoSuchPreReview(Refused):
    """A request for a pre-review that is not there."""

    code = "no_such_pre_review"
    status = 404


class NoTarget(Refused):
    """A remark that points at nothing the standard in force asks for."""

    code = "no_target"


class RemarkedTwice(Refused):
    """Two remarks on one thing."""

    code = "remarked_twice"


class Contradictory(Refused):
    """A draft called ready, or not, against the remarks or what is missing."""

    code = "readiness_contradicts"


class State(StrEnum):
    """What became of a request."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """The draft was handed in before the hall answered."""


@dataclass(frozen=True, slots=True)
class Round:
    """One request for pre-review, and what became of it. `closed_at` is None while it is open."""

    number: int
    region: str
    hall: str
    participants: tuple[Participant, ...]
    bundle: str
    bundle_version: int
    answers: tuple[tuple[str, str], ...]
    matters: tuple[str, ...]
    missing: tuple[Target, ...]
    snapshot: Sealed
    limit: Limit
    due_on: date
    provisional: bool
    calendar: str
    requested_by: str
    requested_at: datetime
    state: State = State.OPEN
    readiness: Readiness | None = None
    remarks: tuple[Remark, ...] = ()
    closed_by: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PreReview:
    """Everything about the pre-review of one draft: its requests, in order."""

    draft: str
    holder: str
    rounds: tuple[Round, ...]

    def round(self, number: int) -> Round:
        """Return the request of this number, from 1. Raises NoSuchPreReview."""
        if not 1 <= number <= len(self.rounds):
            raise NoSuchPreReview(f"没有这份草稿的第 {number} 次预审。请从预审列表中打开。")
        return self.rounds[number - 1]

    @property
    def last(self) -> Round:
        return self.rounds[-1]

    @property
    def open(self) -> Round | None:
        return self.last if self.last.state is State.OPEN else None

    @property
    def answered(self) -> Round | None:
        """Return the last request that the hall answered; None when it answered none."""
        return next((one for one in reversed(self.rounds) if one.state is State.ANSWERED), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be pre-reviewed: a draft as it stands at this moment."""

    draft: str
    holder: str
    region: str
    hall: str
    participants: tuple[Participant, ...]
    planned: Plan
    missing: tuple[Target, ...]
    snapshot: Sealed


def targets(catalogue: Catalogue, planned: Plan) -> tuple[Target, ...]:
    """Return all that a remark may point at: data elements, materials, certificates, and each matter's conditions."""
    matters = [case.matter for case in planned.cases]
    asked = (*(ask.material for ask in planned.asks), *materials.certificates_needed(planned.cases))
    return (
        *(Target(TargetKind.ELEMENT, element.code) for element in elements.needed(catalogue, matters)),
        *(Target(TargetKind.MATERIAL, material) for material in asked),
        *(
            Target(TargetKind.CONDITION, str(place), matter)
            for matter in matters
            for place in range(1, len(catalogue.standards[matter].conditions) + 1)
        ),
    )


def request(
    before: PreReview | None,
    asked: Asked,
    *,
    rules: RegionRules,
    calendar: Calendar,
    today: date,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Ask for pre-review of a draft. Raises AlreadyOpen, TooOften."""
    made = len(before.rounds) if before else 0
    if before and (waiting := before.open):
        raise AlreadyOpen(
            f"未提请：这份草稿正在预审，{waiting.due_on.isoformat()} 前答复。请等待答复，或者先撤回再重新提请。"
        )
    if made >= rules.pre_reviews:
        raise TooOften(f"未提请：一份草稿最多预审 {rules.pre_reviews} 次，已经用完。请按已有意见修改后直接提交。")
    due = due_of(rules.pre_review, requested_on=today, calendar=calendar)
    return (
        PreReviewRequested(
            draft=asked.draft,
            number=made + 1,
            holder=asked.holder,
            region=asked.region,
            hall=asked.hall,
            participants=asked.participants,
            bundle=asked.planned.bundle,
            bundle_version=asked.planned.bundle_version,
            answers=asked.planned.answers,
            matters=tuple(case.matter for case in asked.planned.cases),
            missing=asked.missing,
            snapshot=asked.snapshot,
            limit=rules.pre_review,
            due_on=due.day,
            provisional=due.provisional,
            calendar=calendar.version,
            by=by,
            at=at,
        ),
    )


def due_of(limit: Limit, *, requested_on: date, calendar: Calendar) -> Due:
    """Return the last day on which an answer to a request of that day is on time; provisional beyond the calendar."""
    due = deadline(limit=limit, start=requested_on, calendar=calendar, provisional=True)
    assert due is not None  # nothing pauses it
    return due


def answer(
    before: PreReview,
    number: int,
    *,
    targets: Collection[Target],
    readiness: Readiness,
    remarks: tuple[Remark, ...],
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Answer a request; `targets` are those of the version it is about, and what gets no remark is found fine.

    Raises NoSuchPreReview, NotOpen, NoTarget, RemarkedTwice, Contradictory.
    """
    asked = _demand_open(before, number, "未答复")
    for remark in remarks:
        if remark.target not in targets:
            raise NoTarget(
                "未答复：有一条意见没有指向现行标准要求的材料、数据元或受理条件。请把意见写在对应的项目上。",
                field=field_of(remark.target),
            )
    if len({remark.target for remark in remarks}) < len(remarks):
        raise RemarkedTwice("未答复：同一项目写了两条意见。请合并成一条。")
    _demand_agreement(asked, readiness, remarks)
    return (PreReviewAnswered(number, readiness, remarks, by, at),)


def _demand_agreement(asked: Round, readiness: Readiness, remarks: tuple[Remark, ...]) -> None:
    match readiness:
        case Readiness.READY if remarks:
            raise Contradictory(
                f"未答复：写了 {len(remarks)} 条意见，结果却是“可以提交”。请改选“需修改后提交”，或者删去意见。",
                field="readiness",
            )
        case Readiness.READY if asked.missing:
            raise Contradictory(
                f"未答复：草稿还缺 {len(asked.missing)} 项必填内容或材料，不能认定“可以提交”。请改选“需修改后提交”。",
                field="readiness",
            )
        case Readiness.MEND if not remarks and not asked.missing:
            raise Contradictory(
                "未答复：结果是“需修改后提交”，却没有写明要改什么。请在对应的项目上写出意见。", field="readiness"
            )


def field_of(target: Target) -> str:
    """Return the name under which forms and programs speak of a target.

    >>> field_of(Target(TargetKind.CONDITION, "2", "HS-01")), field_of(Target(TargetKind.ELEMENT, "imo_number"))
    ('condition:HS-01:2', 'element:imo_number')
    """
    return ":".join(part for part in (target.kind.value, target.matter, target.code) if part)


def withdraw(before: PreReview, number: int, *, by: str, at: datetime) -> tuple[Event, ...]:
    """Take a request back. Raises NoSuchPreReview, NotOpen."""
    _demand_open(before, number, "未撤回")
    return (PreReviewWithdrawn(number, by, at),)


def end(before: PreReview, *, application: str, at: datetime) -> tuple[Event, ...]:
    """End what is open because the draft was handed in; nothing where nothing is."""
    return (PreReviewEnded(before.open.number, application, at),) if before.open else ()


def project(before: PreReview, *, calendar: Calendar, at: datetime) -> tuple[Event, ...]:
    """Give an open request its day in a newly published calendar; nothing where it stays and was not provisional."""
    asked = before.open
    if asked is None or asked.calendar == calendar.version:
        return ()
    due = due_of(asked.limit, requested_on=day_of(asked.requested_at), calendar=calendar)
    if due.day == asked.due_on and not asked.provisional:
        return ()
    return (PreReviewProjected(asked.number, due.day, due.provisional, calendar.version, at),)


def lamp(*, due_on: date, today: date) -> Lamp:
    """Return the lamp of an open request: yellow on its last day, then red. A limit of days knows no earlier warning.

    No limit of the law runs, so none can pass.
    """
    if today > due_on:
        return Lamp.RED
    return Lamp.YELLOW if today == due_on else Lamp.GREEN


def _demand_open(before: PreReview, number: int, refused: str) -> Round:
    asked = before.round(number)
    match asked.state:
        case State.ANSWERED:
            raise NotOpen(f"{refused}：第 {number} 次预审已经答复。请刷新页面查看答复。")
        case State.WITHDRAWN:
            raise NotOpen(f"{refused}：申请人已撤回第 {number} 次预审。请返回列表。")
        case State.ENDED:
            raise NotOpen(f"{refused}：申请已经提交，第 {number} 次预审随之结束。请按正式申请办理。")
    return asked


def begin(event: PreReviewRequested) -> PreReview:
    return apply(PreReview(event.draft, event.holder, ()), event)


def apply(pre_review: PreReview, event: Event) -> PreReview:
    """Return the pre-review after one more event."""
    match event:
        case PreReviewRequested():
            return replace(pre_review, rounds=(*pre_review.rounds, _asked(event)))
        case PreReviewAnswered():
            closed = {"readiness": event.readiness, "remarks": event.remarks, "closed_by": event.by}
            return _close(pre_review, event.number, State.ANSWERED, event.at, **closed)
        case PreReviewWithdrawn():
            return _close(pre_review, event.number, State.WITHDRAWN, event.at, closed_by=event.by)
        case PreReviewProjected():
            return _put(
                pre_review,
                replace(
                    pre_review.round(event.number),
                    due_on=event.due_on,
                    provisional=event.provisional,
                    calendar=event.calendar,
                ),
            )
        case PreReviewEnded():
            return _close(pre_review, event.number, State.ENDED, event.at)
    raise ValueError(f"{type(event).__name__} is no event of a pre-review")


def fold(events: Iterable[Event], *, onto: PreReview | None = None) -> PreReview:
    """Return the pre-review its events add up to. The first event of all is PreReviewRequested."""
    remaining = iter(events)
    if onto is None:
        first = next(remaining)
        assert isinstance(first, PreReviewRequested)
        onto = begin(first)
    return reduce(apply, remaining, onto)


def _asked(event: PreReviewRequested) -> Round:
    return Round(
        number=event.number,
        region=event.region,
        hall=event.hall,
        participants=event.participants,
        bundle=event.bundle,
        bundle_version=event.bundle_version,
        answers=event.answers,
        matters=event.matters,
        missing=event.missing,
        snapshot=event.snapshot,
        limit=event.limit,
        due_on=event.due_on,
        provisional=event.provisional,
        calendar=event.calendar,
        requested_by=event.by,
        requested_at=event.at,
    )


def _close(pre_review: PreReview, number: int, state: State, at: datetime, **changes: Any) -> PreReview:
    return _put(pre_review, replace(pre_review.round(number), state=state, closed_at=at, **changes))


def _put(pre_review: PreReview, one: Round) -> PreReview:
    return replace(pre_review, rounds=(*pre_review.rounds[: one.number - 1], one, *pre_review.rounds[one.number :]))
