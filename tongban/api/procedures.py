"""While a case is reviewed: special procedures, extension, return, looks at the place, statements, the hearing.

The applicant states his case and asks for the hearing; everything else is its desks' to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from tongban.api.applications import acting_on
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import procedures as schemas
from tongban.casework import actions
from tongban.domain.events import Procedure, SupervisionRule
from tongban.web import clock

router = Router(tags=["申请与办件"])
CASE = "applications/{number}/cases/{int:index}"
DONE: dict[int, Any] = {201: schemas.Done}


def _do(
    act: Callable[..., dict[str, Any]], request: HttpRequest, number: str, index: int, **given: Any
) -> Status[schemas.Done]:
    return Status(201, schemas.Done(**_done(act, request, number, index, **given)))


def _done(
    act: Callable[..., dict[str, Any]], request: HttpRequest, number: str, index: int, **given: Any
) -> dict[str, Any]:
    with acting_on(request, number) as application_id:
        return act(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            now=clock.now(),
            **given,
        )


@router.post(f"{CASE}/procedures", response=DONE, summary="启动特别程序", openapi_extra=ACT)
def begin_procedure(
    request: HttpRequest, number: str, index: int, given: schemas.ProcedureGiven
) -> Status[schemas.Done]:
    """Begin a special procedure; both limits stop until it ends."""
    about = {"kind": given.kind, "expected_days": given.expected_days}
    return _do(actions.begin_procedure, request, number, index, **about)


@router.post(f"{CASE}/procedures/{{kind}}/end", response=DONE, summary="结束特别程序", openapi_extra=ACT)
def end_procedure(
    request: HttpRequest, number: str, index: int, kind: Procedure, given: schemas.ResultGiven
) -> Status[schemas.Done]:
    return _do(actions.end_procedure, request, number, index, kind=kind, result=given.result)


@router.post(f"{CASE}/extension", response=DONE, summary="延长期限", openapi_extra=ACT)
def extend_limit(request: HttpRequest, number: str, index: int, given: schemas.ExtensionGiven) -> Status[schemas.Done]:
    """Take down the one extension that the head approved before the limit expired."""
    return _do(actions.extend_limit, request, number, index, **given.model_dump())


@router.post(f"{CASE}/return", response={201: schemas.Returned}, summary="退回本办件的岗位", openapi_extra=ACT)
def send_back(request: HttpRequest, number: str, index: int, given: schemas.ReturnGiven) -> Status[schemas.Returned]:
    """Open opinions of the case again, or take one's own waiting conclusion back."""
    with acting_on(request, number) as application_id:
        answer = actions.send_back(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            desks=given.desks,
            reason=given.reason,
            now=clock.now(),
        )
    return Status(201, schemas.Returned(**answer))


@router.post(
    f"{CASE}/supervision/{{rule}}/close",
    response={201: schemas.SupervisionClosed},
    summary="办结效能监察",
    openapi_extra=ACT,
)
def close_supervision(
    request: HttpRequest, number: str, index: int, rule: SupervisionRule, given: schemas.FindingGiven
) -> Status[schemas.SupervisionClosed]:
    """Close a supervision case with what the supervisor found; the case itself goes on."""
    with acting_on(request, number) as application_id:
        answer = actions.close_supervision(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            rule=rule,
            finding=given.finding,
            now=clock.now(),
        )
    return Status(201, schemas.SupervisionClosed(**answer))


@router.post(
    "applications/{number}/site-checks", response={201: schemas.SitesChecked}, summary="现场核查", openapi_extra=ACT
)
def check_site(request: HttpRequest, number: str, given: schemas.SiteCheckGiven) -> Status[schemas.SitesChecked]:
    """Record a look at the place by two officers or more, for one case or several at once."""
    with acting_on(request, number) as application_id:
        answer = actions.check_site(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            now=clock.now(),
            **given.model_dump(),
        )
    return Status(201, schemas.SitesChecked(**answer))


@router.post(f"{CASE}/interested", response=DONE, summary="告知利害关系人", openapi_extra=ACT)
def tell_interested(
    request: HttpRequest, number: str, index: int, given: schemas.InterestedGiven
) -> Status[schemas.Done]:
    return _do(actions.tell_interested, request, number, index, party=given.party)


@router.post(f"{CASE}/interested/delivery", response=DONE, summary="记录利害关系人告知书的送达", openapi_extra=ACT)
def deliver_letter(
    request: HttpRequest, number: str, index: int, given: schemas.LetterDelivery
) -> Status[schemas.Done]:
    return _do(actions.deliver_letter, request, number, index, letter=given.letter, means=given.means)


@router.post(f"{CASE}/statements", response={201: schemas.HeardOrPassedOn}, summary="申请人陈述申辩", openapi_extra=ACT)
def make_statement(
    request: HttpRequest, number: str, index: int, given: schemas.CaseStated
) -> Status[schemas.HeardOrPassedOn]:
    return Status(
        201, schemas.HeardOrPassedOn(**_done(actions.make_statement, request, number, index, text=given.text))
    )


@router.post(f"{CASE}/interested/statements", response=DONE, summary="记录利害关系人的陈述", openapi_extra=ACT)
def record_statement(request: HttpRequest, number: str, index: int, given: schemas.CaseStated) -> Status[schemas.Done]:
    return _do(actions.record_statement, request, number, index, text=given.text)


@router.post(f"{CASE}/hearing", response=DONE, summary="告知听证权利", openapi_extra=ACT)
def offer_hearing(request: HttpRequest, number: str, index: int) -> Status[schemas.Done]:
    return _do(actions.offer_hearing, request, number, index)


@router.post(
    f"{CASE}/hearing/request", response={201: schemas.HeardOrPassedOn}, summary="申请人申请听证", openapi_extra=ACT
)
def request_hearing(request: HttpRequest, number: str, index: int) -> Status[schemas.HeardOrPassedOn]:
    """Ask for the hearing within five working days of its offer; no limit runs until it is held."""
    return Status(201, schemas.HeardOrPassedOn(**_done(actions.request_hearing, request, number, index)))


@router.post(f"{CASE}/interested/hearing-request", response=DONE, summary="记录利害关系人申请听证", openapi_extra=ACT)
def record_hearing_request(request: HttpRequest, number: str, index: int) -> Status[schemas.Done]:
    return _do(actions.record_hearing_request, request, number, index)


@router.post(f"{CASE}/hearing/record", response=DONE, summary="听证笔录", openapi_extra=ACT)
def hold_hearing(request: HttpRequest, number: str, index: int, given: schemas.RecordGiven) -> Status[schemas.Done]:
    return _do(actions.hold_hearing, request, number, index, record=given.record)
