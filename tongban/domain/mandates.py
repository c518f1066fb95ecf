"""Who may act for an organisation, in which matters, until when?

Its legal representative (法定代表人) may do everything. He may let others act (授权委托): a mandate names the agent,
the matters (none: all) and a half-open period, and can be revoked at any time, which ends it at once. Several mandates
of one agent add up.

Source: Civil Code, arts. 61 (legal representative), 162, 165 (what a mandate must name), 169 (no sub-agent without
consent), 173 (end by the day or by revocation).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.domain.events import Event, MandateGranted, MandateRevoked, OrganisationRegistered
from tongban.domain.refused import Refused


class InvalidMandate(Refused):
    """A mandate that could not be granted or revoked."""

    code = "invalid_mandate"


@dataclass(frozen=True, slots=True)
class Mandate:
    """`valid_until` is the first day that no longer counts."""

    id: str
    agent: str
    matters: tuple[str, ...]
    valid_from: date
    valid_until: date
    revoked: bool = False

    def stands(self, today: date) -> bool:
        return not self.revoked and self.valid_from <= today < self.valid_until


@dataclass(frozen=True, slots=True)
class Organisation:
    uscc: str
    name: str
    region: str
    legal_representative: str
    mandates: tuple[Mandate, ...] = ()
    """In the order of their ids."""


def grant(
    organisation: Organisation,
    *,
    mandate: str,
    agent: str,
    matters: Iterable[str],
    valid_from: date,
    valid_until: date,
    by: str,
    at: datetime,
    today: date,
) -> MandateGranted:
    """Return what granting means. Raises InvalidMandate."""
    if agent == organisation.legal_representative:
        raise InvalidMandate("授权未生效：法定代表人本人不需要授权。请填写受托人的证件。", field="number")
    if valid_until <= valid_from:
        raise InvalidMandate("授权未生效：截止日早于开始日。请改正授权期限。", field="last_day")
    if valid_until <= today:
        raise InvalidMandate("授权未生效：截止日已经过去。请填写今天或以后的日期。", field="last_day")
    return MandateGranted(mandate, agent, tuple(sorted(set(matters))), valid_from, valid_until, by, at)


def revoke(organisation: Organisation, *, mandate: str, by: str, at: datetime) -> MandateRevoked:
    """Return what revoking means. Raises InvalidMandate."""
    found = next((one for one in organisation.mandates if one.id == mandate), None)
    if found is None:
        raise InvalidMandate("授权未撤销：这个单位没有这份授权。请刷新“授权管理”后再试。")
    if found.revoked:
        raise InvalidMandate("授权未撤销：它已经撤销过了，无需再办。")
    return MandateRevoked(mandate, by, at)


def covered(organisation: Organisation, *, person: str, today: date) -> frozenset[str] | None:
    """Return the matters in which this person may act today; None: all, empty: none."""
    if person == organisation.legal_representative:
        return None
    standing = [one for one in organisation.mandates if one.agent == person and one.stands(today)]
    if any(not one.matters for one in standing):
        return None
    return frozenset(matter for one in standing for matter in one.matters)


def apply(organisation: Organisation | None, event: Event) -> Organisation:
    """Return the organisation after the event; None before it was registered."""
    match organisation, event:
        case None, OrganisationRegistered():
            return Organisation(event.uscc, event.name, event.region, event.legal_representative)
        case Organisation(), MandateGranted():
            new = Mandate(event.mandate, event.agent, event.matters, event.valid_from, event.valid_until)
            return replace(organisation, mandates=tuple(sorted((*organisation.mandates, new), key=lambda one: one.id)))
        case Organisation(), MandateRevoked():
            return replace(organisation, mandates=tuple(_revoked(one, event) for one in organisation.mandates))
    raise ValueError(f"{type(event).__name__} does not belong to the stream of an organisation")


def fold(events: Iterable[Event]) -> Organisation | None:
    organisation = None
    for event in events:
        organisation = apply(organisation, event)
    return organisation


def _revoked(mandate: Mandate, event: MandateRevoked) -> Mandate:
    return replace(mandate, revoked=True) if mandate.id == event.mandate else mandate
