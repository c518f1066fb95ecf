"""What does a document say? A frozen value, complete and in order, from which paper, screen and program read the same.

Its digest is SM3 over the canonical form; the body signs the digest, whose head stands at the foot of the paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.crypto import canonical, sm3
from tongban.domain import codec
from tongban.domain.catalogue import Source, SourceKind
from tongban.domain.documents.kinds import DocumentKind

COMPOSED = "办理依据为示例，未引用法律条文"
"""What stands on paper in place of an article where none is cited."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """In whose name a document speaks. `code` is the credit code of the body, or `hall:<code>` for a receipt."""

    code: str
    name: str
    seal: str
    """The name on the seal."""
    abbreviation: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings, without headings a form. `widths` are shares; 0: as wide as what stands in it."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """One document. Parts that a kind does not have are empty."""

    kind: DocumentKind
    title: str
    number: str
    body: str
    """The body in whose name it speaks, as the heading and the signature have it."""
    seal: str
    addressee: str
    application: str
    cases: tuple[int, ...]
    opening: tuple[str, ...]
    table: Table | None
    closing: tuple[str, ...]
    reasons: tuple[str, ...]
    remedy: tuple[str, ...]
    articles: tuple[Source, ...]
    dated_on: date

    @property
    def digest(self) -> str:
        return sm3.digest(canonical.encode(codec.to_plain(self, DocumentContent))).hex()


def statement(content: DocumentContent, *, issuer: Issuer, paper: str, at: datetime) -> dict[str, Any]:
    """Return what the body signs: what the document is, what it says (digest) and the file (digest) that says it."""
    return {
        "document": content.number,
        "kind": content.kind.value,
        "body": issuer.code,
        "application": content.application,
        "cases": list(content.cases),
        "content": content.digest,
        "paper": paper,
        "at": codec.to_plain(at, datetime),
    }


def basis(articles: Iterable[Source]) -> str:
    """Return articles as a document names them, each once; that something is composed is said last."""
    sources = dict.fromkeys(articles)
    cited = [source.reference for source in sources if source.kind is SourceKind.CITED]
    return "；".join([*cited, COMPOSED] if len(cited) < len(sources) else cited)


def day(value: date) -> str:
    """Return a day as documents write it, without leading zeros (GB/T 9704-2012, 7.3.5.4).

    >>> day(date(2026, 3, 2))
    '2026年3月2日'
    """
    return f"{value.year}年{value.month}月{value.day}日"


def head(digest: str) -> str:
    """Return the head of a digest as people compare it, in groups of four.

    >>> head("9f3c11ab77e05d21" + "0" * 48)
    '9f3c 11ab 77e0 5d21'
    """
    return " ".join(digest[place : place + 4] for place in range(0, 16, 4))
