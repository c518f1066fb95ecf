"""How does an accepted case come to its decision?

All accepted cases of an application are reviewed at the same time: no desk waits for another case. A deciding desk
signs its conclusion whenever it is ready; the conclusion takes effect when the certificates the case needs are issued,
in the very act that issues the last of them. A conclusion to deny takes effect at once. When an awaited certificate is
denied, or is to be issued with other content than was reviewed, the conclusions that relied on it go back to their
desks, and nobody else's do.

Desks give their opinions side by side, or in steps. The deciding desk may send its own branch back to them; others do
not notice. Who accepted a case does not decide it (four eyes), unless its regime decides on the spot.

Source: Administrative Licensing Law, arts. 26, 34, 37, 38; design invariants 5, 6, 13.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tongban.crypto import sm3
from tongban.domain import codec, consequences, heard, reliance
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, SameEyes, indexes, open_case, under_review
from tongban.domain.application import Application, Case, CaseState, apply, fold
from tongban.domain.clock import day_of
from tongban.domain.events import (
    SYSTEM,
    ApplicationClosed,
    CaseDecided,
    CaseReturned,
    ConclusionReturned,
    DecisionSigned,
    Event,
    OpinionGiven,
    Outcome,
    ReturnCause,
    Side,
    Verdict,
)
from tongban.domain.refused import Refused
from tongban.domain.reliance import Became
from tongban.domain.sealed import Sealed


class NotYourDesk(Refused):
    """A desk that has no word in this case."""

    code = "not_your_desk"
    status = 403


class AwaitedDenied(Refused):
    """An approval although a certificate the case needs was refused."""

    code = "awaited_denied"


class NotAsSeen(Refused):
    """A signature under content that has changed since it was shown."""

    code = "not_as_seen"


def give_opinion(
    application: Application,
    index: int,
    *,
    desk: str,
    verdict: Verdict,
    reason: Sealed | None,
    seen: str = "",
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Take down one desk's opinion; an objection says why. `seen` is what `shown` gave with the page."""
    place = next((opinion for opinion in application.case(index).opinions if opinion.desk == desk), None)
    if place is None:
        raise NotYourDesk(f"未记录意见：“{desk}”不参与第 {index} 个办件的会审。请核对办件编号。")
    case = under_review(application, index, "提交意见")
    if place.verdict is not None:
        raise AlreadyGiven(
            f"未记录意见：“{desk}”对第 {index} 个办件的意见已经提交。需要更正的，请决定岗位退回后重新提交。"
        )
    if case.on_the_spot:
        raise NotNow(f"未记录意见：第 {index} 个办件当场决定，无需征求意见。")
    if desk not in case.asked_opinions:
        before = "、".join(case.asked_opinions)
        raise NotNow(f"未记录意见：第 {index} 个办件还在等待{before}的意见，尚未轮到“{desk}”。请稍后再提交。")
    if seen and seen != shown(application, index):
        raise NotAsSeen(f"未记录意见：您审查第 {index} 个办件期间，它的内容改动过。请核对现在的内容后重新提交。")
    if verdict is Verdict.OBJECT and reason is None:
        raise ReasonMissing("未记录意见：不同意时必须写明理由。请填写理由后再提交。", field="reason")
    return (OpinionGiven(index, desk, verdict, by, reason, at),)


def send_back(
    application: Application,
    index: int,
    *,
    desk: str,
    desks: Sequence[str],
    reason: Sealed | None,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """The deciding desk opens the opinions of earlier desks again, or takes its own waiting conclusion back.

    Nothing outside the case moves. Raises NotYourDesk, NotNow, ReasonMissing.
    """
    case = open_case(application, index, "退回")
    if desk != case.deciding_desk:
        raise NotYourDesk(f"未退回：第 {index} 个办件只能由“{case.deciding_desk}”退回。请转给该岗位。")
    if case.state not in (CaseState.ACCEPTED, CaseState.CONCLUDED):
        raise NotNow(f"不能退回：第 {index} 个办件尚未受理。请等受理后再办理。")
    given = [opinion.desk for opinion in case.opinions if opinion.verdict is not None]
    if not set(desks) <= set(given) or not (desks or case.state is CaseState.CONCLUDED):
        raise NotNow(f"未退回：只能退回已经提交意见的岗位（{'、'.join(given) or '无'}）。请重新选择。")
    if reason is None:
        raise ReasonMissing("未退回：必须写明退回的理由。请填写理由后再提交。", field="reason")
    return (CaseReturned(index, tuple(dict.fromkeys(desks)), reason, by, at),)


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
    lapsed: Sequence[Became] = (),
    by: str,
    signature: str,
    key: str,
    at: datetime,
    heard_until: date | None = None,
) -> tuple[Event, ...]:
    """Store a signed conclusion and all that follows from it: what it sets free, what it sends back.

    `contents` digests, for this case and all that wait for it, what their certificates would say now; they differ from
    what the cases hold when this conclusion fixes a data element otherwise than applied for. What it says of other
    cases, or of decided ones, is not this desk's to change and is left alone. `lapsed`: certificates that the case
    relies on and that do not count today. `heard_until`: the last day of which everything is known here that the
    applicant did at another node; None: he acts at this one.
    """
    case = application.case(index)
    _may_conclude(
        application,
        case,
        desk=desk,
        outcome=outcome,
        reason=reason,
        lapsed=lapsed,
        by=by,
        at=at,
        heard_until=heard_until,
    )
    if seen and seen != shown(application, index):
        raise NotAsSeen(
            f"未签署：您审查第 {index} 个办件期间，它或它所等待的证照内容已由其他结论改动。请核对现在的内容后重新签署。"
        )
    changed = tuple(
        (other.index, contents[other.index])
        for other in consequences.branch(application, index)
        if not other.ended and contents[other.index] != other.content
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
    returned = consequences.of_changed_content(after, {i for i, _ in changed}, because=index, at=at)
    return (signed, *returned, *take_effect(fold(returned, onto=after), case.index, at))


def close(application: Application, *, at: datetime) -> tuple[Event, ...]:
    """Close the application when its last case has come to its end; nothing otherwise, and nothing twice.

    Where several nodes decide cases of it, the one that has the first closes it.
    """
    if application.closed_at is None and application.cases[0].here and all(case.ended for case in application.cases):
        return (ApplicationClosed(at),)
    return ()


def _may_conclude(
    application: Application,
    case: Case,
    *,
    desk: str,
    outcome: Outcome,
    reason: Sealed | None,
    lapsed: Sequence[Became],
    by: str,
    at: datetime,
    heard_until: date | None,
) -> None:
    if desk != case.deciding_desk:
        raise NotYourDesk(
            f"未签署：第 {case.index} 个办件由“{case.deciding_desk}”作出结论，不是“{desk}”。请转给该岗位。"
        )
    if case.state in (CaseState.CONCLUDED, CaseState.DECIDED):
        raise AlreadyGiven(f"未签署：第 {case.index} 个办件的结论已经签署。尚未生效而需要更正的，请先收回再签署。")
    under_review(application, case.index, "签署结论")
    if case.missing_opinions and not case.on_the_spot:
        raise NotNow(
            f"未签署：第 {case.index} 个办件还缺{'、'.join(case.missing_opinions)}的意见。请等意见齐全后再签署。"
        )
    if by == case.taken_in_by:
        raise SameEyes(f"未签署：第 {case.index} 个办件由您帮办收件，收件人不能作决定。请转给同岗位的其他人员。")
    if case.keeps_from_deciding(by):
        raise SameEyes(f"未签署：第 {case.index} 个办件由您受理，受理人不能作决定。请转给同岗位的其他人员。")
    _demand_heard(case, at, heard_until)
    if outcome is Outcome.DENIED and reason is None:
        raise ReasonMissing("未签署：不予批准时必须写明理由。请填写理由后再签署。", field="reason")
    objecting = [opinion.desk for opinion in case.opinions if opinion.verdict is Verdict.OBJECT]
    if outcome is Outcome.APPROVED and objecting and reason is None:
        raise ReasonMissing(
            f"未签署：{'、'.join(objecting)}不同意，批准时必须写明不采纳的理由。请填写理由后再签署。", field="reason"
        )
    failed = [check for check in case.proceedings.site_checks if not check.passed]
    if outcome is Outcome.APPROVED and failed and reason is None:
        raise ReasonMissing("未签署：现场核查不合格，批准时必须写明理由。请填写理由后再签署。", field="reason")
    if outcome is Outcome.APPROVED:
        _demand_complete(application, case, lapsed)


def _demand_heard(case: Case, at: datetime, heard_until: date | None) -> None:
    """No conclusion while a special procedure lasts, or before those were heard who have a right to it."""
    lasting = case.ledger.lasting
    if lasting is not None:
        raise NotNow(f"未签署：第 {case.index} 个办件的{lasting.name}尚未结束。请等结果出来后再签署。")
    hearing = case.proceedings.hearing
    if hearing is not None and hearing.may_be_asked_for(day_of(at)):
        last = hearing.request_due_on.isoformat()
        raise NotNow(f"未签署：第 {case.index} 个办件的听证申请期限 {last} 还没有届满。请等待期满。")
    unheard = hearing is not None and heard_until is not None and heard_until < hearing.request_due_on
    if hearing is not None and hearing.requested_by is None and unheard:
        raise NotNow(f"未签署：第 {case.index} 个办件的{heard.ON_ITS_WAY}")
    told = case.proceedings.interested
    stated = sum(statement.side is Side.INTERESTED for statement in case.proceedings.statements)
    waiting = [one.statement_due_on for one in told if day_of(at) <= one.statement_due_on]
    if waiting and stated < len(told):
        last = max(waiting).isoformat()
        raise NotNow(f"未签署：第 {case.index} 个办件的利害关系人可在 {last} 前陈述意见。请听取意见或等待期满。")


def _demand_complete(application: Application, case: Case, lapsed: Sequence[Became]) -> None:
    """No approval while a deferred material or a signature is missing, or when an awaited certificate will not come."""
    barren = [i for i in case.awaits if application.case(i).barren]
    if barren:
        raise AwaitedDenied(
            f"未签署：第 {case.index} 个办件所需的第 {indexes(barren)} 个办件未获批准或已终止，"
            "不能批准本办件。请签署不予批准并写明理由。"
        )
    reliance.demand_sound(case, lapsed)
    if application.deferred(case):
        raise NotNow(f"未签署：第 {case.index} 个办件的容缺材料还没有补齐，不能批准。请等申请人补交。")
    if not case.confirmed:
        raise NotNow(f"未签署：第 {case.index} 个办件的内容改动后，共同申请人还没有重新签名，不能批准。请等其签名。")


def _relied_on(application: Application, case: Case) -> tuple[tuple[int, str], ...]:
    return tuple((awaited, application.case(awaited).content) for awaited in case.awaits)


def take_effect(application: Application, index: int, at: datetime) -> tuple[Event, ...]:
    """Decide the concluded case if it may be, then whatever that decision sets free or sends back, wave by wave.

    A case that is decided already only sets free and sends back.
    """
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
    if conclusion is None or case.state is not CaseState.CONCLUDED or not case.here:
        return ()
    awaited = [application.case(i) for i in case.awaits]
    decided = CaseDecided(case.index, conclusion.outcome, conclusion.by, conclusion.by if signer_acts else SYSTEM, at)
    if conclusion.outcome is Outcome.DENIED:
        return (decided,)
    barren = next((other for other in awaited if other.barren), None)
    if barren is not None:
        cause = ReturnCause.AWAITED_DENIED if barren.denied else ReturnCause.AWAITED_ENDED
        return (ConclusionReturned(case.index, barren.index, cause, at),)
    return (decided,) if all(other.approved for other in awaited) else ()
