"""How does a document come to be? The worker composes, numbers, prints, signs and keeps it after the act.

The errand names the entries of one act. What they call for is composed from the application as the act left it, so the
same errand says the same whenever it is run. The number stays with the document (`numbers`); the paper is kept under
the holder's data key; and the entry `DocumentIssued` is appended by an action whose operation id is made from the act:
run twice, or by two workers at once, there is one document with one number.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from tongban.casework import form
from tongban.casework.actions import beats, forwarding
from tongban.casework.documents import codes, issuers, numbers
from tongban.casework.numbers import query_code
from tongban.catalogue import queries as catalogue_queries
from tongban.crypto import canonical, profiles
from tongban.domain import codec
from tongban.domain.application import Application, fold
from tongban.domain.documents import content as kernel
from tongban.domain.documents import texts
from tongban.domain.documents.content import DocumentContent, Issuer
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.documents.occasions import CalledFor, called_for
from tongban.domain.documents.texts.facts import Facts
from tongban.domain.events import AcceptanceRefused, DocumentIssued, DocumentsDelivered, Event, LetterDelivered
from tongban.domain.sealed import Sealed
from tongban.files import actions as files
from tongban.journal import queries as journal
from tongban.journal.actions import Answer, Operation, action
from tongban.journal.outbox import Errand
from tongban.keys import actions as keys
from tongban.keys import seals
from tongban.keys.purposes import Purpose
from tongban.paper import document
from tongban.people import queries as people
from tongban.people.actor import SYSTEM, Actor

SUBJECT = "documents"
"""Of the outbox."""
REMARK = "演示数据，不具法律效力"


class _Opened(dict[Sealed, str]):
    """What stands in seals; each is opened when its words are asked for."""

    def __missing__(self, sealed: Sealed) -> str:
        return keys.unseal(sealed).decode()


def issue(errand: Errand, now: datetime) -> None:
    """Issue the documents that an act calls for and that are not there yet. Raises MissingGlyph, NumberTaken.

    They are issued at a full second: what is signed can be written down again from what is published.
    """
    now = now.replace(microsecond=0)
    entries = journal.entries(errand.stream)
    application = fold(entry.event for entry in entries if entry.seq <= errand.last_seq)
    act = [
        entry.event
        for entry in entries
        if errand.seq <= entry.seq <= errand.last_seq
        # Of what was done at other nodes only deliveries call for papers of this one.
        and (not forwarding.written_at(entry.actor) or isinstance(entry.event, DocumentsDelivered))
    ]
    there = {
        (event.kind, event.body)
        for entry in entries
        if isinstance(event := entry.event, DocumentIssued) and event.act == errand.seq
    }
    try:
        names = _names(application, act)
    except keys.Erased:
        return  # The holder had his data erased: nothing can be said to him any more.
    found = called_for(
        application, act, issuers=issuers.of_cases(application, names), hall=issuers.of_hall(application)
    )
    for called in found:
        if (called.kind, called.issuer.code) not in there:
            _issue(application, errand.seq, called, names, now)


def _names(application: Application, act: Sequence[Event]) -> dict[str, str]:
    accounts = {event.by for event in act if isinstance(event, DocumentsDelivered | LetterDelivered)}
    bodies = {f"org:{event.right_body}" for event in act if isinstance(event, AcceptanceRefused) and event.right_body}
    filled = form.unseal(application.form)
    return dict(filled.names) | people.names_of(_strangers(accounts | bodies, filled.names))


def _strangers(ids: Collection[str], known: Collection[str]) -> set[str]:
    return set(ids) - set(known)


def _issue(application: Application, act: int, called: CalledFor, names: dict[str, str], now: datetime) -> None:
    issuer = called.issuer
    facts = Facts(
        called=called,
        application=application,
        catalogue=catalogue_queries.catalogue_of(application.bundle, application.bundle_version)[0],
        query_code=query_code(application.number),
        hall=issuer.name if called.kind is DocumentKind.RECEIPT else "",
        names=names,
        opened=_Opened(),
    )
    number = numbers.take(
        application=application.id, act=act, kind=called.kind, issuer=issuer, year=facts.dated_on.year
    )
    content = texts.compose(facts, number=number)
    kept = files.store(
        party=application.holder, name=f"{number}.pdf", stream=io.BytesIO(_printed(content, issuer)), now=now
    )
    signature = _sign(issuer, kernel.statement(content, issuer=issuer, paper=kept.digest, at=now), now)
    event = DocumentIssued(
        kind=content.kind,
        title=content.title,
        number=number,
        body=issuer.code,
        cases=content.cases,
        act=act,
        dated_on=content.dated_on,
        content=_sealed(content, application.holder),
        digest=kept.digest,
        signature=signature.value.hex(),
        key=signature.key_id,
        at=now,
    )
    _append(
        operation=f"document/{application.id}/{act}/{content.kind}/{issuer.code}",
        actor=SYSTEM,
        application=application.id,
        number=number,
        prepared=event,
        now=now,
    )


@action
def _append(
    *, operation: Operation, actor: Actor, application: str, number: str, prepared: DocumentIssued, now: datetime
) -> Answer:
    stream, before = beats.open_application(application, operation)
    answer = {"number": number}
    beats.store(stream, before, [prepared], now=now, answer=answer)
    return answer


def _printed(content: DocumentContent, issuer: Issuer) -> bytes:
    service = seals.installed()
    paper = document.pdf(content, drawn=service is None, **around(content.number))
    if service is None:
        return paper
    return service.stamp(paper=paper, body=issuer.code, seal=issuer.seal, signature=issuer.name)


def around(number: str) -> dict[str, Any]:
    """Return what stands on the paper of a document beside what it says, whenever it is printed."""
    return {
        "code": codes.code_of(number),
        "address": codes.address_of(number),
        "cache_folder": settings.VAR / "cache",
        "remark": remark(),
    }


def remark() -> str:
    """What stands at the foot of every page; demo people get no papers that look real."""
    return REMARK if settings.DEMO else ""


def _sealed(content: DocumentContent, holder: str) -> Sealed:
    return keys.seal(person=holder, plaintext=canonical.encode(codec.to_plain(content, DocumentContent)))


def _sign(issuer: Issuer, said: dict[str, Any], now: datetime) -> keys.Signature:
    """Sign with the body's key for documents, made when it issues its first."""
    message = canonical.encode(said)
    try:
        return keys.sign(owner=issuer.code, purpose=Purpose.DOCUMENT, message=message, now=now)
    except keys.NoKey:
        algorithm = profiles.for_profile(settings.CRYPTO)
        keys.ensure_key(owner=issuer.code, name=issuer.name, purpose=Purpose.DOCUMENT, algorithm=algorithm, now=now)
    return keys.sign(owner=issuer.code, purpose=Purpose.DOCUMENT, message=message, now=now)
