"""What happens between receipt and acceptance?

Whatever is handed in is received, at any hour; from that day the department owes an answer within five working days. It
accepts each complete case by itself, or tells once, for all cases together, what is to be corrected; where several
nodes decide cases of an application (多地联办), each department tells it once for its own. A case that is not its
business it refuses and names who is competent. Cases that wait for a co-applicant are received when he has signed,
cases that were to be corrected when the last demand is answered. A case that needs the certificate of another one of
the same application is complete only when that one is: a demand of its own names it. A notice tells everything at once:
the signatures that co-applicants still owe too, and nothing that is known to be missing is left for a second time.

A licence on which the department stayed silent is accepted from the day of receipt, whoever takes it up afterwards.

The applicant may ask that complete cases wait for the others, may withdraw each case until it is decided, and may urge.

Source: Administrative Licensing Law, arts. 29, 31, 32, 38; 优化营商环境条例 art. 36 (one-time notice).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.domain import consequences, promises, review, times
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, indexes, open_case, unaccepted
from tongban.domain.application import UNACCEPTED, Application, Case, CaseState, fold
from tongban.domain.catalogue import SubjectRole
from tongban.domain.clock import day_of, due_on
from tongban.domain.events import (
    SYSTEM,
    AcceptanceRefused,
    CaseAccepted,
    CasesReceived,
    CaseUrged,
    CaseWithdrawn,
    ConfirmationsAsked,
    CorrectionAsked,
    Demand,
    DemandKind,
    DemandsAnswered,
    Event,
    FormChanged,
    JointApplicantConfirmed,
    MaterialsSupplied,
    RefusalGround,
    SupplyCause,
    TogetherAsked,
)
from tongban.domain.materials import Supply
from tongban.domain.offers import ReceiptCounts
from tongban.domain.refused import Refused
from tongban.domain.regimes import accepted_by_silence
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar

Lacking = Mapping[int, Sequence[str]]
"""By case, the materials and required data elements that nobody has supplied, deferred or promised."""

_IN_WORDS = frozenset({DemandKind.ELEMENT, DemandKind.CONDITION})
"""What may be answered by an explanation."""


class DemandWithoutTarget(Refused):
    """A demand that points at nothing in the version in force."""

    code = "demand_without_target"


class DemandedTwice(Refused):
    """A notice that says two things of one target."""

    code = "demanded_twice"


class NotAllTold(Refused):
    """A notice that leaves out something that is missing: there is no second one."""

    code = "not_all_told"


class RightBodyMissing(Refused):
    """A refusal for want of competence that does not say who is competent."""

    code = "right_body_missing"


class UrgedAlready(Refused):
    """A case that was urged a moment ago."""

    code = "urged_already"


@dataclass(frozen=True, slots=True)
class Targets:
    """What demands on a case may point at: materials and data elements by code, conditions by their place from 1."""

    materials: frozenset[str]
    elements: frozenset[str]
    conditions: int


# --- receipt ----------------------------------------------------------------------------------------------------------


def receive(
    application: Application,
    *,
    rules: RegionRules,
    calendar: Calendar,
    at: datetime,
    later: Collection[int] = (),
) -> tuple[Event, ...]:
    """What follows when an application is handed in: it is received, or waits for the signatures of co-applicants.

    `later` are the cases that the competent department does not have yet. From when receipt counts then, the offer
    says: from the day of intake, or from that of arrival. What was received already is not received again.
    """
    counts_on = day_of(at)
    if application.intake is not None and application.intake.receipt_counts is ReceiptCounts.AT_INTAKE:
        counts_on, later = day_of(application.intake.at), ()
    open_ = [case for case in application.cases if case.state is CaseState.SUBMITTED and case.received_on is None]
    waiting = tuple(case.index for case in open_ if not case.confirmed and case.confirm_by_on is None)
    ready = tuple(case.index for case in open_ if case.confirmed and case.index not in later)
    received = (_received(ready, on=counts_on, calendar=calendar, at=at),) if ready else ()
    return (*received, *ask_to_sign(waiting, rules=rules, calendar=calendar, at=at))


def ask_to_sign(cases: tuple[int, ...], *, rules: RegionRules, calendar: Calendar, at: datetime) -> tuple[Event, ...]:
    """Ask the co-applicants of these cases to sign them as they stand, all of them and by a day."""
    if not cases:
        return ()
    limit = rules.confirmation
    due = due_on(start=day_of(at), days=limit.days, unit=limit.unit, calendar=calendar, provisional=True)
    return (ConfirmationsAsked(cases, due.day, at),)


def _received(cases: tuple[int, ...], *, on: date, calendar: Calendar, at: datetime) -> CasesReceived:
    due = times.answer_due(received_on=on, calendar=calendar)
    return CasesReceived(cases, on, due.day, due.provisional, calendar.version, at)


def confirm(
    application: Application,
    index: int,
    *,
    role: SubjectRole,
    party: str,
    by: str,
    signature: str,
    key: str,
    calendar: Calendar,
    at: datetime,
    seen: str = "",
    later: bool = False,
) -> tuple[Event, ...]:
    """A co-applicant confirms and signs a case; the last signature receives it, where it is not accepted yet, nor to be
    received where it arrives (`later`).

    `seen` is what `review.shown` gave with the page that is answered. Raises NotNow, AlreadyGiven, NotAsSeen.
    """
    case = open_case(application, index, "确认")
    place = next((c for c in case.confirmations if c.role is role and c.party == party), None)
    if place is None:
        raise NotNow(f"第 {index} 个办件不需要您确认：您不是该办件的共同申请人。请核对通知中的办件编号。")
    if place.at is not None:
        raise AlreadyGiven(f"第 {index} 个办件已经确认过，无需再次确认。")
    if seen and seen != review.shown(application, index):
        raise review.NotAsSeen(f"未签名：第 {index} 个办件的内容刚刚改动过。请核对现在的内容后重新签名。")
    confirmed = JointApplicantConfirmed(index, role, party, by, signature, key, at)
    after = fold((confirmed,), onto=application)
    signed = after.case(index)
    events: tuple[Event, ...] = ()
    if signed.state is CaseState.CORRECTING:
        demanded = _matching(after, {(DemandKind.CONFIRMATION, role.value, "")}, _open_demands(after, [index]))
        events = _answers(after, demanded, by=by, calendar=calendar, at=at)
    elif signed.confirmed and signed.state is CaseState.SUBMITTED and not later:
        events = (_received((index,), on=day_of(at), calendar=calendar, at=at),)
    after = fold(events, onto=after)
    return (confirmed, *events, *following(application, after, calendar=calendar, at=at))


def following(
    before: Application, after: Application, *, calendar: Calendar, at: datetime, on: date | None = None
) -> tuple[Event, ...]:
    """Return what follows for the cases that are not accepted when others are complete now, or have ended.

    Whoever waited for a case that has ended waits no longer: whether he can go on without its certificate, review says.
    Cases that the applicant's wish held back are received anew on the day from which nothing holds them back; `on`:
    where that is another than `at` says.
    """
    today = on or day_of(at)
    events = list(_answers(after, _freed(after, ()), by=SYSTEM, calendar=calendar, at=at, on=today))
    after = fold(events, onto=after)
    if before.waiting and not after.waiting:
        held = tuple(
            case.index
            for case in after.cases
            if case.here and case.state is CaseState.SUBMITTED and case.received_on not in (None, today)
        )
        events += [_received(held, on=today, calendar=calendar, at=at)] if held else []
    return tuple(events)


# --- acceptance -------------------------------------------------------------------------------------------------------


def ready_to_accept(
    application: Application, lacking: Lacking | None = None, *, others: Collection[int] = ()
) -> tuple[Case, ...]:
    """Return the cases that may be accepted: complete, and none that the applicant wants to wait for others.

    `others` are those that came back from another region, which alone accepts them.
    """
    own = [case for case in application.cases if case.here and case.index not in others]
    open_cases = [case for case in own if case.state in UNACCEPTED]
    ready = tuple(case for case in open_cases if _complete(application, case, lacking or {}))
    return ready if not application.together or len(ready) == len(open_cases) else ()


def _complete(application: Application, case: Case, lacking: Lacking) -> bool:
    """Whether a case is complete; it is not while one that it awaits is not.

    One that has ended without certificate holds up no acceptance: whether the case can go on without, review decides.
    """
    if case.state in UNACCEPTED and (
        case.state is CaseState.CORRECTING or case.received_on is None or lacking.get(case.index)
    ):
        return False
    return all(_complete(application, application.case(index), lacking) for index in case.awaits)


def accept(
    application: Application,
    *,
    by: str,
    rules: RegionRules,
    calendar: Calendar,
    today: date,
    at: datetime,
    lacking: Lacking | None = None,
    only: Sequence[int] = (),
    others: Collection[int] = (),
) -> tuple[Event, ...]:
    """Accept at the same time every case that is complete, or just those in `only`; never what others accept.

    Raises NotNow, DeferralNotAllowed.

    A case that still waits for a co-applicant's signature, or is to be corrected, stays behind and holds up no other.
    Materials that are to follow get their deadline now.
    """
    for index in only:
        unaccepted(application, index, "受理")
    complete = ready_to_accept(application, lacking, others=others)
    ready = [case for case in complete if not only or case.index in only]
    if not ready or len(ready) < len(set(only)):
        raise NotNow(_why_none(application, lacking or {}, only or [case.index for case in application.cases]))
    accepted = tuple(_accepted(application, case, by=by, today=today, calendar=calendar, at=at) for case in ready)
    after = fold(accepted, onto=application)
    newly = [event.case for event in accepted]
    granted = promises.grant(after, newly, rules=rules, calendar=calendar, today=today, at=at)
    return (*accepted, *granted)


def overdue(case: Case, today: date) -> bool:
    """Whether the department let the days of its answer pass on a licence: then it is accepted since its receipt."""
    late = case.answer_due_on is not None and today > case.answer_due_on
    return case.state is CaseState.SUBMITTED and late and accepted_by_silence(case.matter_type)


def _accepted(
    application: Application, case: Case, *, by: str, today: date, calendar: Calendar, at: datetime
) -> CaseAccepted:
    if overdue(case, today):
        assert case.received_on is not None  # an answer is owed
        return accepted_on(application, case, by=SYSTEM, on=case.received_on, calendar=calendar, at=at)
    return accepted_on(application, case, by=by, on=today, calendar=calendar, at=at)


def accepted_on(
    application: Application, case: Case, *, by: str, on: date, calendar: Calendar, at: datetime
) -> CaseAccepted:
    """Return the acceptance of a case that counts from the day `on`."""
    due = times.from_acceptance(application, case, on=on, calendar=calendar)
    # Both limits run from now on and nothing has paused them yet.
    assert due.promised_due_on is not None and due.statutory_due_on is not None
    return CaseAccepted(
        case=case.index,
        by=by,
        at=at,
        promised_due_on=due.promised_due_on,
        statutory_due_on=due.statutory_due_on,
        provisional=due.provisional,
        calendar=calendar.version,
    )


def _why_none(application: Application, lacking: Lacking, asked: Sequence[int]) -> str:
    open_cases = [case for case in application.cases if case.here and case.state in UNACCEPTED and case.index in asked]
    if not open_cases:
        return f"申请 {application.number} 没有等待受理的办件，无需再次受理。"
    correcting = [case.index for case in open_cases if case.state is CaseState.CORRECTING]
    if correcting:
        return f"还不能受理：第 {indexes(correcting)} 个办件等待申请人补正。请等补正后再受理。"
    unsigned = [case.index for case in open_cases if not case.confirmed]
    if unsigned:
        return f"还不能受理：第 {indexes(unsigned)} 个办件等待共同申请人确认。请提醒对方登录确认。"
    missing = [case.index for case in open_cases if lacking.get(case.index)]
    if missing:
        return f"还不能受理：第 {indexes(missing)} 个办件缺少材料或填报内容。请一次性告知申请人补正。"
    waiting = [case.index for case in open_cases if not _complete(application, case, lacking)]
    if waiting:
        return f"还不能受理：第 {indexes(waiting)} 个办件所等待的办件尚未齐备。请等齐备后再受理。"
    return "还不能受理：申请人要求全部办件齐备后一并受理。请等其余办件齐备，或由申请人取消这一要求。"


def ask_to_wait(
    application: Application,
    *,
    wait: bool,
    by: str,
    calendar: Calendar,
    at: datetime,
    arrived_on: date | None = None,
) -> tuple[Event, ...]:
    """The applicant asks that complete cases wait for the incomplete ones, or takes that back.

    `arrived_on` as in `answer`.
    """
    if wait == application.together:
        raise AlreadyGiven("未更改：这件申请已经是这样办理的，无需再次选择。")
    open_cases = [case for case in application.cases if case.state in UNACCEPTED]
    if wait and not open_cases:
        raise NotNow("未更改：这件申请的办件都已受理或终止，不能再要求一并受理。")
    late = [case.index for case in open_cases if overdue(case, day_of(at))]
    if wait and late:
        raise NotNow(f"未更改：第 {indexes(late)} 个办件的答复期限已过，自收到之日起即为受理，无需再等待其他办件。")
    asked = TogetherAsked(wait, by, at)
    on = _received_on(application, arrived_on)
    return (asked, *following(application, fold((asked,), onto=application), calendar=calendar, at=at, on=on))


# --- correction -------------------------------------------------------------------------------------------------------


def ask_correction(
    application: Application,
    demands: Sequence[Demand],
    *,
    targets: Mapping[int, Targets],
    lacking: Lacking | None = None,
    others: Collection[int] = (),
    by: str,
    rules: RegionRules,
    calendar: Calendar,
    at: datetime,
) -> tuple[Event, ...]:
    """Tell once and for all cases that are here what is to be corrected.

    Cases that wait for a case with demands get a demand that names it, and signatures that are still missing are
    demanded too; but for those in `others`, which came back from another region, which alone tells of them.
    Raises AlreadyGiven, NotNow, DemandWithoutTarget, DemandedTwice, ReasonMissing, NotAllTold.
    """
    again = any(_told_for(application, application.case(demand.case)) for demand in demands)
    if again or (application.notices and not untold(application)):
        raise AlreadyGiven("未发出：已经一次性告知过补正内容，不能再次要求补正。请受理，或作出不予受理决定。")
    if not demands:
        raise DemandWithoutTarget("未发出：没有写明需要补正的内容。请至少选择一项材料、填报内容或受理条件。")
    lacking = lacking or {}
    for demand in demands:
        _demand(application, demand, targets, lacking, day_of(at))
    _demand_all_told(application, demands, lacking)
    whole = (*demands, *_for_awaiting(application, demands, others))
    whole += _for_unsigned(application, whole)
    limit = rules.correction
    due = due_on(start=day_of(at), days=limit.days, unit=limit.unit, calendar=calendar, provisional=True)
    return (CorrectionAsked(_first_number(application, whole), whole, due.day, by, at),)


def untold(application: Application) -> tuple[Case, ...]:
    """Return the cases that are here, not accepted, and whose department may still tell what is to be corrected."""
    return tuple(
        case
        for case in application.cases
        if case.here and case.state in UNACCEPTED and not _told_for(application, case)
    )


def _told_for(application: Application, case: Case) -> bool:
    """Whether the notice of a case is given: where several nodes have a part, by its own department for any of its
    cases; else one tells for all.
    """
    if not application.peers:
        return bool(application.notices)
    told = {index for notice in application.notices for index in notice.cases()}
    return case.index in told or case.body in {application.case(index).body for index in told}


_APART = 1000
"""So far are the first numbers of two notices apart where two may be given at the same moment."""


def _first_number(application: Application, demands: Sequence[Demand]) -> int:
    """Return a number from which on nobody else numbers: by the first case, which only one notice has; 1 for the only
    notice of an application that is wholly here.
    """
    alone = not application.notices and all(case.here for case in application.cases)
    return 1 if alone else _APART * min(demand.case for demand in demands) + 1


def _demand(
    application: Application, demand: Demand, targets: Mapping[int, Targets], lacking: Lacking, today: date
) -> None:
    case = unaccepted(application, demand.case, "要求补正")
    if overdue(case, today):
        raise NotNow(
            f"未发出：第 {case.index} 个办件的告知期限 {case.answer_due_on} 已过，"
            "自收到申请材料之日起即为受理。请直接受理并审查。"
        )
    known = targets[demand.case]
    found = {
        DemandKind.MATERIAL: demand.target in known.materials,
        DemandKind.ELEMENT: demand.target in known.elements,
        DemandKind.CONDITION: demand.target in {str(place) for place in range(1, known.conditions + 1)},
    }
    if not found.get(demand.kind):
        raise DemandWithoutTarget(
            f"未发出：第 {demand.case} 个办件现行标准中没有“{demand.target}”。"
            "补正要求须对应标准中的材料、填报内容或受理条件，请重新选择。"
        )
    if demand.text is None and demand.target not in lacking.get(demand.case, ()):
        raise ReasonMissing(
            f"未发出：第 {demand.case} 个办件的“{demand.target}”已经提交，要求补正须写明哪里不符合要求。请补充说明。",
            field="text",
        )


def _demand_all_told(application: Application, demands: Sequence[Demand], lacking: Lacking) -> None:
    told = [(demand.case, demand.kind, demand.target) for demand in demands]
    twice = next((one for one in told if told.count(one) > 1), None)
    if twice:
        raise DemandedTwice(f"未发出：第 {twice[0]} 个办件的“{twice[2]}”写了两次。请合并成一条。")
    named = {(case, target) for case, _, target in told}
    left_out = [
        case.index
        for case in untold(application)
        if any((case.index, code) not in named for code in lacking.get(case.index, ()))
    ]
    if left_out:
        raise NotAllTold(
            f"未发出：第 {indexes(left_out)} 个办件还有缺少的材料或填报内容没有列入。补正内容只能告知一次，请全部列入。"
        )


def _for_awaiting(application: Application, demands: Sequence[Demand], others: Collection[int]) -> tuple[Demand, ...]:
    """Demands on the cases that wait, near or far, for one with demands: they are complete only when it is."""
    return tuple(
        Demand(case.index, DemandKind.AWAITED, str(index))
        for index in dict.fromkeys(demand.case for demand in demands)
        for case in consequences.branch(application, index)
        if case.index != index and case.here and case.state is CaseState.SUBMITTED
        if case.index not in others and application.notice_of(case.index) is None
    )


def _for_unsigned(application: Application, demands: Sequence[Demand]) -> tuple[Demand, ...]:
    return tuple(
        Demand(index, DemandKind.CONFIRMATION, place.role.value)
        for index in dict.fromkeys(demand.case for demand in demands)
        for place in application.case(index).confirmations
        if place.at is None
    )


def answer(
    application: Application,
    *,
    supplies: Sequence[Supply] = (),
    changes: Sequence[Event] = (),
    explanations: Mapping[int, Sealed] | None = None,
    by: str,
    calendar: Calendar,
    at: datetime,
    arrived_on: date | None = None,
) -> tuple[Event, ...]:
    """The applicant answers what was told of the cases that are here, wholly or in part, of one notice or of several.

    A material answers the demand for it, a changed data element the demand about it (`changes`: what `changes.change`
    made of it); `explanations` answer demands on conditions and data elements in words, by their number. A case whose
    last demand is answered is received anew. `arrived_on` is the day on which an answer that was given elsewhere is
    here: in time is who answered in time, and the department's days begin as the offer says. Raises NotNow.
    """
    said = dict(explanations or {})
    here = [case.index for case in application.cases if case.here]
    numbers = answering(application, here, supplies=supplies, changes=changes, explanations=said, at=at)
    on = _received_on(application, arrived_on)
    events = _given(supplies, changes, by=by, at=at)
    after = fold(events, onto=application)
    events += _answers(after, numbers, explanations=said, by=by, calendar=calendar, at=at, on=on)
    return (*events, *following(application, fold(events, onto=application), calendar=calendar, at=at, on=on))


def _received_on(application: Application, arrived_on: date | None) -> date | None:
    """Return the day on which is received what came on a day from the node where he applied; None: that of his act.

    A department that could not be reached has not been silent, unless the offer lets receipt count from intake.
    """
    counts_at_intake = application.intake is not None and application.intake.receipt_counts is ReceiptCounts.AT_INTAKE
    return None if counts_at_intake else arrived_on


def answering(
    application: Application,
    cases: Collection[int],
    *,
    supplies: Sequence[Supply] = (),
    changes: Sequence[Event] = (),
    explanations: Collection[int] = (),
    at: datetime,
) -> list[int]:
    """Return the numbers of the demands on these cases that this answers. Raises NotNow."""
    if not application.notices:
        raise NotNow("未提交：这件申请没有需要补正的内容。")
    numbers = _open_demands(application, cases)
    notices = [notice for notice in application.notices if not numbers or not set(numbers).isdisjoint(notice.numbers)]
    last = max(notice.answer_due_on for notice in notices)
    if day_of(at) > last:
        raise NotNow(f"未提交：补正期限 {last.isoformat()} 已过。请重新提交申请。")
    demands = {number: application.demand(number) for number in _in_time(application, numbers, at)}
    demanded = {
        (demand.target, whose) for demand in demands.values() for whose in ("", application.case(demand.case).subject)
    }
    if not demanded.issuperset((supply.material, supply.subject) for supply in supplies):
        raise NotNow("未提交：其中有材料不在待补正之列。请刷新页面，按补正告知逐项补充。")
    if any(number not in demands or demands[number].kind not in _IN_WORDS for number in explanations):
        raise NotNow("未提交：其中有说明不针对待补正的内容。请刷新页面，按补正告知逐项说明。")
    met = _met_by(_given(supplies, changes, by="", at=at))
    answered = sorted({*_matching(application, met, demands), *explanations})
    if not answered:
        raise NotNow("未提交：没有回应补正告知中的任何一项。请按告知书逐项补充后再提交。")
    return answered


def _given(supplies: Sequence[Supply], changes: Sequence[Event], *, by: str, at: datetime) -> list[Event]:
    supplied = [MaterialsSupplied(tuple(supplies), SupplyCause.CORRECTION, by, at)] if supplies else []
    return [*supplied, *changes]


def _open_demands(application: Application, cases: Collection[int]) -> list[int]:
    """Return the numbers of what is still to be corrected in these cases."""
    return [
        number
        for case in application.cases
        if case.state is CaseState.CORRECTING and case.index in cases
        for number in application.open_demands(case.index)
    ]


def _in_time(application: Application, numbers: Sequence[int], at: datetime) -> list[int]:
    """Return those demands whose notice still waits for its answer."""
    lasting = [notice for notice in application.notices if day_of(at) <= notice.answer_due_on]
    return [number for number in numbers if any(number in notice.numbers for notice in lasting)]


def with_answers(
    application: Application,
    given: Sequence[Event],
    *,
    by: str,
    calendar: Calendar,
    at: datetime,
    arrived_on: date | None = None,
) -> tuple[Event, ...]:
    """Return supplies and changes with what they answer of notices that still wait; `arrived_on` as in `answer`."""
    on = _received_on(application, arrived_on)
    after = fold(given, onto=application)
    here = [case.index for case in after.cases if case.here]
    met = _matching(after, _met_by(given), _in_time(after, _open_demands(after, here), at))
    events = (*given, *_answers(after, met, by=by, calendar=calendar, at=at, on=on))
    return (*events, *following(application, fold(events, onto=application), calendar=calendar, at=at, on=on))


Met = tuple[DemandKind, str, str]
"""What meets a demand: its kind and target, and the person on the roster for whom alone it does; empty: for all."""


def _met_by(given: Sequence[Event]) -> set[Met]:
    """Return the demands that these supplies and changes meet."""
    met = set[Met]()
    for event in given:
        if isinstance(event, MaterialsSupplied):
            met |= {(DemandKind.MATERIAL, supply.material, supply.subject) for supply in event.supplies}
        if isinstance(event, FormChanged):
            met |= {(DemandKind.ELEMENT, element, "") for element in event.elements}
    return met


def _matching(application: Application, given: Collection[Met], numbers: Iterable[int]) -> list[int]:
    """Return which of these demands this meets."""
    return [
        number
        for number in numbers
        for demand in [application.demand(number)]
        for subject in [application.case(demand.case).subject]
        if any((demand.kind, demand.target, whose) in given for whose in ("", subject))
    ]


def _answers(
    application: Application,
    numbers: Sequence[int],
    *,
    explanations: Mapping[int, Sealed] | None = None,
    by: str,
    calendar: Calendar,
    at: datetime,
    on: date | None = None,
) -> tuple[Event, ...]:
    """Take down answers, then those that follow of themselves: who waited for a case that is complete now.

    `on` is the day on which complete cases are received; None: that of the answer.
    """
    events: list[Event] = []
    wave, said = list(numbers), tuple(sorted((explanations or {}).items()))
    while True:
        if wave:
            events.append(DemandsAnswered(tuple(sorted(wave)), said, by, at))
            application = fold(events[-1:], onto=application)
        complete = _corrected(application)
        if complete:
            events.append(_received(complete, on=on or day_of(at), calendar=calendar, at=at))
            application = fold(events[-1:], onto=application)
        wave, said, by = _freed(application, complete), (), SYSTEM
        if not wave:
            return tuple(events)


def _corrected(application: Application) -> tuple[int, ...]:
    """Return the cases to be corrected in which nothing is wanting any more."""
    return tuple(
        case.index
        for case in application.cases
        if case.here
        and case.state is CaseState.CORRECTING
        and case.confirmed
        and not application.open_demands(case.index)
    )


def _freed(application: Application, complete: Collection[int]) -> list[int]:
    """Return the open demands that named a case which is complete now, has ended, or is awaited no longer."""
    ended = {case.index for case in application.cases if case.ended}
    return [
        number
        for case in application.cases
        if case.here and case.state is CaseState.CORRECTING
        for number in application.open_demands(case.index)
        if (demand := application.demand(number)).kind is DemandKind.AWAITED
        if (awaited := int(demand.target)) in ended.union(complete)
        or case not in consequences.branch(application, awaited)
    ]


def correct_on_the_spot(
    application: Application,
    *,
    supplies: Sequence[Supply] = (),
    changes: Sequence[Event] = (),
    cases: Sequence[int],
    by: str,
    calendar: Calendar,
    at: datetime,
) -> tuple[Event, ...]:
    """The clerk lets the applicant mend at once what can be mended at once (当场更正): nothing is told, no clock moves.

    `cases` are those that the mended things belong to; none of them is accepted yet. What a notice demanded is answered
    by it too. Raises NotNow.
    """
    if not supplies and not changes:
        raise NotNow("未更正：没有改动任何内容。请先改正填报内容或更换材料。")
    for index in cases:
        unaccepted(application, index, "当场更正")
    events: list[Event] = [MaterialsSupplied(tuple(supplies), SupplyCause.ON_THE_SPOT, by, at)] if supplies else []
    return with_answers(application, (*events, *changes), by=by, calendar=calendar, at=at)


# --- refusal, withdrawal, urging --------------------------------------------------------------------------------------


def refuse(
    application: Application,
    index: int,
    *,
    ground: RefusalGround,
    reason: Sealed | None,
    right_body: str = "",
    by: str,
    calendar: Calendar,
    at: datetime,
) -> tuple[Event, ...]:
    """Decide not to accept a case, with the reason. Raises NotNow, ReasonMissing, RightBodyMissing."""
    case = unaccepted(application, index, "作出不予受理决定")
    if overdue(case, day_of(at)):
        raise NotNow(
            f"未决定：第 {index} 个办件的答复期限 {case.answer_due_on} 已过，自收到申请材料之日起即为受理。"
            "请直接受理并审查。"
        )
    if reason is None:
        raise ReasonMissing("未决定：不予受理必须写明理由。请填写理由后再提交。", field="reason")
    if ground is RefusalGround.NOT_COMPETENT and not right_body.strip():
        raise RightBodyMissing(
            "未决定：不属于本机关职权的，必须告知申请人向哪个机关申请。请填写有权机关。", field="right_body"
        )
    if ground is RefusalGround.INCOMPLETE and application.notice_of(index) is None:
        raise NotNow(f"未决定：第 {index} 个办件还没有一次性告知补正，不能以材料不齐为由不予受理。请先告知补正。")
    if ground is RefusalGround.INCOMPLETE and case.state is CaseState.CORRECTING:
        raise NotNow(f"未决定：第 {index} 个办件的补正期限还没有届满。请等申请人补正或期限届满。")
    refused = AcceptanceRefused(index, ground, reason, right_body.strip(), by, at)
    after = fold((refused,), onto=application)
    returned = consequences.of_barren(after, index, at=at)
    return (refused, *returned, *following(application, after, calendar=calendar, at=at))


def withdraw(
    application: Application,
    chosen: Sequence[int],
    *,
    reason: Sealed | None,
    by: str,
    calendar: Calendar,
    at: datetime,
    arrived_on: date | None = None,
) -> tuple[Event, ...]:
    """The applicant withdraws cases before they are decided; approvals that waited for them go back to their desks.

    `arrived_on` as in `answer`.
    """
    chosen = tuple(dict.fromkeys(chosen))
    if not chosen:
        raise NotNow("未撤回：没有选择办件。请选择要撤回的办件。")
    for index in chosen:
        open_case(application, index, "撤回")
    events: list[Event] = [CaseWithdrawn(index, reason, by, at) for index in chosen]
    after = fold(events, onto=application)
    for index in chosen:
        returned = consequences.of_barren(after, index, at=at)
        after = fold(returned, onto=after)
        events += returned
    on = _received_on(application, arrived_on)
    return (*events, *following(application, after, calendar=calendar, at=at, on=on))


def bereft(application: Application, chosen: Collection[int]) -> tuple[Case, ...]:
    """Return the open cases that await, near or far, a certificate which will not come if these are withdrawn."""
    reached = {case.index for index in chosen for case in consequences.branch(application, index)}
    return tuple(case for case in application.cases if case.index in reached.difference(chosen) and not case.ended)


def urge(application: Application, index: int, *, rules: RegionRules, by: str, at: datetime) -> tuple[Event, ...]:
    """The applicant urges the department. Raises NotNow, UrgedAlready."""
    case = open_case(application, index, "催办")
    if case.state is CaseState.CORRECTING:
        raise NotNow(f"未催办：第 {index} 个办件正等待您补正。请先补正。")
    if not case.confirmed:
        raise NotNow(f"未催办：第 {index} 个办件正等待共同申请人确认。请提醒对方登录确认。")
    last = case.proceedings.urged_at
    if last is not None and day_of(at) < day_of(last) + timedelta(days=rules.urge_every_days):
        raise UrgedAlready(
            f"未催办：第 {index} 个办件已于 {day_of(last).isoformat()} 催办，{rules.urge_every_days} 天内无需重复催办。"
        )
    return (CaseUrged(index, by, at),)
