"""What is an application, once it is handed in?

An application (申请) holds one case (办件) for each matter of its plan, one pool of supplied materials and one form. It
is only ever made by folding its events; rows in the database are a copy of this value, and `tongban journal verify`
compares the two (design, invariant 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import reduce
from typing import Any, cast

from tongban.domain import custody, regimes
from tongban.domain.catalogue import MatterType, Regime, SubjectRole
from tongban.domain.clock import Limit, day_of
from tongban.domain.custody import Custody, Holding
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import (
    SYSTEM,
    AcceptanceRefused,
    ActAsked,
    ActRefused,
    ApplicationClosed,
    ApplicationSubmitted,
    ApplicationTakenIn,
    ApprovalRevoked,
    CaseAccepted,
    CaseDecided,
    CaseEnteredSystem,
    CaseLapsed,
    CaseRated,
    CaseReturned,
    CasesHandedOver,
    CasesReceived,
    CasesTakenOver,
    CaseUrged,
    CaseWithdrawn,
    CertificateFateTold,
    CertificateIssued,
    CommitmentKind,
    CommitmentMade,
    CommitmentMended,
    CommitmentVerified,
    CommitmentWithdrawn,
    ConclusionReturned,
    ConfirmationsAsked,
    ConsentDeemed,
    CorrectionAsked,
    CreditEntered,
    CreditRepairAsked,
    CreditRepairDenied,
    CreditRepaired,
    Days,
    DaysProjected,
    DecisionSigned,
    DeferralGranted,
    DeferralLapsed,
    DeferralMet,
    DeferralPromised,
    DeferralReminded,
    Demand,
    DemandsAnswered,
    DocumentIssued,
    DocumentsDelivered,
    DoubtSettled,
    Event,
    Fate,
    FormChanged,
    HandOverReceipted,
    HandOverRefused,
    HearingHeld,
    HearingOffered,
    HearingRequested,
    IntakeCheck,
    InterestedTold,
    JointApplicantConfirmed,
    LapseCause,
    LapseConsequence,
    LetterDelivered,
    LimitExtended,
    MaterialsSupplied,
    OpinionGiven,
    OrderedToCorrect,
    Outcome,
    Participant,
    ProcedureBegun,
    ProcedureEnded,
    RecallAsked,
    RecallRefused,
    RetainedTaxRefunded,
    ReturnCause,
    RevocationNoticed,
    SiteChecked,
    SpotCheckDrawn,
    SpotChecked,
    StatementMade,
    SupervisionClosed,
    SupervisionOpened,
    SystemFilledIn,
    SystemTold,
    TaxRecordCarried,
    TogetherAsked,
    Verdict,
    VerificationDrawn,
    VerificationDue,
)
from tongban.domain.materials import Supply
from tongban.domain.offers import HandlingMode, ReceiptCounts
from tongban.domain.plan import PlannedCase
from tongban.domain.proceedings import (
    Commitment,
    Deferral,
    Doubt,
    Extended,
    Hearing,
    Interested,
    Ledger,
    Notice,
    Proceedings,
    Rating,
    Refusal,
    SiteCheck,
    SpecialProcedure,
    SpotCheck,
    Statement,
    Supervision,
)
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed

NOTHING_MOVED = Ledger()
NOTHING_MORE = Proceedings()


class CaseState(StrEnum):
    """Where a case stands. The last four are ends."""

    SUBMITTED = "submitted"
    CORRECTING = "correcting"
    """A notice of correction waits for its answer."""
    ACCEPTED = "accepted"
    """Under review."""
    CONCLUDED = "concluded"
    """A conclusion is signed and waits for certificates."""
    DECIDED = "decided"
    REFUSED = "refused"
    """Not accepted (不予受理)."""
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Ended by rule because a term passed: deemed withdrawn, or its acceptance revoked."""


ENDS = frozenset({CaseState.DECIDED, CaseState.REFUSED, CaseState.WITHDRAWN, CaseState.LAPSED})
UNDER_REVIEW = frozenset({CaseState.ACCEPTED, CaseState.CONCLUDED})
UNACCEPTED = frozenset({CaseState.SUBMITTED, CaseState.CORRECTING})


@dataclass(frozen=True, slots=True)
class Opinion:
    """One desk's opinion, or the open place for it: `verdict` None means not yet given.

    Desks of one `step` are asked side by side, those of the next when all of it have spoken.
    """

    desk: str
    step: int = 1
    verdict: Verdict | None = None
    by: str = ""
    reason: Sealed | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A co-applicant's signature under a case, or the open place for it: `at` None means not yet given."""

    role: SubjectRole
    party: str
    by: str = ""
    signature: str = ""
    key: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The deciding desk's signed outcome, in force or not yet."""

    outcome: Outcome
    by: str
    reason: Sealed | None
    determined: Sealed | None
    relied_on: tuple[tuple[int, str], ...]
    signature: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lapse:
    """Which term passed unused, what follows by the region's rule, and which material it was about."""

    cause: LapseCause
    consequence: LapseConsequence
    because: str
    article: str


@dataclass(frozen=True, slots=True)
class Case:
    """One matter of the application, handled by one department. `content` digests what its certificate will say."""

    index: int
    matter: str
    standard_version: int
    implementation_version: int
    body: str
    deciding_desk: str
    awaits: tuple[int, ...]
    yields: str
    content: str
    opinions: tuple[Opinion, ...]
    confirmations: tuple[Confirmation, ...]
    promised: Limit
    statutory: Limit
    regime: Regime = Regime.LICENCE
    matter_type: MatterType = MatterType.LICENCE
    subject: str = ""
    state: CaseState = CaseState.SUBMITTED
    confirm_by_on: date | None = None
    received_on: date | None = None
    """From when the department owes an answer; None while a co-applicant's signature or a correction is missing."""
    answer_due_on: date | None = None
    accepted_by: str = ""
    accepted_at: datetime | None = None
    accepted_on: date | None = None
    """The day from which acceptance counts: that of receipt where the department stayed silent."""
    promised_due_on: date | None = None
    statutory_due_on: date | None = None
    provisional: bool = False
    calendar: str = ""
    ledger: Ledger = NOTHING_MOVED
    conclusion: Conclusion | None = None
    returned: ReturnCause | None = None
    """Why the last conclusion came back; None once a new one is signed."""
    outcome: Outcome | None = None
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    """When it came to its end, whichever that was."""
    lapse: Lapse | None = None
    certificate: str = ""
    proceedings: Proceedings = NOTHING_MORE
    taken_in_by: str = ""
    """The clerk who prepared it with the applicant at a window; empty: the applicant handed it in himself."""
    holding: Holding | None = None
    """Which node may act on it; None: this one, and it never went anywhere."""

    @property
    def here(self) -> bool:
        """Whether this node may act on it."""
        return self.holding is None or self.holding.custody is Custody.HERE

    @property
    def confirmed(self) -> bool:
        return all(confirmation.at is not None for confirmation in self.confirmations)

    @property
    def missing_opinions(self) -> tuple[str, ...]:
        """The desks that have not spoken yet, of all steps."""
        return tuple(opinion.desk for opinion in self.opinions if opinion.verdict is None)

    @property
    def asked_opinions(self) -> tuple[str, ...]:
        """The desks whose turn it is: those of the earliest step in which somebody has not spoken."""
        missing = [opinion for opinion in self.opinions if opinion.verdict is None]
        step = min((opinion.step for opinion in missing), default=0)
        return tuple(opinion.desk for opinion in missing if opinion.step == step)

    @property
    def ended(self) -> bool:
        return self.state in ENDS

    @property
    def approved(self) -> bool:
        """Whether its approval stands."""
        return self.outcome is Outcome.APPROVED and not self.revoked

    @property
    def denied(self) -> bool:
        return self.outcome is Outcome.DENIED

    @property
    def revoked(self) -> bool:
        commitment = self.proceedings.commitment
        return commitment is not None and commitment.revoked_at is not None

    @property
    def barren(self) -> bool:
        """Whether its certificate will not come any more, or no longer counts."""
        return self.ended and not self.approved

    @property
    def on_the_spot(self) -> bool:
        """Whether it is decided on the spot, without opinions and by one pair of eyes: by its regime's article."""
        commitment = self.proceedings.commitment
        committed = commitment is not None and commitment.kind is CommitmentKind.LICENCE
        return committed or regimes.ROUTES[self.regime].on_the_spot

    @property
    def revoking(self) -> bool:
        """Whether its holder was told that the approval is to be revoked; not once it is revoked or mended."""
        commitment = self.proceedings.commitment
        return commitment is not None and commitment.noticed_at is not None and commitment.broken

    @property
    def may_state(self) -> bool:
        """Whether the applicant states his case now (陈述申辩): under review, or before a revocation."""
        return self.state in UNDER_REVIEW or self.revoking

    @property
    def hearing_to_hold(self) -> bool:
        """Whether a hearing was asked for and is still to be held: there is something left to decide."""
        hearing = self.proceedings.hearing
        return hearing is not None and hearing.outstanding and (not self.ended or self.revoking)

    def may_ask_for_hearing(self, today: date) -> bool:
        """Whether a hearing was offered and may still be asked for."""
        hearing = self.proceedings.hearing
        offered = hearing is not None and hearing.may_be_asked_for(today)
        return offered and self.may_state

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """The certificates it relied on that do not count any more, as far as nobody has looked at them; none where
        there is nothing left that could be decided otherwise.
        """
        return tuple(one for one in self.proceedings.doubts if one.open and (not self.ended or self.approved))

    @property
    def kept_from_deciding(self) -> str:
        """Who may not decide it because he accepted it; empty where one pair of eyes decides on the spot."""
        return "" if self.on_the_spot else self.accepted_by

    def keeps_from_deciding(self, account: str) -> bool:
        """Whether that account took it in or accepted it, so that somebody else decides (design, invariant 13)."""
        return bool(account) and account in (self.taken_in_by, self.kept_from_deciding)

    @property
    def paused(self) -> bool:
        """Whether a special procedure lasts, so that no limit runs."""
        return self.ledger.lasting is not None


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A document (文书) as issued, and when it was signed for; `act` is the first entry of the act it tells of."""

    kind: DocumentKind
    title: str
    number: str
    body: str
    cases: tuple[int, ...]
    act: int
    dated_on: date
    digest: str
    signature: str
    key: str
    issued_at: datetime
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Where and by whom an application was taken in at a window (`ApplicationTakenIn`)."""

    hall: str
    region: str
    mode: HandlingMode | None
    receipt_counts: ReceiptCounts
    agreement: str
    checked: tuple[IntakeCheck, ...]
    remark: Sealed | None
    assistance: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Application:
    """What one applicant handed in: its cases in the order of the plan, its supplied materials, its sealed form."""

    id: str
    number: str
    region: str
    hall: str
    bundle: str
    bundle_version: int
    answers: tuple[tuple[str, str], ...]
    holder: str
    applicant: str
    participants: tuple[Participant, ...]
    supplies: tuple[Supply, ...]
    """What stands at each place. What was not handed in with it comes in the order in which this node heard of it."""
    given_at: tuple[datetime | None, ...]
    """When each of the supplies was given; None: with the application, before all others."""
    form: Sealed
    cases: tuple[Case, ...]
    submitted_at: datetime
    closed_at: datetime | None = None
    together: bool = False
    """The applicant asked that complete cases wait for the incomplete ones."""
    notices: tuple[Notice, ...] = ()
    """At most one for each case, in the order of their numbers, whichever came first."""
    deferrals: tuple[Deferral, ...] = ()
    documents: tuple[IssuedDocument, ...] = ()
    """In the order in which they were issued."""
    intake: Intake | None = None
    """None: the applicant handed it in himself."""

    @property
    def peers(self) -> tuple[str, ...]:
        """The other nodes that have a part in it, in the order of the cases."""
        return tuple(dict.fromkeys(case.holding.peer for case in self.cases if case.holding is not None))

    def case(self, index: int) -> Case:
        """Return the case numbered `index`, from 1. Raises NoSuchCase."""
        if not 1 <= index <= len(self.cases):
            raise NoSuchCase(f"申请 {self.number} 没有第 {index} 个办件，只有 {len(self.cases)} 个。请核对办件编号。")
        return self.cases[index - 1]

    def notice_of(self, case: int) -> Notice | None:
        """Return the notice that told what is to be corrected in a case; None where there is none."""
        return next((notice for notice in self.notices if case in notice.cases()), None)

    def demand(self, number: int) -> Demand:
        """Return the demand of that number, whichever notice made it. Raises NoSuchDemand."""
        for notice in self.notices:
            if number in notice.numbers:
                return notice.demand(number)
        raise NoSuchDemand(f"申请 {self.number} 没有第 {number} 项补正内容。请刷新页面，按补正告知逐项补充。")

    @property
    def demands(self) -> dict[int, Demand]:
        """All that was ever told, by number."""
        return {
            number: demand
            for notice in self.notices
            for number, demand in zip(notice.numbers, notice.demands, strict=True)
        }

    def open_demands(self, case: int) -> tuple[int, ...]:
        """Return the numbers of the demands on a case that wait for an answer."""
        notice = self.notice_of(case)
        return notice.open_demands(case) if notice else ()

    def standing(self, material: str, case: Case) -> frozenset[str]:
        """Return the references of what is supplied for a material in a case, shared or of its own person."""
        return frozenset(
            supply.reference
            for supply in self.supplies
            if supply.material == material and supply.subject in ("", case.subject)
        )

    def waits_for(self, case: Case) -> tuple[Case, ...]:
        """Return the awaited cases whose certificate is not there yet."""
        return tuple(awaited for index in case.awaits if not (awaited := self.case(index)).approved)

    @property
    def from_elsewhere(self) -> bool:
        """Whether the hall of another region, or another hall than the competent one, took it in (异地代收)."""
        return self.intake is not None and self.intake.hall != self.hall

    @property
    def waiting(self) -> bool:
        """Whether the applicant's own wish holds complete cases back for incomplete ones."""
        return self.together and any(
            case.state is CaseState.CORRECTING or (case.state in UNACCEPTED and case.received_on is None)
            for case in self.cases
        )

    def letters(self, case: Case) -> tuple[IssuedDocument, ...]:
        """Return the letters to third parties on a case, in the order in which these were told."""
        found = (one for one in self.documents if one.kind is DocumentKind.LETTER and case.index in one.cases)
        return tuple(sorted(found, key=lambda one: one.act))

    def deferred(self, case: Case) -> tuple[Deferral, ...]:
        """Return the materials that a case still waits for."""
        return tuple(deferral for deferral in self.deferrals if deferral.open and case.index in deferral.cases)


class NoSuchCase(Refused):
    """A case that the application does not have."""

    code = "no_such_case"
    status = 404


class NoSuchDemand(Refused):
    """A demand that no notice of the application makes."""

    code = "no_such_demand"
    status = 404


def begin(event: ApplicationSubmitted) -> Application:
    plan = event.plan
    parties = {party.role: party.id for party in event.participants}
    return Application(
        id=event.application,
        number=event.number,
        region=event.region,
        hall=event.hall,
        bundle=plan.bundle,
        bundle_version=plan.bundle_version,
        answers=plan.answers,
        holder=event.holder,
        applicant=event.applicant,
        participants=event.participants,
        supplies=event.supplies,
        given_at=(None,) * len(event.supplies),
        form=event.form,
        cases=tuple(
            _opened(planned, content, parties) for planned, content in zip(plan.cases, event.contents, strict=True)
        ),
        submitted_at=event.at,
    )


def _opened(planned: PlannedCase, content: str, parties: dict[SubjectRole, str]) -> Case:
    steps = planned.steps or (1,) * len(planned.opinion_desks)
    return Case(
        index=planned.index,
        matter=planned.matter,
        standard_version=planned.standard_version,
        implementation_version=planned.implementation_version,
        body=planned.body,
        deciding_desk=planned.deciding_desk,
        awaits=planned.awaits,
        yields=planned.yields,
        content=content,
        opinions=tuple(Opinion(desk, step) for desk, step in zip(planned.opinion_desks, steps, strict=True)),
        confirmations=tuple(Confirmation(role, parties[role]) for role in planned.joint_applicants),
        promised=planned.promised,
        statutory=planned.statutory,
        regime=planned.regime,
        matter_type=planned.matter_type,
        subject=planned.subject,
    )


def apply(application: Application, event: Event) -> Application:
    """Return the application after one more event."""
    kind = type(event)
    if kind in _OF_APPLICATION:
        return _OF_APPLICATION[kind](application, event)
    change, index = _OF_CASE[kind], cast(Any, event).case
    return _put(application, index, lambda case: change(case, event))


def fold(events: Iterable[Event], *, onto: Application | None = None) -> Application:
    """Return the application its events add up to. The first event of a whole life is ApplicationSubmitted."""
    remaining = iter(events)
    if onto is None:
        first = next(remaining)
        assert isinstance(first, ApplicationSubmitted)
        onto = begin(first)
    return reduce(apply, remaining, onto)


def _document_issued(application: Application, event: DocumentIssued) -> Application:
    issued = IssuedDocument(
        kind=event.kind,
        title=event.title,
        number=event.number,
        body=event.body,
        cases=event.cases,
        act=event.act,
        dated_on=event.dated_on,
        digest=event.digest,
        signature=event.signature,
        key=event.key,
        issued_at=event.at,
    )
    return replace(application, documents=(*application.documents, issued))


def _documents_delivered(application: Application, event: DocumentsDelivered) -> Application:
    documents = tuple(
        replace(document, delivered_at=event.at) if document.number in event.numbers else document
        for document in application.documents
    )
    return replace(application, documents=documents)


def _letter_delivered(application: Application, event: LetterDelivered) -> Application:
    documents = tuple(
        replace(document, delivered_at=event.at) if document.number == event.number else document
        for document in application.documents
    )
    return replace(application, documents=documents)


def _put(application: Application, index: int, change: Callable[[Case], Case]) -> Application:
    cases = application.cases
    return replace(application, cases=(*cases[: index - 1], change(application.case(index)), *cases[index:]))


def _each(application: Application, indexes: Iterable[int], change: Callable[[Case], Case]) -> Application:
    chosen = frozenset(indexes)
    return replace(
        application, cases=tuple(change(case) if case.index in chosen else case for case in application.cases)
    )


# --- events of the whole application, or of several cases -------------------------------------------------------------


def _closed(application: Application, event: ApplicationClosed) -> Application:
    return replace(application, closed_at=event.at)


def _taken_in(application: Application, event: ApplicationTakenIn) -> Application:
    intake = Intake(
        event.hall,
        event.region,
        event.mode,
        event.receipt_counts,
        event.agreement,
        event.checked,
        event.remark,
        event.assistance,
        event.by,
        event.at,
    )
    cases = tuple(replace(case, taken_in_by=event.by) for case in application.cases)
    return replace(application, intake=intake, cases=cases)


def _received(application: Application, event: CasesReceived) -> Application:
    def received(case: Case) -> Case:
        return replace(
            case,
            state=CaseState.SUBMITTED,
            received_on=event.received_on,
            answer_due_on=event.answer_due_on,
            provisional=event.provisional,
            calendar=event.calendar,
            confirm_by_on=None,
        )

    return _each(application, event.cases, received)


def _confirmations_asked(application: Application, event: ConfirmationsAsked) -> Application:
    """Whatever was signed before was another content: every place is open again. What is not accepted is received
    when all have signed."""

    def asked(case: Case) -> Case:
        places = tuple(Confirmation(place.role, place.party) for place in case.confirmations)
        case = replace(case, confirmations=places, confirm_by_on=event.due_on)
        return replace(case, received_on=None, answer_due_on=None) if case.state in UNACCEPTED else case

    return _each(application, event.cases, asked)


def _together(application: Application, event: TogetherAsked) -> Application:
    return replace(application, together=event.wait)


def _correction_asked(application: Application, event: CorrectionAsked) -> Application:
    """Two departments may tell of their cases at the same moment: in which order one hears it makes no difference."""
    notice = Notice(event.first, event.demands, event.answer_due_on, event.by, event.at)
    notices = tuple(sorted((*application.notices, notice), key=lambda one: one.first))
    return _each(
        replace(application, notices=notices),
        notice.cases(),
        lambda case: replace(case, state=CaseState.CORRECTING, received_on=None, answer_due_on=None),
    )


def _answered(application: Application, event: DemandsAnswered) -> Application:
    explained = dict(event.explanations)

    def answered(notice: Notice) -> Notice:
        numbers = [number for number in event.numbers if number in notice.numbers]
        words = [(number, explained[number]) for number in numbers if number in explained]
        return replace(
            notice,
            answered=tuple(sorted({*notice.answered, *numbers})),
            explanations=tuple(sorted((*notice.explanations, *words), key=lambda one: one[0])),
        )

    return replace(application, notices=tuple(answered(notice) for notice in application.notices))


def _supplied(application: Application, event: MaterialsSupplied) -> Application:
    """Take new supplies in the place of older ones; a certificate in the place of one that will not come is no longer
    awaited.

    Two nodes may supply the same place at the same moment: what was given last stands, whichever one heard of first.
    """
    places = map(_place, application.supplies)
    standing = dict(zip(places, zip(application.supplies, application.given_at, strict=True), strict=True))
    for supply in event.supplies:
        known = standing.get(_place(supply))
        if known is None or _later(supply, event.at, *known):
            standing[_place(supply)] = supply, event.at
    given = {(supply.material, supply.subject) for supply in event.supplies}
    barren = {
        case.index
        for case in application.cases
        if case.barren and not given.isdisjoint({(case.yields, ""), (case.yields, case.subject)})
    }
    cases = tuple(
        replace(case, awaits=tuple(index for index in case.awaits if index not in barren))
        if barren.intersection(case.awaits) and not case.ended
        else case
        for case in application.cases
    )
    return _doubts_answered(
        replace(
            application,
            supplies=tuple(supply for supply, _ in standing.values()),
            given_at=tuple(at for _, at in standing.values()),
            cases=cases,
        )
    )


def given_last(application: Application, event: MaterialsSupplied) -> MaterialsSupplied:
    """Return what is supplied here and now, dated behind what stands at its places: a clock that was fast keeps nobody
    from giving something else.
    """
    there = zip(application.supplies, application.given_at, strict=True)
    places = {_place(supply) for supply in event.supplies}
    last = max((at for supply, at in there if at is not None and _place(supply) in places), default=None)
    if last is None or last < event.at:
        return event
    return replace(event, at=last + timedelta(microseconds=1))


def _later(supply: Supply, at: datetime, known: Supply, known_at: datetime | None) -> bool:
    """Whether a supply takes the place of the one that is known there."""
    return known_at is None or (at, _settling(supply)) > (known_at, _settling(known))


def _settling(supply: Supply) -> tuple[str, ...]:
    """What tells apart which of two that were given at the same instant stands: the greater reference."""
    return supply.reference, supply.source, supply.basis, supply.rule


def _doubts_answered(application: Application) -> Application:
    """What something else stands for is not in doubt any more in the cases that are still open."""
    concerned = [
        case.index
        for case in application.cases
        if any(_answered_otherwise(application, case, doubt) for doubt in case.proceedings.doubts)
    ]

    def answered(case: Case) -> Case:
        doubts = (one for one in case.proceedings.doubts if not _answered_otherwise(application, case, one))
        return _proceeding(case, doubts=tuple(doubts))

    return _each(application, concerned, answered)


def _answered_otherwise(application: Application, case: Case, doubt: Doubt) -> bool:
    """Whether something else stands in an open case where the certificate in doubt stood."""
    standing = application.standing(doubt.material, case)
    return not case.ended and bool(standing) and doubt.certificate not in standing


def _fate_told(application: Application, event: CertificateFateTold) -> Application:
    """The newest fate is the one that counts; what is in force again is in doubt no more, and neither is what another
    node has heard to be given anew before it hears of the fate."""
    doubt = Doubt(event.certificate, event.material, event.fate, event.article, event.on, event.at)

    def told(case: Case) -> Case:
        others = [
            one
            for one in case.proceedings.doubts
            if (one.certificate, one.material) != (event.certificate, event.material)
        ]
        if event.fate is not Fate.IN_FORCE and not _answered_otherwise(application, case, doubt):
            others.append(doubt)
        return _proceeding(case, doubts=tuple(others))

    return _each(application, event.cases, told)


def _place(supply: Supply) -> tuple[str, SubjectRole, str]:
    return supply.material, supply.about, supply.subject


def _form_changed(application: Application, event: FormChanged) -> Application:
    """Opinions that were given on data that have changed since are open again."""
    contents = dict(event.contents)
    changed = _each(
        replace(application, form=event.form, participants=event.participants),
        contents,
        lambda case: replace(case, content=contents[case.index]),
    )
    return _each(changed, event.cases, lambda case: _asked_anew(case) if case.state in UNDER_REVIEW else case)


def _asked_anew(case: Case) -> Case:
    return replace(case, opinions=tuple(Opinion(opinion.desk, opinion.step) for opinion in case.opinions))


def _deferral_promised(application: Application, event: DeferralPromised) -> Application:
    deferral = Deferral(
        event.material, event.about, event.subject, event.cases, event.by, event.signature, event.key, event.at
    )
    return replace(application, deferrals=(*application.deferrals, deferral))


def _deferral(
    application: Application, event: DeferralGranted | DeferralReminded | DeferralMet | DeferralLapsed, **changes: Any
) -> Application:
    names = (event.material, event.about, event.subject)
    return replace(
        application,
        deferrals=tuple(
            replace(deferral, **changes) if deferral.names == names and deferral.open else deferral
            for deferral in application.deferrals
        ),
    )


def _deferral_granted(application: Application, event: DeferralGranted) -> Application:
    # Two departments may grant it at once: nobody's term is shortened, whichever of them a node hears of first.
    names = (event.material, event.about, event.subject)
    told = next((one for one in application.deferrals if one.names == names and one.due_on is not None), None)
    due_on, remind_on, pauses = event.due_on, event.remind_on, event.pauses_promise
    if told is not None and told.due_on is not None and told.remind_on is not None:
        due_on, remind_on = max(due_on, told.due_on), max(remind_on, told.remind_on)
        pauses = pauses or told.pauses_promise
    granted = _deferral(application, event, due_on=due_on, remind_on=remind_on, pauses_promise=pauses)
    days = dict(event.days)
    return _each(granted, days, lambda case: _due(case, days[case.index]))


def _deferral_reminded(application: Application, event: DeferralReminded) -> Application:
    return _deferral(application, event, reminded=True)


def _deferral_met(application: Application, event: DeferralMet) -> Application:
    days = dict(event.days)
    return _each(
        _deferral(application, event, met_on=event.resumed_on), days, lambda case: _due(case, days[case.index])
    )


def _deferral_lapsed(application: Application, event: DeferralLapsed) -> Application:
    return _deferral(application, event, lapsed=True)


def _site_checked(application: Application, event: SiteChecked) -> Application:
    check = SiteCheck(event.officers, event.passed, event.record, event.at)
    return _each(
        application, event.cases, lambda case: _proceeding(case, site_checks=(*case.proceedings.site_checks, check))
    )


def _signed(application: Application, event: DecisionSigned) -> Application:
    contents = dict(event.contents)
    changed = _each(application, contents, lambda case: replace(case, content=contents[case.index]))
    conclusion = Conclusion(
        outcome=event.outcome,
        by=event.by,
        reason=event.reason,
        determined=event.determined,
        relied_on=event.relied_on,
        signature=event.signature,
        key=event.key,
        at=event.at,
    )
    return _put(
        changed,
        event.case,
        lambda case: replace(case, state=CaseState.CONCLUDED, conclusion=conclusion, returned=None),
    )


# --- cases that go to another node ------------------------------------------------------------------------------------


def _held(case: Case, change: Callable[[Holding], Holding]) -> Case:
    return replace(case, holding=change(case.holding or Holding()))


def _handed_over(application: Application, event: CasesHandedOver) -> Application:
    sent = Holding(Custody.SENT, event.turn, event.to)
    return _each(application, event.cases, lambda case: replace(case, holding=sent))


def _hand_over_receipted(application: Application, event: HandOverReceipted) -> Application:
    return _each(
        application,
        event.cases,
        lambda case: _held(case, lambda holding: custody.delivered(holding, turn=event.turn)),
    )


def _hand_over_refused(application: Application, event: HandOverRefused) -> Application:
    return _each(
        application,
        event.cases,
        lambda case: _held(case, lambda holding: custody.handed_back(holding, turn=event.turn)),
    )


def _taken_over(application: Application, event: CasesTakenOver) -> Application:
    """Whatever of a new application was not handed over is elsewhere."""
    if event.first:
        elsewhere = Holding(Custody.ELSEWHERE, 0, event.sender)
        application = replace(application, cases=tuple(replace(case, holding=elsewhere) for case in application.cases))
    here = Holding(Custody.HERE, event.turn, event.sender)
    return _each(application, event.cases, lambda case: replace(case, holding=here))


def _unchanged(application: Application, event: ActAsked | ActRefused) -> Application:
    """What is asked of another node changes nothing here: what comes of it, that node tells."""
    return application


def _recall_asked(application: Application, event: RecallAsked) -> Application:
    return _each(application, event.cases, lambda case: _held(case, custody.recall))


def _recall_refused(application: Application, event: RecallRefused) -> Application:
    return _each(
        application, event.cases, lambda case: _held(case, lambda holding: custody.stays(holding, turn=event.turn))
    )


_OF_APPLICATION: dict[type[Event], Callable[[Application, Any], Application]] = {
    CasesHandedOver: _handed_over,
    HandOverReceipted: _hand_over_receipted,
    HandOverRefused: _hand_over_refused,
    CasesTakenOver: _taken_over,
    RecallAsked: _recall_asked,
    RecallRefused: _recall_refused,
    ActAsked: _unchanged,
    ActRefused: _unchanged,
    DocumentIssued: _document_issued,
    DocumentsDelivered: _documents_delivered,
    LetterDelivered: _letter_delivered,
    ApplicationClosed: _closed,
    ApplicationTakenIn: _taken_in,
    CasesReceived: _received,
    ConfirmationsAsked: _confirmations_asked,
    TogetherAsked: _together,
    CorrectionAsked: _correction_asked,
    DemandsAnswered: _answered,
    MaterialsSupplied: _supplied,
    FormChanged: _form_changed,
    DeferralPromised: _deferral_promised,
    DeferralGranted: _deferral_granted,
    DeferralReminded: _deferral_reminded,
    DeferralMet: _deferral_met,
    DeferralLapsed: _deferral_lapsed,
    SiteChecked: _site_checked,
    CertificateFateTold: _fate_told,
    DecisionSigned: _signed,
}


# --- events of one case -----------------------------------------------------------------------------------------------


def _proceeding(case: Case, **changes: Any) -> Case:
    return replace(case, proceedings=replace(case.proceedings, **changes))


def _due(case: Case, days: Days) -> Case:
    return replace(
        case,
        answer_due_on=days.answer_due_on,
        promised_due_on=days.promised_due_on,
        statutory_due_on=days.statutory_due_on,
        provisional=days.provisional,
        calendar=days.calendar,
    )


def _end(case: Case, state: CaseState, at: datetime, **changes: Any) -> Case:
    return replace(case, state=state, ended_at=at, answer_due_on=None, confirm_by_on=None, **changes)


def _confirmed(case: Case, event: JointApplicantConfirmed) -> Case:
    return replace(
        case,
        confirmations=tuple(
            replace(c, by=event.by, signature=event.signature, key=event.key, at=event.at)
            if c.role is event.role
            else c
            for c in case.confirmations
        ),
    )


def _refused(case: Case, event: AcceptanceRefused) -> Case:
    refusal = Refusal(event.ground, event.reason, event.right_body, event.by, event.at)
    return _end(_proceeding(case, refusal=refusal), CaseState.REFUSED, event.at)


def _accepted(case: Case, event: CaseAccepted) -> Case:
    return replace(
        case,
        state=CaseState.ACCEPTED,
        accepted_by=event.by,
        accepted_at=event.at,
        accepted_on=case.received_on if event.by == SYSTEM and case.received_on else day_of(event.at),
        answer_due_on=None,
        promised_due_on=event.promised_due_on,
        statutory_due_on=event.statutory_due_on,
        provisional=event.provisional,
        calendar=event.calendar,
    )


def _withdrawn(case: Case, event: CaseWithdrawn) -> Case:
    return _end(case, CaseState.WITHDRAWN, event.at)


def _lapsed(case: Case, event: CaseLapsed) -> Case:
    lapse = Lapse(event.cause, event.consequence, event.because, event.article)
    return _end(case, CaseState.LAPSED, event.at, lapse=lapse)


def _urged(case: Case, event: CaseUrged) -> Case:
    return _proceeding(case, urged_at=event.at, urges=case.proceedings.urges + 1)


def _rated(case: Case, event: CaseRated) -> Case:
    rating = Rating(event.level, event.channel, event.words, event.at)
    return _proceeding(case, ratings=(*case.proceedings.ratings, rating))


def _extended(case: Case, event: LimitExtended) -> Case:
    extension = Extended(event.days, event.approved_on, event.approver, event.reason, event.article)
    return replace(_due(case, event.due), ledger=replace(case.ledger, extension=extension))


def _procedure_begun(case: Case, event: ProcedureBegun) -> Case:
    entry = SpecialProcedure(event.kind, event.name, event.article, event.expected_days, event.began_on, event.until_on)
    return replace(_due(case, event.due), ledger=replace(case.ledger, procedures=(*case.ledger.procedures, entry)))


def _procedure_ended(case: Case, event: ProcedureEnded) -> Case:
    procedures = tuple(
        replace(entry, resumed_on=event.resumed_on, result=event.result)
        if entry.kind is event.kind and entry.resumed_on is None
        else entry
        for entry in case.ledger.procedures
    )
    return replace(_due(case, event.due), ledger=replace(case.ledger, procedures=procedures))


def _projected(case: Case, event: DaysProjected) -> Case:
    return _due(case, event.due)


def _opinion(case: Case, event: OpinionGiven) -> Case:
    return replace(
        case,
        opinions=tuple(
            Opinion(o.desk, o.step, event.verdict, event.by, event.reason, event.at) if o.desk == event.desk else o
            for o in case.opinions
        ),
    )


def _sent_back(case: Case, event: CaseReturned) -> Case:
    reopened = tuple(Opinion(o.desk, o.step) if o.desk in event.desks else o for o in case.opinions)
    case = _proceeding(case, returns=case.proceedings.returns + 1)
    return replace(case, state=CaseState.ACCEPTED, opinions=reopened, conclusion=None)


def _interested(case: Case, event: InterestedTold) -> Case:
    told = Interested(event.party, event.statement_due_on)
    return _proceeding(case, interested=(*case.proceedings.interested, told))


def _stated(case: Case, event: StatementMade) -> Case:
    statement = Statement(event.side, event.text, event.by, event.at)
    return _proceeding(case, statements=(*case.proceedings.statements, statement))


def _hearing_offered(case: Case, event: HearingOffered) -> Case:
    return _proceeding(case, hearing=Hearing(event.request_due_on))


def _hearing(case: Case, **changes: Any) -> Case:
    assert case.proceedings.hearing is not None
    return _proceeding(case, hearing=replace(case.proceedings.hearing, **changes))


def _hearing_requested(case: Case, event: HearingRequested) -> Case:
    return _hearing(case, requested_by=event.side, hold_by_on=event.hold_by_on)


def _hearing_held(case: Case, event: HearingHeld) -> Case:
    return _hearing(case, record=event.record, held_at=event.at)


def _returned(case: Case, event: ConclusionReturned) -> Case:
    case = _proceeding(case, returns=case.proceedings.returns + 1)
    return replace(case, state=CaseState.ACCEPTED, conclusion=None, returned=event.cause)


def _decided(case: Case, event: CaseDecided) -> Case:
    return _end(case, CaseState.DECIDED, event.at, outcome=event.outcome, decided_at=event.at)


def _consent(case: Case, event: ConsentDeemed) -> Case:
    return replace(case, conclusion=None, returned=None)


def _issued(case: Case, event: CertificateIssued) -> Case:
    return replace(case, certificate=event.certificate)


def _as_it_is(case: Case, event: Event) -> Case:
    """What happens in a registry or in a department's system changes nothing of the case by itself."""
    return case


def _committed(case: Case, event: CommitmentMade) -> Case:
    commitment = Commitment(event.kind, event.materials, event.by, event.signature, event.key, event.at)
    return _proceeding(case, commitment=commitment)


def _commitment_withdrawn(case: Case, event: CommitmentWithdrawn) -> Case:
    return _proceeding(case, commitment=None)


def _commitment(case: Case, **changes: Any) -> Case:
    assert case.proceedings.commitment is not None
    return _proceeding(case, commitment=replace(case.proceedings.commitment, **changes))


def _verification_due(case: Case, event: VerificationDue) -> Case:
    return _commitment(case, verify_by_on=event.due_on)


def _drawn(case: Case, event: VerificationDrawn) -> Case:
    return _commitment(case, draw=event.draw, chosen=event.chosen)


def _verified(case: Case, event: CommitmentVerified) -> Case:
    return _commitment(case, kept=event.kept, means=event.means, verified_by=event.by)


def _ordered(case: Case, event: OrderedToCorrect) -> Case:
    return _commitment(case, mend_by_on=event.due_on)


def _mended(case: Case, event: CommitmentMended) -> Case:
    return _commitment(case, mended_at=event.at)


def _revocation_noticed(case: Case, event: RevocationNoticed) -> Case:
    case = _commitment(case, noticed_at=event.at, statement_due_on=event.statement_due_on)
    return _proceeding(case, hearing=Hearing(event.statement_due_on) if event.hearing else None)


def _revoked(case: Case, event: ApprovalRevoked) -> Case:
    return _commitment(case, revoked_at=event.at)


def _credit(case: Case, event: CreditEntered) -> Case:
    return _commitment(case, credit_entry=event.entry)


def _repaired(case: Case, event: CreditRepaired) -> Case:
    return _commitment(case, repaired_at=event.at)


def _check_drawn(case: Case, event: SpotCheckDrawn) -> Case:
    return _proceeding(case, spot_check=SpotCheck(event.draw, event.due_on))


def _checked(case: Case, event: SpotChecked) -> Case:
    assert case.proceedings.spot_check is not None
    check = replace(
        case.proceedings.spot_check,
        by=event.by,
        checked_at=event.at,
        follow_up=event.follow_up,
        finding=event.finding,
    )
    return _proceeding(case, spot_check=check)


def _settled(case: Case, event: DoubtSettled) -> Case:
    doubts = tuple(
        replace(one, settled_by=event.by, settled_at=event.at, finding=event.finding)
        if one.certificate == event.certificate and one.open
        else one
        for one in case.proceedings.doubts
    )
    return _proceeding(case, doubts=doubts)


def _supervised(case: Case, event: SupervisionOpened) -> Case:
    one = Supervision(event.rule, event.desk, event.at)
    return _proceeding(case, supervision=(*case.proceedings.supervision, one))


def _supervision_closed(case: Case, event: SupervisionClosed) -> Case:
    return replace(case, proceedings=case.proceedings.closing(event.rule, finding=event.finding, at=event.at))


_OF_CASE: dict[type[Event], Callable[[Case, Any], Case]] = {
    JointApplicantConfirmed: _confirmed,
    CommitmentMade: _committed,
    CommitmentWithdrawn: _commitment_withdrawn,
    AcceptanceRefused: _refused,
    CaseAccepted: _accepted,
    CaseWithdrawn: _withdrawn,
    CaseLapsed: _lapsed,
    CaseUrged: _urged,
    CaseRated: _rated,
    LimitExtended: _extended,
    ProcedureBegun: _procedure_begun,
    ProcedureEnded: _procedure_ended,
    DaysProjected: _projected,
    OpinionGiven: _opinion,
    CaseReturned: _sent_back,
    InterestedTold: _interested,
    StatementMade: _stated,
    HearingOffered: _hearing_offered,
    HearingRequested: _hearing_requested,
    HearingHeld: _hearing_held,
    ConclusionReturned: _returned,
    CaseDecided: _decided,
    ConsentDeemed: _consent,
    CertificateIssued: _issued,
    RetainedTaxRefunded: _as_it_is,
    TaxRecordCarried: _as_it_is,
    VerificationDue: _verification_due,
    VerificationDrawn: _drawn,
    CommitmentVerified: _verified,
    OrderedToCorrect: _ordered,
    CommitmentMended: _mended,
    RevocationNoticed: _revocation_noticed,
    ApprovalRevoked: _revoked,
    CreditEntered: _credit,
    CreditRepairAsked: _as_it_is,
    CreditRepairDenied: _as_it_is,
    CaseEnteredSystem: _as_it_is,
    SystemTold: _as_it_is,
    SystemFilledIn: _as_it_is,
    CreditRepaired: _repaired,
    SpotCheckDrawn: _check_drawn,
    SpotChecked: _checked,
    DoubtSettled: _settled,
    SupervisionOpened: _supervised,
    SupervisionClosed: _supervision_closed,
}

EVENTS: frozenset[type[Event]] = frozenset((ApplicationSubmitted, *_OF_APPLICATION, *_OF_CASE))
"""All that can happen to an application."""
