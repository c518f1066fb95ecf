"""What can happen, and how is it written down?

Every event is a frozen dataclass with a version. An event type never changes shape: a new shape is a new version. The
journal keeps type, version and body; `encode` and `decode` go between them and the values. Events of an application
tell its whole life: folding them gives the application.

Personal data stand in events only as `Sealed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from tongban.domain import codec
from tongban.domain.catalogue import SubjectRole
from tongban.domain.joint import Annex, Content, Party, Scope, Undertaking
from tongban.domain.materials import Supply
from tongban.domain.plan import Plan
from tongban.domain.sealed import Sealed

SYSTEM = "system"
"""The actor of what happens by rule and not by a person's act."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. The actor and the instant stand on the journal's entry."""


E = TypeVar("E", bound=type[Event])
_KINDS: dict[tuple[str, int], type[Event]] = {}
_VERSIONS: dict[type[Event], int] = {}


def _event(version: int) -> Callable[[E], E]:
    def register(kind: E) -> E:
        _KINDS[kind.__name__, version] = kind
        _VERSIONS[kind] = version
        return kind

    return register


class UnknownEvent(ValueError):
    """An entry whose type and version this software does not know: it was written by a later one."""


def encode(event: Event) -> tuple[str, int, dict[str, Any]]:
    """Return type, version and body. Raises TypeError where a seal or another type is demanded."""
    kind = type(event)
    return kind.__name__, _VERSIONS[kind], codec.to_plain(event, kind)


def decode(kind: str, version: int, body: dict[str, Any]) -> Event:
    if (kind, version) not in _KINDS:
        raise UnknownEvent(f"{kind} version {version}")
    event: Event = codec.from_plain(body, _KINDS[kind, version])
    return event


def kinds() -> tuple[tuple[str, int], ...]:
    """Return every known type and version."""
    return tuple(_KINDS)


class Outcome(StrEnum):
    """What a conclusion says (审查结论)."""

    APPROVED = "approved"
    DENIED = "denied"


class Verdict(StrEnum):
    """What one desk's opinion says (意见)."""

    AGREE = "agree"
    OBJECT = "object"


class ReturnCause(StrEnum):
    """Why a stored conclusion goes back to its desk (design, invariant 5)."""

    AWAITED_DENIED = "awaited_denied"
    CONTENT_CHANGED = "content_changed"


class Finding(StrEnum):
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


@dataclass(frozen=True, slots=True)
class Participant:
    """Who fills a role in the application: an organisation, a person or a ship, by its opaque id."""

    role: SubjectRole
    id: str


@_event(1)
@dataclass(frozen=True, slots=True)
class ApplicationSubmitted(Event):
    """An applicant handed in an application (收件). The plan recorded here is the one everybody works by."""

    application: str
    number: str
    region: str
    hall: str
    """Where it was handed in: the division (GB/T 2260) and the hall that accepts it."""
    holder: str
    applicant: str
    participants: tuple[Participant, ...]
    plan: Plan
    supplies: tuple[Supply, ...]
    form: Sealed
    contents: tuple[str, ...]
    """Digest of each case's certificate content as applied for, in the order of the plan."""
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class JointApplicantConfirmed(Event):
    """A co-applicant confirmed and signed a case (共同申请)."""

    case: int
    role: SubjectRole
    party: str
    by: str
    signature: str
    key: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class CaseAccepted(Event):
    """The competent department accepted a case (受理). `*_provisional` marks a day beyond the published calendar."""

    case: int
    by: str
    at: datetime
    promised_due_on: date
    statutory_due_on: date
    provisional: bool
    calendar: str


@_event(1)
@dataclass(frozen=True, slots=True)
class OpinionGiven(Event):
    """One desk said its opinion (意见)."""

    case: int
    desk: str
    verdict: Verdict
    by: str
    reason: Sealed | None
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class DecisionSigned(Event):
    """The deciding desk signed its conclusion (审查结论). It takes effect when what it needs is there."""

    case: int
    desk: str
    outcome: Outcome
    by: str
    reason: Sealed | None
    determined: Sealed | None
    """Data elements fixed otherwise than applied for, e.g. the approved ship name."""
    contents: tuple[tuple[int, str], ...]
    """Cases whose certificate content changed by it, with the new digest."""
    relied_on: tuple[tuple[int, str], ...]
    """Awaited cases with the content digest the reviewer saw."""
    signature: str
    key: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class ConclusionReturned(Event):
    """A stored conclusion went back to its desk by rule, because of the case `because`."""

    case: int
    because: int
    cause: ReturnCause
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class CaseDecided(Event):
    """A signed conclusion took effect (决定). `by` signed it; `released_by` set it free: the signer or system."""

    case: int
    outcome: Outcome
    by: str
    released_by: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class CertificateIssued(Event):
    """The decision's certificate was issued (电子证照). `digest` is SM3 over the signed bytes."""

    case: int
    certificate: str
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class ApplicationClosed(Event):
    """Every case is decided (办结)."""

    at: datetime


# --- Before it is handed in: stream `prereview/<draft>` ---------------------------------------------------------------


@_event(1)
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
    due_on: date
    provisional: bool
    calendar: str
    by: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class PreReviewAnswered(Event):
    """The hall said what it would have mended before submission; what it does not remark on it found fine."""

    number: int
    finding: Finding
    remarks: tuple[Remark, ...]
    by: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class PreReviewWithdrawn(Event):
    """The applicant took a request for pre-review back."""

    number: int
    by: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class PreReviewEnded(Event):
    """The draft was handed in while its pre-review was open."""

    number: int
    application: str
    at: datetime


# --- People: streams `person:<id>`, `org:<code>`, `account:<id>` -----------------------------------------------------


@_event(1)
@dataclass(frozen=True, slots=True)
class PersonRegistered(Event):
    """A person was entered by one identity document."""

    person: str
    document_type: str
    number: Sealed
    name: Sealed
    phone: Sealed
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class OrganisationRegistered(Event):
    """A body was entered by its unified social credit code."""

    uscc: str
    name: str
    region: str
    legal_representative: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class MandateGranted(Event):
    """The legal representative let somebody act for the organisation (授权委托). No matters: all; `valid_until` out."""

    mandate: str
    agent: str
    matters: tuple[str, ...]
    valid_from: date
    valid_until: date
    by: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class MandateRevoked(Event):
    """The legal representative ended a mandate at once."""

    mandate: str
    by: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class DutyGiven(Event):
    """An account got a duty (职责); empty places are not tied. `valid_until` is out; None: until further notice."""

    role: str
    region: str
    hall: str
    department: str
    desk: str
    valid_from: date
    valid_until: date | None
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class StandInNamed(Event):
    """While the stream's account is away, `account` stands in for it (代岗). `valid_until` is out."""

    stand_in: str
    account: str
    valid_from: date
    valid_until: date
    by: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class StandInEnded(Event):
    """A stand-in ended before its day, at once."""

    stand_in: str
    by: str
    at: datetime


# --- The catalogue: stream `catalogue` -------------------------------------------------------------------------------


@_event(1)
@dataclass(frozen=True, slots=True)
class StandardPutInForce(Event):
    """A version of a standard came into force; the digest is that of its canonical form without the version."""

    matter: str
    version: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class StandardProposed(Event):
    """A version of a joint standard was written down for regions to sign; it is not in force."""

    matter: str
    version: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class StandardScheduled(Event):
    """A batch that every region signed puts a version of a standard in force from a day on."""

    matter: str
    version: int
    batch: str
    from_on: date
    until_on: date | None
    """The day on which the agreement ends that the batch rests on, where it names one."""
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class StandardEnded(Event):
    """A version of a standard is no longer in force from a day on: amended or withdrawn."""

    matter: str
    version: int
    batch: str
    until_on: date
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class ImplementationPutInForce(Event):
    """A version of how one body offers a matter came into force."""

    matter: str
    body: str
    version: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class BundlePutInForce(Event):
    """A version of a bundle came into force."""

    bundle: str
    version: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class DelegationRecorded(Event):
    """Who decides a matter in whose name was recorded (下放、授权、委托)."""

    matter: str
    version: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class OfferRecorded(Event):
    """A province lets halls of others take in one of its matters (跨省通办)."""

    matter: str
    province: str
    version: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class ExtensionRecorded(Event):
    """A hall serves the matters of another region (延伸服务)."""

    hall: str
    region: str
    version: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class ReformRecorded(Event):
    """The reform mode of a matter in a region (证照分离)."""

    matter: str
    region: str
    version: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class ObservationTaken(Event):
    """What a body's own system showed of a matter was written down beside what it published."""

    matter: str
    body: str
    version: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class RawListTaken(Event):
    """A list that a region publishes by itself was taken in as it is, in the place of what its source said before."""

    source: str
    count: int
    digest: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class CalendarPublished(Event):
    """The State Council's arrangement for a year was taken in (放假安排); a later version counts in place of this.

    `calendar` is the version of the whole calendar from then on.
    """

    year: int
    version: int
    rest: frozenset[date]
    make_up: frozenset[date]
    sources: tuple[str, ...]
    calendar: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class DepartureOpened(Event):
    """A body published terms that depart from a joint standard because the law changed (偏离标准)."""

    matter: str
    body: str
    version: int
    article: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class DepartureClosed(Event):
    """A later version of the implementation ended a departure; `version` is the one that had opened it."""

    matter: str
    body: str
    version: int
    at: datetime


# --- What regions put their names to: streams `agreement/<number>`, `meeting/<id>`, `batch/<code>` --------------------


@_event(1)
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


@_event(1)
@dataclass(frozen=True, slots=True)
class AgreementEnded(Event):
    """An agreement ends on a day, and with it what rests on it."""

    ended_on: date
    reason: str
    at: datetime


@_event(1)
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


@_event(1)
@dataclass(frozen=True, slots=True)
class UndertakingDone(Event):
    """What a joint meeting gave somebody to do is done; `number` counts from 1."""

    number: int
    outcome: str
    at: datetime


@_event(1)
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


@_event(1)
@dataclass(frozen=True, slots=True)
class BatchProposed(Event):
    """An act of a batch was put to the regions: from now on its content is frozen."""

    content: Content
    digest: str
    departments: tuple[Party, ...]
    """The competent departments that must sign off, in every region."""
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class ProposalRecalled(Event):
    """An act that not all had signed was taken back."""

    serial: int
    reason: str
    at: datetime


@_event(1)
@dataclass(frozen=True, slots=True)
class BatchSignedOff(Event):
    """Competent departments of a region signed an act off (会签)."""

    serial: int
    region: str
    departments: tuple[str, ...]
    digest: str
    at: datetime


@_event(1)
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


@_event(1)
@dataclass(frozen=True, slots=True)
class BatchCompleted(Event):
    """The last region signed: the act has its joint number and takes effect on a day."""

    serial: int
    number: str
    takes_effect_on: date
    at: datetime
