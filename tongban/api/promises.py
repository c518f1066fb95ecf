"""Promises after handing in: what was deferred follows, a commitment is taken back, verified and answered for.

Files are stored first, and named by their digest in the act that hands them in.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from tongban.api import uploads
from tongban.api.applications import acting_on
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import promises as schemas
from tongban.casework import actions, draws, queries
from tongban.domain.events import DrawHeld
from tongban.files import actions as files
from tongban.files.actions import MAX_BYTES
from tongban.journal.actions import Answer
from tongban.web import clock

router = Router(tags=["容缺与承诺"])
CASE = "applications/{number}/cases/{int:index}/commitment"


@router.post(
    "applications/{number}/files",
    response={201: schemas.FileStored},
    summary="上传一份文件",
    openapi_extra=uploads.BODY,
)
def store_file(request: HttpRequest, number: str) -> Status[schemas.FileStored]:
    """Keep a file of the applicant's; the act that hands it in names its digest."""
    found = queries.own_application(number, actor=actor_of(request))
    with uploads.one_file(request, most_bytes=MAX_BYTES) as file:
        kept = files.store(
            party=found.holder, name=file.name or "", stream=file, size_hint=file.size or 0, now=clock.now()
        )
    return Status(201, schemas.FileStored(digest=kept.digest))


@router.post(
    "applications/{number}/supplies",
    response={201: schemas.DeferredSupplied},
    summary="补交容缺的材料",
    openapi_extra=ACT,
)
def supply(request: HttpRequest, number: str, given: schemas.Uploads) -> Status[schemas.DeferredSupplied]:
    with acting_on(request, number) as application_id:
        answer = actions.supply(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            uploads=given.uploads,
            now=clock.now(),
        )
    return Status(201, schemas.DeferredSupplied(**answer))


@router.post(f"{CASE}/withdrawal", response={201: schemas.CommitmentAnswered}, summary="撤回承诺", openapi_extra=ACT)
def take_back(
    request: HttpRequest, number: str, index: int, given: schemas.Uploads
) -> Status[schemas.CommitmentAnswered]:
    """Take a commitment back before the decision, and hand in the proofs it stood for."""
    return _answered(request, number, index, actions.take_back, uploads=given.uploads)


@router.post(f"{CASE}/statements", response={201: schemas.CommitmentAnswered}, summary="陈述申辩", openapi_extra=ACT)
def state_case(
    request: HttpRequest, number: str, index: int, given: schemas.StatementGiven
) -> Status[schemas.CommitmentAnswered]:
    return _answered(request, number, index, actions.make_statement, text=given.text)


@router.post(f"{CASE}/verification", response={201: schemas.CommitmentActed}, summary="核查承诺", openapi_extra=ACT)
def verify_commitment(
    request: HttpRequest, number: str, index: int, given: schemas.VerificationGiven
) -> Status[schemas.CommitmentActed]:
    """Find a commitment kept or broken; what data sharing has on record binds."""
    return _acted(request, number, index, actions.verify, **given.model_dump())


@router.post(f"{CASE}/order", response={201: schemas.CommitmentActed}, summary="责令整改", openapi_extra=ACT)
def order_correction(
    request: HttpRequest, number: str, index: int, given: schemas.ReasonGiven
) -> Status[schemas.CommitmentActed]:
    return _acted(request, number, index, actions.order, reason=given.reason)


@router.post(f"{CASE}/correction", response={201: schemas.CommitmentActed}, summary="确认整改", openapi_extra=ACT)
def confirm_correction(request: HttpRequest, number: str, index: int) -> Status[schemas.CommitmentActed]:
    return _acted(request, number, index, actions.mend)


@router.post(f"{CASE}/notice", response={201: schemas.CommitmentActed}, summary="告知拟撤销", openapi_extra=ACT)
def notice_revocation(
    request: HttpRequest, number: str, index: int, given: schemas.NoticeGiven
) -> Status[schemas.CommitmentActed]:
    return _acted(request, number, index, actions.notice_revocation, **given.model_dump())


@router.post(f"{CASE}/revocation", response={201: schemas.CommitmentActed}, summary="撤销批准", openapi_extra=ACT)
def revoke_approval(
    request: HttpRequest, number: str, index: int, given: schemas.ReasonGiven
) -> Status[schemas.CommitmentActed]:
    """Revoke in writing; the certificate is annulled."""
    return _acted(request, number, index, actions.revoke, reason=given.reason)


@router.post(f"{CASE}/credit", response={201: schemas.CommitmentActed}, summary="记入信用记录", openapi_extra=ACT)
def enter_credit(
    request: HttpRequest, number: str, index: int, given: schemas.CreditGiven
) -> Status[schemas.CommitmentActed]:
    return _acted(request, number, index, actions.enter_credit, item=given.item)


@router.post(f"{CASE}/credit/repair", response={201: schemas.CommitmentActed}, summary="信用修复", openapi_extra=ACT)
def repair_credit(
    request: HttpRequest, number: str, index: int, given: schemas.ReasonGiven
) -> Status[schemas.CommitmentActed]:
    return _acted(request, number, index, actions.repair_credit, reason=given.reason)


def _acted(request: HttpRequest, number: str, index: int, act: Any, **asked: Any) -> Status[schemas.CommitmentActed]:
    return Status(201, schemas.CommitmentActed(case=_done(request, number, index, act, **asked)["case"]))


def _answered(
    request: HttpRequest, number: str, index: int, act: Any, **asked: Any
) -> Status[schemas.CommitmentAnswered]:
    answer = _done(request, number, index, act, **asked)
    return Status(201, schemas.CommitmentAnswered(case=answer["case"], to=answer.get("to", "")))


def _done(request: HttpRequest, number: str, index: int, act: Any, **asked: Any) -> Answer:
    with acting_on(request, number) as application_id:
        answer: Answer = act(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            now=clock.now(),
            **asked,
        )
    return answer


@router.get("commitments", response=schemas.CommitmentsToFollow, summary="等我的岗位核查和处理的承诺")
def commitments(request: HttpRequest) -> schemas.CommitmentsToFollow:
    """Return the commitments that the actor's desks have to follow, the first due first."""
    found = queries.commitments(actor_of(request))
    return schemas.CommitmentsToFollow(commitments=[schemas.CommitmentToFollow.model_validate(one) for one in found])


@router.post("draws", response={201: schemas.DrawTold}, summary="公开抽取要核查的承诺", openapi_extra=ACT)
def hold_draw(request: HttpRequest, given: schemas.DrawAsked) -> Status[schemas.DrawTold]:
    answer = actions.hold_draw(
        operation=operation_of(request), actor=actor_of(request), now=clock.now(), **given.model_dump()
    )
    return Status(201, _draw(draws.find(answer["draw"])))


@router.post(
    "draws/on-the-spot", response={201: schemas.DrawTold}, summary="公开抽取要抽查的当场决定", openapi_extra=ACT
)
def draw_month(request: HttpRequest, given: schemas.MonthAsked) -> Status[schemas.DrawTold]:
    """Draw which of a department's decisions on the spot of a month that is over are checked."""
    answer = actions.draw_month(
        operation=operation_of(request), actor=actor_of(request), now=clock.now(), **given.model_dump()
    )
    return Status(201, _draw(draws.find(answer["draw"])))


@router.get("spot-checks", response=schemas.CasesToCheck, summary="等我抽查的当场决定")
def spot_checks(request: HttpRequest) -> schemas.CasesToCheck:
    """Return the decisions on the spot that were drawn and that the actor may check, the first due first."""
    found = queries.spot_checks(actor_of(request))
    return schemas.CasesToCheck(cases=[schemas.CaseToCheck.model_validate(one) for one in found])


@router.post(
    "applications/{number}/cases/{int:index}/spot-check",
    response={201: schemas.SpotCheckRecorded},
    summary="记录对当场决定的抽查",
    openapi_extra=ACT,
)
def record_spot_check(
    request: HttpRequest, number: str, index: int, given: schemas.SpotCheckGiven
) -> Status[schemas.SpotCheckRecorded]:
    with acting_on(request, number) as application_id:
        answer = actions.check(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            now=clock.now(),
            **given.model_dump(),
        )
    return Status(201, schemas.SpotCheckRecorded(**answer))


@router.get("draws", response=schemas.DrawsListed, summary="公开抽取的列表", auth=None)
def all_draws(request: HttpRequest) -> schemas.DrawsListed:
    return schemas.DrawsListed(draws=[one.draw for one in draws.latest()])


@router.get("draws/{draw}", response=schemas.DrawTold, summary="一次公开抽取，可以重新计算", auth=None)
def one_draw(request: HttpRequest, draw: str) -> schemas.DrawTold:
    return _draw(draws.find(draw))


def _draw(held: DrawHeld) -> schemas.DrawTold:
    return schemas.DrawTold(
        draw=held.draw,
        region=held.region,
        body=held.body,
        checkpoint=held.checkpoint,
        seed=held.seed,
        share=held.share,
        candidates=list(held.candidates),
        drawn=list(held.drawn),
        at=held.at,
        kind=held.kind,
        month=held.month,
        holds=not draws.wrong_with(held),
    )
