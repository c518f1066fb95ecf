"""What regions put their names to: streams `agreement/…`, `meeting/…`, `batch/…`, `recognition/…`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tongban.domain.events.kinds import Event, event
from tongban.domain.joint import Annex, Content, Party, RecognitionRule, Scope, Undertaking


@event(1)
@dataclass(frozen=True, slots=True)
class AgreementRecorded(Event):
    """An agreement between regions was recorded (合作协议). `until_on` is out; None: until it is ended."""

    number: str
    title: str
    title_en: str
    parties: tuple[Party, ...]
    scope: str
    annexes: tuple[Annex, ...]
    signed_on: date
    from_on: date
    until_on: date | None
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class AgreementEnded(Event):
    """An agreement ends on a day, and with it what rests on it."""

    ended_on: date
    reason: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class MeetingRecorded(Event):
    """A joint meeting was held (联席会议)."""

    meeting: str
    title: str
    held_on: date
    agreement: str
    attendees: tuple[Party, ...]
    agenda: tuple[str, ...]
    minutes: str
    undertakings: tuple[Undertaking, ...]
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class UndertakingDone(Event):
    """What a joint meeting gave somebody to do is done; `number` counts from 1."""

    number: int
    outcome: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class BatchDrafted(Event):
    """A batch was drafted, or its draft written anew (批次)."""

    batch: str
    title: str
    title_en: str
    matters: tuple[str, ...]
    regions: tuple[str, ...]
    scope: Scope
    agreement: str
    in_force_on: date
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class BatchProposed(Event):
    """An act of a batch was put to the regions: from now on its content is frozen."""

    content: Content
    digest: str
    departments: tuple[Party, ...]
    """The competent departments that must sign off, in every region."""
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ProposalRecalled(Event):
    """An act that not all had signed was taken back."""

    serial: int
    reason: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class BatchSignedOff(Event):
    """Competent departments of a region signed an act off (会签)."""

    serial: int
    region: str
    departments: tuple[str, ...]
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class BatchSigned(Event):
    """The bureau of a region signed the digest of an act (签署). Key and signature stand as unpadded base64url."""

    serial: int
    region: str
    body: str
    digest: str
    key: str
    algorithm: str
    public_key: str
    signature: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class BatchCompleted(Event):
    """The last region signed: the act has its joint number and takes effect on a day."""

    serial: int
    number: str
    takes_effect_on: date
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class RecognitionRecorded(Event):
    """The bureau of a region signed that certificates of others count there. As in `BatchSigned`."""

    rule: RecognitionRule
    body: str
    digest: str
    key: str
    algorithm: str
    public_key: str
    signature: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class RecognitionEnded(Event):
    """A recognition rule ends on a day, by an act of the region that laid it down."""

    ended_on: date
    reason: str
    at: datetime
