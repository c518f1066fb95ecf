"""What happens to a certificate after it was issued: stream `certificate:<identifier>`; and what an authority issues of
its own motion: stream `issuance:<id>`.

Issuing by a decision is told by the stream of the application (`CertificateIssued`). A certificate that nothing has
happened to since has no entries of its own: it is in force. Of one that another node issued the first entry tells that
it came, the others how its issuer says that it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tongban.domain.certificate import Status
from tongban.domain.events.kinds import Event, event
from tongban.domain.sealed import Sealed


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateActNoticed(Event):
    """The holder was told what is to become of his certificate, on which ground, and until when he may speak."""

    certificate: str
    ground: str
    article: str
    """Empty where the rule is composed."""
    reason: Sealed
    statement_due_on: date
    hearing: bool
    """Whether a hearing may be asked for, until the same day."""
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateStatementMade(Event):
    """The holder stated his case (陈述申辩)."""

    certificate: str
    text: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateHearingRequested(Event):
    """The holder asked for a hearing."""

    certificate: str
    hold_by_on: date
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateHearingHeld(Event):
    """The hearing was held; the decision follows its record (听证笔录)."""

    certificate: str
    record: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateActDropped(Event):
    """The authority does not go on with what it had told: the certificate stays as it is."""

    certificate: str
    reason: Sealed
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateSuspended(Event):
    """It does not count for a time, by a signed decision."""

    certificate: str
    ground: str
    article: str
    reason: Sealed
    on: date
    by: str
    signature: str
    key: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateRestored(Event):
    """It counts again, by a signed decision."""

    certificate: str
    ground: str
    article: str
    reason: Sealed
    on: date
    by: str
    signature: str
    key: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateEnded(Event):
    """It was withdrawn, annulled, revoked or cancelled, by a signed decision, and does not count any more."""

    certificate: str
    status: Status
    ground: str
    article: str
    reason: Sealed
    on: date
    by: str
    signature: str
    key: str
    at: datetime
    case: str = ""
    """The stream of the application in which that was decided; empty: in the certificate's own."""


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateReceived(Event):
    """Another node sent a certificate that an authority of its regions issued; it counts as its issuer's word says."""

    certificate: str
    digest: str
    """SM3 over the file, in hex."""
    origin: str
    """The node."""
    status: Status
    on: date | None
    article: str
    as_of: datetime
    """The instant of its issuer's word."""
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificateStandingHeard(Event):
    """The node of its issuer told how a certificate stands now."""

    certificate: str
    status: Status
    on: date | None
    """Since when it does not count; None: it is in force."""
    article: str
    as_of: datetime
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificatesIssuedFromRecord(Event):
    """An authority issued certificates of its own motion from its records, all of one type."""

    issuance: str
    issuer: str
    type: str
    source: str
    """Which record: the register that was converted, the rating of a year."""
    issued: tuple[tuple[str, str], ...]
    """Identifier and SM3 over the file of each, in their order."""
    by: str
    at: datetime
