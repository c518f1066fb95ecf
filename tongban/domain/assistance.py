"""How does a clerk help an applicant at his window without ever acting in his name (帮办)?

The clerk sees the applicant's document and asks. The applicant allows it himself, on his own phone or by his PIN: from
then on, for two hours, the clerk may fill in one draft, and nothing else of his. What the clerk checks is identity and
form, of the draft as it stands; what changes afterwards is checked anew. The applicant reads it, and his own signature
hands it in. Whoever is signed in at the window is never he: nobody helps himself.

Source: facts of 异地代收代办 (国办发〔2020〕35号: the hall that takes in checks the form and forwards); Administrative
Licensing Law, art. 29. The hours are composed for this project.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tongban.domain.acts import ReasonMissing
from tongban.domain.events import (
    AssistanceAllowed,
    AssistanceBegun,
    AssistanceEnded,
    AssistanceRefused,
    AssistanceSigned,
    Event,
    IntakeCheck,
    IntakeChecked,
    Way,
)
from tongban.domain.offers import Entitlement
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed

WAITING = timedelta(minutes=10)
"""So long a clerk waits for the applicant's yes."""
HELPING = timedelta(hours=2)
"""So long he may fill in the draft."""


class NoSuchAssistance(Refused):
    """None that waits or stands: an unknown one, a lapsed and an ended one are not told apart."""

    code = "no_such_assistance"
    status = 404

    def __init__(self) -> None:
        super().__init__("没有这次帮办：代码不对，或者已经办完、超时。请窗口人员重新发起。")


class NotTheApplicant(Refused):
    """Somebody else answers than whose document the clerk saw, or for somebody else."""

    code = "not_the_applicant"
    status = 403


class NotNowAssisted(Refused):
    """Help that is not open, or is over."""

    code = "not_now_assisted"


class NotChecked(Refused):
    """A draft that the clerk has not checked as it stands now."""

    code = "not_checked"


class State(StrEnum):
    """What an assistance is at an instant."""

    WAITING = "waiting"
    LAPSED = "lapsed"
    REFUSED = "refused"
    HELPED = "helped"
    """The clerk may fill in the draft."""
    OVER = "over"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Check:
    """What the clerk found in order, of which revision of the draft."""

    checked: tuple[IntakeCheck, ...]
    remark: Sealed | None
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Assistance:
    hall: str
    region: str
    bundle: str
    body: str
    upon: Entitlement
    person: str
    holder: str
    key: str
    until: datetime
    by: str
    at: datetime
    draft: str = ""
    way: Way | None = None
    answered_by: str = ""
    answered_at: datetime | None = None
    helped_until: datetime | None = None
    """The first instant at which the clerk may do nothing more; None: nothing was allowed."""
    check: Check | None = None
    application: str = ""
    signed_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None

    def state(self, now: datetime) -> State:
        if self.signed_at is not None:
            return State.SIGNED
        if self.answered_at is None:
            return State.LAPSED if self.ended_at is not None or self.until <= now else State.WAITING
        if self.helped_until is None:
            return State.REFUSED
        return State.OVER if self.ended_at is not None or self.helped_until <= now else State.HELPED

    @property
    def for_himself(self) -> bool:
        """Whether who stands there applies for himself, so that there is no authority of an agent to check."""
        return self.person == self.holder

    @property
    def checks(self) -> tuple[IntakeCheck, ...]:
        """What is to be checked."""
        return tuple(one for one in IntakeCheck if one is not IntakeCheck.AUTHORITY or not self.for_himself)


def begin(
    *,
    hall: str,
    region: str,
    bundle: str,
    body: str,
    upon: Entitlement,
    person: str,
    holder: str,
    key: str,
    by: str,
    clerk: str,
    at: datetime,
) -> AssistanceBegun:
    """Return what asking means; `clerk` is the person that the clerk is, if any. Raises NotTheApplicant."""
    if clerk and clerk in (person, holder):
        raise NotTheApplicant("未发起：窗口人员不能为自己帮办。请由其他窗口人员办理，或在“我的办件”中自己申请。")
    return AssistanceBegun(
        hall,
        region,
        bundle,
        body,
        upon.mode,
        upon.receipt_counts,
        upon.agreement,
        person,
        holder,
        key,
        at + WAITING,
        by,
        at,
    )


def allow(
    found: Assistance | None, *, draft: str, person: str, holder: str, way: Way, by: str, at: datetime
) -> AssistanceAllowed:
    """Return what the applicant's yes means. Raises NoSuchAssistance, NotTheApplicant."""
    waiting = demand_waiting(found, at)
    _demand_applicant(waiting, person=person, holder=holder, by=by)
    return AssistanceAllowed(draft, way, at + HELPING, by, at)


def refuse(found: Assistance | None, *, person: str, by: str, at: datetime) -> AssistanceRefused:
    """Return what the applicant's no means. Raises NoSuchAssistance, NotTheApplicant."""
    waiting = demand_waiting(found, at)
    _demand_applicant(waiting, person=person, holder=waiting.holder, by=by)
    return AssistanceRefused(by, at)


def check(
    found: Assistance, *, checked: Collection[IntakeCheck], remark: Sealed | None, revision: int, by: str, at: datetime
) -> IntakeChecked:
    """Return what the clerk's check means. Raises NotNowAssisted, ReasonMissing."""
    demand_helped(found, at)
    if by != found.by:
        raise NotNowAssisted("未记录：这次帮办由另一位窗口人员办理。请由其本人核对。")
    in_order = tuple(one for one in found.checks if one in checked)
    if in_order != found.checks and remark is None:
        raise ReasonMissing("未记录：有不符合的项目，必须写明是什么问题。请填写说明。", field="remark")
    return IntakeChecked(in_order, remark, revision, by, at)


def demand_signable(found: Assistance, *, person: str, holder: str, revision: int, by: str, at: datetime) -> Check:
    """Return what was checked of the draft that he signs. Raises NotNowAssisted, NotTheApplicant, NotChecked."""
    demand_helped(found, at)
    _demand_applicant(found, person=person, holder=holder, by=by)
    if found.check is None or found.check.revision != revision:
        raise NotChecked("未提交：窗口人员还没有核对现在的内容。请窗口人员核对后，再由申请人签名。")
    return found.check


def sign(found: Assistance, *, way: Way, by: str, at: datetime) -> AssistanceSigned:
    """Return what it means that the draft was handed in: the help is over."""
    return AssistanceSigned(found.draft, way, by, at)


def end(found: Assistance, *, by: str, at: datetime) -> AssistanceEnded:
    """Return the end before its time. Raises NotNowAssisted."""
    if found.state(at) not in (State.WAITING, State.HELPED):
        raise NotNowAssisted("未结束：这次帮办已经结束，无需再办。")
    return AssistanceEnded(by, at)


def demand_waiting(found: Assistance | None, at: datetime) -> Assistance:
    """Return what waits for an answer. Raises NoSuchAssistance."""
    if found is None or found.state(at) is not State.WAITING:
        raise NoSuchAssistance
    return found


def demand_helped(found: Assistance, at: datetime) -> None:
    """Refuse what is not open to the clerk. Raises NotNowAssisted."""
    if found.state(at) is not State.HELPED:
        raise NotNowAssisted("未办理：这次帮办没有申请人的授权，或者授权已经结束。请重新发起，由申请人再次授权。")


def _demand_applicant(found: Assistance, *, person: str, holder: str, by: str) -> None:
    if by == found.by:
        raise NotTheApplicant("未授权：帮办的窗口人员不能代申请人授权、签名。请由申请人本人扫码或输入授权密码。")
    if person != found.person:
        raise NotTheApplicant("未授权：您的证件与窗口登记的不一致。请窗口人员核对证件后重新发起。")
    if holder != found.holder:
        raise NotTheApplicant("未授权：您现在代表的一方与窗口登记的申请人不一致。请先切换到该申请人。")


def apply(found: Assistance | None, event: Event) -> Assistance:
    """Return the assistance after the event; None before it was begun."""
    match found, event:
        case None, AssistanceBegun():
            return Assistance(
                event.hall,
                event.region,
                event.bundle,
                event.body,
                Entitlement(event.mode, event.receipt_counts, event.agreement),
                event.person,
                event.holder,
                event.key,
                event.until,
                event.by,
                event.at,
            )
        case Assistance(answered_at=None, ended_at=None), AssistanceAllowed():
            return replace(
                found,
                draft=event.draft,
                way=event.way,
                answered_by=event.by,
                answered_at=event.at,
                helped_until=event.until,
            )
        case Assistance(answered_at=None, ended_at=None), AssistanceRefused():
            return replace(found, answered_by=event.by, answered_at=event.at)
        case Assistance(), IntakeChecked():
            return replace(found, check=Check(event.checked, event.remark, event.revision, event.at))
        case Assistance(), AssistanceSigned():
            return replace(found, application=event.application, signed_at=event.at)
        case Assistance(ended_at=None), AssistanceEnded():
            return replace(found, ended_by=event.by, ended_at=event.at)
    raise ValueError(f"{type(event).__name__} does not belong to the stream of an assistance")


def fold(events: Iterable[Event]) -> Assistance | None:
    found = None
    for event in events:
        found = apply(found, event)
    return found
