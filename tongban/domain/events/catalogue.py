"""What happens to the catalogue of standards: stream `catalogue`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tongban.domain.events.kinds import Event, event


@event(1)
@dataclass(frozen=True, slots=True)
class StandardPutInForce(Event):
    """A version of a standard came into force; the digest is that of its canonical form without the version."""

    matter: str
    version: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class StandardProposed(Event):
    """A version of a joint standard was written down for regions to sign; it is not in force."""

    matter: str
    version: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class StandardScheduled(Event):
    """A batch that every region signed puts a version of a standard in force from a day on."""

    matter: str
    version: int
    batch: str
    from_on: date
    until_on: date | None
    """The day on which the agreement ends that the batch rests on, where it names one."""
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class StandardEnded(Event):
    """A version of a standard is no longer in force from a day on: amended or withdrawn."""

    matter: str
    version: int
    batch: str
    until_on: date
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ImplementationPutInForce(Event):
    """A version of how one body offers a matter came into force."""

    matter: str
    body: str
    version: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class BundlePutInForce(Event):
    """A version of a bundle came into force."""

    bundle: str
    version: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DelegationRecorded(Event):
    """Who decides a matter in whose name was recorded (下放、授权、委托)."""

    matter: str
    version: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class OfferRecorded(Event):
    """A province lets halls of others take in one of its matters (跨省通办)."""

    matter: str
    province: str
    version: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ExtensionRecorded(Event):
    """A hall serves the matters of another region (延伸服务)."""

    hall: str
    region: str
    version: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ReformRecorded(Event):
    """The reform mode of a matter in a region (证照分离)."""

    matter: str
    region: str
    version: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ObservationTaken(Event):
    """What a body's own system showed of a matter was written down beside what it published."""

    matter: str
    body: str
    version: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class RawListTaken(Event):
    """A list that a region publishes by itself was taken in as it is, in the place of what its source said before."""

    source: str
    count: int
    digest: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DepartureOpened(Event):
    """A body published terms that depart from a joint standard because the law changed (偏离标准)."""

    matter: str
    body: str
    version: int
    article: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class DepartureClosed(Event):
    """A later version of the implementation ended a departure; `version` is the one that had opened it."""

    matter: str
    body: str
    version: int
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CalendarPublished(Event):
    """The State Council's arrangement for a year was taken in (放假安排); a later version counts in place of this.

    `calendar` is the version of the whole calendar from then on.
    """

    year: int
    version: int
    rest: frozenset[date]
    make_up: frozenset[date]
    sources: tuple[str, ...]
    calendar: str
    at: datetime
