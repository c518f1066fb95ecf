"""Between receipt and acceptance, and what an applicant may do at any time: correct, refuse, withdraw, urge, change.

Files come one by one, each an act with a key of its own; a file answers its demand at once.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status

from tongban.api import uploads
from tongban.api.applications import acting_on
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import intake as schemas
from tongban.casework import actions, queries
from tongban.casework.actions import File, Wrong
from tongban.casework.actions import changes as changing
from tongban.casework.actions.beats import catalogue_of
from tongban.domain import intake
from tongban.domain.acts import NotNow
from tongban.domain.application import Application
from tongban.domain.proceedings import Notice
from tongban.files.actions import MAX_BYTES
from tongban.keys import actions as keys
from tongban.web import clock

router = Router(tags=["受理前"])
FILE = ACT | uploads.BODY


@router.post(
    "applications/{number}/correction",
    response={201: schemas.CorrectionAsked},
    summary="一次性告知补正",
    openapi_extra=ACT,
)
def ask_correction(
    request: HttpRequest, number: str, given: schemas.CorrectionGiven
) -> Status[schemas.CorrectionAsked]:
    """Tell once, for all cases that are here, what is to be corrected; cases that wait for these get a demand too."""
    with acting_on(request, number) as application:
        answer = actions.ask_correction(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            demands=tuple(Wrong(one.case, one.kind, one.target, one.words) for one in given.demands),
            now=clock.now(),
        )
    return Status(201, schemas.CorrectionAsked(**answer))


@router.get("applications/{number}/correction", response=schemas.Correction, summary="补正告知及其答复情况")
def correction(request: HttpRequest, number: str) -> schemas.Correction:
    """Return the notices as their applicant reads them, for the cases that his mandate covers."""
    actor = actor_of(request)
    found = queries.own_application(number, actor=actor)
    covered = {case.index for case in queries.covered(found, actor=actor)}
    if not found.notices:
        raise NotNow("这件申请没有需要补正的内容。")
    notices = [_notice(found, notice, covered) for notice in found.notices]
    return schemas.Correction(notices=[one for one in notices if one.demands])


def _notice(found: Application, notice: Notice, covered: Collection[int]) -> schemas.Notice:
    demands = zip(notice.numbers, notice.demands, strict=True)
    return schemas.Notice(
        bodies=list(dict.fromkeys(found.case(index).body for index in notice.cases())),
        told_at=notice.at,
        answer_due_on=notice.answer_due_on,
        demands=[
            schemas.Demand(
                number=number,
                case=demand.case,
                kind=demand.kind,
                target=demand.target,
                words=keys.unseal(demand.text).decode() if demand.text else "",
                answered=number in notice.answered,
            )
            for number, demand in demands
            if demand.case in covered
        ],
    )


@router.post(
    "applications/{number}/correction/answers",
    response={201: schemas.CorrectionTaken},
    summary="补正：改正填报内容、说明",
    openapi_extra=ACT,
)
def answer_correction(
    request: HttpRequest, number: str, given: schemas.CorrectionAnswer
) -> Status[schemas.CorrectionTaken]:
    """Answer demands on data elements and conditions, some or all."""
    return Status(201, _answered(request, number, {}, given.values, given.explanations))


@router.post(
    "applications/{number}/correction/materials/{code}",
    response={201: schemas.CorrectionTaken},
    summary="补正：补交一份材料",
    openapi_extra=FILE,
)
def supply_corrected(request: HttpRequest, number: str, code: str) -> Status[schemas.CorrectionTaken]:
    """Answer the demands for one material, of all cases."""
    with uploads.one_file(request, most_bytes=MAX_BYTES) as file:
        return Status(201, _answered(request, number, {code: _file(file)}, {}, {}))


def _answered(
    request: HttpRequest, number: str, files: dict[str, File], values: dict[str, str], explanations: dict[int, str]
) -> schemas.CorrectionTaken:
    with acting_on(request, number) as application:
        answer = actions.answer_correction(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            files=files,
            values=values,
            explanations=explanations,
            now=clock.now(),
        )
    return schemas.CorrectionTaken(**answer)


@router.post(
    "applications/{number}/mending", response={201: schemas.Mended}, summary="当场更正填报内容", openapi_extra=ACT
)
def mend(request: HttpRequest, number: str, given: schemas.ChangeGiven) -> Status[schemas.Mended]:
    """Mend data elements at the window, with the applicant there."""
    return Status(201, _mended(request, number, {}, given.values))


@router.post(
    "applications/{number}/mending/materials/{code}",
    response={201: schemas.Mended},
    summary="当场更换一份材料",
    openapi_extra=FILE,
)
def mend_material(request: HttpRequest, number: str, code: str) -> Status[schemas.Mended]:
    with uploads.one_file(request, most_bytes=MAX_BYTES) as file:
        return Status(201, _mended(request, number, {code: _file(file)}, {}))


def _mended(request: HttpRequest, number: str, files: dict[str, File], values: dict[str, str]) -> schemas.Mended:
    with acting_on(request, number) as application:
        answer = actions.correct_on_the_spot(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            files=files,
            values=values,
            now=clock.now(),
        )
    return schemas.Mended(**answer)


@router.post(
    "applications/{number}/cases/{int:index}/refusal",
    response={201: schemas.AcceptanceRefused},
    summary="不予受理",
    openapi_extra=ACT,
)
def refuse(
    request: HttpRequest, number: str, index: int, given: schemas.RefusalGiven
) -> Status[schemas.AcceptanceRefused]:
    with acting_on(request, number) as application:
        answer = actions.refuse(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            case=index,
            ground=given.ground,
            reason=given.reason,
            right_body=given.right_body,
            now=clock.now(),
        )
    return Status(201, schemas.AcceptanceRefused(**answer))


@router.get("applications/{number}/withdrawal", response=schemas.WithdrawalReach, summary="撤回会影响哪些办件")
def withdrawal_reach(
    request: HttpRequest, number: str, cases: Annotated[tuple[schemas.Index, ...], Query(max_length=schemas.MOST_CASES)]
) -> schemas.WithdrawalReach:
    found = queries.own_application(number, actor=actor_of(request))
    chosen = [found.case(index).index for index in cases]
    return schemas.WithdrawalReach(bereft=[case.index for case in intake.bereft(found, chosen)])


@router.post(
    "applications/{number}/withdrawal", response={201: schemas.CasesWithdrawn}, summary="撤回", openapi_extra=ACT
)
def withdraw(request: HttpRequest, number: str, given: schemas.WithdrawalGiven) -> Status[schemas.CasesWithdrawn]:
    """Withdraw some cases or all, before they are decided."""
    with acting_on(request, number) as application:
        answer = actions.withdraw(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            cases=tuple(given.cases),
            reason=given.reason,
            now=clock.now(),
        )
    return Status(201, schemas.CasesWithdrawn(**answer))


@router.post(
    "applications/{number}/cases/{int:index}/urging",
    response={201: schemas.Urged},
    summary="催办",
    openapi_extra=ACT,
)
def urge(request: HttpRequest, number: str, index: int) -> Status[schemas.Urged]:
    with acting_on(request, number) as application:
        answer = actions.urge(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            case=index,
            now=clock.now(),
        )
    return Status(201, schemas.Urged(**answer))


@router.post(
    "applications/{number}/waiting",
    response={201: schemas.Waited},
    summary="要求全部齐备后一并受理，或取消",
    openapi_extra=ACT,
)
def ask_to_wait(request: HttpRequest, number: str, given: schemas.WaitGiven) -> Status[schemas.Waited]:
    with acting_on(request, number) as application:
        answer = actions.ask_to_wait(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            wait=given.wait,
            now=clock.now(),
        )
    return Status(201, schemas.Waited(**answer))


@router.post("applications/{number}/change/reach", response=schemas.Reach, summary="更改会影响哪些办件")
def change_reach(request: HttpRequest, number: str, given: schemas.ChangeGiven) -> schemas.Reach:
    """Return what the change would touch; nothing is changed."""
    found = queries.own_application(number, actor=actor_of(request))
    reached = changing.reach(found, catalogue_of(found), given.values, today=clock.today())
    return schemas.Reach.model_validate(reached)


@router.post("applications/{number}/change", response={201: schemas.Changed}, summary="更改填报内容", openapi_extra=ACT)
def change(request: HttpRequest, number: str, given: schemas.ChangeGiven) -> Status[schemas.Changed]:
    """Change data after submission; what was reviewed on the old data is reviewed anew."""
    with acting_on(request, number) as application:
        answer = actions.change(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            values=given.values,
            now=clock.now(),
        )
    return Status(201, schemas.Changed(**answer))


@router.post(
    "applications/{number}/certificates",
    response={201: schemas.Replaced},
    summary="以已有的电子证照代替不会签发的证照",
    openapi_extra=ACT,
)
def show_held(request: HttpRequest, number: str, given: schemas.HeldGiven) -> Status[schemas.Replaced]:
    return Status(201, _replaced(request, number, {}, given.types))


@router.post(
    "applications/{number}/certificates/{code}",
    response={201: schemas.Replaced},
    summary="上传一份证照，代替不会签发的证照",
    openapi_extra=FILE,
)
def supply_certificate(request: HttpRequest, number: str, code: str) -> Status[schemas.Replaced]:
    with uploads.one_file(request, most_bytes=MAX_BYTES) as file:
        return Status(201, _replaced(request, number, {code: _file(file)}, []))


def _replaced(request: HttpRequest, number: str, files: dict[str, File], held: list[str]) -> schemas.Replaced:
    with acting_on(request, number) as application:
        answer = actions.supply_in_place(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application,
            files=files,
            held=held,
            now=clock.now(),
        )
    return schemas.Replaced(**answer)


def _file(uploaded: uploads.UploadedFile) -> File:
    return File(uploaded.name or "", uploaded.file, uploaded.size or 0)
