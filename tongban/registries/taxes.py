"""What does the tax authority keep of a company, in which region, and how does that move?

A record (税务档案) has the company's yearly ratings, what is open, its retained input tax and when it was registered
first (`domain/relocation.py`). One stands in the region where the company is; the regions it left keep their history.
The embedded registry only adds: each change is a version, written inside the act that decides so.

A node connects its own tax system by an object with the methods of `TaxRegistry` and `install(registry)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml
from django.db import IntegrityError, transaction

from tongban.crypto import canonical
from tongban.domain import relocation
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.refused import Refused
from tongban.domain.relocation import Kinds, OpenKind, Rating, TaxRecord, Yuan
from tongban.keys import actions as keys
from tongban.registries import models
from tongban.registries.embedded import number_index

DATA = Path(__file__).parent / "data"


class TaxRegistry(Protocol):
    """The tax system of one or several regions."""

    def records(self, *, number: str) -> Sequence[TaxRecord]:
        """Return what is kept of a company, one record for each region."""
        ...

    def keep(self, *, number: str, records: Sequence[TaxRecord], seen: Sequence[TaxRecord], now: datetime) -> None:
        """Replace the records of these regions, if those of the company are as they were `seen`. Raises RecordMoved."""
        ...


class NoTaxRecord(Refused):
    """A company of which no tax authority keeps a record."""

    code = "no_tax_record"
    status = 404


class RecordMoved(Refused):
    """The record was changed by somebody else meanwhile."""

    code = "tax_record_moved"


_installed: list[TaxRegistry] = []


def install(registry: TaxRegistry | None) -> None:
    """Let this registry keep the records from now on; None: the embedded one."""
    _installed[:] = [registry] if registry else []


@cache
def kinds() -> Kinds:
    """Return the published kinds of open matters, by code."""
    read: dict[str, Any] = yaml.safe_load((DATA / "open_matters.yaml").read_text(encoding="utf-8"))
    return {row["code"]: OpenKind(**row) for row in read["kinds"]}


def records(*, number: str) -> tuple[TaxRecord, ...]:
    """Return what is kept of a company, one record for each region. One statement for the embedded registry."""
    return tuple(_registry().records(number=number))


def find(*, number: str) -> TaxRecord | None:
    """Return the record of the region where the company is; None: nobody keeps one."""
    return relocation.standing(records(number=number))


def told(*, number: str, today: date) -> dict[str, str]:
    """Return by data element what the record that stands tells; nothing where nobody keeps one."""
    record = find(number=number)
    return relocation.told(record, kinds=kinds(), today=today) if record else {}


def standing(*, number: str) -> TaxRecord:
    """Return the record of the region where the company is. Raises NoTaxRecord."""
    return _standing(records(number=number))


def move(*, number: str, reached: str, confirmation: str, on: date, now: datetime) -> tuple[TaxRecord, TaxRecord]:
    """Carry a record over to another region; called inside the act that decides so.

    Returns what stands in both regions afterwards. Raises NoTaxRecord, NotMovable, RecordMoved.
    """
    seen = records(number=number)
    record = _standing(seen)
    there = next((one for one in seen if one.region == reached), None)
    both = relocation.move(record, there, reached=reached, confirmation=confirmation, kinds=kinds(), on=on)
    _registry().keep(number=number, records=both, seen=seen, now=now)
    return both


def rate(*, number: str, rating: Rating, now: datetime) -> TaxRecord:
    """Add the rating of a year. Raises NoTaxRecord, NotMovable, AlreadyRated, RecordMoved."""
    seen = records(number=number)
    rated = relocation.rate(_standing(seen), rating)
    _registry().keep(number=number, records=[rated], seen=seen, now=now)
    return rated


def demand_retained(*, number: str, amount: Yuan) -> None:
    """Refuse where another amount is retained now. Raises NoTaxRecord, RecordMoved."""
    _demand_retained(standing(number=number), amount)


def refund(*, number: str, amount: Yuan, now: datetime) -> TaxRecord:
    """Take the retained input tax out of the record that stands. Raises NoTaxRecord, RecordMoved."""
    seen = records(number=number)
    record = _standing(seen)
    _demand_retained(record, amount)
    paid = relocation.refund(record)
    _registry().keep(number=number, records=[paid], seen=seen, now=now)
    return paid


def _demand_retained(record: TaxRecord, amount: Yuan) -> None:
    if record.retained != amount:
        raise RecordMoved(
            f"没有办理：申请退还 {amount} 元，而税务档案现在的留抵税额是 {record.retained} 元。"
            "请申请人撤回后按现在的档案重新提交。"
        )


def _standing(found: Sequence[TaxRecord]) -> TaxRecord:
    record = relocation.standing(found)
    if record is None:
        raise NoTaxRecord("没有查到这家企业的税务档案。请核对统一社会信用代码，或到主管税务机关办理税务登记。")
    return record


class EmbeddedTaxRegistry:
    """Records in this node's own database, each change a further row."""

    def records(self, *, number: str) -> Sequence[TaxRecord]:
        return [_read(row) for row in self._newest(number).values()]

    def keep(self, *, number: str, records: Sequence[TaxRecord], seen: Sequence[TaxRecord], now: datetime) -> None:
        newest = self._newest(number)
        if [_read(row) for row in newest.values()] != list(seen):
            raise _moved()
        index = number_index(number)
        rows = [
            models.TaxRecord(
                number_index=index,
                region=record.region,
                version=newest[record.region].version + 1 if record.region in newest else 1,
                kept_at=now,
            )
            for record in records
        ]
        for row, record in zip(rows, records, strict=True):
            plaintext = canonical.encode(to_plain(record, TaxRecord))
            row.content = keys.seal(person=row.sealed.person, plaintext=plaintext).ciphertext
        try:
            with transaction.atomic():
                models.TaxRecord.objects.bulk_create(rows)
        except IntegrityError:
            raise _moved() from None

    def _newest(self, number: str) -> dict[str, models.TaxRecord]:
        rows = models.TaxRecord.objects.filter(number_index=number_index(number)).order_by("region", "version")
        return {row.region: row for row in rows}


def _read(row: models.TaxRecord) -> TaxRecord:
    record: TaxRecord = from_plain(canonical.decode(keys.unseal(row.sealed)), TaxRecord)
    return record


def _moved() -> RecordMoved:
    return RecordMoved("没有办理：这家企业的税务档案刚刚有变化。请刷新页面，核对后再办。")


def _registry() -> TaxRegistry:
    return _installed[0] if _installed else EmbeddedTaxRegistry()
