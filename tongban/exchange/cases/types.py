"""What kinds of messages are there about cases, and what do telling and hearing them share?

| type | what | body |
|---|---|---|
| `HANDED_OVER` | cases go to the receiver, with all before | `application cases turn reason bundle entries files` |
| `TOLD` | what happened | `application entries files` |
| `RECALLED` | cases that were handed over are asked back | `application cases turn` |
| `ASKED` | what the applicant does where he applied | `application act cases said by at places files` |

Personal data stand sealed under a node's keys; they are opened for the message, which only the receiver opens, and
sealed anew there under his.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tongban.domain.events import ApplicationSubmitted, DocumentIssued, Event, MaterialsSupplied
from tongban.domain.materials import SupplySource

HANDED_OVER = "cn.tongban.case.handover.v1"
TOLD = "cn.tongban.case.told.v1"
RECALLED = "cn.tongban.case.recall.v1"
ASKED = "cn.tongban.case.act.v1"


def files_of(event: Event) -> Iterator[tuple[str, str]]:
    """Yield the digests of the files that an event names, with a name for each."""
    match event:
        case ApplicationSubmitted() | MaterialsSupplied():
            yield from (
                (supply.reference, supply.material) for supply in event.supplies if supply.source is SupplySource.UPLOAD
            )
        case DocumentIssued():
            yield event.digest, event.number


def is_seal(plain: Any) -> bool:
    return isinstance(plain, dict) and plain.keys() == {"person", "ciphertext"}


def is_open(plain: Any) -> bool:
    return isinstance(plain, dict) and plain.keys() == {"person", "opened"}


def replaced(plain: Any, chosen: Callable[[Any], bool], change: Callable[[Any], Any]) -> Any:
    """Return a plain value in which every chosen part is changed, in the order in which they stand."""
    if chosen(plain):
        return change(plain)
    if isinstance(plain, dict):
        return {name: replaced(value, chosen, change) for name, value in plain.items()}
    if isinstance(plain, list):
        return [replaced(value, chosen, change) for value in plain]
    return plain
