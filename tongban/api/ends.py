"""What becomes of a certificate: its authority suspends, restores and ends it by steps, its holder answers.

A desk whose case relied on a certificate that changed says here why it stands by the case.
"""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from tongban.api.applications import acting_on
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import ends as schemas
from tongban.casework import actions
from tongban.certificates import ending, history, permissions, queries, reading
from tongban.certificates.storage import read_standing, stream_of
from tongban.domain import ends, grounds
from tongban.web import clock

public = Router(tags=["证照状态"], auth=None)
router = Router(tags=["证照状态"])
ONE = "certificates/{identifier}"


@public.get("grounds", response=schemas.Grounds, summary="暂停、恢复和五种失效的情形、条文")
def list_grounds(request: HttpRequest) -> schemas.Grounds:
    """Return on which grounds an authority suspends, restores or ends a certificate."""
    offered = [schemas.GroundTold.model_validate(one) for one in grounds.GROUNDS if not one.by_case]
    return schemas.Grounds(grounds=offered)


@router.get(f"{ONE}/standing", response=schemas.StandingTold, summary="证照的状态、理由和经过")
def standing(request: HttpRequest, identifier: str) -> schemas.StandingTold:
    """Tell its holder's side and its authority how a certificate stands; what staff read is recorded."""
    actor, line = actor_of(request), queries.find(identifier=identifier)
    if not permissions.is_holders(actor, holder=line.holder):
        if line.issuer not in permissions.issues_for(actor):
            raise permissions.not_allowed()
        reading.record(actor, line, now=clock.now())
    known = read_standing(stream_of(identifier)) or ends.UNTOUCHED
    intended = known.intended
    return schemas.StandingTold(
        identifier=identifier,
        status=known.status,
        since=known.since,
        ground=known.ground,
        article=known.article,
        intended=intended.ground if intended else "",
        statement_due_on=intended.statement_due_on if intended else None,
        history=[schemas.StepTold.model_validate(one) for one in history.told(identifier)],
    )


@router.post(f"{ONE}/notice", response={201: schemas.ActNoticed}, summary="告知拟作的处理", openapi_extra=ACT)
def notice_act(request: HttpRequest, identifier: str, given: schemas.CertificateNotice) -> Status[schemas.ActNoticed]:
    answer = ending.notice(**_asked(request, identifier), **given.model_dump())
    return Status(201, schemas.ActNoticed(**answer))


@router.post(
    f"{ONE}/decision", response={201: schemas.ActDecided}, summary="暂停、恢复或者终止一张证照", openapi_extra=ACT
)
def decide_act(request: HttpRequest, identifier: str, given: schemas.CertificateDecision) -> Status[schemas.ActDecided]:
    """Decide in writing; whoever relied on the certificate is told after."""
    answer = ending.decide(**_asked(request, identifier), **given.model_dump())
    return Status(201, schemas.ActDecided(**answer))


@router.post(f"{ONE}/drop", response={201: schemas.CertificateActed}, summary="不再处理", openapi_extra=ACT)
def drop_act(
    request: HttpRequest, identifier: str, given: schemas.CertificateReason
) -> Status[schemas.CertificateActed]:
    answer = ending.drop(**_asked(request, identifier), reason=given.reason)
    return Status(201, schemas.CertificateActed(**answer))


@router.post(f"{ONE}/hearing", response={201: schemas.CertificateActed}, summary="记录听证", openapi_extra=ACT)
def hold_certificate_hearing(
    request: HttpRequest, identifier: str, given: schemas.CertificateRecord
) -> Status[schemas.CertificateActed]:
    answer = ending.hold_hearing(**_asked(request, identifier), record=given.record)
    return Status(201, schemas.CertificateActed(**answer))


@router.post(f"{ONE}/statements", response={201: schemas.CertificateActed}, summary="陈述申辩", openapi_extra=ACT)
def state_on_certificate(
    request: HttpRequest, identifier: str, given: schemas.CertificateStatement
) -> Status[schemas.CertificateActed]:
    answer = ending.state(**_asked(request, identifier), text=given.text)
    return Status(201, schemas.CertificateActed(**answer))


@router.post(f"{ONE}/hearing-request", response={201: schemas.HearingAsked}, summary="申请听证", openapi_extra=ACT)
def ask_certificate_hearing(request: HttpRequest, identifier: str) -> Status[schemas.HearingAsked]:
    answer = ending.request_hearing(**_asked(request, identifier))
    return Status(201, schemas.HearingAsked(**answer))


def _asked(request: HttpRequest, identifier: str) -> dict[str, object]:
    return {
        "operation": operation_of(request),
        "actor": actor_of(request),
        "certificate": identifier,
        "now": clock.now(),
    }


@router.post(
    "applications/{number}/cases/{int:index}/doubts",
    response={201: schemas.DoubtSettledTold},
    summary="核实有变化的证照，继续采信或者维持决定",
    openapi_extra=ACT,
)
def stand_by(
    request: HttpRequest, number: str, index: int, given: schemas.DoubtFinding
) -> Status[schemas.DoubtSettledTold]:
    with acting_on(request, number) as application:
        answer = actions.stand_by(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            case=index,
            certificate=given.certificate,
            finding=given.finding,
            now=clock.now(),
        )
    return Status(201, schemas.DoubtSettledTold(**answer))
