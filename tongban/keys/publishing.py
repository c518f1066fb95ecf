"""What does this node give to whoever asks for its signed lists? The same bytes, until something in them changed.

Anybody may ask at any time, and a signature costs more than an answer. So what was signed is kept, for all processes of
the node, and given out again; it is signed anew as soon as the lists say something else, and when a part of the time
has passed for which they may be relied on. What ends therefore stands in the list that is asked for next.

Source: RFC 9110, 8.8.3 (entity tags); RFC 8785 (the bytes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from tongban.crypto import canonical, sm3
from tongban.keys.models import PublishedList

SIGNED_AGAIN_AFTER = 24
"""So many times within the term of a list it is signed without a change."""
NO_INSTANT = datetime(1, 1, 1, tzinfo=UTC)
"""In place of the instants of a list, where only the rest of what it says is meant."""


@dataclass(frozen=True, slots=True)
class Given:
    """A list as it is given out; `tag` names these bytes."""

    body: bytes
    tag: str


def give(
    name: str, *, says: Callable[[], bytes], sign: Callable[[], dict[str, Any]], term: timedelta, now: datetime
) -> Given:
    """Return the list of that name. `says`: what it says apart from its instant; `sign` makes it whole."""
    digest, younger_than = sm3.digest(says()).hex(), term / SIGNED_AGAIN_AFTER
    kept = PublishedList.objects.filter(pk=name).first()
    if kept is None or not _counts(kept, digest, younger_than, now):
        kept = _renewed(name, says, sign, younger_than, now)
    body = bytes(kept.body)
    return Given(body, sm3.digest(body).hex()[:32])


@transaction.atomic
def _renewed(
    name: str, says: Callable[[], bytes], sign: Callable[[], dict[str, Any]], younger_than: timedelta, now: datetime
) -> PublishedList:
    """The row is the lock, and what is signed is read behind it: nobody puts an older list over a newer one."""
    PublishedList.objects.get_or_create(name=name, defaults={"digest": "", "body": b"", "signed_at": now})
    row = PublishedList.objects.select_for_update().get(pk=name)
    digest = sm3.digest(says()).hex()
    if not _counts(row, digest, younger_than, now):
        row.digest, row.body, row.signed_at = digest, canonical.encode(sign()), now
        row.save()
    return row


def _counts(row: PublishedList, digest: str, younger_than: timedelta, now: datetime) -> bool:
    """A list from the future was signed while the clock was wrong."""
    return row.digest == digest and abs(now - row.signed_at) < younger_than
