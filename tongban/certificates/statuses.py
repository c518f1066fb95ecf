"""Which status lists does this node publish? One for each region whose authorities issue here, in one file.

`domain/status.py` says what a list is and when it counts.

Source: the form of the lists is this project's; RFC 8785 (the bytes that are signed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from tongban.certificates.models import Certificate
from tongban.crypto import canonical
from tongban.domain import status as kernel
from tongban.domain.certificate import Status
from tongban.domain.clock import day_of
from tongban.domain.regions import province_of
from tongban.domain.status import StatusList, Unreadable
from tongban.domain.trust import TrustList, owner_of
from tongban.domain.verdict import Ended
from tongban.journal.outbox import Errand
from tongban.keys import actions as keys
from tongban.keys import publishing, trust
from tongban.keys.publishing import Given
from tongban.keys.purposes import Purpose

SUBJECT = "statuses"
NAME = "status.json"
RENEWED_WITHIN = timedelta(days=1)
LARGEST_BYTES = 64 * 1024 * 1024


def status_lists(*, now: datetime) -> dict[str, Any]:
    """Return the file as it is published. Raises NoKey."""
    return kernel.published([_signed(one, now) for one in _lists(now)])


def given(*, now: datetime) -> Given:
    """Return the file as it is given to whoever asks, signed once for many. Raises NoKey."""
    return publishing.give(
        NAME,
        says=lambda: b"".join(kernel.message(_timeless(one)) for one in _lists(now)),
        sign=lambda: status_lists(now=now),
        term=RENEWED_WITHIN,
        now=now,
    )


def write_status_lists(directory: Path, *, now: datetime) -> Path:
    """Write the file whole, in place of the one before."""
    return trust.write(directory / NAME, canonical.encode(status_lists(now=now)))


def renew(errand: Errand, now: datetime) -> None:
    """Publish the lists anew once something was suspended, restored or ended: nobody waits for the next round."""
    write_status_lists(Path(settings.KEYS_DIR), now=now)


def load(directory: Path, *, trusted: TrustList) -> Mapping[str, StatusList]:
    """Read `status.json` of a folder, by region; a folder without one knows no state. Raises Unreadable."""
    place = directory / NAME
    try:
        with open(place, "rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as unread:
        raise Unreadable(f"读不到状态列表 {place}。请核对读取权限，或移出这个文件。") from unread
    if len(content) > LARGEST_BYTES:
        raise Unreadable(f"状态列表 {place} 超过 {LARGEST_BYTES // 1024 // 1024} MB。请重新向签发机关索取。")
    try:
        return kernel.parse(canonical.decode(content), trust=trusted)
    except canonical.NotCanonical as broken:
        raise Unreadable(f"状态列表 {place} 无法读取：{broken}") from broken


def _signed(one: StatusList, now: datetime) -> tuple[StatusList, str, bytes]:
    signature = keys.sign(owner=owner_of(one.region), purpose=Purpose.STATUS, message=kernel.message(one), now=now)
    return one, signature.key_id, signature.value


def _timeless(one: StatusList) -> StatusList:
    return replace(one, issued_at=publishing.NO_INSTANT, next_at=publishing.NO_INSTANT)


def _lists(now: datetime) -> Iterator[StatusList]:
    """Two statements. What came from another node stands in that node's list. Certificates that have run out are not
    named: their files say so themselves.
    """
    rows = (
        Certificate.objects.filter(origin="")
        .exclude(status=Status.IN_FORCE)
        .filter(Q(valid_until=None) | Q(valid_until__gt=day_of(now)))
        .values_list("identifier", "region", "status", "ended_on", "ended_by")
    )
    ended: dict[str, dict[str, Ended]] = {
        one.region: {} for one in trust.current(now=now).lists if any(key.purpose == kernel.PURPOSE for key in one.keys)
    }
    for identifier, region, status, on, by in rows:
        ended.setdefault(province_of(region), {})[identifier] = Ended(Status(status), on, by)
    for region in sorted(ended):
        yield StatusList(region=region, issued_at=now, next_at=now + RENEWED_WITHIN, ended=ended[region])
