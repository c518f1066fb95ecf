"""How does an accepted case come to its decision?

All accepted cases of an application are reviewed at the same time: no desk waits for another case. A deciding desk
signs its conclusion whenever it is ready; the conclusion takes effect when the certificates the case needs are issued,
in the very act that issues the last of them. A conclusion to deny takes effect at once. When an awaited certificate is
denied, or is to be issued with other content than was reviewed, the conclusions that relied on it go back to their
desks, and nobody else's do.

Who accepted a case does not decide it (four eyes).

Source: Administrative Licensing Law, arts. 26, 34, 37, 38; design invariants 5, 6, 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tongban.crypto import sm3
from tongban.domain import codec
from tongban.domain.application import Application, Case, CaseState, apply, fold
from tongban.domain.catalogue import SubjectRole
from tongban.domain.clock import Limit, due_pair
from tongban.domain.events import (
    SYSTEM,
    ApplicationClosed,
    CaseAccepted,
    CaseDecided,
    ConclusionReturned,
    DecisionSigned,
    Event,
    JointApplicantConfirmed,
    OpinionGiven,
    Outcome,
    ReturnCause,
    Verdict,
)
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar


class NotNow(Refused):
    """An act that the state of the case does not allow."""

    code = "not_now"


class NotYourDesk(Refused):
    """A desk that has no word in this case."""

    code = "not_your_desk"
    status = 403


class AlreadyGiven(Refused):
    """An opinion, conclusion or confirmation that was given before."""

    code = "already_given"


class SameEyes(Refused):
    """Who accepted a case may not decide it."""

    code = "same_eyes"
    status = 403


class AwaitedDenied(Refused):
    """An approval although a certificate the case needs was refused."""

    code = "awaited_denied"


class NotAsSeen(Refused):
    """A signature under content that has changed since it was shown."""

    code = "not_as_seen"


class ReasonMissing(Refused):
    """A denial or an objection without its reason."""

    code = "reason_missing"


def confirm(
    application: Application,
    index: int,
    *,
    role: SubjectRole,
    party: str,
    by: str,
    signature: str,
    key: str,
    at: datetime,
) -> tuple[Event, ...]:
    """A co-applicant confirms and signs a case."""
    case = application.case(index)
    place = next((c for c in case.confirmations if c.role is role and c.party == party), None)
    if place is None:
        raise NotNow(f"第 {index} 个办件不需要您确认：您不是该办件的共同申请人。请核对通知中的办件编号。")
    if place.at is not None:
        raise AlreadyGiven(f"第 {index} 个办件已经确认过，无需再次确认。")
    return (JointApplicantConfirmed(index, role, party, by, signature, key, at),)


def ready_to_accept(application: Application) -> tuple[Case, ...]:
    """Return the cases that are complete and not yet accepted."""
    return tuple(case for case in application.cases if case.state is CaseState.SUBMITTED and case.confirmed)


def accept(
    application: Application,
    *,
    limits: Mapping[int, tuple[Limit, Limit]],
    by: str,
    calendar: Calendar,
    received_on: date,
    today: date,
    at: datetime,
) -> tuple[Event, ...]:
    """Accept at the same time every case that is complete; `limits` gives promised and statutory limit by case.

    `received_on` is the day of receipt, from which some laws count.

    A case that still waits for a co-applicant's signature stays behind and holds up no other.
    """
    ready = ready_to_accept(application)
    if not ready:
        waiting = [case.index for case in application.cases if case.state is CaseState.SUBMITTED]
        if waiting:
            raise NotNow(f"还不能受理：第 {_list(waiting)} 个办件等待共同申请人确认。请提醒对方登录确认。")
        raise NotNow(f"申请 {application.number} 的办件都已受理，无需再次受理。")
    return tuple(_accepted(case, limits[case.index], by, calendar, received_on, today, at) for case in ready)


def _accepted(
    case: Case, limit: tuple[Limit, Limit], by: str, calendar: Calendar, received_on: date, today: date, at: datetime
) -> CaseAccepted:
    due = due_pair(
        promised=limit[0],
        statutory=limit[1],
        received_on=received_on,
        accepted_on=today,
        calendar=calendar,
        provisional=True,
    )
    # Both limits run from now on and nothing has paused them yet.
    assert due.promised is not None and due.statutory is not None
    return CaseAccepted(
        case=case.index,
        by=by,
        at=at,
        promised_due_on=due.promised.day,
        statutory_due_on=due.statutory.day,
        provisional=due.promised.provisional or due.statutory.provisional,
        calendar=calendar.version,
    )


def give_opinion(
    application: Application,
    index: int,
    *,
    desk: str,
    verdict: Verdict,
    reason: Sealed | None,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Take down one desk's opinion; an objection says why."""
    case = application.case(index)
    place = next((opinion for opinion in case.opinions if opinion.desk == desk), None)
    if place is None:
        raise NotYourDesk(f"未记录意见：“{desk}”不参与第 {index} 个办件的会审。请核对办件编号。")
    _under_review(case, "提交意见")
    if place.verdict is not None:
        raise AlreadyGiven(f"未记录意见：“{desk}”对第 {index} 个办件的意见已经提交，不能再次提交。")
    if verdict is Verdict.OBJECT and reason is None:
        raise ReasonMissing("未记录意见：不同意时必须写明理由。请填写理由后再提交。", field="reason")
    return (OpinionGiven(index, desk, verdict, by, reason, at),)


def statement(
    application: Application, index: int, *, outcome: Outcome, contents: Mapping[int, str], by: str, at: datetime
) -> dict[str, Any]:
    """Return what the reviewer signs: the outcome, the content to be certified and the content relied on.

    `contents` need say no more than what the certificate of this case would say now.
    """
    case = application.case(index)
    return {
        "application": application.number,
        "case": index,
        "matter": case.matter,
        "outcome": outcome.value,
        "content": contents[index],
        "relied_on": [list(pair) for pair in _relied_on(application, case)],
        "by": by,
        "at": codec.to_plain(at, datetime),
    }


def shown(application: Application, index: int) -> str:
    """Return what a reviewer is shown of a case, as one digest: its own content and the contents it waits for.

    A page or program that shows a case keeps it and hands it back with the signature.
    """
    case = application.case(index)
    contents = [case.content, *(application.case(awaited).content for awaited in case.awaits)]
    return sm3.digest("".join(contents).encode()).hex()


def conclude(
    application: Application,
    index: int,
    *,
    desk: str,
    outcome: Outcome,
    contents: Mapping[int, str],
    reason: Sealed | None = None,
    determined: Sealed | None = None,
    seen: str = "",
    by: str,
    signature: str,
    key: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Store a signed conclusion and all that follows from it: what it sets free, what it sends back.

    `contents` digests, for this case and all that wait for it, what their certificates would say now; they differ from
    what the cases hold when this conclusion fixes a data element otherwise than applied for. What it says of other
    cases, or of decided ones, is not this desk's to change and is left alone.
    """
    case = application.case(index)
    _may_conclude(application, case, desk=desk, outcome=outcome, reason=reason, by=by)
    if seen and seen != shown(application, index):
        raise NotAsSeen(
            f"未签署：您审查第 {index} 个办件期间，它或它所等待的证照内容已由其他结论改动。请核对现在的内容后重新签署。"
        )
    changed = tuple(
        (other.index, contents[other.index])
        for other in _branch(application, case)
        if other.state is not CaseState.DECIDED and contents[other.index] != other.content
    )
    signed = DecisionSigned(
        case=index,
        desk=desk,
        outcome=outcome,
        by=by,
        reason=reason,
        determined=determined,
        contents=changed,
        relied_on=_relied_on(application, case),
        signature=signature,
        key=key,
        at=at,
    )
    after = apply(application, signed)
    returned = _returned_for_content(after, index, {i for i, _ in changed}, at)
    return (signed, *returned, *_take_effect(fold(returned, onto=after), case.index, at))


def close(application: Application, *, at: datetime) -> tuple[Event, ...]:
    """Close the application when its last case is decided; nothing otherwise, and nothing twice."""
    if application.closed_at is None and all(case.state is CaseState.DECIDED for case in application.cases):
        return (ApplicationClosed(at),)
    return ()


def _may_conclude(
    application: Application, case: Case, *, desk: str, outcome: Outcome, reason: Sealed | None, by: str
) -> None:
    if desk != case.deciding_desk:
        raise NotYourDesk(
            f"未签署：第 {case.index} 个办件由“{case.deciding_desk}”作出结论，不是“{desk}”。请转给该岗位。"
        )
    if case.state in (CaseState.CONCLUDED, CaseState.DECIDED):
        raise AlreadyGiven(f"未签署：第 {case.index} 个办件的结论已经签署，不能再次签署。")
    _under_review(case, "签署结论")
    if case.missing_opinions:
        raise NotNow(
            f"未签署：第 {case.index} 个办件还缺{'、'.join(case.missing_opinions)}的意见。请等意见齐全后再签署。"
        )
    if by == case.accepted_by:
        raise SameEyes(f"未签署：第 {case.index} 个办件由您受理，受理人不能作决定。请转给同岗位的其他人员。")
    if outcome is Outcome.DENIED and reason is None:
        raise ReasonMissing("未签署：不予批准时必须写明理由。请填写理由后再签署。", field="reason")
    objecting = [opinion.desk for opinion in case.opinions if opinion.verdict is Verdict.OBJECT]
    if outcome is Outcome.APPROVED and objecting and reason is None:
        raise ReasonMissing(
            f"未签署：{'、'.join(objecting)}不同意，批准时必须写明不采纳的理由。请填写理由后再签署。", field="reason"
        )
    if outcome is Outcome.APPROVED:
        denied = [awaited for i in case.awaits if (awaited := application.case(i)).denied]
        if denied:
            raise AwaitedDenied(
                f"未签署：第 {case.index} 个办件所需的第 {_list([d.index for d in denied])} 个办件已不予批准，"
                "不能批准本办件。请签署不予批准并写明理由。"
            )


def _under_review(case: Case, act: str) -> None:
    if case.state is CaseState.SUBMITTED:
        raise NotNow(f"不能{act}：第 {case.index} 个办件尚未受理。请等受理后再办理。")
    if case.state is not CaseState.ACCEPTED:
        raise NotNow(f"不能{act}：第 {case.index} 个办件的结论已经签署，无需再办理。请刷新页面查看进展。")


def _relied_on(application: Application, case: Case) -> tuple[tuple[int, str], ...]:
    return tuple((awaited, application.case(awaited).content) for awaited in case.awaits)


def _branch(application: Application, case: Case) -> tuple[Case, ...]:
    """Return the case and all that wait for it, near or far, in the order of the plan."""
    waiting: dict[int, list[int]] = {}
    for other in application.cases:
        for awaited in other.awaits:
            waiting.setdefault(awaited, []).append(other.index)
    found, open_cases = {case.index}, [case.index]
    while open_cases:
        further = [index for index in waiting.get(open_cases.pop(), ()) if index not in found]
        found.update(further)
        open_cases += further
    return tuple(other for other in application.cases if other.index in found)


def _returned_for_content(application: Application, index: int, changed: set[int], at: datetime) -> tuple[Event, ...]:
    """Send back the conclusions that were signed upon content that has now changed."""
    return tuple(
        ConclusionReturned(case.index, index, ReturnCause.CONTENT_CHANGED, at)
        for case in application.cases
        if case.index != index
        and case.state is CaseState.CONCLUDED
        and (case.index in changed or changed.intersection(case.awaits))
    )


def _take_effect(application: Application, index: int, at: datetime) -> tuple[Event, ...]:
    """Decide the concluded case if it may be, then whatever that decision sets free or sends back, wave by wave."""
    events: list[Event] = []
    open_cases = [index]
    while open_cases:
        case = application.case(open_cases.pop(0))
        for event in _effect(application, case, signer_acts=case.index == index, at=at):
            application = apply(application, event)
            events.append(event)
        if application.case(case.index).state is CaseState.DECIDED:
            open_cases += [
                other.index
                for other in application.cases
                if case.index in other.awaits and other.state is CaseState.CONCLUDED and other.index not in open_cases
            ]
    return tuple(events)


def _effect(application: Application, case: Case, *, signer_acts: bool, at: datetime) -> tuple[Event, ...]:
    conclusion = case.conclusion
    if conclusion is None or case.state is not CaseState.CONCLUDED:
        return ()
    awaited = [application.case(i) for i in case.awaits]
    decided = CaseDecided(case.index, conclusion.outcome, conclusion.by, conclusion.by if signer_acts else SYSTEM, at)
    if conclusion.outcome is Outcome.DENIED:
        return (decided,)
    denied = next((other for other in awaited if other.denied), None)
    if denied is not None:
        return (ConclusionReturned(case.index, denied.index, ReturnCause.AWAITED_DENIED, at),)
    return (decided,) if all(other.approved for other in awaited) else ()


def _list(indexes: list[int]) -> str:
    return "、".join(str(index) for index in indexes)
