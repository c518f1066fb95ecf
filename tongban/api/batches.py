"""Batches, agreements and joint meetings: told to everybody, with what was signed by whom; put, signed off and signed.

Where a batch stands is computed at every look, from the stored standards and the signatures, so its tag is made from
the answer: nothing that was changed in the store behind the journal's back is ever told to be as it was.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from tongban.api import etags, paging, problems
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import batches as schemas
from tongban.api.schemas import written
from tongban.catalogue import actions
from tongban.catalogue.queries import agreements as agreed
from tongban.catalogue.queries import batches as queries
from tongban.catalogue.queries.agreements import Held
from tongban.catalogue.queries.batches import Checked, Standing
from tongban.domain import batch as kernel
from tongban.domain import joint
from tongban.domain.joint import ActKind
from tongban.domain.meetings import Meeting
from tongban.web import clock

router = Router(tags=["批次与协议"])
public = Router(tags=["批次与协议"], auth=None)


@router.get("batches", response=schemas.Batches, summary="同事同标批次", auth=None)
@etags.told
def batches(request: HttpRequest, asked: Query[paging.Asked]) -> schemas.Batches:
    """Return the batches by code, each with where it stands today and why."""
    window = paging.window(request, asked)
    found = queries.standings(today=clock.today())
    part = found[window.skip : window.skip + window.size]
    return schemas.Batches(
        batches=[schemas.BatchListed(**_listed(one)) for one in part],
        **paging.told(request, asked, total=len(found)),
    )


@public.get("batches/{code}", response=schemas.Batch, summary="一个批次：内容、摘要、会签、签署与核验")
@etags.told
def batch(request: HttpRequest, code: str) -> schemas.Batch:
    """Return one batch with each of its acts, the newest first, everything verified anew."""
    standing, acts = queries.batch(code, today=clock.today())
    draft = standing.batch.draft
    return schemas.Batch(
        **_listed(standing),
        regions=list(draft.regions),
        matters=list(draft.matters),
        acts=[_act(one) for one in acts],
    )


def _listed(one: Standing) -> dict[str, Any]:
    draft, act = one.batch.draft, one.state.act
    return {
        "code": one.batch.code,
        "title": draft.title,
        "title_en": draft.title_en,
        "life": one.state.life,
        "sentence": one.state.sentence,
        "number": act.number if act else "",
        "takes_effect_on": act.takes_effect_on if act else None,
        "agreement": draft.agreement,
        "standards": len(act.content.standards if act else draft.matters),
    }


def _act(checked: Checked) -> schemas.BatchAct:
    act = checked.act
    return schemas.BatchAct(
        serial=act.content.serial,
        kind=act.content.kind,
        digest=act.digest,
        content=schemas.ActContent.model_validate(act.content),
        standards=[
            schemas.ListedStandard(
                matter=one.listed.matter,
                version=one.listed.version,
                digest=one.listed.digest,
                unchanged=one.unchanged,
            )
            for one in checked.standards
        ],
        departments=[_department(act, one) for one in act.departments],
        signatures=[_signature(one, verified=one.region in checked.verified) for one in act.signatures],
        flaws=[schemas.Flaw.model_validate(one) for one in checked.flaws],
        proposed_at=act.proposed_at,
        recalled=act.recalled,
        completed_at=act.completed_at,
        takes_effect_on=act.takes_effect_on,
        number=act.number,
    )


def _department(act: kernel.Act, one: joint.Party) -> schemas.DepartmentOfRegion:
    given = act.signed_off(one)
    return schemas.DepartmentOfRegion(
        region=one.region, body=one.body, name=one.name, signed_off_at=given.at if given else None
    )


def _signature(one: kernel.Signature, *, verified: bool) -> schemas.BureauSignature:
    return schemas.BureauSignature(
        region=one.region,
        body=one.body,
        digest=one.digest,
        key=one.key,
        algorithm=one.algorithm,
        public_key=one.public_key,
        signature=one.value,
        at=one.at,
        verified=verified,
    )


# --- Agreements -------------------------------------------------------------------------------------------------------


@public.get("agreements", response=schemas.Agreements, summary="合作协议")
@etags.told
def agreements(request: HttpRequest, asked: Query[paging.Asked]) -> schemas.Agreements:
    """Return the agreements, the newest first, each with whether it holds today."""
    window = paging.window(request, asked)
    found = agreed.all_agreements(today=clock.today())
    part = found[window.skip : window.skip + window.size]
    return schemas.Agreements(
        agreements=[schemas.AgreementListed(**_agreed(one)) for one in part],
        **paging.told(request, asked, total=len(found)),
    )


@public.get("agreements/{number}", response=schemas.Agreement, summary="一份协议，依据它的批次，和它的联席会议")
@etags.told
def agreement(request: HttpRequest, number: str) -> schemas.Agreement:
    """Return one agreement, what rests on it, and what its joint meetings settled."""
    held, resting, meetings = agreed.agreement(number, today=clock.today())
    return schemas.Agreement(
        **_agreed(held),
        scope=held.agreement.scope,
        parties=[schemas.Party.model_validate(one) for one in held.agreement.parties],
        annexes=[schemas.Annex.model_validate(one) for one in held.agreement.annexes],
        batches=[schemas.BatchListed(**_listed(one)) for one in resting.batches],
        offers=dict(resting.offers),
        extensions=dict(resting.extensions),
        meetings=[_meeting(one) for one in meetings],
    )


def _agreed(held: Held) -> dict[str, Any]:
    one = held.agreement
    return {
        "number": one.number,
        "title": one.title,
        "title_en": one.title_en,
        "holds": held.standing.holds,
        "sentence": held.standing.sentence,
        "signed_on": one.signed_on,
        "from_on": one.from_on,
        "last_day": one.last - timedelta(days=1) if one.last else None,
    }


def _meeting(one: Meeting) -> schemas.Meeting:
    return schemas.Meeting(
        id=one.id,
        title=one.title,
        held_on=one.held_on,
        attendees=[schemas.Party.model_validate(party) for party in one.attendees],
        agenda=list(one.agenda),
        minutes=one.minutes,
        undertakings=[
            schemas.Undertaking(
                text=undertaking.text,
                owner=schemas.Party.model_validate(undertaking.owner),
                due_on=undertaking.due_on,
                outcome=done.outcome if done else "",
                done_at=done.at if done else None,
            )
            for undertaking, done in zip(one.undertakings, one.done, strict=True)
        ],
    )


# --- Put, signed off, signed ------------------------------------------------------------------------------------------


@router.post("batches", response=schemas.BatchKept, summary="起草批次", openapi_extra=ACT)
def draft_batch(request: HttpRequest, given: schemas.BatchDrafted) -> dict[str, Any]:
    """Write a batch's draft, or write it anew while it has not been put to the regions."""
    draft = kernel.Draft(
        title=given.title,
        title_en=given.title_en,
        matters=tuple(given.matters),
        regions=tuple(given.regions),
        scope=written.of(given.scope, joint.Scope),
        agreement=given.agreement,
        in_force_on=given.in_force_on,
    )
    return actions.draft_batch(**_acting(request), code=given.code, draft=draft)


@router.post("batches/{code}/proposals", response=schemas.ActProposed, summary="提请各地签署", openapi_extra=ACT)
def propose(request: HttpRequest, code: str, given: schemas.Proposed) -> dict[str, Any]:
    """Put a batch to its regions: to be issued, widened, amended or withdrawn; answers the digest to be signed."""
    acting = _acting(request) | {"code": code}
    match given.kind:
        case ActKind.ISSUE:
            return actions.propose_batch(**acting)
        case ActKind.WIDENING:
            scope = written.of(_demanded(given.scope, "scope"), joint.Scope)
            return actions.widen_batch(**acting, scope=scope, in_force_on=_day(given))
        case ActKind.AMENDMENT:
            return actions.amend_batch(**acting, matters=tuple(given.matters), in_force_on=_day(given))
        case ActKind.WITHDRAWAL:
            return actions.withdraw_batch(**acting, withdrawn_on=_day(given))


def _day(given: schemas.Proposed) -> date:
    day: date = _demanded(given.in_force_on, "in_force_on")
    return day


def _demanded(value: Any, field: str) -> Any:
    if value is None:
        raise problems.of_missing([field])
    return value


@router.post("batches/{code}/recall", response=schemas.ActRecalled, summary="撤回提请", openapi_extra=ACT)
def recall(request: HttpRequest, code: str, given: schemas.Recalled) -> dict[str, Any]:
    """Take back what not all regions have signed."""
    return actions.recall_proposal(**_acting(request), code=code, reason=given.reason)


@router.post(
    "batches/{code}/sign-offs", response=schemas.DepartmentsSignedOff, summary="主管部门会签", openapi_extra=ACT
)
def sign_off(request: HttpRequest, code: str, given: schemas.SignedOff) -> dict[str, Any]:
    """Sign off for departments of a region, who name the digest they saw."""
    return actions.sign_off(
        **_acting(request),
        code=code,
        region=given.region,
        departments=tuple(given.departments),
        digest=given.digest,
    )


@router.post("batches/{code}/signatures", response=schemas.BureauSigned, summary="政务服务局签署", openapi_extra=ACT)
def sign(request: HttpRequest, code: str, given: schemas.Signed) -> dict[str, Any]:
    """Sign for the bureau of a region; the last signature puts the standards in force on their day."""
    return actions.sign_batch(**_acting(request), code=code, region=given.region, digest=given.digest)


def _acting(request: HttpRequest) -> dict[str, Any]:
    return {"operation": operation_of(request), "actor": actor_of(request), "now": clock.now()}
