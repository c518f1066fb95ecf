"""One matter alone: begin a draft for it as one body offers it, or have it certified on the spot."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.drafts import told
from tongban.api.schemas import alone as schemas
from tongban.api.schemas import drafts as draft_schemas
from tongban.casework import actions, drafts
from tongban.web import clock

router = Router(tags=["单独办理"])


@router.post("matters/{code}/drafts", response={201: draft_schemas.Draft}, summary="开始申请一个事项")
def begin_alone(request: HttpRequest, code: str, given: schemas.BegunAlone) -> Status[draft_schemas.Draft]:
    """Open a draft for one matter, as the named body offers it today."""
    opened = drafts.start_alone(actor=actor_of(request), matter=code, by=given.body, now=clock.now())
    return Status(201, told(request, opened))


@router.post(
    "matters/{code}/certificate",
    response={201: schemas.Certified},
    summary="即办：查登记库，当场出具证照",
    openapi_extra=ACT,
)
def certify(request: HttpRequest, code: str, given: schemas.CertificateAsked) -> Status[schemas.Certified]:
    """Have what a registry holds of the party one acts for certified by the competent body, at once."""
    answer = actions.certify(
        operation=operation_of(request),
        actor=actor_of(request),
        matter=code,
        answers=given.answers,
        place=given.place,
        now=clock.now(),
    )
    return Status(201, schemas.Certified(**answer))
