"""Drafts: begin, fill in, upload, hand in. All but handing in is plain editing: repeat it as you like."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from tongban.api import problems, uploads
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import drafts as schemas
from tongban.api.schemas.matters import Answers, Element
from tongban.casework import actions, drafts, filling, rosters
from tongban.casework.filling import Filling, Wanted
from tongban.casework.models import Draft
from tongban.casework.prereview import actions as prereview
from tongban.casework.recognising import Offer
from tongban.domain.elements import InvalidElement
from tongban.files.actions import MAX_BYTES
from tongban.files.answers import attachment
from tongban.files.kinds import Kind
from tongban.web import clock

router = Router(tags=["草稿"])


@router.post("", response={201: schemas.Draft}, summary="开始一份申请")
def begin_draft(request: HttpRequest, given: schemas.DraftBegun) -> Status[schemas.Draft]:
    """Open a draft for the party one acts for; one that nobody has touched yet serves again."""
    return Status(201, told(request, drafts.start(actor=actor_of(request), bundle=given.bundle, now=clock.now())))


@router.get("", response=schemas.Drafts, summary="未提交的草稿")
def open_drafts(request: HttpRequest) -> schemas.Drafts:
    """Return the open drafts of the party one acts for, the last changed first."""
    found = drafts.mine(actor=actor_of(request))
    return schemas.Drafts(drafts=[schemas.DraftListed.model_validate(one) for one in found])


@router.get("{draft}", response=schemas.Draft, summary="一份草稿：填了什么，还缺什么")
def draft(request: HttpRequest, draft: str) -> schemas.Draft:
    return told(request, _opened(request, draft))


@router.delete("{draft}", response={204: None}, summary="放弃一份草稿")
def discard_draft(request: HttpRequest, draft: str) -> HttpResponse:
    prereview.discard(_opened(request, draft), actor=actor_of(request), now=clock.now())
    return HttpResponse(status=204)


@router.put("{draft}/answers", response=schemas.Draft, summary="回答问题")
def answer_questions(request: HttpRequest, draft: str, given: Answers) -> schemas.Draft:
    """Take down the answers that choose matters and materials; what is not answered takes its default."""
    opened = _opened(request, draft)
    drafts.answer(opened, given.answers, now=clock.now())
    return told(request, opened)


@router.patch("{draft}/form", response=schemas.Draft, summary="填写数据元")
def fill_form(request: HttpRequest, draft: str, given: schemas.Values) -> schemas.Draft:
    """Keep these values, all of them or none."""
    opened = _opened(request, draft)
    _demand_known(opened, given.values)
    with transaction.atomic():
        if wrong := drafts.fill(opened, given.values, today=clock.today(), now=clock.now()):
            raise problems.of_fields(wrong)
    return told(request, opened)


def _demand_known(opened: Draft, values: dict[str, str]) -> None:
    known = drafts.of_bundle(opened)[0].elements
    unknown = {
        code: InvalidElement("没有这个数据元，请对照集成办理的说明核对。") for code in values if code not in known
    }
    if unknown:
        raise problems.of_fields(unknown)


@router.get(
    "{draft}/people/template",
    summary="人员名单的空白模板（xlsx）",
    openapi_extra={"responses": {200: {"content": {Kind.XLSX.value: {"schema": {"type": "string"}}}}}},
)
def people_template(request: HttpRequest, draft: str) -> HttpResponse:
    """Give an empty list with the columns that the matters ask of each person."""
    return attachment(rosters.template(_opened(request, draft)), kind=Kind.XLSX, name="人员名单模板.xlsx")


@router.put("{draft}/people", response=schemas.Draft, summary="上传人员名单（xlsx 或 csv）", openapi_extra=uploads.BODY)
def put_people(request: HttpRequest, draft: str, good_only: bool = False) -> schemas.Draft:
    """Keep the people of a list, in place of those before. Every wrong row is told, and then nothing is kept.

    With `good_only` the others are kept without them.
    """
    opened = _opened(request, draft)
    with uploads.one_file(request, most_bytes=rosters.MAX_BYTES) as file:
        rosters.bring(opened, name=file.name or "", data=file.read(), good_only=good_only, now=clock.now())
    return told(request, opened)


@router.delete("{draft}/people/{person}", response=schemas.Draft, summary="从名单中去掉一人")
def remove_person(request: HttpRequest, draft: str, person: str) -> schemas.Draft:
    opened = _opened(request, draft)
    rosters.remove(opened, person, now=clock.now())
    return told(request, opened)


@router.put("{draft}/materials/{code}", response=schemas.Draft, summary="上传一份材料", openapi_extra=uploads.BODY)
def put_material(request: HttpRequest, draft: str, code: str) -> schemas.Draft:
    """Keep a file for a material, in place of the one that was there. `code` is the `place` of the material."""
    opened = _opened(request, draft)
    with uploads.one_file(request, most_bytes=MAX_BYTES) as file:
        drafts.upload(opened, code, name=file.name or "", stream=file, size=file.size or 0, now=clock.now())
    return told(request, opened)


@router.delete("{draft}/materials/{code}", response=schemas.Draft, summary="去掉一份上传的材料")
def remove_material(request: HttpRequest, draft: str, code: str) -> schemas.Draft:
    opened = _opened(request, draft)
    drafts.remove_upload(opened, code, now=clock.now())
    return told(request, opened)


@router.put("{draft}/materials/{code}/promise", response=schemas.Draft, summary="承诺以后补交，或者以承诺代替")
def promise_material(request: HttpRequest, draft: str, code: str, given: schemas.Promised) -> schemas.Draft:
    """Promise a material in place of handing it in; handing in the draft signs it."""
    opened = _opened(request, draft)
    keep = drafts.defer if given.how == "later" else drafts.commit
    keep(opened, code, now=clock.now())
    return told(request, opened)


@router.delete("{draft}/materials/{code}/promise", response=schemas.Draft, summary="取消对一份材料的承诺")
def take_promise_back(request: HttpRequest, draft: str, code: str) -> schemas.Draft:
    opened = _opened(request, draft)
    drafts.unpromise(opened, code, now=clock.now())
    return told(request, opened)


@router.put("{draft}/materials/{code}/consent", response=schemas.Draft, summary="同意或不同意使用互认的证照")
def consent_to_certificate(request: HttpRequest, draft: str, code: str, given: schemas.Consent) -> schemas.Draft:
    """Let a recognised certificate of another region take the place of a material, or take that back."""
    opened = _opened(request, draft)
    drafts.consent(opened, code, given=given.given, now=clock.now())
    return told(request, opened)


@router.put("{draft}/routes/{matter}", response=schemas.Draft, summary="选择告知承诺方式或一般程序")
def choose_route(request: HttpRequest, draft: str, matter: str, given: schemas.Route) -> schemas.Draft:
    """Choose, for a matter of that regime, to be decided on the spot upon a commitment, or the ordinary route."""
    opened = _opened(request, draft)
    drafts.choose_route(opened, matter, by_commitment=given.by_commitment, now=clock.now())
    return told(request, opened)


@router.post("{draft}/stages", response=schemas.Drafts, summary="分批：先办的留下，后办的另成草稿")
def divide_draft(request: HttpRequest, draft: str) -> schemas.Drafts:
    """Part a draft that is `late` into stages; answers, values and files go along."""
    stages = drafts.divide(_opened(request, draft), today=clock.today(), now=clock.now())
    return schemas.Drafts(drafts=[schemas.DraftListed.model_validate(one) for one in stages])


@router.post("{draft}/submit", response={201: schemas.Submitted}, summary="提交申请", openapi_extra=ACT)
def submit(
    request: HttpRequest, draft: str, incomplete: bool = False, confirmed: bool = False
) -> Status[schemas.Submitted]:
    """Hand in the draft: all its cases at once. With `incomplete` as it stands, although something is missing.

    `confirmed` says that what was taken over from an earlier application still holds.
    """
    answer = actions.submit(
        operation=operation_of(request),
        actor=actor_of(request),
        draft=draft,
        incomplete=incomplete,
        confirmed=confirmed,
        now=clock.now(),
    )
    return Status(201, schemas.Submitted(**answer))


def _opened(request: HttpRequest, draft: str) -> Draft:
    return drafts.open_draft(draft, actor=actor_of(request))


def told(request: HttpRequest, opened: Draft) -> schemas.Draft:
    """Return a draft of the party one acts for, as the door tells it."""
    holder = actor_of(request).party
    assert holder is not None  # the draft is of this party
    found = filling.read(opened, holder=holder, now=clock.now())
    return schemas.Draft(
        id=opened.id,
        bundle=opened.bundle,
        bundle_version=opened.bundle_version,
        party=opened.party,
        answers=dict(found.planned.answers),
        matters=[
            schemas.Chosen(
                index=case.index,
                matter=case.matter,
                name=found.catalogue.standards[case.matter].name,
                person=case.subject,
            )
            for case in found.planned.cases
        ],
        people=[schemas.Person.model_validate(one) for one in found.people],
        form=_form(found),
        materials=[_wanted(found, one) for one in found.wanted],
        missing=schemas.Missing(
            elements=[element.code for element in found.missing_elements],
            materials=[one.place for one in found.missing_materials],
        ),
        complete=found.complete,
        by_commitment=[one.matter for one in found.promised.committed if one.on_the_spot],
        late=not found.planned.feasible,
        carried_from=opened.carried_from,
        changed_at=opened.changed_at,
        submitted_at=opened.submitted_at,
    )


def _form(found: Filling) -> list[schemas.Entry]:
    return [
        schemas.Entry(
            element=Element.model_validate(element),
            value=found.values.get(element.code, ""),
            known=element.code in found.known,
            carried=element.code in found.draft.carried,
        )
        for sheet in found.sheets
        for element in sheet.elements
    ]


def _wanted(found: Filling, one: Wanted) -> schemas.Wanted:
    names = found.catalogue.certificate_types if one.certificate else found.catalogue.materials
    return schemas.Wanted(
        code=one.code,
        place=one.place,
        person=one.subject,
        name=names[one.code].name,
        about=one.about,
        certificate=one.certificate,
        matters=list(one.matters),
        source=one.found.supply.source if one.found else None,
        reference=one.found.supply.reference if one.found else "",
        deferrable=one.deferrable,
        committable=one.committable,
        later=one.later,
        carried=one.carried,
        basis=one.found.supply.basis if one.found else None,
        recognised=_recognised(one.recognised) if one.recognised else None,
    )


def _recognised(offer: Offer) -> schemas.Recognised:
    judgement = offer.judgement
    return schemas.Recognised(
        certificate=offer.certificate.identifier if offer.own else "",
        counts=offer.counts,
        reason=judgement.reason,
        rule=judgement.rule.code if judgement.rule else "",
        basis=offer.basis,
        message=judgement.message,
    )
