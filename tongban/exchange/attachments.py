"""Which files may a peer fetch, and which does this node want from one?

A message is short; the files it speaks of travel by themselves, each by its digest. Whoever sends a message *offers*
the peer exactly the files it names, in the same transaction. Whoever receives it *wants* them, in the transaction that
stores it: a file is not here yet, but it is known which one it will be, and nobody can give another in its place. The
worker then fetches them (`fetching.py`), in pieces, as often as it takes.

A file travels as one sealed copy, made when the peer first asks and kept for a day, so that all its pieces belong
together: only the receiver opens it, whoever listens on the way or reads the disk.

Source: RFC 9110, 14 (ranges), 8.8 (entity tags); design, invariant 11; `docs/exchange.md`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from tongban.crypto import letterbox
from tongban.domain.refused import Refused
from tongban.exchange import peers, spool
from tongban.exchange.actions import NotTaken
from tongban.exchange.models import Offer, Peer, Wanted
from tongban.exchange.spool import ARRIVING, LEAVING
from tongban.exchange.storage import NoSuchPeer
from tongban.files import actions as files
from tongban.files.kinds import Kind, with_extension
from tongban.keys import actions as keys

LOG = logging.getLogger(__name__)

MOST_AT_ONCE = 500
"""Files of one message."""
LARGEST_OVERHEAD = 1024
"""So many bytes a sealed copy may be longer than the file."""
KEPT_READY = timedelta(days=1)
"""So long a sealed copy lies ready; then it is made anew for whoever asks."""
OFFERED_AFTER_GIVEN = timedelta(days=30)
"""So long a peer that was restored from a backup may fetch a file once more."""


class BadWish(Refused):
    """A file that cannot be wanted: too large, of a kind that is not taken, or named by no digest."""

    code = "bad_attachment"


@dataclass(frozen=True, slots=True)
class Wish:
    """A file that a message names: SM3 digest in hex, size in bytes, kind by its media type, and under whose data key
    (`person:…` or `org:…`) it is to be kept here. Its name is checked, and kept by whoever wants it.
    """

    digest: str
    size: int
    kind: str
    name: str
    party: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The sealed copy of a file, as it lies ready for a peer. `name`: in the spool, and its entity tag."""

    digest: str
    name: str
    key: str
    length: int


def as_plain(wish: Wish) -> dict[str, Any]:
    """Return how a message names a file; whose it is there stands elsewhere in the message."""
    return {"digest": wish.digest, "size": wish.size, "kind": wish.kind, "name": wish.name}


def read(said: Any, *, party: str) -> Wish:
    """Read how a message names a file that is to be kept for a party. Raises BadWish."""
    if not isinstance(said, dict) or said.keys() != {"digest", "size", "kind", "name"}:
        raise BadWish("未接收：附件的说明不全，或有多余。请对方核对程序版本。")
    wish = Wish(digest=said["digest"], size=said["size"], kind=said["kind"], name=said["name"], party=party)
    _demand(wish)
    return wish


# --- what a peer may fetch --------------------------------------------------------------------------------------------


def offer(*, to: str, digests: Iterable[str], now: datetime) -> None:
    """Let a peer fetch these files, and no others. Two statements for dozens of them. Raises NoSuchPeer.

    Called inside the transaction of what speaks of them; one that is not here yet is given as soon as it is.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("files are offered inside the act that speaks of them")
    wanted = sorted(set(digests))
    if not all(files.DIGEST.fullmatch(digest) for digest in wanted):
        raise ValueError("a file is offered by its SM3 digest")
    if not Peer.objects.filter(name=to).exists():
        raise NoSuchPeer(to)
    Offer.objects.bulk_create(
        [Offer(peer_id=to, digest=digest, offered_at=now) for digest in wanted],
        update_conflicts=True,
        unique_fields=["peer", "digest"],
        update_fields=["offered_at", "given_at"],
    )


def ready(*, to: Peer, digest: str, now: datetime) -> Ready:
    """Return the sealed copy of a file that was offered to a peer, made where there is none. Raises NotTaken."""
    row = Offer.objects.filter(peer=to, digest=digest).first()
    if row is None:
        raise NotTaken("not_offered", "没有提供这个附件给您。请核对摘要，或请对方重新发送。", retry=False)
    key = peers.receiving(to, now=now)
    if key is None:
        raise NotTaken("not_now", f"{to.name}的信任列表中没有可用的接收密钥，附件暂不能封装。", retry=True)
    if row.key != key.key_id or not row.tag or spool.length(LEAVING, row.tag) != row.length:
        use = use_of(settings.NODE, to.name, digest)
        sealed = letterbox.seal(key.algorithm, key.public_key, _opened(digest), use=use)
        old, row.tag = row.tag, secrets.token_hex(16)
        spool.put(LEAVING, row.tag, sealed)
        row.key, row.length, row.sealed_at = key.key_id, len(sealed), now
        row.save(update_fields=["tag", "key", "length", "sealed_at"])
        if old:
            spool.drop(LEAVING, old)
    return Ready(digest, row.tag, row.key, row.length)


def given(*, to: Peer, digest: str, now: datetime) -> None:
    """Note that the last byte of a file went out."""
    Offer.objects.filter(peer=to, digest=digest).update(given_at=now)


def use_of(source: str, destination: str, digest: str) -> bytes:
    """Return for what a file is sealed: these two nodes and this file."""
    return f"tongban-attachment {source} {destination} {digest}".encode()


def _opened(digest: str) -> bytes:
    """Return a file, by whoever's key it opens. Raises NotTaken."""
    holders = files.holders(digest=digest)
    erased = 0
    for party in holders:
        try:
            return files.open_file(party=party, digest=digest)
        except keys.Erased:
            erased += 1
        except files.Altered:
            LOG.exception("附件 %s 打不开", digest)
    if holders and erased == len(holders):
        raise NotTaken("erased", "这个附件已按当事人的要求删除，不再提供。", retry=False)
    raise NotTaken("not_now", "这个附件现在不在本节点，或打不开。请稍后再取。", retry=True)


# --- what this node wants ---------------------------------------------------------------------------------------------


def want(*, source: str, files: Iterable[Wish], now: datetime) -> None:
    """Ask a peer for these files, as soon as the worker comes to it; what is here or asked for already changes nothing.

    Called inside the transaction that stores the message naming them. Raises BadWish.
    """
    wishes = list(files)
    if len(wishes) > MOST_AT_ONCE:
        raise BadWish(f"未接收：一条消息最多带 {MOST_AT_ONCE} 个附件。请分开发送。")
    for wish in wishes:
        _demand(wish)
    Wanted.objects.bulk_create(
        [
            Wanted(
                peer_id=source,
                digest=wish.digest,
                party=wish.party,
                kind=wish.kind,
                size=wish.size,
                wanted_at=now,
                due_at=now,
            )
            for wish in _not_here(wishes)
        ],
        ignore_conflicts=True,
    )


def under_way() -> QuerySet[Wanted]:
    """Return what is wanted, neither here nor given up."""
    return Wanted.objects.filter(arrived_at=None, refused_because="")


def missing(digests: Iterable[str]) -> set[str]:
    """Return which of these files do not lie here, for nobody, or are still on their way. Two statements."""
    asked = set(digests)
    if not asked:
        return set()
    not_arrived = Wanted.objects.filter(digest__in=asked, arrived_at=None).values_list("digest", flat=True)
    return (asked - files.held(asked)) | set(not_arrived)


def _not_here(wishes: Collection[Wish]) -> list[Wish]:
    """Leave out what its party holds already. One statement for each party."""
    by_party = sorted(wishes, key=lambda wish: wish.party)
    here: Mapping[str, Collection[str]] = {
        party: files.kept(party=party, digests={wish.digest for wish in group})
        for party, group in groupby(by_party, key=lambda wish: wish.party)
    }
    return [wish for wish in wishes if wish.digest not in here[wish.party]]


def _demand(wish: Wish) -> None:
    """Raises BadWish."""
    if not isinstance(wish.digest, str) or not files.DIGEST.fullmatch(wish.digest):
        raise BadWish("未接收：附件没有以 SM3 摘要指明。请对方核对程序版本。")
    if type(wish.size) is not int or not 0 < wish.size <= files.MAX_BYTES:
        raise BadWish(f"未接收：附件 {wish.digest[:8]} 的大小不在 1 字节至 {files.MAX_BYTES // 2**20} MB 之间。")
    if not isinstance(wish.kind, str) or wish.kind not in set(Kind):
        raise BadWish(f"未接收：附件 {wish.digest[:8]} 的类型不被接受。请转换后再发送。")
    if not isinstance(wish.name, str) or not wish.name or files.clean_name(wish.name) != wish.name:
        raise BadWish(f"未接收：附件 {wish.digest[:8]} 的名称不能使用。请改名后再发送。")
    if len(with_extension(wish.name, Kind(wish.kind))) > files.MAX_NAME:
        raise BadWish(f"未接收：附件 {wish.digest[:8]} 的名称太长。请改名后再发送。")


# --- tidying up -------------------------------------------------------------------------------------------------------


def tidy(*, now: datetime) -> int:
    """Withdraw offers that were used long ago, and remove copies that nobody needs; return how many.

    A copy that is being written or read now is younger than a day.
    """
    Offer.objects.filter(given_at__lt=now - OFFERED_AFTER_GIVEN).delete()
    Offer.objects.filter(sealed_at__lt=now - KEPT_READY).exclude(tag="").update(tag="", key="", length=0)
    leaving = set(Offer.objects.exclude(tag="").values_list("tag", flat=True))
    arriving = {f"{pk}-{tag}" for pk, tag in under_way().exclude(tag="").values_list("pk", "tag")}
    since = (now - KEPT_READY).timestamp()
    return sum(
        spool.drop_others(folder, names, untouched_since=since)
        for folder, names in ((LEAVING, leaving), (ARRIVING, arriving))
    )
