"""How are shares and requests at a window kept? One row for each, a copy of the kernel's value; openings beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tongban.certificates.models import Asking as AskingRow
from tongban.certificates.models import Share as ShareRow
from tongban.certificates.models import ShareOpening
from tongban.domain import asking, codec, sharing
from tongban.domain.asking import Asking
from tongban.domain.events import Need, Selection, Way
from tongban.domain.sealed import Sealed
from tongban.domain.sharing import Share
from tongban.journal import queries as journal

SHARE = "share:"
ASKING = "asking:"


def read_share(id: str) -> Share | None:
    """Return the share that its rows stand for. Two statements."""
    row = ShareRow.objects.filter(pk=id).first()
    if row is None:
        return None
    openings = ShareOpening.objects.filter(share_id=id).order_by("number").values_list("at", flat=True)
    return share_of(row, tuple(openings))


def share_of(row: ShareRow, openings: tuple[Any, ...]) -> Share:
    return Share(
        row.holder,
        row.key,
        _selections(row.selections),
        Sealed(row.holder, row.recipient),
        Sealed(row.holder, row.purpose),
        row.until,
        row.uses,
        row.by,
        row.at,
        openings,
        row.withdrawn_by,
        row.withdrawn_at,
    )


def write_share(id: str, before: Share | None, after: Share) -> None:
    """Write what differs: the new share, a new opening, the withdrawal."""
    if before is None:
        ShareRow.objects.create(
            id=id,
            holder=after.holder,
            key=after.key,
            selections=_text(after.selections),
            recipient=after.recipient.ciphertext,
            purpose=after.purpose.ciphertext,
            until=after.until,
            uses=after.uses,
            by=after.by,
            at=after.at,
        )
        return
    for number, at in enumerate(after.openings[len(before.openings) :], start=len(before.openings) + 1):
        ShareOpening.objects.create(share_id=id, number=number, holder=after.holder, at=at)
    if after.withdrawn_at != before.withdrawn_at:
        ShareRow.objects.filter(pk=id).update(withdrawn_by=after.withdrawn_by, withdrawn_at=after.withdrawn_at)


def read_asking(id: str) -> Asking | None:
    """Return the request that its row stands for. One statement."""
    row = AskingRow.objects.filter(pk=id).first()
    return None if row is None else asking_of(row)


def asking_of(row: AskingRow) -> Asking:
    return Asking(
        row.hall,
        tuple(json.loads(row.types)),
        row.subject,
        Need(row.need),
        row.matter,
        row.key,
        row.until,
        row.by,
        row.at,
        row.holder,
        _selections(row.selections),
        Way(row.way) if row.way else None,
        row.answered_by,
        row.answered_at,
        row.shown_until,
        row.ended_by,
        row.ended_at,
    )


def write_asking(id: str, after: Asking) -> None:
    AskingRow.objects.update_or_create(
        id=id,
        defaults={
            "hall": after.hall,
            "types": json.dumps(after.types),
            "subject": after.subject,
            "need": after.need,
            "matter": after.matter,
            "key": after.key,
            "until": after.until,
            "by": after.by,
            "at": after.at,
            "holder": after.holder,
            "selections": _text(after.selections),
            "way": after.way or "",
            "answered_by": after.answered_by,
            "answered_at": after.answered_at,
            "shown_until": after.shown_until,
            "ended_by": after.ended_by,
            "ended_at": after.ended_at,
        },
    )


def _text(selections: Sequence[Selection]) -> str:
    return json.dumps(codec.to_plain(tuple(selections), tuple[Selection, ...]))


def _selections(text: str) -> tuple[Selection, ...]:
    read: tuple[Selection, ...] = codec.from_plain(json.loads(text), tuple[Selection, ...])
    return read


def register_folds() -> None:
    journal.register(
        SHARE,
        fold=lambda entries: sharing.fold(one.event for one in entries),
        rows=lambda stream: read_share(stream.removeprefix(SHARE)),
        streams=lambda: _named(SHARE, ShareRow.objects.values_list("pk", flat=True).iterator()),
    )
    journal.register(
        ASKING,
        fold=lambda entries: asking.fold(one.event for one in entries),
        rows=lambda stream: read_asking(stream.removeprefix(ASKING)),
        streams=lambda: _named(ASKING, AskingRow.objects.values_list("pk", flat=True).iterator()),
    )


def _named(prefix: str, ids: Iterator[str]) -> Iterator[str]:
    return (prefix + id for id in ids)
