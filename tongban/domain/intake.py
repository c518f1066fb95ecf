"""What happens between receipt and acceptance?

Whatever is handed in is received, at any hour; from that day the department owes an answer within five working days. It
accepts each complete case by itself, or tells once, for all cases together, what is to be corrected; a case that is not
its business it refuses and names who is competent. Cases that wait for a co-applicant are received when he has signed,
cases that were to be corrected when the last demand is answered. A case that needs the certificate of another one of
the same application is complete only when that one is: its demand names it.

The applicant may ask that complete cases wait for the others, may withdraw each case until it is decided, and may urge.

Source: Administrative Licensing Law, arts. 31, 32, 38; 优化营商环境条例 art. 36 (one-time notice).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.domain import consequences, promises, times
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, indexes, open_case, unaccepted
from tongban.domain.application import UNACCEPTED, Application, Case, CaseState, fold
from tongban.domain.catalogue import SubjectRole
from tongban.domain.clock import day_of, due_on
from tongban.domain.events import (
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
from tongban.domain.refused import Refused
from tongban.domain.regimes import accepted_by_silence
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar

Lacking = Mapping[int, Sequence[str]]
"""By case, the materials that nobody has supplied, deferred or promised."""


class DemandWithoutTarget(Refused):
    """A demand that points at nothing in the version in force."""

    code = "demand_without_target"


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


def receive(application: Application, *, rules: RegionRules, calendar: Calendar, at: datetime) -> tuple[Event, ...]:
    """What follows when an application is handed in: it is received, or waits for the signatures of co-applicants."""
    waiting = tuple(case.index for case in application.cases if not case.confirmed)
    ready = tuple(case.index for case in application.cases if case.confirmed)
    events: list[Event] = []
    if ready:
        events.append(_received(ready, calendar=calendar, at=at))
    if waiting:
        limit = rules.confirmation
        due = due_on(start=day_of(at), days=limit.days, unit=limit.unit, calendar=calendar, provisional=True)
        events.append(ConfirmationsAsked(waiting, due.day, at))
    return tuple(events)


def _received(cases: tuple[int, ...], *, calendar: Calendar, at: datetime) -> CasesReceived:
    due = times.answer_due(received_on=day_of(at), calendar=calendar)
    return CasesReceived(cases, day_of(at), due.day, due.provisional, calendar.version, at)


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
) -> tuple[Event, ...]:
    """A co-applicant confirms and signs a case; the last signature receives it."""
    case = unaccepted(application, index, "确认")
    place = next((c for c in case.confirmations if c.role is role and c.party == party), None)
    if place is None:
        raise NotNow(f"第 {index} 个办件不需要您确认：您不是该办件的共同申请人。请核对通知中的办件编号。")
    if place.at is not None:
        raise AlreadyGiven(f"第 {index} 个办件已经确认过，无需再次确认。")
    confirmed = JointApplicantConfirmed(index, role, party, by, signature, key, at)
    after = fold((confirmed,), onto=application)
    return (confirmed, *_now_complete(after, (_CONFIRMED[role],), index, by=by, calendar=calendar, at=at))


_CONFIRMED = {role: (DemandKind.CONFIRMATION, role.value) for role in SubjectRole}


def _now_complete(
    application: Application,
    met: tuple[tuple[DemandKind, str], ...],
    index: int,
    *,
    by: str,
    calendar: Calendar,
    at: datetime,
) -> tuple[Event, ...]:
    case = application.case(index)
    if case.state is CaseState.CORRECTING:
        assert application.notice is not None
        numbers = [
            number
            for number in application.notice.open_demands(index)
            if (application.notice.demands[number - 1].kind, application.notice.demands[number - 1].target) in met
        ]
        return _answers(application, numbers, by=by, calendar=calendar, at=at) if numbers else ()
    return (_received((index,), calendar=calendar, at=at),) if case.confirmed else ()


# --- acceptance -------------------------------------------------------------------------------------------------------


def ready_to_accept(application: Application, lacking: Lacking | None = None) -> tuple[Case, ...]:
    """Return the cases that may be accepted: complete, and none that the applicant wants to wait for others."""
    open_cases = [case for case in application.cases if case.state in UNACCEPTED]
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
) -> tuple[Event, ...]:
    """Accept at the same time every case that is complete, or those of them in `only`.

    A case that still waits for a co-applicant's signature, or is to be corrected, stays behind and holds up no other.
    Materials that are to follow get their deadline now.
    """
    ready = [case for case in ready_to_accept(application, lacking) if not only or case.index in only]
    if not ready:
        raise NotNow(_why_none(application, lacking or {}))
    accepted = tuple(accepted_on(application, case, by=by, on=today, calendar=calendar, at=at) for case in ready)
    after = fold(accepted, onto=application)
    newly = [event.case for event in accepted]
    granted = promises.grant(after, newly, rules=rules, calendar=calendar, today=today, at=at)
    return (*accepted, *granted)


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


def _why_none(application: Application, lacking: Lacking) -> str:
    open_cases = [case for case in application.cases if case.state in UNACCEPTED]
    if not open_cases:
        return f"申请 {application.number} 没有等待受理的办件，无需再次受理。"
    unsigned = [case.index for case in open_cases if not case.confirmed]
    if unsigned:
        return f"还不能受理：第 {indexes(unsigned)} 个办件等待共同申请人确认。请提醒对方登录确认。"
    correcting = [case.index for case in open_cases if case.state is CaseState.CORRECTING]
    if correcting:
        return f"还不能受理：第 {indexes(correcting)} 个办件等待申请人补正。请等补正后再受理。"
    missing = [case.index for case in open_cases if lacking.get(case.index)]
    if missing:
        return f"还不能受理：第 {indexes(missing)} 个办件缺少材料。请一次性告知申请人补正。"
    return "还不能受理：这些办件不在所选之列，或申请人要求齐备后一并受理。请重新选择。"


def ask_to_wait(application: Application, *, wait: bool, by: str, at: datetime) -> tuple[Event, ...]:
    """The applicant asks that complete cases wait for the incomplete ones, or takes that back."""
    if wait == application.together:
        raise AlreadyGiven("未更改：这件申请已经是这样办理的，无需再次选择。")
    if wait and not any(case.state in UNACCEPTED for case in application.cases):
        raise NotNow("未更改：这件申请的办件都已受理或终止，不能再要求一并受理。")
    return (TogetherAsked(wait, by, at),)


# --- correction -------------------------------------------------------------------------------------------------------


def ask_correction(
    application: Application,
    demands: Sequence[Demand],
    *,
    targets: Mapping[int, Targets],
    by: str,
    rules: RegionRules,
    calendar: Calendar,
    at: datetime,
) -> tuple[Event, ...]:
    """Tell once and for all cases what is to be corrected. Raises AlreadyGiven, NotNow, DemandWithoutTarget.

    Cases that wait for a case with demands get a demand that names it.
    """
    if application.notice is not None:
        raise AlreadyGiven("未发出：这件申请已经一次性告知过补正内容，不能再次要求补正。请受理，或作出不予受理决定。")
    if not demands:
        raise DemandWithoutTarget("未发出：没有写明需要补正的内容。请至少选择一项材料、填报内容或受理条件。")
    for demand in demands:
        _demand(application, demand, targets, day_of(at))
    whole = tuple(dict.fromkeys((*demands, *_for_awaiting(application, demands))))
    limit = rules.correction
    due = due_on(start=day_of(at), days=limit.days, unit=limit.unit, calendar=calendar, provisional=True)
    return (CorrectionAsked(whole, due.day, by, at),)


def _demand(application: Application, demand: Demand, targets: Mapping[int, Targets], today: date) -> None:
    case = unaccepted(application, demand.case, "要求补正")
    if case.answer_due_on is not None and today > case.answer_due_on and accepted_by_silence(case.matter_type):
        raise NotNow(
            f"未发出：第 {case.index} 个办件的告知期限 {case.answer_due_on.isoformat()} 已过，"
            "自收到申请材料之日起即为受理。请直接审查。"
        )
    known = targets[demand.case]
    found = {
        DemandKind.MATERIAL: demand.target in known.materials,
        DemandKind.ELEMENT: demand.target in known.elements,
        DemandKind.CONDITION: demand.target in {str(place) for place in range(1, known.conditions + 1)},
        DemandKind.CONFIRMATION: demand.target in {c.role.value for c in case.confirmations if c.at is None},
        DemandKind.AWAITED: demand.target in {str(index) for index in case.awaits},
    }
    if not found[demand.kind]:
        raise DemandWithoutTarget(
            f"未发出：第 {demand.case} 个办件现行标准中没有“{demand.target}”。"
            "补正要求须对应标准中的材料、填报内容或受理条件，请重新选择。"
        )


def _for_awaiting(application: Application, demands: Sequence[Demand]) -> tuple[Demand, ...]:
    """Demands on the cases that wait for one with demands: they are complete only when it is."""
    wanting = {demand.case for demand in demands}
    found: list[Demand] = []
    for index in sorted(wanting):
        for case in consequences.branch(application, index):
            if case.index != index and case.state is CaseState.SUBMITTED:
                found += [
                    Demand(case.index, DemandKind.AWAITED, str(awaited))
                    for awaited in case.awaits
                    if awaited in wanting or awaited in {demand.case for demand in found}
                ]
    return tuple(found)


def answer(
    application: Application,
    *,
    supplies: Sequence[Supply] = (),
    change: FormChanged | None = None,
    explained: Sequence[int] = (),
    by: str,
    calendar: Calendar,
    at: datetime,
) -> tuple[Event, ...]:
    """The applicant answers the notice, wholly or in part; `explained` are demands on conditions that he answers.

    A material answers the demand for it, a changed data element the demand about it. A case whose last demand is
    answered is received anew. Raises NotNow, AlreadyGiven.
    """
    notice = application.notice
    if notice is None:
        raise NotNow("未提交：这件申请没有需要补正的内容。")
    if day_of(at) > notice.answer_due_on:
        raise NotNow(f"未提交：补正期限 {notice.answer_due_on.isoformat()} 已过。请重新提交申请。")
    given = {(DemandKind.MATERIAL, supply.material) for supply in supplies}
    given |= {(DemandKind.ELEMENT, element) for element in (change.elements if change else ())}
    numbers = [
        number
        for case in application.cases
        if case.state is CaseState.CORRECTING
        for number in notice.open_demands(case.index)
        if (notice.demands[number - 1].kind, notice.demands[number - 1].target) in given
        or (number in explained and notice.demands[number - 1].kind is DemandKind.CONDITION)
    ]
    if not numbers:
        raise NotNow("未提交：没有回应补正告知中的任何一项。请按告知书逐项补充后再提交。")
    events: list[Event] = [MaterialsSupplied(tuple(supplies), SupplyCause.CORRECTION, by, at)] if supplies else []
    events += [change] if change else []
    after = fold(events, onto=application)
    return (*events, *_answers(after, numbers, by=by, calendar=calendar, at=at))


def _answers(
    application: Application, numbers: Sequence[int], *, by: str, calendar: Calendar, at: datetime
) -> tuple[Event, ...]:
    """Take down answers, then those that follow of themselves: who waited for a case that is complete now."""
    events: list[Event] = []
    wave = tuple(numbers)
    while wave:
        answered = DemandsAnswered(tuple(sorted(wave)), by, at)
        events.append(answered)
        application = fold((answered,), onto=application)
        notice = application.notice
        assert notice is not None
        complete = tuple(
            case.index
            for case in application.cases
            if case.state is CaseState.CORRECTING and not notice.open_demands(case.index)
        )
        if complete:
            received = _received(complete, calendar=calendar, at=at)
            events.append(received)
            application = fold((received,), onto=application)
        wave = tuple(
            number
            for number, demand in enumerate(notice.demands, start=1)
            if demand.kind is DemandKind.AWAITED
            and number not in notice.answered
            and not application.case(demand.case).ended
            and int(demand.target) in complete
        )
    return tuple(events)


def correct_on_the_spot(
    application: Application,
    *,
    supplies: Sequence[Supply] = (),
    change: FormChanged | None = None,
    cases: Sequence[int],
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """The clerk lets the applicant mend at once what can be mended at once (当场更正): nothing is told, no clock moves.

    `cases` are those that the mended things belong to; none of them is accepted yet. Raises NotNow.
    """
    if not supplies and change is None:
        raise NotNow("未更正：没有改动任何内容。请先改正填报内容或更换材料。")
    for index in cases:
        unaccepted(application, index, "当场更正")
    events: list[Event] = [MaterialsSupplied(tuple(supplies), SupplyCause.ON_THE_SPOT, by, at)] if supplies else []
    return (*events, *((change,) if change else ()))


# --- refusal, withdrawal, urging --------------------------------------------------------------------------------------


def refuse(
    application: Application,
    index: int,
    *,
    ground: RefusalGround,
    reason: Sealed | None,
    right_body: str = "",
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Decide not to accept a case, with the reason. Raises NotNow, ReasonMissing, RightBodyMissing."""
    case = unaccepted(application, index, "作出不予受理决定")
    if reason is None:
        raise ReasonMissing("未决定：不予受理必须写明理由。请填写理由后再提交。", field="reason")
    if ground is RefusalGround.NOT_COMPETENT and not right_body.strip():
        raise RightBodyMissing(
            "未决定：不属于本机关职权的，必须告知申请人向哪个机关申请。请填写有权机关。", field="right_body"
        )
    told = application.notice is not None and index in application.notice.cases()
    if ground is RefusalGround.INCOMPLETE and not told:
        raise NotNow(f"未决定：第 {index} 个办件还没有一次性告知补正，不能以材料不齐为由不予受理。请先告知补正。")
    if ground is RefusalGround.INCOMPLETE and case.state is CaseState.CORRECTING:
        raise NotNow(f"未决定：第 {index} 个办件的补正期限还没有届满。请等申请人补正或期限届满。")
    refused = AcceptanceRefused(index, ground, reason, right_body.strip(), by, at)
    return (refused, *consequences.of_barren(fold((refused,), onto=application), index, at=at))


def withdraw(
    application: Application, chosen: Sequence[int], *, reason: Sealed | None, by: str, at: datetime
) -> tuple[Event, ...]:
    """The applicant withdraws cases before they are decided; approvals that waited for them go back to their desks."""
    events: list[Event] = []
    for index in dict.fromkeys(chosen):
        open_case(application, index, "撤回")
        wave: tuple[Event, ...] = (CaseWithdrawn(index, reason, by, at),)
        application = fold(wave, onto=application)
        wave += consequences.of_barren(application, index, at=at)
        application = fold(wave[1:], onto=application)
        events += wave
    if not events:
        raise NotNow("未撤回：没有选择办件。请选择要撤回的办件。")
    return tuple(events)


def urge(application: Application, index: int, *, rules: RegionRules, by: str, at: datetime) -> tuple[Event, ...]:
    """The applicant urges the department. Raises NotNow, UrgedAlready."""
    case = open_case(application, index, "催办")
    if case.state is CaseState.CORRECTING:
        raise NotNow(f"未催办：第 {index} 个办件正等待您补正。请先补正。")
    last = case.proceedings.urged_at
    if last is not None and day_of(at) < day_of(last) + timedelta(days=rules.urge_every_days):
        raise UrgedAlready(
            f"未催办：第 {index} 个办件已于 {day_of(last).isoformat()} 催办，{rules.urge_every_days} 天内不能重复催办。"
        )
    return (CaseUrged(index, by, at),)
