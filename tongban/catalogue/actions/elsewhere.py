"""May a batch put these standards in force, and may this node act on it? Only while no other batch, no other node does.

What all regions of one batch signed, some of them could otherwise replace by signing another. So a matter stands in
one batch at a time: it is amended there, and is free for another from the day on which that one is withdrawn or stops
with its agreement. Asked when an act is proposed, and again under the lock of the catalogue when it is completed,
because two batches may be signed side by side. Where regions sign on nodes of their own, nobody holds a lock over all
of them: there a region signs no second batch for a matter before the first has failed or is over, and so at most one
can ever be complete.

One node leads a batch, the one that drafted it: it alone puts acts to the regions, and so two never have the same
number. It takes an act back only while a region of its own has not signed: afterwards others may have completed it.

Source: design, invariant 10 (joint means all).
"""

from __future__ import annotations

from datetime import date

from tongban.catalogue import here, joint, storage
from tongban.domain.batch import Act, Batch, NotNow
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


class LedElsewhere(Refused):
    """An act put to the regions by another node than the one that leads the batch."""

    code = "led_elsewhere"


def demand_unpromised(content: Content) -> None:
    """Refuse what a region of this node has signed in another batch that is still open. Raises ListedElsewhere."""
    matters = {one.matter for one in content.standards} if content.kind in PUTS_IN_FORCE else set()
    for other in joint.read_batches() if matters else ():
        act = other.open
        if act is None or other.code == content.batch or act.content.kind not in PUTS_IN_FORCE:
            continue
        shared = matters & {one.matter for one in act.content.standards}
        if shared and any(here.speaks_for(one.region) for one in act.signatures):
            raise ListedElsewhere(
                f"批次 {content.batch} 未签署：本地区已为事项 {min(shared)} 签署批次 {other.code}，各地还没有签齐。"
                "请等它签齐或撤回。",
                field="matters",
            )


def demand_led_here(code: str) -> None:
    """Refuse what only the node may do that a batch came from. Raises LedElsewhere."""
    leading = joint.led_by(code)
    if leading:
        raise LedElsewhere(
            f"批次 {code} 未办理：它由节点 {leading} 牵头，提请、修订和撤回都在那里办理。请联系该节点的事项管理员。"
        )


def recallable(act: Act) -> bool:
    """Whether an open act can be taken back: no other node can have completed it."""
    own = [region for region in act.content.regions if here.speaks_for(region)]
    return len(own) == len(act.content.regions) or not all(act.signature(region) for region in own)


def demand_recallable(batch: Batch) -> None:
    """Refuse to take back what other nodes may have completed. Raises NotNow."""
    if not recallable(batch.demand_open()):
        raise NotNow(
            f"批次 {batch.code} 的提请未撤回：本地区已经签署，各地可能已经签齐。请等各地签署完毕，再提出撤回或修订。"
        )
