"""How do cases go from one node to another, and who may say what of them?

An application is one stream of events wherever parts of it are decided. With a case travels all that happened so far;
afterwards each node tells the others what it appends, and all fold the same events: the same days, the same state. At
every moment exactly one node may act on a case (`custody`); an event that touches a case which another node has is
refused here, and what a node tells of a case that it does not have is refused by whoever is told.

What a node may have written before a case reached the competent one is intake: handed in, signed, promised, received.
Nobody accepts or decides for another.

Source: State Council provisions on online government services, art. 7; 国办发〔2020〕35号 (异地代收代办: the competent
department stays the same; 多地联办: one takes in, several handle); design, invariant 11.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tongban.domain import consequences, custody, intake, review
from tongban.domain.acts import NotNow, ReasonMissing, indexes, open_case
from tongban.domain.application import Application, Case, CaseState, apply, fold
from tongban.domain.custody import Custody, Holding, NotHanded, NotHere
from tongban.domain.events import (
    TRAVEL,
    ApplicationClosed,
    ApplicationSubmitted,
    ApplicationTakenIn,
    CaseDecided,
    CasesHandedOver,
    CasesReceived,
    CasesTakenOver,
    CommitmentMade,
    ConfirmationsAsked,
    CorrectionAsked,
    DeferralGranted,
    DeferralLapsed,
    DeferralMet,
    DeferralPromised,
    DeferralReminded,
    DemandsAnswered,
    DocumentIssued,
    DocumentsDelivered,
    Event,
    FormChanged,
    HandOverReceipted,
    HandOverRefused,
    JointApplicantConfirmed,
    LetterDelivered,
    RecallAsked,
    RecallRefused,
    TogetherAsked,
)
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar

INTAKE = (
    ApplicationSubmitted,
    ApplicationTakenIn,
    CasesReceived,
    ConfirmationsAsked,
    JointApplicantConfirmed,
    TogetherAsked,
    DeferralPromised,
    CommitmentMade,
)
"""What may have happened to a case before the competent node has it."""

PAPERS = (DocumentIssued, DocumentsDelivered, LetterDelivered)
"""Tell of an act, or that what was issued upon it has arrived: no act on a case."""


class NotTheirs(Refused):
    """Something that a node tells of a case which it does not have."""

    code = "not_theirs"


# --- handing over -----------------------------------------------------------------------------------------------------


def hand_over(
    application: Application, cases: Collection[int], *, to: str, reason: Sealed | None, by: str, at: datetime
) -> tuple[CasesHandedOver, ...]:
    """Put open cases on their way to another node. Raises NotNow, NotHere, NoSuchCase."""
    if not cases:
        raise NotNow("未移交：没有选择办件。请选择要移交的办件。")
    chosen = [open_case(application, index, "移交") for index in sorted(set(cases))]
    unsigned = [case.index for case in chosen if not case.confirmed]
    if unsigned:
        raise NotNow(f"未移交：第 {indexes(unsigned)} 个办件等待共同申请人确认。请等其确认后再移交。")
    # One that this node has not used for the application: receipts name a hand-over by its turn.
    turn = 1 + max(_holding(case).turn for case in application.cases)
    return (CasesHandedOver(tuple(case.index for case in chosen), to, turn, reason, by, at),)


def hand_back(
    application: Application, cases: Collection[int], *, reason: Sealed | None, by: str, at: datetime
) -> tuple[CasesHandedOver, ...]:
    """Put open cases on their way back to the node they came from. Raises NotNow, NotHere, NotHanded, ReasonMissing."""
    senders = {_holding(application.case(index)).peer for index in cases}
    if len(senders) != 1 or "" in senders:
        raise NotHanded("未退回：所选办件不是由同一节点移交来的。请重新选择。")
    if reason is None:
        raise ReasonMissing("未退回：必须写明退回移交的理由。请填写理由后再提交。", field="reason")
    return hand_over(application, cases, to=senders.pop(), reason=reason, by=by, at=at)


def answered(
    application: Application, *, to: str, turn: int, refused: tuple[str, str] | None, at: datetime
) -> tuple[HandOverReceipted | HandOverRefused, ...]:
    """Learn from a receipt that the other node has stored what was handed over, or has refused it with code and words.

    Nothing where that is known, or was overtaken.
    """
    sent = Holding(Custody.SENT, turn, to)
    known = tuple(case.index for case in application.cases if replace(_holding(case), recalled=False) == sent)
    if not known:
        return ()
    return (HandOverRefused(known, to, turn, *refused, at) if refused else HandOverReceipted(known, to, turn, at),)


def take_over(
    application: Application,
    cases: Sequence[int],
    *,
    sender: str,
    turn: int,
    first: bool,
    reason: Sealed | None = None,
    at: datetime,
) -> tuple[Event, ...]:
    """Store cases that were handed over; `application` has all that was told with them. Raises NotHanded, NotNow."""
    for index in cases:
        case = application.case(index)
        known = None if first else _holding(case)
        custody.take_over(known, turn=turn, sender=sender)
        if case.ended:
            raise NotHanded(f"未接收：第 {index} 个办件已经办结，不能移交。请双方核对。")
    return (CasesTakenOver(tuple(cases), sender, turn, first, reason, at),)


# --- recall -----------------------------------------------------------------------------------------------------------


def recall(application: Application, cases: Collection[int], *, by: str, at: datetime) -> tuple[Event, ...]:
    """Ask for cases back that were handed over together. Raises NotHanded, NoSuchCase."""
    if not cases:
        raise NotHanded("未撤回：没有选择办件。请选择要撤回移交的办件。")
    holdings = [_holding(application.case(index)) for index in sorted(set(cases))]
    for holding in holdings:
        custody.recall(holding)
    if len({(holding.peer, holding.turn) for holding in holdings}) > 1:
        raise NotHanded("未撤回：所选办件不是一次移交的。请分次申请。")
    return (RecallAsked(tuple(sorted(set(cases))), holdings[0].peer, holdings[0].turn, by, at),)


def give_back(
    application: Application, cases: Sequence[int], *, asked_by: str, turn: int, by: str, at: datetime
) -> tuple[Event, ...]:
    """Answer a recall by handing the cases back, as long as nobody has acted on them. Raises NotHanded."""
    for index in cases:
        case = application.case(index)
        untouched = case.state is CaseState.SUBMITTED and application.notice_of(index) is None
        custody.give_back(case.holding, turn=turn, asked_by=asked_by, untouched=untouched)
    return hand_over(application, cases, to=asked_by, reason=None, by=by, at=at)


def kept(application: Application, *, by: str, turn: int, words: str, at: datetime) -> tuple[RecallRefused, ...]:
    """Learn that a recall was refused; nothing where the cases have come back since."""
    asked = tuple(
        case.index
        for case in application.cases
        if (holding := _holding(case)).recalled and (holding.peer, holding.turn) == (by, turn)
    )
    return (RecallRefused(asked, by, turn, words, at),) if asked else ()


# --- what the applicant does where he applied -------------------------------------------------------------------------


def whose(application: Application, cases: Collection[int]) -> str:
    """Return the node that has these cases; empty where this one has. Raises NotHere where several have them."""
    nodes = by_node(application, cases)
    if len(nodes) > 1:
        raise NotHere("未办理：所选办件不在同一地区办理。请分别办理。")
    return next(iter(nodes), "")


def by_node(application: Application, cases: Collection[int]) -> dict[str, list[int]]:
    """Return these cases by the node that has them, in the order of the plan; empty: this one."""
    found: dict[str, list[int]] = {}
    for case in application.cases:
        if case.index in cases:
            found.setdefault("" if case.here else _holding(case).peer, []).append(case.index)
    return found


# --- who may say what -------------------------------------------------------------------------------------------------


def demand_here(application: Application, events: Iterable[Event]) -> None:
    """Refuse what this node would do to a case that it does not have. Raises NotHere."""
    if not application.peers:
        return
    for event in events:
        touched = _touched(application, event)
        for index in touched or ():
            custody.demand_here(_holding(application.case(index)))
        if touched is None and not any(case.here for case in application.cases):
            raise NotHere(f"未办理：此件已移交给{application.peers[0]}。请向对方了解进展。")
        application = apply(application, event)


def demand_theirs(application: Application, events: Iterable[Event], *, sender: str) -> None:
    """Refuse what another node tells of cases that it does not have, and of the whole application where it has none.

    Raises NotTheirs.
    """
    for event in events:
        if not _may_tell(application, event, sender):
            raise NotTheirs(f"未接收：{sender}告知的“{type(event).__name__}”涉及不在其处的办件。请双方核对移交记录。")
        application = apply(application, event)


def _may_tell(application: Application, event: Event, sender: str) -> bool:
    theirs = {case.index for case in application.cases if not case.here and _holding(case).peer == sender}
    match event:
        case ApplicationSubmitted() | ApplicationTakenIn():
            return False  # what a hand-over begins with, and nothing afterwards
        case _ if isinstance(event, TRAVEL):
            return False
        case _ if isinstance(event, PAPERS):
            # A paper may come after its case has gone on.
            went = {case.index for case in application.cases if _holding(case).peer == sender}
            return sender in application.peers and went.issuperset(_written_of(application, event))
        case ApplicationClosed():
            return 1 in theirs and all(case.ended for case in application.cases)
        case DeferralGranted() | DeferralReminded() | DeferralMet() | DeferralLapsed():
            names = (event.material, event.about, event.subject)
            deferral = next((one for one in application.deferrals if one.names == names), None)
            moved = {index for index, _ in getattr(event, "days", ())}
            return deferral is not None and bool(theirs.intersection(deferral.cases)) and moved <= {*deferral.cases}
        case CorrectionAsked() if _told_before(application, event):
            return False
        case FormChanged(contents=contents):
            moved = {index for index, content in contents if content != application.case(index).content}
            return bool(theirs) and theirs.issuperset({*event.cases, *moved})
    touched = _touched(application, event)
    return bool(theirs) if touched is None else theirs.issuperset(touched)


def _told_before(application: Application, event: CorrectionAsked) -> bool:
    """Whether a notice tells a case a second time, or gives a number that is given."""
    numbers = range(event.first, event.first + len(event.demands))
    taken = any(not set(numbers).isdisjoint(notice.numbers) for notice in application.notices)
    return taken or any(application.notice_of(demand.case) for demand in event.demands)


def _written_of(application: Application, event: Event) -> set[int]:
    """Return the cases of which a paper tells, or papers that were delivered."""
    if isinstance(event, DocumentsDelivered):
        return {index for one in application.documents if one.number in event.numbers for index in one.cases}
    one = getattr(event, "case", None)
    return set(getattr(event, "cases", ())) if one is None else {one}


def demand_intake(application: Application, events: Sequence[Event], cases: Collection[int]) -> None:
    """Refuse cases that come from their intake with more than intake. Raises NotTheirs."""
    for event in events:
        if isinstance(event, INTAKE):
            continue
        if isinstance(event, TRAVEL) or not set(cases).isdisjoint(_touched(application, event) or ()):
            raise NotTheirs(f"未接收：移交的办件带有“{type(event).__name__}”，不是收件环节的事。请双方核对。")


def _touched(application: Application, event: Event) -> tuple[int, ...] | None:
    """Return the cases that an event acts on; None where it acts on the application as a whole."""
    match event:
        case CorrectionAsked():
            return tuple(dict.fromkeys(demand.case for demand in event.demands))
        case DemandsAnswered():
            return tuple(dict.fromkeys(application.demand(number).case for number in event.numbers))
        case _ if isinstance(event, (*TRAVEL, *PAPERS)):
            return ()
    one = getattr(event, "case", None)
    return getattr(event, "cases", None) if one is None else (one,)


def _holding(case: Case) -> Holding:
    return case.holding or Holding()


def _is_here(holding: Holding) -> bool:
    return holding.custody is Custody.HERE


# --- what follows here from what happened elsewhere -------------------------------------------------------------------


def following(
    before: Application, after: Application, told: Sequence[Event], *, calendar: Calendar, at: datetime
) -> tuple[Event, ...]:
    """Return what follows for this node's cases from what another node told: set free, sent back, complete now."""
    events: list[Event] = []
    for event in told:
        if isinstance(event, CaseDecided):
            events += review.take_effect(fold(events, onto=after), event.case, at)
    for case in after.cases:
        if case.barren and not before.case(case.index).barren:
            events += consequences.of_barren(fold(events, onto=after), case.index, at=at)
    so_far = fold(events, onto=after)
    return (*events, *intake.following(before, so_far, calendar=calendar, at=at))
