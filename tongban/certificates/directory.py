"""How is a certificate entered in a directory (目录信息)? One entry, named as the national platform names it.

Where the tables that provinces upload have a name for an element, the entry uses it; the rest is named alike. Without
the file, which nobody reads once its holder's data are erased, an entry says what the register says.

Source: GB/T 36902-2018 (directory), GB/T 36903-2018 (metadata); names: upload table up_lic_data (证照目录).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tongban.certificates.queries import Registered
from tongban.domain.certificate import Certificate, Status
from tongban.domain.codes import CertificateState, Operation
from tongban.domain.identifiers import CertificateIdentifier


def entry(line: Registered, said: Certificate | None, *, today: date) -> dict[str, Any]:
    """Return the entry of one certificate on that day; `said` is what its file says, None where it was erased."""
    identifier = CertificateIdentifier.parse(line.identifier)
    state = state_of(line, today)
    document = said and said.holder_document
    operation = Operation(line.related.relation) if line.related else Operation.ISSUE
    return {
        "certificate_name": line.type_name,
        "certificate_type": line.type_name,
        "certificate_type_code": identifier.type_code,
        "certificate_number": identifier.serial,
        "certificate_source_id": line.identifier,
        "certificate_area_code": line.region,
        "certificate_holder": said.holder_name if said else "",
        "certificate_holder_code": said.holder_number if said else "",
        "certificate_holder_type": document.label if document else "",
        "issue_date": line.issued_on.isoformat(),
        "issue_dept": line.issuer_name,
        "issue_dept_code": line.issuer,
        "valid_from": line.issued_on.isoformat(),
        "valid_until": line.last_day.isoformat() if line.last_day else "",
        "certificate_status": state.code,
        "certificate_status_description": state.label,
        "related_certificate_id": line.related.identifier if line.related else "",
        "operation_type": operation.code,
        "operation_type_description": operation.label,
        "business_information": [
            {"code": code, "name": label, "value": value} for code, label, value in (said.content if said else ())
        ],
    }


def state_of(line: Registered, today: date) -> CertificateState:
    """Return the state by which a directory knows it: an act's end comes before the end of the term."""
    if line.status is not Status.IN_FORCE:
        return CertificateState(line.status.value)
    if today < line.issued_on:
        return CertificateState.OTHER
    return CertificateState.IN_FORCE if line.counts(today) else CertificateState.EXPIRED
