"""On which certificates of the register does an application rely?

Whichever act brings a supply in, it is told by one of two events; what is a certificate among them is kept beside the
certificate, in the same transaction, so that its end finds the application.
"""

from __future__ import annotations

from datetime import datetime

from tongban.certificates import actions as certificates
from tongban.certificates.actions import Use
from tongban.domain.events import ApplicationSubmitted, Event, MaterialsSupplied
from tongban.domain.materials import SupplySource
from tongban.journal.actions import LockedStream


def keep(stream: LockedStream, event: Event, now: datetime) -> None:
    """Keep which certificates the supplies of this event are. One statement where there are any, else none."""
    assert isinstance(event, ApplicationSubmitted | MaterialsSupplied)
    uses = [
        Use(supply.material, supply.subject, supply.reference)
        for supply in event.supplies
        if supply.source is SupplySource.CERTIFICATE
    ]
    certificates.rely(stream=stream.id, uses=uses, now=now)
