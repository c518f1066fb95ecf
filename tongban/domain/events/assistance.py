"""What happens when a clerk helps an applicant at his window (帮办): stream `assistance:<id>`.

Whom it is about stands under opaque ids. What the draft says is not told here: it is plain editing until it is handed
in, and the application's own stream tells the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongban.domain.events.casework import IntakeCheck
from tongban.domain.events.kinds import Event, event
from tongban.domain.events.wallet import Way
from tongban.domain.offers import HandlingMode, ReceiptCounts
from tongban.domain.sealed import Sealed


@event(1)
@dataclass(frozen=True, slots=True)
class AssistanceBegun(Event):
    """A clerk saw somebody's document at his window, and asks to prepare an application with him.

    `bundle` is what is asked for: a matter by its code, as `body` offers it, or a bundle, then `body` is empty.
    `person` is who stood there, `holder` for whom he applies, `key` names the code that he scans. `mode` None: the
    hall's own matter.
    """

    hall: str
    region: str
    bundle: str
    body: str
    mode: HandlingMode | None
    receipt_counts: ReceiptCounts
    agreement: str
    person: str
    holder: str
    key: str
    until: datetime
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class AssistanceAllowed(Event):
    """The applicant lets that clerk fill in one draft for him, until an instant."""

    draft: str
    way: Way
    until: datetime
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class AssistanceRefused(Event):
    """The applicant does not want it."""

    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class IntakeChecked(Event):
    """The clerk checked identity and form of the draft in one revision; `remark` says what is not in order."""

    checked: tuple[IntakeCheck, ...]
    remark: Sealed | None
    revision: int
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class AssistanceSigned(Event):
    """The applicant read what was prepared, signed it and so handed it in, as the application of that id."""

    application: str
    way: Way
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class AssistanceEnded(Event):
    """Either ended it before anything was handed in; the draft is the applicant's."""

    by: str
    at: datetime
