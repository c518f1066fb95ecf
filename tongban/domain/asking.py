"""May a clerk see certificates of whoever stands at his window? Only what the holder allows, for this one request.

The clerk says which types he needs and what for (窗口调阅请求); he sees nothing of what there is. The holder allows it
himself, on his own phone or by his wallet PIN, and chooses what shows; a request that is not answered within minutes
lapses. What was allowed shows to the clerk who asked, for minutes, and can be ended before by either.

Source: Personal Information Protection Law, art. 6. The rest, its minutes too, is composed for this project.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tongban.domain.events import Event
from tongban.domain.events.wallet import (
    AskingAllowed,
    AskingEnded,
    AskingRefused,
    CertificatesAsked,
    Need,
    Selection,
    Way,
)
from tongban.domain.refused import Refused

WAITING = timedelta(minutes=10)
"""So long a request waits for its holder."""
SHOWN = timedelta(minutes=10)
"""So long the clerk sees what was allowed."""
MOST_TYPES = 10


class InvalidAsking(Refused):
    """A request that cannot be made, or an answer that does not fit it."""

    code = "invalid_asking"


class NoSuchAsking(Refused):
    """No such request waits: an unknown one, a lapsed and an answered one are not told apart."""

    code = "no_such_asking"
    status = 404

    def __init__(self) -> None:
        super().__init__("没有这个调阅请求：代码不对，或者已经办完、超时。请窗口人员重新发起。")


class State(StrEnum):
    """What a request is at an instant."""

    WAITING = "waiting"
    LAPSED = "lapsed"
    REFUSED = "refused"
    SHOWN = "shown"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate that the holder would show, as the register has it."""

    identifier: str
    holder: str
    type: str
    subject: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Asking:
    hall: str
    types: tuple[str, ...]
    subject: str
    need: Need
    matter: str
    key: str
    until: datetime
    by: str
    at: datetime
    holder: str = ""
    selections: tuple[Selection, ...] = ()
    way: Way | None = None
    answered_by: str = ""
    answered_at: datetime | None = None
    shown_until: datetime | None = None
    """The first instant at which it shows no more; None: nothing was allowed."""
    ended_by: str = ""
    ended_at: datetime | None = None

    def state(self, now: datetime) -> State:
        if self.answered_at is None:
            return State.LAPSED if self.ended_at is not None or self.until <= now else State.WAITING
        if self.shown_until is None:
            return State.REFUSED
        return State.OVER if self.ended_at is not None or self.shown_until <= now else State.SHOWN

    def asks_for(self, *, type: str, subject: str) -> bool:
        """Whether the window needs a certificate of that type about that subject."""
        return type in self.types and self.subject in ("", subject)


def ask(
    *,
    hall: str,
    types: Sequence[str],
    subject: str,
    need: Need,
    matter: str,
    key: str,
    by: str,
    at: datetime,
) -> CertificatesAsked:
    """Return what asking means. Raises InvalidAsking."""
    if not types:
        raise InvalidAsking("未发起：没有说明需要哪几种证照。请至少选择一种。", field="types")
    if len(set(types)) > MOST_TYPES:
        raise InvalidAsking(f"未发起：一次最多调阅 {MOST_TYPES} 种证照。请只选择这件事需要的。", field="types")
    if need is Need.APPLICATION and not matter:
        raise InvalidAsking("未发起：为办理事项调阅证照，要说明是哪个事项。请选择事项。", field="matter")
    return CertificatesAsked(hall, tuple(dict.fromkeys(types)), subject, need, matter, key, at + WAITING, by, at)


def allow(
    found: Asking | None,
    *,
    holder: str,
    selections: Sequence[Selection],
    held: Sequence[Held],
    way: Way,
    by: str,
    at: datetime,
) -> AskingAllowed:
    """Return what the holder's consent means; `held` tells of each certificate he chose.

    By PIN nothing may be there to show: then the clerk sees just that. Raises NoSuchAsking, InvalidAsking.
    """
    waiting = _waiting(found, by, at)
    known = {one.identifier: one for one in held}
    for one in selections:
        certificate = known.get(one.certificate)
        if certificate is None or certificate.holder != holder:
            raise InvalidAsking("未授权：所选证照不属于您现在代表的一方。请刷新页面后重新选择。", field="selections")
        if not waiting.asks_for(type=certificate.type, subject=certificate.subject):
            raise InvalidAsking("未授权：所选证照不是窗口这次需要的。请刷新页面后重新选择。", field="selections")
        if not certificate.counts:
            raise InvalidAsking("未授权：所选证照今天不能用。请另选一张有效的证照，或拒绝。", field="selections")
    if not selections and way is not Way.PIN:
        raise InvalidAsking("未授权：没有选择证照。请至少选择一张证照和其中的一栏，或拒绝。", field="selections")
    return AskingAllowed(holder, tuple(selections), way, at + SHOWN, by, at)


def refuse(found: Asking | None, *, holder: str, by: str, at: datetime) -> AskingRefused:
    """Return what the holder's refusal means. Raises NoSuchAsking, InvalidAsking."""
    _waiting(found, by, at)
    return AskingRefused(holder, by, at)


def end(found: Asking, *, by: str, at: datetime) -> AskingEnded:
    """Return the end before its time. Raises InvalidAsking."""
    if found.state(at) not in (State.WAITING, State.SHOWN):
        raise InvalidAsking("未结束：这个调阅请求已经结束，无需再办。")
    return AskingEnded(by, at)


def _waiting(found: Asking | None, by: str, at: datetime) -> Asking:
    if found is None or found.state(at) is not State.WAITING:
        raise NoSuchAsking
    if found.by == by:
        raise InvalidAsking("未授权：发起调阅的窗口人员不能自己授权。请由持证人本人扫码或输入授权密码。")
    return found


def newest(held: Iterable[Held], asking: Asking) -> dict[str, Held]:
    """Return by type which certificate a PIN shows: the first of those that fit, of `held` with the newest first."""
    fitting: dict[str, Held] = {}
    for one in held:
        if one.counts and asking.asks_for(type=one.type, subject=one.subject):
            fitting.setdefault(one.type, one)
    return fitting


def apply(found: Asking | None, event: Event) -> Asking:
    """Return the request after the event; None before it was made."""
    match found, event:
        case None, CertificatesAsked():
            return Asking(
                event.hall,
                event.types,
                event.subject,
                event.need,
                event.matter,
                event.key,
                event.until,
                event.by,
                event.at,
            )
        case Asking(answered_at=None, ended_at=None), AskingAllowed():
            return replace(
                found,
                holder=event.holder,
                selections=event.selections,
                way=event.way,
                answered_by=event.by,
                answered_at=event.at,
                shown_until=event.until,
            )
        case Asking(answered_at=None, ended_at=None), AskingRefused():
            return replace(found, holder=event.holder, answered_by=event.by, answered_at=event.at)
        case Asking(ended_at=None), AskingEnded():
            return replace(found, ended_by=event.by, ended_at=event.at)
    raise ValueError(f"{type(event).__name__} does not belong to the stream of a request at a window")


def fold(events: Iterable[Event]) -> Asking | None:
    found = None
    for event in events:
        found = apply(found, event)
    return found
