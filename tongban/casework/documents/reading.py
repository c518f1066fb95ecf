"""Who reads which documents of an application, and how are they opened and printed again?

A document stands for all its cases: whoever may not see one of them does not see the document. What staff open or print
again is written to the log of reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from tongban.casework import reading, words
from tongban.casework.documents import issuing
from tongban.casework.models import DocumentReprint
from tongban.casework.storage import stream_of
from tongban.catalogue import queries as catalogue_queries
from tongban.crypto import sm3
from tongban.domain import codec
from tongban.domain.application import Application, Case, IssuedDocument
from tongban.domain.catalogue import Catalogue
from tongban.domain.documents.content import DocumentContent, day
from tongban.domain.events import DocumentIssued
from tongban.domain.refused import Refused
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.keys import actions as keys
from tongban.paper import document as paper
from tongban.people.actor import Actor


class NoSuchDocument(Refused):
    """A document that this application does not have, or not for this reader."""

    code = "no_such_document"
    status = 404

    def __init__(self) -> None:
        super().__init__("没有这份文书，或者它与您无关。请从办件页面的文书列表打开。")


@dataclass(frozen=True, slots=True)
class Line:
    """One document as a page lists it; `again_href` prints it again, and is there for staff only."""

    name: str
    about: str
    """The one matter, or how many."""
    number: str
    dated_on: date
    href: str
    again_href: str
    to_sign_for: bool
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Documents:
    """What a page shows of an application's documents: `waiting` counts acts whose documents are still to be issued."""

    lines: tuple[Line, ...]
    waiting: int
    failures: tuple[str, ...]
    to_sign_for: tuple[str, ...]
    """The numbers of those that wait for a signature."""

    @property
    def hrefs(self) -> dict[str, str]:
        """Where each is opened, by number."""
        return {line.number: line.href for line in self.lines}


def of(application: Application, cases: Iterable[Case], *, staff: bool) -> tuple[tuple[int, IssuedDocument], ...]:
    """Return the documents of which every case is among these, with their places from 1, the newest first.

    What is said to a third party is for staff alone.
    """
    seen = {case.index for case in cases}
    placed = enumerate(application.documents, start=1)
    return tuple(
        (place, one) for place, one in placed if seen.issuperset(one.cases) and (staff or one.kind.for_applicant)
    )[::-1]


def find(application: Application, place: int, cases: Iterable[Case], *, staff: bool) -> IssuedDocument:
    """Return the document at a place, if every case of it is among these. Raises NoSuchDocument."""
    for there, one in of(application, cases, staff=staff):
        if there == place:
            return one
    raise NoSuchDocument


def listed(application: Application, cases: Iterable[Case], *, staff: bool) -> Documents:
    """Return what a page of the applicant, or of staff, shows. One statement."""
    errands = outbox.of_stream(stream=stream_of(application.id), subject=issuing.SUBJECT)
    catalogue, _ = catalogue_queries.catalogue_of(application.bundle, application.bundle_version)
    people = reading.called_by(application, in_clear=not staff)
    lines = tuple(
        _line(application, catalogue, people, place, one, staff=staff)
        for place, one in of(application, cases, staff=staff)
    )
    return Documents(
        lines=lines,
        waiting=len(errands),
        failures=tuple(dict.fromkeys(one.failure for one in errands if one.failure)),
        to_sign_for=tuple(line.number for line in lines if line.to_sign_for),
    )


def _line(
    application: Application,
    catalogue: Catalogue,
    people: Mapping[str, str],
    place: int,
    one: IssuedDocument,
    *,
    staff: bool,
) -> Line:
    at = [application.number, place]
    matters = [words.case(catalogue, application.case(index), people) for index in one.cases]
    return Line(
        name=words.document(one),
        about=matters[0]
        if len(matters) == 1
        else ngettext("%(count)d 个事项", "%(count)d 个事项", len(matters)) % {"count": len(matters)},
        number=one.number,
        dated_on=one.dated_on,
        href=reverse("casework:taken_in_document" if staff else "casework:document", args=at),
        again_href=reverse("casework:document_again", args=at) if staff else "",
        to_sign_for=one.kind.signed_for and one.delivered_at is None,
        delivered_at=one.delivered_at,
    )


def file_name(one: IssuedDocument) -> str:
    return f"{one.title} {one.number}"


def print_again(application: Application, one: IssuedDocument, *, actor: Actor, now: datetime) -> bytes:
    """Return the paper anew, with a mark that says when and by whom it was printed again. Raises Erased."""
    reading.took_a_look(application, actor=actor, what=f"document {one.number} printed again", now=now)
    content = content_of(application, one)
    mark = f"重印　{day(_today(now))}　{actor.name}"
    printed = paper.pdf(content, mark=mark, **issuing.around(one.number))
    _remember(one, printed, now=now)
    return printed


def _remember(one: IssuedDocument, printed: bytes, *, now: datetime) -> None:
    """Keep by what a reprint is told when it is verified; the same paper on the same day is one."""
    DocumentReprint.objects.get_or_create(digest=sm3.digest(printed).hex(), defaults={"number": one.number, "at": now})


def content_of(application: Application, one: IssuedDocument) -> DocumentContent:
    """Return what a document says, as it was issued. Raises Erased."""
    told = journal.telling(stream_of(application.id), kinds={DocumentIssued.__name__}, any_of={one.digest})
    event = next(e for entry in told if isinstance(e := entry.event, DocumentIssued) and e.number == one.number)
    plain = json.loads(keys.unseal(event.content))
    content: DocumentContent = codec.from_plain(plain, DocumentContent)
    return content


def _today(now: datetime) -> date:
    return timezone.localdate(now, timezone.get_default_timezone())
