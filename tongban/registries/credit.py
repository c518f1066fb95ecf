"""Whom does an entry in the credit record keep from making commitments, until it is repaired?

An entry stands under an item of the list that the region has published, for as long as that says, and counts in every
region whose rules recognise those of its own. It is found by the number of whom it is about; who entered it repairs it,
with a reason, of its own motion or because it is asked to. A node connects the credit platform of its region by an
object with the one method of `CreditRecord` and `install(record)` in `tongban/project/apps.py`; what it says counts
beside the node's own entries.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db.models import Q

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
    region: str
    source: str
    entered_at: datetime
    stands_until: date | None
    repair_asked_at: datetime | None
    repair_due_on: date | None
    repaired_at: datetime | None

    def bars(self, today: date) -> bool:
        """Whether it keeps whom it is about from making commitments, where entries of its region count."""
        return self.repaired_at is None and (self.stands_until is None or today < self.stands_until)


def barring(*, number: str, regions: Collection[str], today: date) -> str:
    """Return the item of an entry of these provinces that stands against this number; empty where none does.

    One statement. What was entered before provinces were noted counts everywhere.
    """
    standing = CreditEntry.objects.filter(
        Q(stands_until__isnull=True) | Q(stands_until__gt=today),
        number_index=number_index(number),
        repaired_at=None,
        region__in=["", *regions],
    )
    own = standing.order_by("entered_at").values_list("name", flat=True).first()
    return own or (_installed[0].barring(number=number) if _installed else "")


def about(*, party: str) -> list[Entered]:
    """Return the entries about a party, the newest first."""
    return [_entered(row) for row in CreditEntry.objects.filter(party=party).order_by("-entered_at")]


def to_answer(*, departments: Collection[str]) -> list[Entered]:
    """Return the entries of these departments whose repair is asked for, the first due first."""
    rows = CreditEntry.objects.filter(department__in=departments, repair_due_on__isnull=False)
    return [_entered(row) for row in rows.order_by("repair_due_on", "entry")]


def find(*, entry: str) -> Entered:
    """Return one entry. Raises NoEntry."""
    row = CreditEntry.objects.filter(pk=entry).first()
    if row is None:
        raise _no_entry()
    return _entered(row)


def _entered(row: CreditEntry) -> Entered:
    return Entered(
        row.entry,
        row.item,
        row.name,
        row.department,
        row.region,
        row.source,
        row.entered_at,
        row.stands_until,
        row.repair_asked_at,
        row.repair_due_on,
        row.repaired_at,
    )


def enter(
    *,
    entry: str,
    number: str,
    party: str,
    item: str,
    name: str,
    department: str,
    region: str,
    source: str,
    stands_until: date | None,
    now: datetime,
) -> None:
    """Enter a broken commitment; called inside the act that decides so. `source` is the number of the case."""
    CreditEntry.objects.create(
        entry=entry,
        number_index=number_index(number),
        party=party,
        item=item,
        name=name,
        department=department,
        region=region,
        source=source,
        stands_until=stands_until,
        entered_at=now,
    )


def asked(*, entry: str, source: str, due_on: date, now: datetime) -> None:
    """Note that the repair of an entry is asked for; called inside that act. Raises NoEntry.

    `source` is the number of the case, which entries of before it was noted learn here.
    """
    standing = CreditEntry.objects.filter(pk=entry, repaired_at=None)
    if not standing.update(source=source, repair_asked_at=now, repair_due_on=due_on):
        raise _no_entry()


def denied(*, entry: str) -> None:
    """Note that the request to repair an entry was answered with no; called inside that act."""
    CreditEntry.objects.filter(pk=entry).update(repair_due_on=None)


def repair(*, entry: str, now: datetime) -> None:
    """Mark an entry as repaired (信用修复); called inside the act that decides so. Raises NoEntry, Repaired."""
    if CreditEntry.objects.filter(pk=entry, repaired_at=None).update(repaired_at=now, repair_due_on=None):
        return
    if CreditEntry.objects.filter(pk=entry).exists():
        raise Repaired("未修复：这条失信记录已经修复过。请刷新页面查看。")
    raise _no_entry()


def _no_entry() -> NoEntry:
    return NoEntry("没有找到这条失信记录。请核对编号。")
