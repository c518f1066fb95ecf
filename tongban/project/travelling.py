"""Which certificates does the demo know that count in another region? Those of one haulier of Tianjin.

The authorities of Tianjin issue them from their records, by the same action as any conversion of old papers; loading
twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tongban.certificates import actions as certificates
from tongban.certificates import queries
from tongban.domain.catalogue import CertificateType
from tongban.domain.certificate import Draft, Holder, Issuer
from tongban.domain.clock import day_of
from tongban.domain.identifiers import DocumentType
from tongban.people import queries as people
from tongban.people.models import Account, Department

HOLDER = "org:91120116MA0TB7079Y"
NAME = "天津安运示例物流有限公司"
REVIEWER = "hening"
"""Reviews for the departments of Tianjin."""
SOURCE = "存量证照转换"
CONTENT = {
    "applicant_name": ("申请单位名称", NAME),
    "holder_of_certificate": ("证照持有人（单位或者个人）", NAME),
    "applicant_number": ("申请单位统一社会信用代码", HOLDER.removeprefix("org:")),
    "legal_person": ("法定代表人（负责人）", "邓越"),
    "registered_capital": ("注册资本", "1000 万元"),
    "seat_address": ("住所（经营、项目场所）地址", "天津市滨海新区示例路 8 号"),
    "vehicle_count": ("拟投入车辆数", "12 辆"),
    "driver_count": ("驾驶人员人数", "18 人"),
}
"""What the records say, by data element."""


@dataclass(frozen=True, slots=True)
class Record:
    """A certificate in the records of an authority."""

    type: str
    department: str
    serial: str


RECORDS = (
    Record("C_BUSINESS", "tj-market-regulation", "120116TJ0000000001"),
    Record("C_ROAD", "tj-transport", "120116TJ0000000002"),
    Record("C_VEHICLE", "tj-public-security", "120116TJ0000000003"),
    Record("C_VEHTEST", "tj-transport", "120116TJ0000000004"),
    Record("C_DRIVERS", "tj-transport", "120116TJ0000000005"),
    Record("C_CHEMICALS", "tj-industry", "120116TJ0000000006"),
)


def issue(types: Iterable[CertificateType], *, now: datetime) -> tuple[str, ...]:
    """Issue what the records hold of these types and was not issued before; return the identifiers in their order."""
    today = day_of(now)
    known = {one.type for one in queries.wallet(party=HOLDER, today=today)}
    kinds = {kind.code: kind for kind in types if kind.code not in known}
    actor = people.actor(Account.objects.get(username=REVIEWER), today=today)
    made: list[str] = []
    for record in RECORDS:
        if record.type in kinds:
            answer = certificates.issue_from_record(
                operation=f"demo/travelling/{record.serial}",
                actor=actor,
                source=SOURCE,
                drafts=[_draft(record, kinds[record.type], today)],
                now=now,
            )
            made += answer["issued"]
    return tuple(made)


def _draft(record: Record, kind: CertificateType, today: date) -> Draft:
    body = Department.objects.get(code=record.department)
    return Draft(
        type=kind,
        holder=Holder(HOLDER, DocumentType.USCC, NAME, HOLDER.removeprefix("org:")),
        subject=HOLDER,
        fields=tuple((code, *CONTENT[code]) for code in kind.fields),
        issuer=Issuer(body.uscc, body.name, body.region),
        serial=record.serial,
        issued_on=today,
    )
