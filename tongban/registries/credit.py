"""Whom does an entry in the credit record keep from making commitments, until it is repaired?

An entry stands under an item of the list that the region has published. It is found by the number of whom it is about;
who entered it repairs it, with a reason. A node connects the credit platform of its region by an object with the one
method of `CreditRecord` and `install(record)` in `tongban/project/apps.py`; what it says counts beside the node's own
entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tongban.domain.refused import Refused
from tongban.registries.embedded import number_index
from tongban.registries.models import CreditEntry


class CreditRecord(Protocol):
    """The credit platform of a region."""

    def barring(self, *, number: str) -> str:
        """Return what an unrepaired entry about this number is called; empty where none stands."""
        ...


_installed: list[CreditRecord] = []


def install(record: CreditRecord) -> None:
    """Let this platform be asked from now on."""
    _installed[:] = [record]


class NoEntry(Refused):
    """A credit entry that is not there."""

    code = "no_credit_entry"
    status = 404


class Repaired(Refused):
    """A credit entry that was repaired before."""

    code = "credit_repaired"


@dataclass(frozen=True, slots=True)
class Entered:
    """A credit entry as whom it is about reads it."""

    entry: str
    item: str
    name: str
    department: str
    entered_at: datetime
    repaired_at: datetime | None


def barring(*, number: str) -> str:
    """Return the item of an entry that stands against this number; empty where none does. One statement."""
    standing = CreditEntry.objects.filter(number_index=number_index(number), repaired_at=None)
    own = standing.order_by("entered_at").values_list("name", flat=True).first()
    return own or (_installed[0].barring(number=number) if _installed else "")


def about(*, party: str) -> list[Entered]:
    """Return the entries about a party, the newest first."""
    rows = CreditEntry.objects.filter(party=party).order_by("-entered_at")
    return [Entered(row.entry, row.item, row.name, row.department, row.entered_at, row.repaired_at) for row in rows]


def enter(*, entry: str, number: str, party: str, item: str, name: str, department: str, now: datetime) -> None:
    """Enter a broken commitment; called inside the act that decides so."""
    CreditEntry.objects.create(
        entry=entry,
        number_index=number_index(number),
        party=party,
        item=item,
        name=name,
        department=department,
        entered_at=now,
    )


def repair(*, entry: str, now: datetime) -> None:
    """Mark an entry as repaired (信用修复); called inside the act that decides so. Raises NoEntry, Repaired."""
    if CreditEntry.objects.filter(pk=entry, repaired_at=None).update(repaired_at=now):
        return
    if CreditEntry.objects.filter(pk=entry).exists():
        raise Repaired("未修复：这条失信记录已经修复过。请刷新页面查看。")
    raise NoEntry("没有找到这条失信记录。请核对编号。")
