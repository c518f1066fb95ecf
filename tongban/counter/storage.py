"""How is help at a window kept? One row for each, written from the kernel's value and read back as one."""

from __future__ import annotations

import json

from tongban.counter.models import Assistance as Row
from tongban.domain import assistance, codec
from tongban.domain.assistance import Assistance, Check
from tongban.domain.events import Way
from tongban.domain.offers import Entitlement, HandlingMode, ReceiptCounts
from tongban.journal import queries as journal

STREAM = "assistance:"


def read(id: str) -> Assistance | None:
    """Return the assistance that its row stands for. One statement."""
    row = Row.objects.filter(pk=id).first()
    return None if row is None else of_row(row)


def of_key(key: str) -> str | None:
    """Return the id of the assistance that a code's key finds; None where there is none."""
    return Row.objects.filter(key=key).values_list("pk", flat=True).first() if key else None


def helping(*, draft: str, clerk: str) -> tuple[str, Assistance] | None:
    """Return the help in which that clerk fills in a draft, whatever its state. One statement."""
    row = Row.objects.filter(draft=draft, by=clerk).first()
    return None if row is None else (row.pk, of_row(row))


def of_clerk(clerk: str, *, most: int = 20) -> list[tuple[str, Assistance]]:
    """Return what a clerk began last, the newest first. One statement."""
    return [(row.pk, of_row(row)) for row in Row.objects.filter(by=clerk).order_by("-at", "pk")[:most]]


def of_row(row: Row) -> Assistance:
    return Assistance(
        hall=row.hall,
        region=row.region,
        bundle=row.bundle,
        body=row.body,
        upon=Entitlement(
            HandlingMode(row.mode) if row.mode else None, ReceiptCounts(row.receipt_counts), row.agreement
        ),
        person=row.person,
        holder=row.holder,
        key=row.key,
        until=row.until,
        by=row.by,
        at=row.at,
        draft=row.draft,
        way=Way(row.way) if row.way else None,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        helped_until=row.helped_until,
        check=codec.from_plain(json.loads(row.check_made), Check) if row.check_made else None,
        application=row.application,
        signed_at=row.signed_at,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
    )


def write(id: str, after: Assistance) -> None:
    Row.objects.update_or_create(
        id=id,
        defaults={
            "hall": after.hall,
            "region": after.region,
            "bundle": after.bundle,
            "body": after.body,
            "mode": after.upon.mode or "",
            "receipt_counts": after.upon.receipt_counts,
            "agreement": after.upon.agreement,
            "person": after.person,
            "holder": after.holder,
            "key": after.key,
            "until": after.until,
            "by": after.by,
            "at": after.at,
            "draft": after.draft,
            "way": after.way or "",
            "answered_by": after.answered_by,
            "answered_at": after.answered_at,
            "helped_until": after.helped_until,
            "check_made": json.dumps(codec.to_plain(after.check, Check)) if after.check else "",
            "application": after.application,
            "signed_at": after.signed_at,
            "ended_by": after.ended_by,
            "ended_at": after.ended_at,
        },
    )


def register_fold() -> None:
    journal.register(
        STREAM,
        fold=lambda entries: assistance.fold(entry.event for entry in entries),
        rows=lambda stream: read(stream.removeprefix(STREAM)),
        streams=lambda: (STREAM + id for id in Row.objects.values_list("pk", flat=True).iterator()),
    )
