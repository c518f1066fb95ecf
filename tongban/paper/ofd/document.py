"""Which parts has an OFD of ours? One document with its pages, one font, and the signed file it shows as attachment.

Source: GB/T 33190-2016, 7.4 (OFD.xml), 7.5 (Document.xml), 7.9 (resources), 20 (attachments).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from tongban.crypto import sm3
from tongban.paper.fonts import FAMILY, Embedded
from tongban.paper.ofd.drawing import A4, FONT, NAMESPACE, Page, ids, number, page_xml, xml

ROOT = "OFD.xml"
DOCUMENT = "Doc_0/Document.xml"
RESOURCES = "Doc_0/PublicRes.xml"
FONT_FILE = "Doc_0/Res/font.ttf"
ATTACHMENTS = "Doc_0/Attachs/Attachments.xml"
ATTACHED = "Doc_0/Attachs/certificate.json"
SIGNATURES = "Doc_0/Signs/Signatures.xml"
CREATOR = "Tongban"


@dataclass(frozen=True, slots=True)
class About:
    """What a reader shows about the document."""

    title: str
    author: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Document:
    """A document before it is sealed: its parts in the order of the file, and the ids of its pages."""

    parts: dict[str, bytes]
    pages: range


def document(about: About, pages: Sequence[Page], *, font: Embedded, attached: bytes) -> Document:
    *firsts, free = ids(pages, FONT + 1)
    numbered = range(free, free + len(pages))
    drawn = {
        f"Doc_0/Pages/Page_{nth}/Content.xml": page_xml(page, font, first)
        for nth, (page, first) in enumerate(zip(pages, firsts, strict=True))
    }
    parts = {
        ROOT: _root(about, attached),
        DOCUMENT: _document(numbered),
        RESOURCES: _resources(),
        FONT_FILE: font.file,
        **drawn,
        ATTACHMENTS: _attachments(about, attached),
        ATTACHED: attached,
    }
    return Document(parts, numbered)


def _root(about: About, attached: bytes) -> bytes:
    return xml(
        f'<ofd:OFD {NAMESPACE} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>{sm3.digest(attached).hex()[:32]}</ofd:DocID><ofd:Title>{escape(about.title)}</ofd:Title>"
        f"<ofd:Author>{escape(about.author)}</ofd:Author><ofd:CreationDate>{about.made_on}</ofd:CreationDate>"
        f"<ofd:Creator>{CREATOR}</ofd:Creator></ofd:DocInfo><ofd:DocRoot>{DOCUMENT}</ofd:DocRoot>"
        f"<ofd:Signatures>{SIGNATURES}</ofd:Signatures></ofd:DocBody></ofd:OFD>"
    )


def _document(page_ids: range) -> bytes:
    pages = "".join(
        f'<ofd:Page ID="{identifier}" BaseLoc="Pages/Page_{nth}/Content.xml"/>'
        for nth, identifier in enumerate(page_ids)
    )
    return xml(
        f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>{page_ids.stop - 1}</ofd:MaxUnitID><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 {number(A4[0])} {number(A4[1])}</ofd:PhysicalBox></ofd:PageArea>"
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>"
        f"<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>"
    )


def _resources() -> bytes:
    return xml(
        f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="{FONT}" FontName="{FAMILY}" '
        f'FamilyName="{FAMILY}"><ofd:FontFile>font.ttf</ofd:FontFile></ofd:Font></ofd:Fonts></ofd:Res>'
    )


def _attachments(about: About, attached: bytes) -> bytes:
    return xml(
        f'<ofd:Attachments {NAMESPACE}><ofd:Attachment ID="certificate" Name={quoteattr(about.title)} Format="json" '
        f'CreationDate="{about.made_on}" Size="{number(len(attached) / 1024)}" Visible="true">'
        "<ofd:FileLoc>certificate.json</ofd:FileLoc></ofd:Attachment></ofd:Attachments>"
    )
