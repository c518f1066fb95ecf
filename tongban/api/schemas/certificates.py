"""Certificates and what a verification found."""

from __future__ import annotations

from datetime import date

from tongban.api.schemas import Told
from tongban.domain.certificate import Status
from tongban.domain.verdict import Code


class CertificateListed(Told):
    identifier: str
    type: str
    type_name: str
    subject: str
    issuer: str
    issuer_name: str
    issued_on: date
    last_day: date | None
    """The last day on which it counts; null: without end."""
    status: Status


class Certificates(Told):
    certificates: list[CertificateListed]


class Verification(Told):
    """`status_as_of`: the day up to which the verdict knows what became of the certificate; `status_message` says by
    what, `status_stale` that the status list was to be renewed before now.
    """

    valid: bool
    code: Code
    message: str
    message_en: str
    status_as_of: date | None
    status_stale: bool
    status_message: str
    status_message_en: str
    identifier: str
    """Empty where the file does not hold."""
