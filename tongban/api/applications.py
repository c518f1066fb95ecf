"""Applications and cases: look them up, confirm, accept, give an opinion, conclude; and what waits for whom.

To whoever may see no case of an application it does not exist; a desk sees its own cases and no others. What staff
read is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.drafts import told
from tongban.api.schemas import applications as schemas
from tongban.api.schemas import drafts
from tongban.casework import actions, form, queries, reading, repeating, supplies, timeline, words, worklists
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.merged import Days, Item
from tongban.casework.worklists import Tab, Wanted
from tongban.catalogue import calendars
from tongban.domain import application as kernel
from tongban.domain import instant, review
from tongban.domain.application import Application, CaseState
from tongban.domain.catalogue import Catalogue
from tongban.domain.materials import place
from tongban.domain.refused import Refused
from tongban.files.answers import serve
from tongban.keys import actions as keys
from tongban.people.actor import Actor
from tongban.people.permissions import NotAllowed
from tongban.web import clock

router = Router(tags=["申请与办件"])
MOST = 200


@router.get("applications", response=schemas.Applications, summary="我的办件")
def applications(request: HttpRequest, limit: int = Query(50, ge=1, le=MOST)) -> schemas.Applications:
    """Return the applications of the party one acts for, the newest first."""
    actor = actor_of(request)
    found = queries.applications_of(actor.party.id, matters=actor.mandate_matters, limit=limit) if actor.party else []
    return schemas.Applications(applications=[schemas.ApplicationListed.model_validate(one) for one in found])


@router.get(
    "applications/{number}", response=schemas.Application, summary="一件申请：各办件的状态、等待、期限、证照、经过"
)
def application(request: HttpRequest, number: str) -> schemas.Application:
    found, cases = queries.seen_by(number, actor=actor_of(request))
    _note_look(request, found, cases, "api")
    known = catalogue_of(found)
    return schemas.Application(
        number=found.number,
        bundle=found.bundle,
        bundle_version=found.bundle_version,
        region=found.region,
        hall=found.hall,
        holder=found.holder,
        submitted_at=found.submitted_at,
        closed_at=found.closed_at,
        cases=[_case(found, case, known) for case in cases],
        timeline=_timeline(found, {case.index for case in cases}, known),
    )


@router.post("applications/{number}/repeat", response={201: drafts.Draft}, summary="再次申报：沿用以前填报的内容")
def repeat(request: HttpRequest, number: str) -> Status[drafts.Draft]:
    """Open a draft like an earlier application of the party one acts for.

    Taken over is what still holds; what belongs to one voyage or has ended stays empty. Submitting it demands
    `confirmed`.
    """
    return Status(201, told(request, repeating.begin(actor=actor_of(request), number=number, now=clock.now())))


@router.get("applications/{number}/cases/{int:index}", response=schemas.CaseSheet, summary="一个办件：填报内容与材料")
def case(request: HttpRequest, number: str, index: int, in_clear: bool = False) -> schemas.CaseSheet:
    """Return one case with what its desk reviews.

    Staff read personal values masked unless they ask; it is recorded. A co-applicant reads them masked.
    """
    found, seen = _one_case(request, number, index)
    actor = actor_of(request)
    _note_look(request, found, [seen], f"api {index} in clear" if in_clear else f"api {index}")
    known = catalogue_of(found)
    topics = reading.topics(
        reading.as_held(known, found.holder),
        [seen.matter],
        form.settled(found, form.unseal(found.form), seen.subject),
        in_clear=_is_holder(actor, found) or (in_clear and not _is_party(actor, found, [seen])),
    )
    places = supplies.places(known, found, [seen])
    return schemas.CaseSheet(
        **_case(found, seen, known).model_dump(),
        seen=review.shown(found, seen.index),
        form=[schemas.Value.model_validate(answer) for topic in topics for answer in topic.answers],
        materials=[
            schemas.MaterialSupplied(
                code=place(supply.material, supply.subject),
                name=words.material(known, supply.material),
                source=supply.source,
                basis=supply.basis,
                reference=supply.reference,
            )
            for supply in found.supplies
            if (supply.material, supply.subject) in places.values()
        ],
    )


@router.get(
    "applications/{number}/cases/{int:index}/materials/{code}",
    summary="一份上传的材料",
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}}},
)
def material(request: HttpRequest, number: str, index: int, code: str) -> HttpResponse:
    """Give an uploaded file of one case, as it was uploaded; to its applicant and to staff."""
    found, seen = _one_case(request, number, index)
    _demand_no_other_party(actor_of(request), found, seen)
    known = catalogue_of(found)
    supply = reading.uploaded(known, found, [seen], code)
    _note_look(request, found, [seen], f"api {index} {code}")
    return serve(
        party=found.holder, digest=supply.reference, name=f"{found.number} {words.material(known, supply.material)}"
    )


@router.post(
    "applications/{number}/cases/{int:index}/confirmation",
    response={201: schemas.Confirmed},
    summary="共同申请人确认",
    openapi_extra=ACT,
)
def confirm(
    request: HttpRequest, number: str, index: int, seen: str = Query("", max_length=64)
) -> Status[schemas.Confirmed]:
    """Sign a case; `seen` is what the case was shown with, and refuses what has changed since."""
    with acting_on(request, number) as application_id:
        answer = actions.confirm(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            seen=seen,
            now=clock.now(),
        )
    return Status(201, schemas.Confirmed(**answer))


@router.post(
    "applications/{number}/acceptance", response={201: schemas.Accepted}, summary="一并受理", openapi_extra=ACT
)
def accept(
    request: HttpRequest, number: str, only: Annotated[tuple[int, ...], Query(max_length=MOST)] = ()
) -> Status[schemas.Accepted]:
    """Accept every case that is complete, all at the same time; with `only` just these."""
    with acting_on(request, number) as application_id:
        answer = actions.accept(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            only=only,
            now=clock.now(),
        )
    return Status(201, schemas.Accepted(**answer))


@router.post(
    "applications/{number}/cases/{int:index}/opinions",
    response={201: schemas.OpinionTaken},
    summary="会审岗位提出意见",
    openapi_extra=ACT,
)
def give_opinion(
    request: HttpRequest, number: str, index: int, given: schemas.OpinionGiven
) -> Status[schemas.OpinionTaken]:
    with acting_on(request, number) as application_id:
        answer = actions.give_opinion(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            desk=given.desk,
            verdict=given.verdict,
            reason=given.reason,
            seen=given.seen,
            now=clock.now(),
        )
    return Status(201, schemas.OpinionTaken(**answer))


@router.post(
    "applications/{number}/cases/{int:index}/conclusion",
    response={201: schemas.Concluded},
    summary="审查岗位签署结论",
    openapi_extra=ACT,
)
def conclude(
    request: HttpRequest, number: str, index: int, given: schemas.ConclusionGiven
) -> Status[schemas.Concluded]:
    """Sign a conclusion at any time; it takes effect when the certificates it needs are there."""
    with acting_on(request, number) as application_id:
        answer = actions.conclude(
            operation=operation_of(request),
            actor=actor_of(request),
            application=application_id,
            case=index,
            desk=given.desk,
            outcome=given.outcome,
            reason=given.reason,
            determined=given.determined,
            seen=given.seen,
            now=clock.now(),
        )
    return Status(201, schemas.Concluded(**answer))


@router.get("tasks", response=schemas.Tasks, summary="等我办的事")
def tasks(request: HttpRequest) -> schemas.Tasks:
    """Return what waits for this actor: signatures of his party, applications at his hall, cases at his desks."""
    actor = actor_of(request)
    asked = queries.to_confirm(actor.party.id) if actor.party else []
    to_confirm = [one for one in asked if one.confirmed_at is None]
    places, days = worklists.places_of(actor), Days.at(clock.today(), calendars.load())
    to_accept, at_desks = (
        worklists.page(places, Wanted(tab), days=days, size=MOST).items for tab in (Tab.INTAKE, Tab.DESK)
    )
    return schemas.Tasks(
        tasks=[
            *(_task("confirm", one.number, case=one.case, matter=one.matter) for one in to_confirm),
            *(_task("accept", one.number) for one in to_accept),
            *(_at_desk(one) for one in at_desks),
        ]
    )


def _at_desk(one: Item) -> schemas.Task:
    return schemas.Task(
        act="opinion" if one.act == worklists.OPINION else "conclude",
        number=one.number,
        case=one.case,
        matter=one.matter,
        desk=one.desk,
        promised_due_on=one.promised_due_on,
        statutory_due_on=one.statutory_due_on,
    )


def _task(act: str, number: str, *, case: int | None = None, matter: str = "") -> schemas.Task:
    return schemas.Task(
        act=act, number=number, case=case, matter=matter, desk="", promised_due_on=None, statutory_due_on=None
    )


# --- what the reader may see ------------------------------------------------------------------------------------------


def _one_case(request: HttpRequest, number: str, index: int) -> tuple[Application, kernel.Case]:
    found, cases = queries.seen_by(number, actor=actor_of(request))
    case = found.case(index)
    if case not in cases:
        raise queries.NoSuchApplication
    return found, case


def _note_look(request: HttpRequest, found: Application, cases: Iterable[kernel.Case], what: str) -> None:
    """Write down that staff read; what the parties read of their own is nobody's business."""
    actor = actor_of(request)
    if not _is_party(actor, found, cases):
        reading.took_a_look(found, actor=actor, what=what, now=clock.now())


@contextmanager
def acting_on(request: HttpRequest, number: str) -> Iterator[str]:
    """Give an act the id it needs. Whether one may is the act's question; to a refused stranger nothing is there."""
    try:
        yield queries.id_of(number)
    except Refused:
        queries.seen_by(number, actor=actor_of(request))
        raise


def _demand_no_other_party(actor: Actor, found: Application, case: kernel.Case) -> None:
    """A co-applicant signs for the content and sees which materials there are; the papers are the applicant's own."""
    if _is_party(actor, found, [case]) and not _is_holder(actor, found):
        raise NotAllowed("不能查看：材料文件属于申请人，共同申请人可以看到清单。请向申请人索取。")


def _is_holder(actor: Actor, found: Application) -> bool:
    return actor.party is not None and actor.party.id == found.holder


def _is_party(actor: Actor, found: Application, cases: Iterable[kernel.Case]) -> bool:
    parties = {found.holder, *(one.party for case in cases for one in case.confirmations)}
    return actor.party is not None and actor.party.id in parties


def _case(found: Application, case: kernel.Case, known: Catalogue) -> schemas.Case:
    decided = case.conclusion if case.state is CaseState.DECIDED else None
    return schemas.Case(
        index=case.index,
        matter=case.matter,
        name=known.standards[case.matter].name,
        person=case.subject,
        state=case.state,
        body=case.body,
        deciding_desk=case.deciding_desk,
        opinions=[schemas.Opinion.model_validate(opinion) for opinion in case.opinions],
        confirmations=[schemas.Confirmation.model_validate(one) for one in case.confirmations],
        awaits=list(case.awaits),
        waits_for=[awaited.index for awaited in found.waits_for(case)],
        outcome=case.outcome,
        reason=keys.unseal(decided.reason).decode() if decided and decided.reason else "",
        returned=case.returned,
        procedures=[schemas.ProcedureTold.model_validate(one) for one in case.ledger.procedures],
        extended_days=case.ledger.extension.days if case.ledger.extension else 0,
        hearing=schemas.Hearing.model_validate(hearing) if (hearing := case.proceedings.hearing) else None,
        accepted_at=case.accepted_at,
        promised_due_on=case.promised_due_on,
        statutory_due_on=case.statutory_due_on,
        provisional=case.provisional,
        decided_at=case.decided_at,
        certificate=case.certificate,
    )


def _timeline(found: Application, seen: set[int], known: Catalogue) -> list[schemas.Step]:
    names = timeline.Names(
        matters={case.index: known.standards[case.matter].name for case in found.cases},
        certificates={case.index: known.certificate_types[case.yields].name for case in found.cases if case.yields},
        materials={code: one.name for code, one in known.certificate_types.items()}
        | {code: one.name for code, one in known.materials.items()},
        shown=seen,
        articles=instant.articles(found),
    )
    told = timeline.of_materials(queries.history(found), supplies.places(known, found, map(found.case, seen)))
    entries = [entry for entry in told if timeline.concerns(entry.event, seen)]
    return [schemas.Step.model_validate(step) for step in timeline.tell(entries, names)]
