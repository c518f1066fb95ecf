"""Pre-review of drafts: what an applicant asks, what a hall reads and answers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from tongban.api.schemas import Given, Told
from tongban.domain.events import Readiness, TargetKind
from tongban.domain.prereview import State

LONGEST_WORDS = 500
MOST_REMARKS = 500


class Target(Told):
    """A material or data element by its code; a condition by its place in the standard of `matter`, from 1."""

    kind: TargetKind
    code: str
    matter: str


class Remark(Target):
    words: str


class Round(Told):
    """One request. `missing`: what the draft lacked then."""

    number: int
    state: State
    requested_at: datetime
    due_on: date
    provisional: bool
    missing: list[Target]
    readiness: Readiness | None
    """Null until it is answered."""
    remarks: list[Remark]
    closed_at: datetime | None


class PreReview(Told):
    draft: str
    left: int
    """How often it may still be asked for."""
    requests: list[Round]


class Requested(Told):
    draft: str
    number: int
    due_on: date
    provisional: bool


class Withdrawn(Told):
    draft: str
    number: int


class Waiting(Told):
    draft: str
    number: int
    bundle: str
    holder: str
    hall: str
    requested_at: datetime
    due_on: date
    provisional: bool


class WaitingList(Told):
    pre_reviews: list[Waiting]


class ReviewItem(Target):
    """One thing that may be remarked on, as it stood when pre-review was asked for. `uploaded`: there is a file."""

    label: str
    value: str
    missing: bool
    uploaded: bool
    remark: str


class PreReviewSheet(Told):
    draft: str
    number: int
    state: State
    bundle: str
    bundle_version: int
    holder: str
    matters: list[str]
    requested_at: datetime
    due_on: date
    provisional: bool
    readiness: Readiness | None
    items: list[ReviewItem]
    """Empty once the applicant took the request back or handed the draft in."""


class RemarkGiven(Given):
    kind: TargetKind
    code: str = Field(max_length=40)
    matter: str = Field("", max_length=40, description="意见针对受理条件时，所属事项的代码")
    words: str = Field(max_length=LONGEST_WORDS)


class AnswerGiven(Given):
    readiness: Readiness
    remarks: list[RemarkGiven] = Field(
        default_factory=list, max_length=MOST_REMARKS, description="没有写意见的各项，即表示没有问题"
    )


class Answered(Told):
    draft: str
    number: int
    readiness: Readiness
    remarks: int
