"""On what do batches, offers and extended halls rest, and does it still hold?

An agreement (合作协议) has parties, one for each region, a scope, annexes and days. It holds from its first day until
its last, or until it is ended; what rests on it stops with it, and the sentence that says so names the day. Once
recorded it never changes: whoever wants other words makes another one.

Source: 国办发〔2020〕35号 (cooperation between provinces by agreement); design, invariant 15.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.domain.events import AgreementEnded, AgreementRecorded, Event
from tongban.domain.identifiers import InvalidIdentifier, check_uscc
from tongban.domain.joint import Annex, Party
from tongban.domain.refused import Refused

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")
DIGEST = re.compile(r"[0-9a-f]{64}")


class InvalidAgreement(Refused):
    """An agreement that cannot be recorded as it is."""

    code = "invalid_agreement"


class AgreementIsOver(Refused):
    """What rests on an agreement that does not hold."""

    code = "agreement_is_over"


@dataclass(frozen=True, slots=True)
class Agreement:
    """`until_on` and `ended_on` are the first day that no longer counts; None: no such day."""

    number: str
    title: str
    title_en: str
    parties: tuple[Party, ...]
    scope: str
    annexes: tuple[Annex, ...]
    signed_on: date
    from_on: date
    until_on: date | None
    ended_on: date | None = None
    ended_because: str = ""

    def party(self, region: str) -> Party | None:
        """Return who speaks for a region in it."""
        return next((party for party in self.parties if party.region == region), None)

    @property
    def last(self) -> date | None:
        """The first day on which it no longer holds, whatever the cause; None: none is known."""
        return min((day for day in (self.until_on, self.ended_on) if day is not None), default=None)

    def may_end(self, today: date) -> bool:
        """Whether it may still be ended: nobody has, and it has not expired; what has not begun may."""
        return self.ended_on is None and (self.until_on is None or today < self.until_on)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether something holds, and why (not)."""

    holds: bool
    sentence: str


def standing(agreement: Agreement | None, *, today: date) -> Standing:
    """Say whether an agreement holds today; None: nobody ever recorded it."""
    if agreement is None:
        return Standing(False, "所依据的协议没有记录在案。")
    named = f"协议《{agreement.title}》（{agreement.number}）"
    if today < agreement.from_on:
        return Standing(False, f"{named}自 {agreement.from_on} 起才生效。")
    if agreement.ended_on is not None and agreement.ended_on <= today:
        return Standing(False, f"{named}已于 {agreement.ended_on} 终止：{agreement.ended_because}")
    if agreement.until_on is not None and agreement.until_on <= today:
        return Standing(False, f"{named}有效期至 {agreement.until_on}，现已届满。")
    return Standing(True, f"{named}有效。")


def demand(agreement: Agreement | None, *, today: date) -> Agreement:
    """Return the agreement, or refuse what rests on it. Raises AgreementIsOver."""
    now = standing(agreement, today=today)
    if agreement is None or not now.holds:
        raise AgreementIsOver(f"未办理：{now.sentence}请先签订并记录有效的协议。", field="agreement")
    return agreement


def record(agreement: Agreement, *, at: datetime) -> AgreementRecorded:
    """Return what recording it means. Raises InvalidAgreement."""
    _demand(bool(NUMBER.fullmatch(agreement.number)), "编号只用字母、数字和连字符，最多 60 个字符", "number")
    _demand(bool(agreement.title.strip()), "缺少标题", "title")
    regions = [party.region for party in agreement.parties]
    _demand(len(regions) > 1, "至少要有两个地区参加", "parties")
    _demand(len(set(regions)) == len(regions), "每个地区只能有一方", "parties")
    for party in agreement.parties:
        _check_body(party)
    _demand(agreement.signed_on <= agreement.from_on, "生效日早于签订日", "from_on")
    _demand(agreement.until_on is None or agreement.from_on < agreement.until_on, "期满日不晚于生效日", "until_on")
    for annex in agreement.annexes:
        _demand(bool(DIGEST.fullmatch(annex.digest)), f"附件“{annex.title}”的 SM3 摘要不是 64 位十六进制数", "annexes")
    return AgreementRecorded(
        agreement.number,
        agreement.title,
        agreement.title_en,
        agreement.parties,
        agreement.scope,
        agreement.annexes,
        agreement.signed_on,
        agreement.from_on,
        agreement.until_on,
        at,
    )


def end(agreement: Agreement, *, ended_on: date, reason: str, at: datetime, today: date) -> AgreementEnded:
    """Return what ending it means. Raises InvalidAgreement."""
    named = f"协议 {agreement.number} 未终止："
    if agreement.ended_on is not None:
        raise InvalidAgreement(f"{named}它已于 {agreement.ended_on} 终止，无需再办。")
    if not reason.strip():
        raise InvalidAgreement(f"{named}没有写明原因。请填写终止的原因或依据。", field="reason")
    if ended_on < today:
        raise InvalidAgreement(f"{named}终止日不能早于今天。请填写今天或以后的日期。", field="ended_on")
    if agreement.until_on is not None and agreement.until_on <= ended_on:
        raise InvalidAgreement(f"{named}它在 {agreement.until_on} 已经期满。请填写此前的日期。", field="ended_on")
    return AgreementEnded(ended_on, reason, at)


def end_earlier(agreement: Agreement, *, ended_on: date, reason: str, at: datetime, today: date) -> AgreementEnded:
    """Return what it means that another party ended it too, not knowing of the first: the earlier end counts.

    So all who hear of both, in whatever order, say the same. Raises InvalidAgreement.
    """
    if agreement.ended_on is not None and (ended_on, reason) >= (agreement.ended_on, agreement.ended_because):
        raise InvalidAgreement(f"协议 {agreement.number} 未终止：它已于 {agreement.ended_on} 终止，无需再办。")
    standing = replace(agreement, ended_on=None, ended_because="")
    return end(standing, ended_on=ended_on, reason=reason, at=at, today=today)


def apply(agreement: Agreement | None, event: Event) -> Agreement:
    """Return the agreement after the event; None before it was recorded."""
    match agreement, event:
        case None, AgreementRecorded():
            return Agreement(
                event.number,
                event.title,
                event.title_en,
                event.parties,
                event.scope,
                event.annexes,
                event.signed_on,
                event.from_on,
                event.until_on,
            )
        case Agreement(), AgreementEnded():
            return replace(agreement, ended_on=event.ended_on, ended_because=event.reason)
    raise ValueError(f"{type(event).__name__} does not belong to the stream of an agreement")


def fold(events: Iterable[Event]) -> Agreement | None:
    agreement = None
    for event in events:
        agreement = apply(agreement, event)
    return agreement


def _check_body(party: Party) -> None:
    try:
        check_uscc(party.body)
    except InvalidIdentifier as wrong:
        raise InvalidAgreement(f"协议未记录：{party.name} 的代码有误。{wrong}", field="parties") from wrong


def _demand(right: bool, what: str, field: str) -> None:
    if not right:
        raise InvalidAgreement(f"协议未记录：{what}。请改正后再记录。", field=field)
