"""Which row tells the national platform of a certificate?

The directory (证照目录) lists the certificates that stand, suspended ones included: its table has no column for what
has become of one, so a certificate that an act ended leaves the directory.

Source: upload table up_lic_data; GB/T 36902-2018 (directory of electronic certificates).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongban.domain.certificate import Status
from tongban.domain.identifiers import CertificateIdentifier, DocumentType
from tongban.domain.reporting.rows import Draft

TABLE = "up_lic_data"
STANDING = {Status.IN_FORCE, Status.SUSPENDED}


@dataclass(frozen=True, slots=True)
class Licence:
    """One line of the register with what its file says of the holder; that is empty where it was erased."""

    identifier: str
    type_name: str
    issuer: str
    issuer_name: str
    region: str
    issued_on: date
    status: Status
    holder_name: str = ""
    holder_number: str = ""
    holder_document: DocumentType | None = None


def rows(licence: Licence) -> tuple[Draft, ...]:
    """Return its row; none where it was ended."""
    if licence.status not in STANDING:
        return ()
    identifier = CertificateIdentifier.parse(licence.identifier)
    document = licence.holder_document
    values = {
        "certificate_name": licence.type_name,
        "certificate_type": licence.type_name,
        "certificate_type_code": identifier.type_code,
        "certificate_number": identifier.serial,
        "certificate_source_id": licence.identifier,
        "certificate_area_code": licence.region,
        "certificate_holder": licence.holder_name,
        "certificate_holder_code": licence.holder_number,
        "certificate_holder_type": document.label if document else None,
        "issue_date": licence.issued_on.isoformat(),
        "issue_dept": licence.issuer_name,
        "issue_dept_code": licence.issuer,
    }
    return (Draft(TABLE, (licence.identifier,), licence.issuer, licence.identifier, values),)
