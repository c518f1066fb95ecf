"""What may become of a certificate after it was issued?

It may be suspended and restored, withdrawn, annulled, revoked, cancelled. Nothing ends by itself but by the end of its
term. An act that takes something away is told to the holder with its ground and reason; he speaks, a hearing is held
where he asked for one, and then somebody else than who told him decides, in writing and signed. Only one such act is
under way at a time. What has ended never comes back; what is suspended may.

Whether a certificate counts on a day follows from its standing and its term: an end by lapse of time (失效) is read
from the calendar and decided by nobody.

Source: Administrative Licensing Law, arts. 7, 8, 69, 70; Administrative Penalty Law, arts. 9, 44, 45, 57, 59, 62–65;
`grounds` says which ground is whose. How many days the holder has to speak is the region's rule (`rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from typing import Any

from tongban.domain import grounds, heard
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, SameEyes
from tongban.domain.certificate import Status
from tongban.domain.clock import Limit, Unit, day_of, due_on
from tongban.domain.events import (
    CertificateActDropped,
    CertificateActNoticed,
    CertificateEnded,
    CertificateHearingHeld,
    CertificateHearingRequested,
    CertificateReceived,
    CertificateRestored,
    CertificateStandingHeard,
    CertificateStatementMade,
    CertificateSuspended,
    Event,
    Side,
)
from tongban.domain.grounds import GROUNDS, NAMES, Act, Ground, Right, UnknownGround
from tongban.domain.heard import Outstanding
from tongban.domain.procedures import HEARING_HOLD_DAYS, MOST_STATEMENTS
from tongban.domain.proceedings import Hearing, Statement
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Intended:
    """What the holder was told that is to be done (拟作处理), and what he said to it."""

    ground: str
    article: str
    reason: Sealed
    by: str
    at: datetime
    statement_due_on: date
    statements: tuple[Statement, ...] = ()
    hearing: Hearing | None = None

    @property
    def act(self) -> Act:
        return grounds.ground(self.ground).act


@dataclass(frozen=True, slots=True)
class Standing:
    """How a certificate stands since the last act on it; `since` None: nobody ever ended or suspended it."""

    status: Status = Status.IN_FORCE
    since: date | None = None
    ground: str = ""
    article: str = ""
    intended: Intended | None = None
    as_of: datetime | None = None
    """Of which instant the issuer's word is; None: this node's register is its issuer's."""

    @property
    def ended(self) -> bool:
        return self.status not in (Status.IN_FORCE, Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Held:
    """Which certificate it is about, whose, and how long: what never changes."""

    identifier: str
    holder: str
    valid_until: date | None

    def run_out(self, today: date) -> bool:
        return self.valid_until is not None and today >= self.valid_until


UNTOUCHED = Standing()


# --- what an authority does -------------------------------------------------------------------------------------------


def notice(
    standing: Standing,
    held: Held,
    *,
    ground: str,
    reason: Sealed | None,
    hearing: bool = False,
    statement: Limit,
    calendar: Calendar,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Tell the holder what is to be done to his certificate. `hearing` says whether one is offered where that is due.

    Raises UnknownGround, NotNow, AlreadyGiven, ReasonMissing.
    """
    chosen = _possible(standing, held, ground, at)
    if not chosen.heard:
        raise NotNow(f"未告知：{NAMES[chosen.act]}不减损持证主体的权益，无需事先告知。请直接作出决定。")
    if standing.intended is not None:
        raise AlreadyGiven(
            f"未告知：已于 {day_of(standing.intended.at).isoformat()} 告知拟{NAMES[standing.intended.act]}这张证照。"
            "请先作出决定，或者终止该处理。"
        )
    if reason is None:
        raise ReasonMissing("未告知：必须写明拟作处理的事实、理由和依据。请填写后再提交。", field="reason")
    offered = chosen.hearing is Right.ALWAYS or (hearing and chosen.hearing is Right.WHERE_DUE)
    until = heard.speak_until(told_on=day_of(at), statement=statement, hearing=offered, calendar=calendar)
    return (CertificateActNoticed(held.identifier, chosen.code, chosen.article, reason, until, offered, by, at),)


def drop(standing: Standing, held: Held, *, reason: Sealed | None, by: str, at: datetime) -> tuple[Event, ...]:
    """Do not go on with what was told. Raises NotNow, ReasonMissing."""
    _under_way(standing, "终止处理")
    if reason is None:
        raise ReasonMissing("未终止：必须写明不再处理的理由。请填写后再提交。", field="reason")
    return (CertificateActDropped(held.identifier, reason, by, at),)


def decide(
    standing: Standing,
    held: Held,
    *,
    ground: str,
    reason: Sealed | None,
    by: str,
    signature: str,
    key: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Decide in writing: suspend, restore or end. Raises UnknownGround, NotNow, SameEyes, ReasonMissing."""
    chosen = _possible(standing, held, ground, at)
    if chosen.heard:
        _demand_heard(standing, chosen, by, at)
    if reason is None:
        raise ReasonMissing(f"未{NAMES[chosen.act]}：决定必须写明事实、理由和依据。请填写后再提交。", field="reason")
    return (_decided(held, chosen, reason, by=by, signature=signature, key=key, at=at),)


def follow(
    standing: Standing,
    held: Held,
    *,
    ground: str,
    article: str,
    reason: Sealed,
    case: str,
    by: str,
    signature: str,
    key: str,
    at: datetime,
) -> tuple[Event, ...]:
    """End a certificate whose approval was taken back in its case, by all the steps there; nothing if it has ended.

    `case` is the stream of that application.
    """
    if standing.ended:
        return ()
    chosen = grounds.ground(ground)
    ended = _decided(held, chosen, reason, by=by, signature=signature, key=key, at=at)
    assert isinstance(ended, CertificateEnded)
    return (replace(ended, article=article, case=case),)


def _decided(
    held: Held, chosen: Ground, reason: Sealed, *, by: str, signature: str, key: str, at: datetime
) -> CertificateSuspended | CertificateRestored | CertificateEnded:
    about = (held.identifier, chosen.code, chosen.article, reason, day_of(at), by, signature, key, at)
    match chosen.act:
        case Act.SUSPEND:
            return CertificateSuspended(*about)
        case Act.RESTORE:
            return CertificateRestored(*about)
    identifier, *others = about
    return CertificateEnded(identifier, grounds.LEADS_TO[chosen.act], *others)  # type: ignore[arg-type]


def _possible(standing: Standing, held: Held, ground: str, at: datetime) -> Ground:
    """Return a ground on which something may become of it as it stands. Raises UnknownGround, NotNow."""
    chosen = grounds.ground(ground)
    name = NAMES[chosen.act]
    if chosen.by_case:
        raise UnknownGround(f"未{name}：这种情形在原办件中处理。请到原办件中告知、撤销。", field="ground")
    if standing.ended:
        raise NotNow(f"不能{name}：这张证照已于 {standing.since} {ENDED_AS[standing.status]}，不能再恢复或者改变。")
    if not grounds.fits(chosen, held.holder, held.run_out(day_of(at))):
        raise UnknownGround(f"未{name}：这种情形不适用于这张证照。请核对持证主体和有效期。", field="ground")
    if chosen.act is Act.SUSPEND and standing.status is Status.SUSPENDED:
        raise NotNow("不能暂停：这张证照已经暂停。请刷新页面查看。")
    if chosen.act is Act.RESTORE and standing.status is not Status.SUSPENDED:
        raise NotNow("不能恢复：这张证照没有暂停。请刷新页面查看。")
    if held.run_out(day_of(at)) and chosen.act not in AFTER_ITS_TERM:
        raise NotNow(f"不能{name}：这张证照的有效期已满，已经失效。需要的，请按有效期届满注销。")
    return chosen


def to_notify(standing: Standing, held: Held, *, at: datetime) -> tuple[Ground, ...]:
    """Return the grounds on which the holder may be told now that something is to be taken from him."""
    if standing.intended is not None:
        return ()
    return tuple(one for one in GROUNDS if one.heard and _open_to(standing, held, one, at))


def to_decide(standing: Standing, held: Held, *, at: datetime) -> tuple[Ground, ...]:
    """Return the grounds on which may be decided now, the one that was told first; who told it does not decide."""
    intended = standing.intended
    told = [] if intended is None or waits_for(intended, at) is not None else [grounds.ground(intended.ground)]
    free = [one for act in (Act.CANCEL, Act.RESTORE) for one in GROUNDS if one.act is act]
    return tuple(one for one in (*told, *free) if _open_to(standing, held, one, at))


def _open_to(standing: Standing, held: Held, one: Ground, at: datetime) -> bool:
    try:
        _possible(standing, held, one.code, at)
    except (UnknownGround, NotNow):
        return False
    return True


AFTER_ITS_TERM = frozenset({Act.CANCEL, Act.ANNUL})
"""What may still be done when the term is over: strike it off, and undo what it gave from the beginning."""

ENDED_AS = {status: NAMES[act] for act, status in grounds.LEADS_TO.items()}


def _under_way(standing: Standing, act: str) -> Intended:
    if standing.intended is None:
        raise NotNow(f"不能{act}：对这张证照没有正在进行的处理。请刷新页面查看。")
    return standing.intended


def _demand_heard(standing: Standing, chosen: Ground, by: str, at: datetime) -> None:
    name, intended = NAMES[chosen.act], standing.intended
    if intended is None or intended.ground != chosen.code:
        raise NotNow(f"不能{name}：还没有以这种情形告知持证主体。请先告知，并听取陈述申辩。")
    if by == intended.by:
        raise SameEyes(f"未{name}：拟作处理由您告知，告知人不能作出决定。请转给本机关的其他人员。")
    match waits_for(intended, at):
        case Outstanding.HEARING:
            raise NotNow(f"不能{name}：持证主体要求的听证还没有举行。请先举行听证。")
        case Outstanding.STATEMENT:
            last = intended.statement_due_on.isoformat()
            raise NotNow(f"不能{name}：持证主体的陈述申辩期限 {last} 还没有届满。请等待期满。")


def waits_for(intended: Intended, at: datetime) -> Outstanding | None:
    """Return what stands in the way of deciding now."""
    return heard.outstanding(
        told_at=intended.at,
        until=intended.statement_due_on,
        statements=intended.statements,
        hearing=intended.hearing,
        at=at,
    )


# --- what its holder does ---------------------------------------------------------------------------------------------


def state(standing: Standing, held: Held, *, text: Sealed | None, by: str, at: datetime) -> tuple[Event, ...]:
    """The holder states his case; he is listened to until it is decided. Raises NotNow, ReasonMissing."""
    intended = _under_way(standing, "陈述申辩")
    if len(intended.statements) >= MOST_STATEMENTS:
        raise NotNow(f"未记录：已经记录了 {MOST_STATEMENTS} 次陈述。请把要补充的内容写成书面意见，交给签发机关。")
    if text is None:
        raise ReasonMissing("未记录：没有填写陈述申辩的内容。请填写后再提交。", field="text")
    return (CertificateStatementMade(held.identifier, text, by, at),)


def request_hearing(standing: Standing, held: Held, *, calendar: Calendar, by: str, at: datetime) -> tuple[Event, ...]:
    """The holder asks for a hearing in time. Raises NotNow, AlreadyGiven."""
    hearing = _under_way(standing, "申请听证").hearing
    if hearing is None:
        raise NotNow("未受理听证申请：这次处理没有告知听证权利。请改为陈述申辩。")
    if hearing.requested_by is not None:
        raise AlreadyGiven("听证已经申请过，无需再次申请。")
    if day_of(at) > hearing.request_due_on:
        raise NotNow(f"未受理听证申请：申请听证的期限 {hearing.request_due_on.isoformat()} 已过。")
    due = due_on(start=day_of(at), days=HEARING_HOLD_DAYS, unit=Unit.WORKING, calendar=calendar, provisional=True)
    return (CertificateHearingRequested(held.identifier, due.day, by, at),)


def hold_hearing(standing: Standing, held: Held, *, record: Sealed | None, by: str, at: datetime) -> tuple[Event, ...]:
    """The authority records the hearing. Raises NotNow, AlreadyGiven, ReasonMissing."""
    hearing = _under_way(standing, "记录听证").hearing
    if hearing is None or hearing.requested_by is None:
        raise NotNow("未记录听证：没有人申请听证。")
    if hearing.held_at is not None:
        raise AlreadyGiven("听证已经记录。请根据笔录作出决定。")
    if record is None:
        raise ReasonMissing("未记录听证：没有填写听证笔录。请填写后再提交。", field="record")
    return (CertificateHearingHeld(held.identifier, record, by, at),)


# --- what has become of it --------------------------------------------------------------------------------------------


def fold(events: Iterable[Event], *, onto: Standing = UNTOUCHED) -> Standing:
    """Return how a certificate stands after these events."""
    return reduce(lambda standing, event: _CHANGES[type(event)](standing, event), events, onto)


def _noticed(standing: Standing, event: CertificateActNoticed) -> Standing:
    hearing = Hearing(event.statement_due_on) if event.hearing else None
    intended = Intended(
        event.ground, event.article, event.reason, event.by, event.at, event.statement_due_on, hearing=hearing
    )
    return replace(standing, intended=intended)


def _intended(standing: Standing, **changes: Any) -> Standing:
    assert standing.intended is not None
    return replace(standing, intended=replace(standing.intended, **changes))


def _stated(standing: Standing, event: CertificateStatementMade) -> Standing:
    assert standing.intended is not None
    said = Statement(Side.APPLICANT, event.text, event.by, event.at)
    return _intended(standing, statements=(*standing.intended.statements, said))


def _hearing(standing: Standing, **changes: Any) -> Standing:
    assert standing.intended is not None and standing.intended.hearing is not None
    return _intended(standing, hearing=replace(standing.intended.hearing, **changes))


def _hearing_requested(standing: Standing, event: CertificateHearingRequested) -> Standing:
    return _hearing(standing, requested_by=Side.APPLICANT, hold_by_on=event.hold_by_on)


def _hearing_held(standing: Standing, event: CertificateHearingHeld) -> Standing:
    return _hearing(standing, record=event.record, held_at=event.at)


def _dropped(standing: Standing, event: CertificateActDropped) -> Standing:
    return replace(standing, intended=None)


def _suspended(standing: Standing, event: CertificateSuspended) -> Standing:
    return Standing(Status.SUSPENDED, event.on, event.ground, event.article)


def _restored(standing: Standing, event: CertificateRestored) -> Standing:
    """What else is under way goes on."""
    return Standing(intended=standing.intended)


def _ended(standing: Standing, event: CertificateEnded) -> Standing:
    return Standing(event.status, event.on, event.ground, event.article)


def _heard(standing: Standing, event: CertificateReceived | CertificateStandingHeard) -> Standing:
    """The issuer's grounds stay with him."""
    return Standing(event.status, event.on, article=event.article, as_of=event.as_of)


_CHANGES: dict[type[Event], Callable[[Standing, Any], Standing]] = {
    CertificateActNoticed: _noticed,
    CertificateStatementMade: _stated,
    CertificateHearingRequested: _hearing_requested,
    CertificateHearingHeld: _hearing_held,
    CertificateActDropped: _dropped,
    CertificateSuspended: _suspended,
    CertificateRestored: _restored,
    CertificateEnded: _ended,
    CertificateReceived: _heard,
    CertificateStandingHeard: _heard,
}
