"""Take a file into the catalogue: read, check, publish what is new or differs; all of it or nothing.

With mistakes nothing is stored, unless the good is asked for. What departs from a joint standard in force, or is
refused for another reason that only the act can tell, refuses the whole (`actions/publish.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tongban.catalogue import actions, models
from tongban.catalogue.actions.rawlists import RawHoldings, take_raw_list
from tongban.catalogue.imports import jsonfile, workbook
from tongban.catalogue.imports.checks import checked
from tongban.catalogue.imports.differences import Difference, only
from tongban.catalogue.imports.faults import Fault
from tongban.catalogue.imports.rawlist import RawList
from tongban.domain.refused import Refused
from tongban.journal.actions import Answer
from tongban.people.actor import Actor

Progress = Callable[[int, int], None]


class HasFaults(Refused):
    """A file with mistakes of which the good was not asked for."""

    code = "import_has_faults"
    status = 422


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was read and checked: what is wrong, what is good, and what of that is new or differs."""

    file: str
    count: int
    """Values that were read."""
    faults: tuple[Fault, ...]
    changes: tuple[Difference, ...]
    whole: bool
    """Whether anything of it may be taken at all."""


def examine(
    *, file: str, data: bytes, actor: Actor, today: date, progress: Progress = lambda done, total: None
) -> Examined:
    """Read and check a workbook or a JSON file, told apart by content; nothing is stored."""
    read = jsonfile.read if data.lstrip()[:1] in (b"{", b"[") else workbook.read
    taken = read(file=file, data=data, progress=progress)
    changes = () if taken.spoilt_whole else checked(taken, actor=actor, today=today)
    return Examined(file, len(taken.places), tuple(taken.faults), changes, not taken.spoilt_whole)


def take(*, operation: str, actor: Actor, examined: Examined, now: datetime, take_good: bool = False) -> Answer:
    """Publish what is new or differs; with mistakes only when the good is asked for.

    Raises HasFaults and what `actions.publish` raises.
    """
    _demand(examined.file, examined.faults, whole=examined.whole, take_good=take_good)
    return actions.publish(operation=operation, actor=actor, holdings=only(examined.changes), now=now)


def take_raw(*, operation: str, actor: Actor, raw: RawList, now: datetime, take_good: bool = False) -> Answer:
    """Keep the rows of a raw list in the place of what the same file said before. Raises HasFaults, NotAllowed."""
    _demand(raw.file, raw.faults, whole=raw.whole, take_good=take_good)
    items = tuple(
        models.RawItem(
            source=raw.file,
            row=each.row,
            region=each.region,
            name=each.name,
            code=each.code,
            matter_type=each.matter_type,
            by=each.by,
            content=dict(each.content),
            defects=list(each.defects),
        )
        for each in raw.rows
    )
    return take_raw_list(operation=operation, actor=actor, raw=RawHoldings(raw.file, items), now=now)


def _demand(file: str, faults: Sequence[Fault], *, whole: bool, take_good: bool) -> None:
    if not whole or (faults and not take_good):
        raise HasFaults(
            f"未导入：“{file}”有 {len(faults)} 处问题，没有存入任何内容。"
            f"请按报告改正后重新导入{'，或选择只导入正确的部分' if whole else ''}。"
        )
