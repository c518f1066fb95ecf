"""Credit by the door: what stands about oneself, asking for repair, and what is published about it."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from tongban.api.applications import acting_on
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import credit as schemas
from tongban.api.schemas.promises import CommitmentActed, ReasonGiven
from tongban.casework import actions, credits, rules
from tongban.people.actor import PartyKind
from tongban.people.permissions import NotAllowed
from tongban.registries import credit, taxes
from tongban.web import clock

public = Router(tags=["信用"], auth=None)
router = Router(tags=["信用"])
REPAIR = "applications/{number}/cases/{int:index}/commitment/credit/repair"


@router.get("credit", response=schemas.OwnCredit, summary="我的信用：失信记录和纳税信用")
def own_credit(request: HttpRequest) -> schemas.OwnCredit:
    """What stands about the party one acts for."""
    party = actor_of(request).party
    if party is None:
        raise NotAllowed("不能查看：您的账户没有关联申请人身份。请用申请人账户登录后再查。")
    return schemas.OwnCredit(
        entries=[schemas.CreditEntry.model_validate(one) for one in credit.about(party=party.id)],
        taxes=_tax_record(party.number) if party.kind is PartyKind.ORGANISATION else None,
    )


def _tax_record(number: str) -> schemas.TaxRecord | None:
    record = taxes.find(number=number)
    if record is None:
        return None
    return schemas.TaxRecord(
        region=record.region,
        level=record.level,
        new_enterprise=record.new_enterprise,
        registered_on=record.registered_on,
        retained=str(record.retained),
        ratings=[schemas.TaxRating.model_validate(one) for one in record.ratings],
        open=[schemas.OpenTaxMatter.model_validate(one) for one in record.open],
        moves=[schemas.Relocation.model_validate(one) for one in record.moves],
    )


@public.get("credit/rules", response=list[schemas.CreditRules], summary="失信行为清单、影响和修复办法")
def credit_rules(request: HttpRequest) -> list[schemas.CreditRules]:
    return [
        schemas.CreditRules(
            region=region,
            items=[schemas.CreditItem.model_validate(one) for one in found.credit_items],
            repair_days=found.repair.days,
            repair_unit=found.repair.unit.value,
            repair_grounds=[schemas.RepairGround.model_validate(one) for one in found.repair_grounds],
            recognises=list(found.credit_regions),
        )
        for region in credits.REGIONS
        for found in [rules.of_region(region)]
    ]


@router.post(f"{REPAIR}/request", response={201: schemas.RepairDue}, summary="申请信用修复", openapi_extra=ACT)
def ask_repair(request: HttpRequest, number: str, index: int, given: schemas.RepairAsked) -> Status[schemas.RepairDue]:
    """Whom the entry is about asks; the department answers by the day that is told."""
    with acting_on(request, number) as application_id:
        answer = actions.ask_repair(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            ground=given.ground,
            reason=given.reason,
            now=clock.now(),
        )
    return Status(201, schemas.RepairDue(**answer))


@router.post(f"{REPAIR}/denial", response={201: CommitmentActed}, summary="不予修复", openapi_extra=ACT)
def deny_repair(request: HttpRequest, number: str, index: int, given: ReasonGiven) -> Status[CommitmentActed]:
    with acting_on(request, number) as application_id:
        answer = actions.deny_repair(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            reason=given.reason,
            now=clock.now(),
        )
    return Status(201, CommitmentActed(**answer))
