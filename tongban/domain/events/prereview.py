"""What happens to a draft before it is handed in: stream `prereview/<draft>`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tongban.domain.clock import Limit
from tongban.domain.events.casework import Participant
from tongban.domain.events.kinds import Event, event
from tongban.domain.sealed import Sealed


class Readiness(StrEnum):
    """What a pre-review finds as a whole (预审结果)."""

    READY = "ready"  # 可以提交
    MEND = "mend"  # 需修改后提交


class TargetKind(StrEnum):
    """What a remark of a pre-review points at."""

    MATERIAL = "material"
    ELEMENT = "element"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Target:
    """A material, data element or condition by its code; a condition by its place in the standard of `matter`, from 1.

    Materials and data elements are asked once for all matters: they name none.
    """

    kind: TargetKind
    code: str
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a pre-review would have mended (预审意见), and in which words."""

    target: Target
    words: Sealed


@event(1)
@dataclass(frozen=True, slots=True)
class PreReviewRequested(Event):
    """An applicant asked a hall for pre-review of a draft as it stood (网上预审). It is no submission.

    `number` counts the requests for this draft, from 1; `snapshot` holds what was filled in and handed over.
    """

    draft: str
    number: int
    holder: str
    region: str
    hall: str
    participants: tuple[Participant, ...]
    bundle: str
    bundle_version: int
    answers: tuple[tuple[str, str], ...]
    matters: tuple[str, ...]
    missing: tuple[Target, ...]
    """What these matters ask for and the draft did not have yet."""
    snapshot: Sealed
    limit: Limit
    due_on: date
    provisional: bool
    calendar: str
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class PreReviewAnswered(Event):
    """The hall said what it would have mended before submission; what it does not remark on it found fine."""

    number: int
    readiness: Readiness
    remarks: tuple[Remark, ...]
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class PreReviewWithdrawn(Event):
    """The applicant took a request for pre-review back."""

    number: int
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class PreReviewEnded(Event):
    """The draft was handed in while its pre-review was open."""

    number: int
    application: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class PreReviewProjected(Event):
    """The day of an open request was worked out anew with a calendar that came later."""

    number: int
    due_on: date
    provisional: bool
    calendar: str
    at: datetime
