"""Documents for the tests of the paper: nobody's, with everything a document can have."""

from __future__ import annotations

from datetime import date
from typing import Any

from tongban.domain.catalogue import Source, SourceKind
from tongban.domain.documents.content import DocumentContent, Table
from tongban.domain.documents.kinds import DocumentKind


def notice(**changes: Any) -> DocumentContent:
    """Return an acceptance notice; `changes` replace what it says."""
    said: dict[str, Any] = {
        "kind": DocumentKind.ACCEPTANCE,
        "title": "受理通知书",
        "number": "曹海受字〔2026〕12号",
        "body": "曹妃甸海事局",
        "seal": "曹妃甸海事局",
        "addressee": "河北渤远航运有限公司",
        "application": "130209-20260302-000001-7",
        "cases": (1, 2),
        "opening": ("你单位2026年3月2日提出的申请收悉，予以受理。",),
        "table": Table(("序号", "事项"), (("1", "船舶名称核准"), ("2", "船舶国籍登记")), (0, 1)),
        "closing": ("可以凭查询码查询进度。",),
        "reasons": ("材料齐全。",),
        "remedy": ("可以依法申请行政复议。",),
        "articles": (
            Source(SourceKind.CITED, "《中华人民共和国行政许可法》第三十二条"),
            Source(SourceKind.COMPOSED),
        ),
        "dated_on": date(2026, 3, 2),
    }
    return DocumentContent(**(said | changes))
