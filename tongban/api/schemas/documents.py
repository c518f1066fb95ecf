"""Documents of the procedure (文书), as they are listed, signed for and read as values."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from tongban.api.schemas import Given, Told
from tongban.domain.catalogue import SourceKind
from tongban.domain.documents.kinds import DocumentKind

MOST = 100
LONGEST_NUMBER = 240


class Document(Told):
    place: int
    """Its place in the application, from 1: the last part of its address."""
    kind: DocumentKind
    title: str
    number: str
    body: str
    """In whose name it speaks: a unified social credit code, or `hall:<code>` for a receipt."""
    cases: list[int]
    dated_on: date
    issued_at: datetime
    digest: str
    """SM3 over the paper, in hex."""
    signature: str
    """By the body's key `key` of the trust list, in hex; what is signed: docs/api.md."""
    key: str
    to_sign_for: bool
    delivered_at: datetime | None


class Documents(Told):
    documents: list[Document]
    waiting: int
    """How many acts wait for their documents; they come within seconds."""


class Article(Told):
    kind: SourceKind
    reference: str


class Table(Told):
    headings: list[str]
    rows: list[list[str]]


class Content(Told):
    kind: DocumentKind
    title: str
    number: str
    body: str
    addressee: str
    application: str
    cases: list[int]
    opening: list[str]
    table: Table | None
    closing: list[str]
    reasons: list[str]
    remedy: list[str]
    articles: list[Article]
    dated_on: date
    digest: str


class SigningGiven(Given):
    documents: list[str] = Field(min_length=1, max_length=MOST, description="待签收文书的文号")


class SignedFor(Told):
    documents: list[str]
