"""Documents of the procedure: list them, take the paper, sign for it, print it again.

A document stands for all its cases: it is there for whoever may see each of them. What staff take is recorded.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import documents as schemas
from tongban.casework import queries
from tongban.casework import reading as sheets
from tongban.casework.documents import delivering, reading
from tongban.domain.application import Application, Case, IssuedDocument
from tongban.files import answers as files
from tongban.people.actor import Actor
from tongban.web import clock

router = Router(tags=["文书"])
PAPER = {"responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}}


@router.get("applications/{number}/documents", response=schemas.Documents, summary="一件申请的文书")
def documents(request: HttpRequest, number: str) -> schemas.Documents:
    """Return the documents that the reader may see, the newest first; `waiting` counts acts still to be documented."""
    found, cases = _seen(request, number)
    listed = reading.listed(found, cases, staff=False)
    seen = reading.of(found, cases, staff=_staff(request, found))
    return schemas.Documents(documents=[_document(place, one) for place, one in seen], waiting=listed.waiting)


@router.get("applications/{number}/documents/{int:place}", summary="一份文书（PDF）", openapi_extra=PAPER)
def paper(request: HttpRequest, number: str, place: int) -> HttpResponse:
    """Give the paper as it was issued; its SM3 digest is in the list."""
    found, one = _one(request, number, place, "api document")
    return files.serve(party=found.holder, digest=one.digest, name=reading.file_name(one))


@router.get("applications/{number}/documents/{int:place}/content", response=schemas.Content, summary="一份文书的内容")
def content(request: HttpRequest, number: str, place: int) -> schemas.Content:
    """Return what the document says, as values; its digest is what stands at the foot of the paper."""
    found, one = _one(request, number, place, "api document content")
    said = reading.content_of(found, one)
    return schemas.Content.model_validate(said)


@router.post(
    "applications/{number}/documents/signature",
    response={201: schemas.SignedFor},
    summary="签收文书",
    openapi_extra=ACT,
)
def sign_for(request: HttpRequest, number: str, given: schemas.SigningGiven) -> Status[schemas.SignedFor]:
    """Sign for documents of one's own application; the proof of delivery follows."""
    actor = actor_of(request)
    found = queries.own_application(number, actor=actor)
    answer = delivering.sign_for(
        operation=operation_of(request),
        actor=actor,
        application=found.id,
        documents=tuple(given.documents),
        now=clock.now(),
    )
    return Status(201, schemas.SignedFor(**answer))


def _seen(request: HttpRequest, number: str) -> tuple[Application, tuple[Case, ...]]:
    """A co-applicant sees his case, and no papers: they are the applicant's own."""
    actor = actor_of(request)
    found, cases = queries.seen_by(number, actor=actor)
    if actor.party is not None and actor.party.id != found.holder and _is_party(actor, cases):
        return found, ()
    return found, cases


def _one(request: HttpRequest, number: str, place: int, what: str) -> tuple[Application, IssuedDocument]:
    actor = actor_of(request)
    found, cases = _seen(request, number)
    one = reading.find(found, place, cases, staff=_staff(request, found))
    if actor.party is None or actor.party.id != found.holder:
        sheets.took_a_look(found, actor=actor, what=f"{what} {one.number}", now=clock.now())
    return found, one


def _staff(request: HttpRequest, found: Application) -> bool:
    """Whether the reader reads for an authority: who acts for a party does not."""
    party = actor_of(request).party
    return party is None or party.id not in {one.id for one in found.participants}


def _is_party(actor: Actor, cases: tuple[Case, ...]) -> bool:
    return actor.party is not None and actor.party.id in {one.party for case in cases for one in case.confirmations}


def _document(place: int, one: IssuedDocument) -> schemas.Document:
    return schemas.Document(
        place=place,
        kind=one.kind,
        title=one.title,
        number=one.number,
        body=one.body,
        cases=list(one.cases),
        dated_on=one.dated_on,
        issued_at=one.issued_at,
        digest=one.digest,
        signature=one.signature,
        key=one.key,
        to_sign_for=one.kind.signed_for and one.delivered_at is None,
        delivered_at=one.delivered_at,
    )
