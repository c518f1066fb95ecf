"""What happens to persons, organisations and accounts: streams `person:<id>`, `org:<code>`, `account:<id>`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tongban.domain.events.kinds import Event, event
from tongban.domain.sealed import Sealed


@event(1)
@dataclass(frozen=True, slots=True)
class PersonRegistered(Event):
    """A person was entered by one identity document."""

    person: str
    document_type: str
    number: Sealed
    name: Sealed
    phone: Sealed
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class OrganisationRegistered(Event):
    """A body was entered by its unified social credit code."""

    uscc: str
    name: str
    region: str
    legal_representative: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class MandateGranted(Event):
    """The legal representative let somebody act for the organisation (授权委托). No matters: all; `valid_until` out."""

    mandate: str
    agent: str
    matters: tuple[str, ...]
    valid_from: date
    valid_until: date
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class MandateRevoked(Event):
    """The legal representative ended a mandate at once."""

    mandate: str
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DutyGiven(Event):
    """An account got a duty (职责); empty places are not tied. `valid_until` is out; None: until further notice."""

    role: str
    region: str
    hall: str
    department: str
    desk: str
    valid_from: date
    valid_until: date | None
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class StandInNamed(Event):
    """While the stream's account is away, `account` stands in for it (代岗). `valid_until` is out."""

    stand_in: str
    account: str
    valid_from: date
    valid_until: date
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class StandInEnded(Event):
    """A stand-in ended before its day, at once."""

    stand_in: str
    by: str
    at: datetime
