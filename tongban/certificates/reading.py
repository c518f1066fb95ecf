"""Who opens a certificate? Its holder's side, or entitled staff; what staff open is recorded first."""

from __future__ import annotations

from datetime import datetime

from tongban.certificates import adapters, permissions, queries
from tongban.certificates.queries import Registered
from tongban.journal.actions import record_reads
from tongban.people.actor import Actor

CERTIFICATE = "certificate "
"""How the log of reads names a certificate that was looked at."""


def open_for(actor: Actor, *, identifier: str, now: datetime) -> tuple[Registered, bytes]:
    """Return the register's line and the file as it was issued. Raises NoSuchCertificate, NotAllowed, Erased."""
    line = queries.find(identifier=identifier)
    if not permissions.is_holders(actor, holder=line.holder):
        _demand_staff(actor, line)
        record(actor, line, now=now)
    return line, queries.read(identifier=identifier)


def record(actor: Actor, line: Registered, *, now: datetime) -> None:
    """Record that somebody of the staff looks at it."""
    record_reads(actor=actor.id, about=[line.holder], what=f"{CERTIFICATE}{line.identifier}", at=now)


def _demand_staff(actor: Actor, line: Registered) -> None:
    entitled = permissions.may_see_as_staff(actor, issuer=line.issuer, region=line.region)
    if not (entitled or adapters.has_in_hand(actor, stream=line.stream)):
        raise permissions.not_allowed()
