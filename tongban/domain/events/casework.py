"""What happens to an application, from the day it is handed in: stream `application/<id>`.

Folding these events gives the application. They carry the days that were worked out when they happened, so that nobody
needs a calendar to read them; `DaysProjected` replaces days that were provisional (暂计) once the notice is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tongban.domain.catalogue import MatterType, Regime, SubjectRole
from tongban.domain.events.kinds import Body, Event, event, upcast
from tongban.domain.materials import Supply
from tongban.domain.offers import HandlingMode, ReceiptCounts
from tongban.domain.plan import Plan
from tongban.domain.sealed import Sealed


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
    AWAITED_ENDED = "awaited_ended"  # withdrawn, lapsed, not accepted, or revoked
    CONTENT_CHANGED = "content_changed"
    EVIDENCE_DOUBTED = "evidence_doubted"  # a certificate in the place of a material does not count any more


class Fate(StrEnum):
    """What has become of a certificate that an application relied on."""

    IN_FORCE = "in_force"  # restored
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    ANNULLED = "annulled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class DemandKind(StrEnum):
    """What a demand of a correction notice points at (补正)."""

    MATERIAL = "material"
    CONDITION = "condition"
    ELEMENT = "element"
    AWAITED = "awaited"  # a case of the same application, itself to be corrected first
    CONFIRMATION = "confirmation"  # a co-applicant's signature


class IntakeCheck(StrEnum):
    """What a clerk checks who takes an application in: identity and form, and nothing else."""

    IDENTITY = "identity"  # 人证一致
    AUTHORITY = "authority"  # 代理权限
    FORM = "form"  # 表格填写完整
    LIST = "list"  # 材料与清单一致
    COPIES = "copies"  # 扫描件与原件一致、清晰完整


class SupplyCause(StrEnum):
    """On what occasion something is handed in, or changed, after submission."""

    ON_THE_SPOT = "on_the_spot"  # 当场更正
    CORRECTION = "correction"  # 补正
    DEFERRAL = "deferral"  # 容缺后补
    COMMITMENT_WITHDRAWN = "commitment_withdrawn"  # the proof in place of the promise
    CHANGE = "change"  # 变更申请内容


class RefusalGround(StrEnum):
    """Why a case is not accepted (不予受理)."""

    NOT_NEEDED = "not_needed"  # no licence is needed
    NOT_COMPETENT = "not_competent"  # another body decides
    INCOMPLETE = "incomplete"  # the answer to the notice does not meet it


class LapseCause(StrEnum):
    """Which term the applicant let pass."""

    CORRECTION = "correction"
    DEFERRAL = "deferral"
    CONFIRMATION = "confirmation"


class LapseConsequence(StrEnum):
    """What follows a missed deadline, by the region's rule (glossary: lapse)."""

    DEEMED_WITHDRAWN = "deemed_withdrawn"  # 视为撤回
    ACCEPTANCE_REVOKED = "acceptance_revoked"  # 撤销受理


class Procedure(StrEnum):
    """Time that the law does not count (特别程序): the closed list of Administrative Licensing Law, art. 45."""

    HEARING = "hearing"  # 听证
    TENDER = "tender"  # 招标
    AUCTION = "auction"  # 拍卖
    INSPECTION = "inspection"  # 检验
    TEST = "test"  # 检测
    QUARANTINE = "quarantine"  # 检疫
    APPRAISAL = "appraisal"  # 鉴定
    EXPERT_REVIEW = "expert_review"  # 专家评审


class CommitmentKind(StrEnum):
    """The two regimes of commitment (告知承诺)."""

    PROOF = "proof"  # 证明事项: replaces proofs, an ordinary decision follows
    LICENCE = "licence"  # 涉企经营许可: decided on the spot, verified afterwards


class Means(StrEnum):
    """By what a commitment was verified; sharing comes first."""

    SHARING = "sharing"
    DOCUMENT = "document"
    SITE = "site"


class SupervisionRule(StrEnum):
    """What opens a supervision case (效能监察)."""

    ANSWER_OVERDUE = "answer_overdue"
    DECISION_OVERDUE = "decision_overdue"
    HEARING_OVERDUE = "hearing_overdue"
    VERIFICATION_OVERDUE = "verification_overdue"
    ORDER_OVERDUE = "order_overdue"
    PROCEDURE_OVERDUE = "procedure_overdue"
    SPOT_CHECK_OVERDUE = "spot_check_overdue"
    SPOT_CHECK_FAILED = "spot_check_failed"


class FollowUp(StrEnum):
    """What follows when a decision on the spot is found wrong."""

    CORRECT = "correct"  # 更正: the department puts right what does not touch the outcome
    ANNUL = "annul"  # 提请撤销: it is to be annulled, by the procedure the law has for that


class Side(StrEnum):
    """Who makes a statement: the applicant, or a third party whose interests the decision touches."""

    APPLICANT = "applicant"
    INTERESTED = "interested"


@dataclass(frozen=True, slots=True)
class Participant:
    """Who fills a role in the application: an organisation, a person or a ship, by its opaque id."""

    role: SubjectRole
    id: str


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing to be corrected. `target`: a material, data element or condition of the version in force, by code (a
    condition by its place, from 1), the index of an awaited case, or the role of a co-applicant. `text` says what is
    wrong with it.
    """

    case: int
    kind: DemandKind
    target: str
    text: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which a case is due, as worked out with one version of the calendar; None: not running, or paused."""

    answer_due_on: date | None
    promised_due_on: date | None
    statutory_due_on: date | None
    provisional: bool
    calendar: str


# --- handed in --------------------------------------------------------------------------------------------------------


@event(3)
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


@upcast("ApplicationSubmitted", 1)
def _with_regimes(body: Body) -> Body:
    """Until version 2 every case was a licence, its desks gave their opinions side by side, its subject by role."""
    added = {"regime": Regime.LICENCE.value, "matter_type": MatterType.LICENCE.value, "steps": [], "subject": ""}
    plan = body["plan"]
    asks = [{"subject": ""} | ask for ask in plan["asks"]]
    supplies = [{"subject": ""} | supply for supply in body["supplies"]]
    cases = [added | case for case in plan["cases"]]
    return body | {"plan": plan | {"cases": cases, "asks": asks}, "supplies": supplies}


@upcast("ApplicationSubmitted", 2)
@upcast("MaterialsSupplied", 1)
def _without_rules(body: Body) -> Body:
    """Until version 3, and 2, no certificate of another region was recognised."""
    return body | {"supplies": [{"rule": ""} | supply for supply in body["supplies"]]}


@event(1)
@dataclass(frozen=True, slots=True)
class ApplicationTakenIn(Event):
    """A clerk prepared the application for an applicant who stood at his window, and took it in (帮办代收).

    It comes right after ApplicationSubmitted, in the same act. `mode` None: the hall's own matter; `agreement` is what
    the offer rests on. `checked` is what the clerk found in order, `remark` what he said of the rest. `assistance`
    names the stream of all that went before.
    """

    hall: str
    region: str
    """The division in which that hall lies."""
    mode: HandlingMode | None
    receipt_counts: ReceiptCounts
    agreement: str
    checked: tuple[IntakeCheck, ...]
    remark: Sealed | None
    assistance: str
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CasesReceived(Event):
    """From this day on the department owes an answer: handed in, signed by all who apply, or corrected (收件起算)."""

    cases: tuple[int, ...]
    received_on: date
    answer_due_on: date
    provisional: bool
    calendar: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ConfirmationsAsked(Event):
    """Co-applicants are to sign these cases by a day; until all have, nothing was handed in for them."""

    cases: tuple[int, ...]
    due_on: date
    at: datetime


@event(1)
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


@event(1)
@dataclass(frozen=True, slots=True)
class TogetherAsked(Event):
    """The applicant asked that complete cases wait for the incomplete ones (`wait`), or took that back."""

    wait: bool
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DeferralPromised(Event):
    """The applicant signed that a material will follow (容缺承诺)."""

    material: str
    about: SubjectRole
    subject: str
    cases: tuple[int, ...]
    by: str
    signature: str
    key: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CommitmentMade(Event):
    """The applicant signed a commitment (告知承诺): in place of `materials`, or for a decision on the spot."""

    case: int
    kind: CommitmentKind
    materials: tuple[str, ...]
    by: str
    signature: str
    key: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CommitmentWithdrawn(Event):
    """The applicant took his commitment back before the decision: the case goes on by the ordinary route."""

    case: int
    by: str
    at: datetime


# --- before acceptance ------------------------------------------------------------------------------------------------


@event(2)
@dataclass(frozen=True, slots=True)
class CorrectionAsked(Event):
    """All that is to be corrected in the cases of whoever tells it was told at once (一次性告知). Demands are numbered
    from `first` on, each number once in the application.
    """

    first: int
    demands: tuple[Demand, ...]
    answer_due_on: date
    by: str
    at: datetime


@upcast("CorrectionAsked", 1)
def _numbered_from_one(body: Body) -> Body:
    """Until version 2 an application had one notice."""
    return body | {"first": 1}


@event(2)
@dataclass(frozen=True, slots=True)
class DemandsAnswered(Event):
    """Demands were answered, some or all of one notice or of several; `explanations` are answers in words."""

    numbers: tuple[int, ...]
    explanations: tuple[tuple[int, Sealed], ...]
    by: str
    at: datetime


@upcast("DemandsAnswered", 1)
def _without_explanations(body: Body) -> Body:
    """Until version 2 nobody answered in words."""
    return body | {"explanations": []}


@event(2)
@dataclass(frozen=True, slots=True)
class MaterialsSupplied(Event):
    """Materials were handed in after submission, in the place of what stood there before."""

    supplies: tuple[Supply, ...]
    cause: SupplyCause
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class FormChanged(Event):
    """Data were changed after submission; `cases` are those they reach, `contents` what their certificates say now."""

    form: Sealed
    participants: tuple[Participant, ...]
    elements: tuple[str, ...]
    cases: tuple[int, ...]
    contents: tuple[tuple[int, str], ...]
    cause: SupplyCause
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class AcceptanceRefused(Event):
    """A case was not accepted (不予受理). `right_body` names who is competent where this body is not."""

    case: int
    ground: RefusalGround
    reason: Sealed | None
    right_body: str
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CaseAccepted(Event):
    """The competent department accepted a case (受理); by `system` when it stayed silent, from the day of receipt."""

    case: int
    by: str
    at: datetime
    promised_due_on: date
    statutory_due_on: date
    provisional: bool
    calendar: str


@event(1)
@dataclass(frozen=True, slots=True)
class CaseWithdrawn(Event):
    """The applicant withdrew a case before it was decided (撤回申请)."""

    case: int
    reason: Sealed | None
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CaseLapsed(Event):
    """A term passed unused and ended the case (视为撤回、撤销受理). `because` names the material, where it was one."""

    case: int
    cause: LapseCause
    consequence: LapseConsequence
    because: str
    article: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CaseUrged(Event):
    """The applicant urged the department (催办)."""

    case: int
    by: str
    at: datetime


class Channel(StrEnum):
    """Where somebody rates how a case was handled."""

    ONLINE = "online"  # 网上
    WINDOW = "window"  # 窗口
    TERMINAL = "terminal"  # 自助终端


@event(1)
@dataclass(frozen=True, slots=True)
class CaseRated(Event):
    """The applicant rated how a case was handled (好差评): 1 is best, 5 worst. `words` None: he said no more."""

    case: int
    level: int
    channel: Channel
    words: Sealed | None
    by: str
    at: datetime


# --- time -------------------------------------------------------------------------------------------------------------


@event(1)
@dataclass(frozen=True, slots=True)
class LimitExtended(Event):
    """The head approved more days, once, before expiry, and the reason was told (延期)."""

    case: int
    days: int
    approved_on: date
    approver: str
    reason: Sealed
    article: str
    due: Days
    by: str
    at: datetime


@event(2)
@dataclass(frozen=True, slots=True)
class ProcedureBegun(Event):
    """A special procedure began, and the time it needs was told in writing; no limit runs (特别程序)."""

    case: int
    kind: Procedure
    name: str
    article: str
    expected_days: int
    """Working days that the notice names."""
    began_on: date
    until_on: date | None
    """The last of them; None: begun when nobody watched."""
    due: Days
    by: str
    at: datetime


@upcast("ProcedureBegun", 1)
def _unwatched(body: Body) -> Body:
    """Until version 2 nobody watched whether a procedure took longer than was told."""
    return body | {"until_on": None}


@event(1)
@dataclass(frozen=True, slots=True)
class ProcedureEnded(Event):
    """A special procedure ended: limits run again from `resumed_on`."""

    case: int
    kind: Procedure
    resumed_on: date
    result: Sealed | None
    due: Days
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DaysProjected(Event):
    """A newly published calendar gave provisional days their final place."""

    case: int
    due: Days
    at: datetime


# --- deferral ---------------------------------------------------------------------------------------------------------


@event(1)
@dataclass(frozen=True, slots=True)
class DeferralGranted(Event):
    """Cases were accepted with a material to follow by a day (容缺受理)."""

    material: str
    about: SubjectRole
    subject: str
    due_on: date
    remind_on: date
    pauses_promise: bool
    days: tuple[tuple[int, Days], ...]
    """Cases whose promise is paused from now on, by the region's rule."""
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DeferralReminded(Event):
    """The applicant was reminded of a material that is to follow."""

    material: str
    about: SubjectRole
    subject: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DeferralMet(Event):
    """A deferred material came in time; `resumed_on` ends the pause of the promise where the region grants one."""

    material: str
    about: SubjectRole
    subject: str
    resumed_on: date
    days: tuple[tuple[int, Days], ...]
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DeferralLapsed(Event):
    """A deferred material did not come; what follows for each open case is told by `CaseLapsed`."""

    material: str
    about: SubjectRole
    subject: str
    article: str
    at: datetime


# --- review -----------------------------------------------------------------------------------------------------------


@event(1)
@dataclass(frozen=True, slots=True)
class OpinionGiven(Event):
    """One desk said its opinion (意见)."""

    case: int
    desk: str
    verdict: Verdict
    by: str
    reason: Sealed | None
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CaseReturned(Event):
    """The deciding desk sent its branch back to earlier desks, whose opinions are open again (退回)."""

    case: int
    desks: tuple[str, ...]
    reason: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class SiteChecked(Event):
    """Two officers or more looked at the place, for one case or for several at once (联合勘验)."""

    cases: tuple[int, ...]
    officers: tuple[str, ...]
    passed: bool
    record: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class InterestedTold(Event):
    """A third party whose interests the decision touches was told, and may state its case by a day (利害关系人)."""

    case: int
    party: Sealed
    statement_due_on: date
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class StatementMade(Event):
    """The applicant or a third party stated its case (陈述申辩)."""

    case: int
    side: Side
    text: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class HearingOffered(Event):
    """Applicant and third parties were told of their right to a hearing, to be asked for by a day (听证告知)."""

    case: int
    request_due_on: date
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class HearingRequested(Event):
    """A hearing was asked for in time; it is to be held by a day."""

    case: int
    side: Side
    hold_by_on: date
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class HearingHeld(Event):
    """The hearing was held; its record binds the decision (听证笔录)."""

    case: int
    record: Sealed
    by: str
    at: datetime


@event(1)
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


@event(1)
@dataclass(frozen=True, slots=True)
class ConclusionReturned(Event):
    """A stored conclusion went back to its desk by rule, because of the case `because`."""

    case: int
    because: int
    cause: ReturnCause
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CaseDecided(Event):
    """A signed conclusion took effect (决定). `by` signed it; `released_by` set it free: the signer or system.

    Where the law takes silence for consent, or the decision follows from a registry alone, `system` stands in both.
    """

    case: int
    outcome: Outcome
    by: str
    released_by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ConsentDeemed(Event):
    """The limit passed without a decision, and an article takes that for consent (默认准予)."""

    case: int
    article: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateIssued(Event):
    """The decision's certificate was issued (电子证照). `digest` is SM3 over the signed bytes."""

    case: int
    certificate: str
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class RetainedTaxRefunded(Event):
    """The retained input tax was taken out of the tax record of a region, to be paid out (留抵退税)."""

    case: int
    region: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class TaxRecordCarried(Event):
    """The tax record went along from the region left to the region reached (跨省迁移).

    `confirmation` is the certificate by which the region left let go; `replaced` the rating certificate whose place the
    new one takes, empty: there was none.
    """

    case: int
    left: str
    reached: str
    confirmation: str
    replaced: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ApplicationClosed(Event):
    """Every case has come to its end (办结)."""

    at: datetime


# --- what follows a commitment ----------------------------------------------------------------------------------------


@event(1)
@dataclass(frozen=True, slots=True)
class VerificationDue(Event):
    """A commitment is to be verified by a day (核查)."""

    case: int
    due_on: date
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class VerificationDrawn(Event):
    """A public draw chose which commitments are verified; `chosen` says whether this one is (抽查)."""

    case: int
    draw: str
    chosen: bool
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CommitmentVerified(Event):
    """A commitment was found kept, or broken."""

    case: int
    kept: bool
    means: Means
    findings: Sealed | None
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class OrderedToCorrect(Event):
    """Whoever broke his commitment was ordered to correct it by a day (责令限期整改)."""

    case: int
    due_on: date
    reason: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CommitmentMended(Event):
    """The order was met: the approval stands."""

    case: int
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class RevocationNoticed(Event):
    """The holder was told that the approval is to be revoked, why, and until when he may state his case."""

    case: int
    reason: Sealed
    statement_due_on: date
    hearing: bool
    """Whether a hearing may be asked for, until the same day."""
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ApprovalRevoked(Event):
    """The approval was revoked in writing (撤销决定)."""

    case: int
    reason: Sealed
    article: str
    by: str
    signature: str
    key: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CreditEntered(Event):
    """A broken commitment was entered in the credit record, under an item of the published list (失信记录)."""

    case: int
    party: str
    entry: str
    item: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CreditRepairAsked(Event):
    """Whom an entry is about asks for its repair, upon a ground of the published list; `due_on`: answered by then."""

    case: int
    entry: str
    ground: str
    reason: Sealed
    due_on: date
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CreditRepairDenied(Event):
    """The authority did not repair the entry, for a reason; repair can be asked for again."""

    case: int
    entry: str
    reason: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CreditRepaired(Event):
    """The authority repaired the entry, for a reason: commitments are taken again (信用修复)."""

    case: int
    entry: str
    reason: Sealed
    by: str
    at: datetime


# --- supervision ------------------------------------------------------------------------------------------------------


@event(1)
@dataclass(frozen=True, slots=True)
class SpotCheckDrawn(Event):
    """A public draw chose a decision on the spot to be checked by a day (事后抽查)."""

    case: int
    draw: str
    due_on: date
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class SpotChecked(Event):
    """A decision on the spot was checked by somebody who had no part in it; `follow_up` None: it was right."""

    case: int
    follow_up: FollowUp | None
    finding: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class SupervisionOpened(Event):
    """Something is overdue or was found wrong: a supervision case was opened against the desk that holds it (督办)."""

    case: int
    rule: SupervisionRule
    desk: str
    article: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class SupervisionClosed(Event):
    """The supervisor closed a supervision case with what he found."""

    case: int
    rule: SupervisionRule
    finding: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateFateTold(Event):
    """The application was told what has become of a certificate that it relied on, and which cases that concerns."""

    certificate: str
    material: str
    """In the place of which material it stands, or as what kind of certificate it was awaited."""
    fate: Fate
    article: str
    on: date
    cases: tuple[int, ...]
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DoubtSettled(Event):
    """The deciding desk looked at what the fate of a certificate means for a case, and stands by it: why."""

    case: int
    certificate: str
    finding: Sealed
    by: str
    at: datetime
