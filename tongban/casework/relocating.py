"""What does the decision on a relocation (跨省迁移) do beyond its certificate? It carries the tax record over.

The region left decides first, and lets go only of a company whose open matters all go along. When the region reached
decides, its registry holds the record, its certificate of the rating takes the place of the one that the region left
had issued, and the journal says so. All of it happens in the transaction of the decision, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongban.casework import recorded
from tongban.casework.form import Form
from tongban.certificates import ending
from tongban.certificates import queries as register
from tongban.certificates.ending import Decision
from tongban.domain import relocation
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue
from tongban.domain.certificate import Related, Relation
from tongban.domain.clock import day_of
from tongban.domain.events import SYSTEM, Event, TaxRecordCarried
from tongban.domain.regions import province_of
from tongban.journal.actions import LockedStream
from tongban.registries import taxes

REPLACED = "replaced"
"""The ground upon which a rating certificate is struck off that another takes the place of."""
REPLACED_ARTICLE = ""
"""The rule on relocation is composed here (示例): the end of a certificate cites no article."""


def demand_ready(application: Application, case: Case, *, catalogue: Catalogue, filled: Form, now: datetime) -> None:
    """Refuse to approve what the tax record does not bear any more; other matters pass.

    Raises NoTaxRecord, NotMovable, RecordMoved.
    """
    standard = catalogue.standards[case.matter]
    if not (relocation.is_departure(standard) or relocation.is_arrival(standard)):
        return
    record = taxes.standing(number=filled.numbers[application.holder])
    here = province_of(catalogue.implementations[case.matter].region)
    if (record.region == here) is not relocation.is_departure(standard):
        raise relocation.NotMovable(
            "不能批准：企业的税务档案现在不在所申请的迁出地。请申请人核对迁出地和迁入地后重新提交。"
        )
    relocation.demand_movable(record, taxes.kinds())
    told = relocation.told(record, kinds=taxes.kinds(), today=day_of(now))
    if any(told[code] != filled.values[code] for code in filled.recorded if code not in recorded.PASSING):
        raise taxes.RecordMoved(
            "不能批准：企业的税务档案在提交申请之后有变化，与申请所载不一致。请申请人撤回后重新提交，以现在的档案为准。"
        )


def before(application: Application, case: Case, *, catalogue: Catalogue, now: datetime) -> Related | None:
    """Return the rating certificate of the region left, which that of this case follows (迁入); None: there is none."""
    if not relocation.is_arrival(catalogue.standards[case.matter]):
        return None
    holder, relation = application.holder, Relation.TRANSFER
    return register.before(type=relocation.RATING, holder=holder, subject=holder, relation=relation, today=day_of(now))


def carry(
    stream: LockedStream,
    application: Application,
    followed: Mapping[int, Related | None],
    *,
    catalogue: Catalogue,
    filled: Form,
    now: datetime,
) -> tuple[Event, ...]:
    """Carry the record over for those of these approved cases that are relocations.

    `followed`: by case the certificate that its own follows. Raises NoTaxRecord, NotMovable, RecordMoved.
    """
    events: list[Event] = []
    for index, related in followed.items():
        case = application.case(index)
        if not relocation.is_arrival(catalogue.standards[case.matter]):
            continue
        confirmation = _confirmation(application, case)
        left, reached = taxes.move(
            number=filled.numbers[application.holder],
            reached=province_of(catalogue.implementations[case.matter].region),
            confirmation=confirmation,
            on=day_of(now),
            now=now,
        )
        replaced = related.identifier if related else ""
        if replaced:
            signed = case.conclusion
            ending.follow(
                Decision(stream, index, signed.by, signed.signature, signed.key)
                if signed
                else Decision(stream, index, SYSTEM, "", ""),
                certificate=replaced,
                ground=REPLACED,
                article=REPLACED_ARTICLE,
                reason=f"企业已迁入，由证照 {case.certificate} 代替。",
                now=now,
            )
        events.append(TaxRecordCarried(case.index, left.region, reached.region, confirmation, replaced, now))
    return tuple(events)


def _confirmation(application: Application, case: Case) -> str:
    """Return the confirmation of the region left: of a case of the same application, or handed in with it."""
    of_cases = [application.case(index).certificate for index in case.awaits]
    handed_in = [one.reference for one in application.supplies if one.material == relocation.CONFIRMATION]
    return (*of_cases, *handed_in)[0]
