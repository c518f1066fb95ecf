"""What do peers publish for everybody, and how old is what this node knows of it?

Their trust lists are fetched with the traffic; their status lists by a worker, every quarter of an hour, one worker at
a time for each peer. Nobody who verifies waits for the network: what was read last counts, and the verdict says of
which instant it is. A list that is not signed by its region's key, or older than the one before, is not taken.

What a new list says of certificates that came from there is heard as if the peer had told it: who relied on one hears
of it, whichever way the news took.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import Q

from tongban.certificates import receiving
from tongban.certificates.adapters import Elsewhere
from tongban.certificates.models import Certificate
from tongban.crypto import canonical, sm3
from tongban.domain import elsewhere, status, trust
from tongban.domain.certificate import Status
from tongban.domain.clock import day_of
from tongban.domain.elsewhere import Word
from tongban.domain.refused import Refused
from tongban.domain.status import StatusList
from tongban.domain.trust import TrustList, Unreadable
from tongban.exchange import delivering, peers
from tongban.exchange.delivering import NotDelivered
from tongban.exchange.models import Peer, Published
from tongban.journal import backoff

LOG = logging.getLogger(__name__)

STATUSES = "/status.json"
FRESH = timedelta(minutes=15)
AGAIN = timedelta(minutes=1)
"""After a failure."""
KEPT = 64
AT_ONCE = 500

Statuses = Mapping[str, StatusList]


class NotTaken(Exception):
    """Status lists of a peer that are not used; `str(error)` says why."""


def published() -> Elsewhere:
    """Return what the peers' regions vouch for and what of theirs does not count, as it was read last.

    One statement, and one for each status list that this process has not read yet.
    """
    known, statuses, nodes = [], dict[str, StatusList](), dict[str, str]()
    fields = ("name", "roots", "trust", "published__digest")
    for name, roots, text, digest in Peer.objects.exclude(trust="").order_by("name").values_list(*fields):
        known.append(peers.read(text, roots))
        nodes |= dict.fromkeys((one.region for one in known[-1].lists), name)
        statuses.update(_as_kept(name, digest, text, roots) if digest else {})
    return Elsewhere(trust.joined(TrustList(()), known), statuses, nodes)


def _as_kept(name: str, digest: str, text: str, roots: str) -> Statuses:
    try:
        return _kept(name, digest, text, roots)
    except (status.Unreadable, Published.DoesNotExist):
        # Its key is no longer in the trust list, or it was replaced a moment ago.
        return {}


@lru_cache(maxsize=KEPT)
def _kept(name: str, digest: str, text: str, roots: str) -> Statuses:
    kept = Published.objects.get(pk=name, digest=digest)
    return _parsed(kept.statuses, peers.read(text, roots))


def _parsed(text: str, trusted: TrustList) -> Statuses:
    """Raises status.Unreadable."""
    try:
        return status.parse(canonical.decode(text.encode()), trust=trusted)
    except canonical.NotCanonical as broken:
        raise status.Unreadable(f"状态列表无法读取：{broken}") from broken


# --- reading anew -----------------------------------------------------------------------------------------------------


def renew(*, now: datetime) -> int:
    """Read the lists of all peers whose turn it is; return how many brought something new."""
    for peer in Peer.objects.filter(published=None):
        Published.objects.get_or_create(peer=peer, defaults={"due_at": now})
    due = Published.objects.filter(_is_due(now)).order_by("due_at").values_list("pk", flat=True)
    return sum(_renew(name, now) for name in due)


def _is_due(now: datetime) -> Q:
    return backoff.is_due(now, longest=FRESH)


def _renew(name: str, now: datetime) -> bool:
    claimed = Published.objects.filter(_is_due(now), pk=name).update(due_at=now + FRESH)
    if not claimed:
        return False
    peer = Peer.objects.get(pk=name)
    try:
        if peer.trusted_at is None or now - peer.trusted_at >= FRESH:
            delivering.refresh_trust(peer, now=now)
        text = _fetched(peer)
        return take(peer, text, now=now)
    except (NotDelivered, Unreadable, status.Unreadable, NotTaken) as failed:
        LOG.warning("没有取得%s的状态列表：%s", name, failed)
        Published.objects.filter(pk=name).update(due_at=now + AGAIN, failure=str(failed)[:500])
        return False


def _fetched(peer: Peer) -> str:
    answer = delivering.published(peer, STATUSES)
    if answer.status != 200:
        raise NotDelivered(f"{peer.address}{STATUSES} 回答 {answer.status}。请核对对方地址。")
    try:
        return answer.body.decode()
    except UnicodeDecodeError:
        raise NotDelivered(f"{peer.address}{STATUSES} 的内容不是文本。请核对对方地址。") from None


def take(peer: Peer, text: str, *, now: datetime) -> bool:
    """Take over the status lists of a peer's regions; say whether they were new.

    Raises status.Unreadable where its trust list does not lead to them, NotTaken where they are older.
    """
    lists = _parsed(text, peers.read(peer.trust, peer.roots))
    kept = Published.objects.get(pk=peer.name)
    digest = sm3.digest(text.encode()).hex()
    if kept.digest != digest:
        before = _as_kept(peer.name, kept.digest, peer.trust, peer.roots) if kept.digest else {}
        for region, one in before.items():
            if region not in lists or lists[region].issued_at < one.issued_at:
                raise NotTaken(f"{peer.name}给出的地区 {region} 的状态列表比已有的还旧，没有采用。请对方核对。")
    fresh = {"statuses": text, "digest": digest, "read_at": now, "failure": ""}
    Published.objects.filter(pk=peer.name).update(**fresh)
    for one in lists.values():
        _hear(peer, one, now)
    return kept.digest != digest


def _hear(peer: Peer, one: StatusList, now: datetime) -> None:
    """Tell the register of certificates that came from there how they stand now, where the list says another thing."""
    for identifier, word in list(_changed(peer, one)):
        operation = f"listed/{sm3.digest(f'{peer.name} {identifier} {one.issued_at}'.encode()).hex()}"
        try:
            with transaction.atomic():
                receiving.hear(identifier, word, origin=peer.name, operation=operation, now=now)
        except Refused as refused:
            LOG.error("%s的状态列表对证照 %s 所说的没有采用：%s", peer.name, identifier, refused)


def _changed(peer: Peer, one: StatusList) -> Iterator[tuple[str, Word]]:
    """Yield what a list says otherwise than the register. Of what has run out a list says nothing."""
    came = Certificate.objects.filter(origin=peer.name, region__startswith=one.region[:2], as_of__lt=one.issued_at)
    named = sorted(one.ended)
    rows = list(came.exclude(status=Status.IN_FORCE).values_list("identifier", "valid_until"))
    for start in range(0, len(named), AT_ONCE):
        some = came.filter(identifier__in=named[start : start + AT_ONCE], status=Status.IN_FORCE)
        rows += some.values_list("identifier", "valid_until")
    for identifier, valid_until in rows:
        ended = one.ended.get(identifier)
        if ended or valid_until is None or valid_until > day_of(one.issued_at):
            yield identifier, elsewhere.listed(ended, issued_at=one.issued_at)
