"""Pre-review of drafts: an applicant asks and follows, a hall reads and answers. It is no submission.

To whoever has nothing to do with a request it does not exist. What staff read is recorded.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import prereviews as schemas
from tongban.casework import drafts, rules, words
from tongban.casework.prereview import actions, queries, storage
from tongban.casework.prereview.sheet import Sheet, in_words
from tongban.domain.events import Target
from tongban.domain.prereview import Round
from tongban.files.answers import serve
from tongban.web import clock

router = Router(tags=["预审"])


@router.get("applications/drafts/{draft}/pre-review", response=schemas.PreReview, summary="草稿的预审：意见写在哪里")
def pre_review(request: HttpRequest, draft: str) -> schemas.PreReview:
    opened = drafts.open_draft(draft, actor=actor_of(request))
    found = storage.read(opened.id)
    catalogue, _ = drafts.of_bundle(opened)
    implementation = catalogue.implementations[drafts.derive(opened).cases[0].matter]
    return schemas.PreReview(
        draft=opened.id,
        left=max(0, rules.of_region(implementation.region).pre_reviews - opened.pre_reviews),
        requests=[_round(one) for one in found.rounds] if found else [],
    )


@router.post(
    "applications/drafts/{draft}/pre-review",
    response={201: schemas.Requested},
    summary="提请预审（不是提交，不计算法定期限）",
    openapi_extra=ACT,
)
def request_pre_review(request: HttpRequest, draft: str) -> Status[schemas.Requested]:
    """Ask the competent hall what it would have mended. The draft is reviewed as it stands now, complete or not."""
    answer = actions.request(operation=operation_of(request), actor=actor_of(request), draft=draft, now=clock.now())
    return Status(201, schemas.Requested(**answer))


@router.post(
    "applications/drafts/{draft}/pre-review/{int:serial}/withdrawal",
    response={201: schemas.Withdrawn},
    summary="撤回预审",
    openapi_extra=ACT,
)
def withdraw_pre_review(request: HttpRequest, draft: str, serial: int) -> Status[schemas.Withdrawn]:
    drafts.open_draft(draft, actor=actor_of(request))
    answer = actions.withdraw(
        operation=operation_of(request), actor=actor_of(request), draft=draft, number=serial, now=clock.now()
    )
    return Status(201, schemas.Withdrawn(**answer))


@router.get("pre-reviews", response=schemas.WaitingList, summary="待预审的草稿")
def pre_reviews(request: HttpRequest) -> schemas.WaitingList:
    """Return what waits at the actor's halls and in the regions he supervises, the first due first."""
    found = queries.waiting(actor_of(request))
    return schemas.WaitingList(pre_reviews=[schemas.Waiting.model_validate(one) for one in found])


@router.get("pre-reviews/{draft}/{int:serial}", response=schemas.PreReviewSheet, summary="一次预审：各项内容与材料")
def pre_review_sheet(request: HttpRequest, draft: str, serial: int, in_clear: bool = False) -> schemas.PreReviewSheet:
    """Return everything that may be remarked on, as it stood. Personal values are masked unless asked for."""
    actor = actor_of(request)
    sheet = Sheet.open(draft, serial, actor=actor)
    items = []
    if sheet.readable:
        sheet.took_a_look(actor=actor, what="api in clear" if in_clear else "api", now=clock.now())
        items = [item for group in sheet.groups(in_clear=in_clear) for item in group.items]
    asked = sheet.asked
    return schemas.PreReviewSheet(
        draft=draft,
        number=serial,
        state=asked.state,
        bundle=asked.bundle,
        bundle_version=asked.bundle_version,
        holder=sheet.pre_review.holder,
        matters=list(asked.matters),
        requested_at=asked.requested_at,
        due_on=asked.due_on,
        provisional=asked.provisional,
        readiness=asked.readiness,
        items=[
            schemas.ReviewItem(
                kind=item.target.kind,
                code=item.target.code,
                matter=item.target.matter,
                label=item.label,
                value=item.value,
                missing=item.missing,
                uploaded=item.uploaded,
                remark=item.remark,
            )
            for item in items
        ],
    )


@router.get(
    "pre-reviews/{draft}/{int:serial}/materials/{code}",
    summary="提请预审时上传的一份材料",
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}}},
)
def pre_review_material(request: HttpRequest, draft: str, serial: int, code: str) -> HttpResponse:
    """Give a file as it was uploaded when pre-review was asked for."""
    actor = actor_of(request)
    sheet = Sheet.open(draft, serial, actor=actor)
    digest = sheet.uploaded(code)
    sheet.took_a_look(actor=actor, what=f"api material {code}", now=clock.now())
    return serve(party=sheet.pre_review.holder, digest=digest, name=words.material(sheet.catalogue, code))


@router.post(
    "pre-reviews/{draft}/{int:serial}/answer",
    response={201: schemas.Answered},
    summary="答复预审",
    openapi_extra=ACT,
)
def answer_pre_review(
    request: HttpRequest, draft: str, serial: int, given: schemas.AnswerGiven
) -> Status[schemas.Answered]:
    """Answer as a clerk of the hall. A remark points at something the standard in force asks for; the rest is fine."""
    actor = actor_of(request)
    queries.seen_by(draft, serial, actor=actor)  # to a stranger nothing is there
    answer = actions.answer(
        operation=operation_of(request),
        actor=actor,
        draft=draft,
        number=serial,
        readiness=given.readiness,
        remarks=tuple((Target(one.kind, one.code, one.matter), one.words) for one in given.remarks),
        now=clock.now(),
    )
    return Status(201, schemas.Answered(**answer))


def _round(one: Round) -> schemas.Round:
    return schemas.Round(
        number=one.number,
        state=one.state,
        requested_at=one.requested_at,
        due_on=one.due_on,
        provisional=one.provisional,
        missing=[schemas.Target.model_validate(target) for target in one.missing],
        readiness=one.readiness,
        remarks=[
            schemas.Remark(kind=target.kind, code=target.code, matter=target.matter, words=text)
            for target, text in in_words(one.remarks).items()
        ],
        closed_at=one.closed_at,
    )
