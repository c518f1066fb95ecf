"""Drafts of certificates as a decision hands them over."""

from datetime import date
from typing import Any

from tongban.domain.catalogue import CertificateType, SubjectRole
from tongban.domain.certificate import Draft, Holder, Issuer
from tongban.domain.identifiers import DocumentType

ISSUER = Issuer("11130200MA0TB0011Q", "曹妃甸海事局", "130209")
OWNER = Holder("org:91130209MA0TB10143", DocumentType.USCC, "河北渤远航运有限公司", "91130209MA0TB10143")
CITIZEN = Holder("person:01890000-0000-7000-8000-000000000001", DocumentType.PASSPORT, "王建国", "E12345678")
SHIP = "ship:9074729"
NATIONALITY = CertificateType(
    code="C_NAT",
    name="船舶国籍证书",
    name_en="Certificate of ship nationality",
    type_code="11130200MA0TB0011Q003",
    about=SubjectRole.SHIP,
    valid_months=60,
)
FIELDS = (("ship_name_cn", "中文船名", "渤远一号"), ("imo_number", "船舶IMO识别号", "9074729"))


def draft(number: int = 1, **changes: Any) -> Draft:
    values = {
        "type": NATIONALITY,
        "holder": OWNER,
        "subject": SHIP,
        "fields": FIELDS,
        "issuer": ISSUER,
        "serial": f"13020920260302000001A{number:04d}",
        "issued_on": date(2026, 3, 2),
    }
    return Draft(**(values | changes))
