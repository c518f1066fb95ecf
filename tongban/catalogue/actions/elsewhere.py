"""May a batch put these standards in force? Only while no other batch does.

What all regions of one batch signed, some of them could otherwise replace by signing another. So a matter stands in
one batch at a time: it is amended there, and is free for another from the day on which that one is withdrawn or stops
with its agreement. Asked when an act is proposed, and again under the lock of the catalogue when it is completed,
because two batches may be signed side by side.

Source: design, invariant 10 (joint means all).
"""

from __future__ import annotations

from datetime import date

from tongban.catalogue import storage
from tongban.domain.joint import ActKind, Content
from tongban.domain.refused import Refused

PUTS_IN_FORCE = {ActKind.ISSUE, ActKind.AMENDMENT}


class ListedElsewhere(Refused):
    """A matter that another batch has in force, or will have."""

    code = "listed_elsewhere"


def demand_free(content: Content, *, on: date) -> None:
    """Refuse what another batch has in force on that day or later. Raises ListedElsewhere."""
    if content.kind not in PUTS_IN_FORCE:
        return
    for matter, spans in storage.spans_of([one.matter for one in content.standards]).items():
        for span in spans:
            ends = span.until_on or date.max
            if span.batch not in ("", content.batch) and span.from_on < ends and on < ends:
                raise ListedElsewhere(
                    f"批次 {content.batch} 未办理：事项 {matter} 的标准已列入批次 {span.batch}。"
                    "请在该批次中提出修订，或等它撤回后再列入。",
                    field="matters",
                )
