"""Is this paper a document that a body issued? Anybody may ask, by its number and code or by the file itself.

The code (核验码, `codes`) stands at the foot of the paper and in the address of its QR code. Number and code say that
there is such a document; only the file says that not a word of it was changed. A file is told by its digest alone: it
is not opened, and nothing of it is kept. What is answered is about the paper and nobody: kind, body, number, day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from secrets import compare_digest

from tongban.casework.documents import reading
from tongban.casework.documents.codes import code_of
from tongban.casework.models import Document, DocumentReprint
from tongban.casework.storage import read
from tongban.crypto import canonical, sm3
from tongban.domain.application import Application, IssuedDocument
from tongban.domain.documents import content as kernel
from tongban.domain.documents.content import Issuer
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.refused import Refused
from tongban.keys import actions as keys
from tongban.keys import trust
from tongban.people import queries as people

LARGEST_BYTES = 4 * 1024 * 1024
LONGEST_NUMBER = 240
NOT_IN_A_CODE = re.compile(r"[\s-]+")
BRACKETS = str.maketrans("[(【（［])】）］", "〔〔〔〔〔〕〕〕〕〕")
"""What people type for the brackets of a number (六角括号)."""


class NotADocument(Refused):
    """A file that is no paper, or more of it than a paper has."""

    code = "not_a_document"


class Copy(StrEnum):
    """What was shown."""

    NUMBER = "number"
    ORIGINAL = "original"
    REPRINT = "reprint"


@dataclass(frozen=True, slots=True)
class Genuine:
    """A document that this node issued. `signed` None: its content was erased, so that nothing is left to compare."""

    kind: DocumentKind
    title: str
    number: str
    body: str
    dated_on: date
    copy: Copy
    reprinted_at: tuple[datetime, ...]
    """When it was printed again; of a reprint that is shown, only that once."""
    signed: bool | None


def by_number(number: str, code: str) -> Genuine | None:
    """Return the document with that number, if the code is its code."""
    number = plain(number)
    given, right = (NOT_IN_A_CODE.sub("", text).upper() for text in (code, code_of(number)))
    row = Document.objects.filter(number=number).first() if compare_digest(given.encode(), right.encode()) else None
    if row is None:
        return None
    reprints = DocumentReprint.objects.filter(number=number).order_by("at").values_list("at", flat=True)
    return _genuine(row, Copy.NUMBER, tuple(reprints))


def plain(number: str) -> str:
    """Return a number as it was given, however its brackets and spaces were typed."""
    return "".join(number.split()).translate(BRACKETS)


def by_file(content: bytes) -> Genuine | None:
    """Return the document that a file is, or is a reprint of. Raises NotADocument."""
    if len(content) > LARGEST_BYTES:
        raise NotADocument(
            f"未核验：文件超过 {LARGEST_BYTES // 1024 // 1024} MB，不是本平台制发的文书。请重新选择文件。"
        )
    if not content.startswith(b"%PDF-"):
        raise NotADocument("未核验：这不是 PDF 文件。请选择下载得到的文书文件，不要选择照片或扫描件。")
    digest = sm3.digest(content).hex()
    if row := Document.objects.filter(digest=digest).first():
        return _genuine(row, Copy.ORIGINAL, ())
    again = DocumentReprint.objects.filter(digest=digest).first()
    row = Document.objects.filter(number=again.number).first() if again else None
    return _genuine(row, Copy.REPRINT, (again.at,)) if row and again else None


def _genuine(row: Document, copy: Copy, reprinted_at: tuple[datetime, ...]) -> Genuine:
    application = read(row.application_id)
    assert application is not None
    one = application.documents[row.place - 1]
    return Genuine(
        kind=one.kind,
        title=one.title,
        number=one.number,
        body=_body(one),
        dated_on=one.dated_on,
        copy=copy,
        reprinted_at=reprinted_at,
        signed=_signed(application, one),
    )


def _body(one: IssuedDocument) -> str:
    if one.body.startswith("hall:"):
        hall = people.hall(code=one.body.removeprefix("hall:"))
        return hall.name if hall else ""
    return people.names_of({f"org:{one.body}"}).get(f"org:{one.body}", "")


def _signed(application: Application, one: IssuedDocument) -> bool | None:
    """Whether the signature under what it says and under the file holds; None where its content was erased."""
    try:
        content = reading.content_of(application, one)
    except keys.Erased:
        return None
    issuer = Issuer(one.body, content.body, content.seal)
    said = kernel.statement(content, issuer=issuer, paper=one.digest, at=one.issued_at)
    key = trust.published(one.key)
    return key is not None and key.verify(canonical.encode(said), bytes.fromhex(one.signature))
