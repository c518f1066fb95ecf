"""How is a document (文书) printed? As an official paper, with a drawn seal.

At its foot stands what it can be compared by: its number and the head of the digest of what it says, and what anybody
may verify it by: a code, with the address of the page as a QR code.

Source: GB/T 9704-2012 (format of official documents).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tongban.domain.documents import content as said
from tongban.domain.documents.content import DocumentContent
from tongban.paper import fonts, press, qr

SEAL_FOR = "电子文书专用章"
VERIFY = "核验本文书的网址"
"""What the QR code is, for whoever has the paper read aloud."""


def pdf(
    content: DocumentContent,
    *,
    cache_folder: Path,
    code: str = "",
    address: str = "",
    mark: str = "",
    remark: str = "",
    drawn: bool = True,
) -> bytes:
    """Return the paper. `mark` stands in a frame above (重印), `remark` at the foot of every page, and so do the `code`
    by which it is verified and the `address` where, as a QR code.

    Without a `drawn` seal there is room for another. The same values give the same bytes. Raises MissingGlyph.
    """
    values = _values(content, mark, remark, code) | ({} if drawn else {"seal": "", "seal_for": ""})
    fonts.demand_glyphs(_texts(values))
    values["qr"] = qr.svg(address) if address else ""
    return press.pdf("document", values, cache_folder=cache_folder)


def _values(content: DocumentContent, mark: str, remark: str, code: str) -> dict[str, Any]:
    foot = [
        f"文号：{content.number}　申请编号：{content.application}",
        f"内容摘要（SM3）：{said.head(content.digest)}" + (f"　{remark}" if remark else ""),
        *([f"核验码：{code}　在本平台“文书核验”页面输入文号和核验码，或扫码核验。"] if code else []),
    ]
    return {
        "title": content.title,
        "number": content.number,
        "body": content.body,
        "seal": content.seal,
        "seal_for": SEAL_FOR,
        "addressee": content.addressee,
        "opening": list(content.opening),
        "headings": list(content.table.headings) if content.table else [],
        "rows": [list(row) for row in content.table.rows] if content.table else [],
        "widths": list(content.table.widths) if content.table else [],
        "closing": list(content.closing),
        "parts": [{"heading": heading, "texts": list(texts)} for heading, texts in _parts(content)],
        "date": said.day(content.dated_on),
        "dated_on": [content.dated_on.year, content.dated_on.month, content.dated_on.day],
        "foot": foot,
        "mark": mark,
        "verify": VERIFY,
    }


def _parts(content: DocumentContent) -> Iterator[tuple[str, tuple[str, ...]]]:
    if content.reasons:
        yield "理由", content.reasons
    if content.articles:
        yield "依据", (said.basis(content.articles) + "。",)
    if content.remedy:
        yield "救济途径", content.remedy


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict | list):
        for each in values.values() if isinstance(values, dict) else values:
            yield from _texts(each)
