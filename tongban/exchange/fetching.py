"""How does a file come from a peer? In pieces, as often as it takes, until all of it is here and is what was named.

A worker claims a file by moving its time on and asks for the next piece of the sealed copy, from where the bytes on the
disk end: whoever was interrupted goes on from there. When all is here it is opened and its digest compared with the one
that the message named; only then is it stored, by the same checks as an upload. What is not as it should be is thrown
away and begun anew, later each time. A peer that does not answer at all is left alone with all its files for a while.

An answer may be as hostile as it likes: no more than a piece of it is held, and nothing but the named bytes is stored.

Source: RFC 9110, 14.4, 15.3.7 (ranges); `docs/exchange.md` has the numbers.
"""

from __future__ import annotations

import io
import logging
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import connection
from django.db.models import Q

from tongban.crypto import sm3
from tongban.crypto.letterbox import NotForThisKey
from tongban.domain import envelope
from tongban.domain.refused import Refused
from tongban.exchange import attachments, delivering, spool
from tongban.exchange.delivering import Answer, NotDelivered
from tongban.exchange.models import Wanted
from tongban.exchange.spool import ARRIVING
from tongban.files import actions as files
from tongban.files.kinds import Kind, with_extension
from tongban.journal import backoff
from tongban.keys import actions as keys

LOG = logging.getLogger(__name__)

PIECE_BYTES = 1024 * 1024
SMALLEST_PIECE_BYTES = PIECE_BYTES // 16
"""After some failures: on a bad line a small piece arrives where a large one does not."""
PIECES_AT_ONCE = 8
"""Then other peers have their turn."""
TURN_SECONDS = 30.0
LEASE = timedelta(minutes=2)
FILES = "/exchange/files/"
KEY = "tongban-key"
"""The header that names the key which opens the copy."""

_TAG = re.compile(r'"([A-Za-z0-9_-]{1,64})"')
_RANGE = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})")


class NotGiven(Exception):
    """The peer answers, but does not give this file now."""


class Spoilt(Exception):
    """What arrived is not what it should be: it is thrown away and fetched from the beginning."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sealed copy: which copy, how long it is, which key opens it, and bytes of it from `start` on."""

    tag: str
    key: str
    length: int
    start: int
    data: bytes


def run(*, clock: Callable[[], datetime]) -> int:
    """Fetch from each peer a few pieces of what is due first; return how many pieces arrived."""
    due = attachments.under_way().filter(_is_due(clock()))
    return sum(_turn(name, clock) for name in due.order_by("peer_id").values_list("peer_id", flat=True).distinct())


def _is_due(now: datetime) -> Q:
    return backoff.is_due(now, longest=max(LEASE, delivering.LONGEST_WAIT * 1.5))


def _turn(name: str, clock: Callable[[], datetime]) -> int:
    now = clock()
    due = attachments.under_way().filter(_is_due(now), peer_id=name)
    row = due.select_related("peer").order_by("due_at", "pk").first()
    if row is None or not Wanted.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=now + LEASE):
        return 0
    pieces = 0
    until = monotonic() + TURN_SECONDS
    try:
        while pieces < PIECES_AT_ONCE and monotonic() < until and not _finished(row, clock()):
            _keep(row, _asked(row, clock()), clock())
            pieces += 1
        if row.arrived_at is None and not row.refused_because:
            Wanted.objects.filter(pk=row.pk).update(due_at=clock())
    except Spoilt as spoilt:
        row.spoilt += 1
        _begin_anew(row)
        _put_off(row, str(spoilt), clock())
    except (NotDelivered, keys.NoKey) as silent:
        until_then = _put_off(row, str(silent), clock())
        attachments.under_way().filter(peer_id=name, due_at__lt=until_then).update(due_at=until_then)
    except NotGiven as refused:
        _put_off(row, str(refused), clock())
    except Exception as failed:  # whatever it is: one file must not stop the others
        LOG.exception("没有取到%s的附件 %s", name, row.digest)
        if not connection.in_atomic_block:
            connection.close()
        _put_off(row, type(failed).__name__, clock())
    return pieces


def _put_off(row: Wanted, failure: str, now: datetime) -> datetime:
    attempts = row.attempts + 1
    # A draw in time, not a secret.
    until = now + delivering.wait_after(attempts, spread=random.random())
    Wanted.objects.filter(pk=row.pk).update(attempts=attempts, failure=failure[:500], due_at=until)
    return until


# --- a piece ----------------------------------------------------------------------------------------------------------


def _asked(row: Wanted, now: datetime) -> Piece:
    """Ask for the next piece. Raises NotDelivered, NotGiven, Spoilt, NoKey."""
    most = max(PIECE_BYTES >> min(row.attempts, 8), SMALLEST_PIECE_BYTES)
    start = _here(row)
    asked = {"Range": f"bytes={start}-{start + most - 1}"}
    answer = delivering.get(row.peer, FILES + row.digest, headers=asked, most=most, now=now)
    match answer.status:
        case 206:
            return _piece(answer, row, start, most)
        case 416:
            raise Spoilt("对方的附件比已收到的短，从头再取。")
        case 404 | 410 | 503:
            # Nobody has signed that it is gone: it is asked for again, however seldom.
            raise NotGiven(_words(answer))
    raise NotDelivered(_words(answer))


def _words(answer: Answer) -> str:
    said = delivering.read(answer)
    return f"{answer.status} {said.get('code', '')}：{said.get('detail', '')}"


def _piece(answer: Answer, row: Wanted, start: int, most: int) -> Piece:
    """Read a piece and check that it is one of those that were asked for. Raises NotGiven."""
    tag = _TAG.fullmatch(answer.headers.get("etag", ""))
    said = _RANGE.fullmatch(answer.headers.get("content-range", ""))
    key = answer.headers.get(KEY, "")
    if tag is None or said is None or not envelope.KEY.fullmatch(key):
        raise NotGiven("对方的回答缺少 ETag、Content-Range 或 Tongban-Key，没有采用。请对方核对程序版本。")
    first, last, length = map(int, said.groups())
    in_place = (
        first == start and last < length and last - first + 1 == len(answer.body) and 0 < len(answer.body) <= most
    )
    if not in_place or not row.size < length <= row.size + attachments.LARGEST_OVERHEAD:
        raise NotGiven(f"对方的回答 {said[0]} 不是所要的部分，或长度与消息所说的不符，没有采用。")
    return Piece(tag[1], key, length, first, answer.body)


def _here(row: Wanted) -> int:
    """Return how many bytes of the sealed copy lie here."""
    return (spool.length(ARRIVING, _spooled(row)) or 0) if row.tag else 0


def _spooled(row: Wanted) -> str:
    return f"{row.pk}-{row.tag}"


def _keep(row: Wanted, piece: Piece, now: datetime) -> None:
    """Store a piece; one of another copy than the one whose beginning is here begins that copy. Raises Spoilt."""
    if (piece.tag, piece.key, piece.length) != (row.tag, row.key, row.length):
        _begin_anew(row)
        row.tag, row.key, row.length = piece.tag, piece.key, piece.length
        row.save(update_fields=["tag", "key", "length"])
    if piece.start != _here(row):
        # The copy whose beginning is here was given up by the peer; the next piece asked for is its first.
        return
    spool.append(ARRIVING, _spooled(row), piece.data, at=piece.start)
    row.received = piece.start + len(piece.data)
    row.attempts, row.failure = max(row.attempts - 1, 0), ""
    Wanted.objects.filter(pk=row.pk).update(
        received=row.received, attempts=row.attempts, failure="", due_at=now + LEASE
    )


def _begin_anew(row: Wanted) -> None:
    if row.tag:
        spool.drop(ARRIVING, _spooled(row))
    row.tag, row.key, row.length, row.received = "", "", 0, 0
    row.save(update_fields=["tag", "key", "length", "received", "spoilt"])


# --- the whole --------------------------------------------------------------------------------------------------------


def _finished(row: Wanted, now: datetime) -> bool:
    """Store the file when all of it is here; whether nothing is left to ask for. Raises Spoilt."""
    if not row.tag or _here(row) < row.length:
        return False
    try:
        files.store(
            party=row.party,
            name=with_extension(row.digest[:16], Kind(row.kind)),
            stream=io.BytesIO(_opened(row)),
            size_hint=row.size,
            now=now,
        )
    except Refused as refused:
        row.refused_because = str(refused)[:500]
    else:
        row.arrived_at = now
    _begin_anew(row)
    row.failure = ""
    row.save(update_fields=["arrived_at", "refused_because", "failure"])
    return True


def _opened(row: Wanted) -> bytes:
    """Return the file, which is the one that was named. Raises Spoilt."""
    sealed = spool.read(ARRIVING, _spooled(row), most=row.length + 1)
    use = attachments.use_of(row.peer_id, settings.NODE, row.digest)
    try:
        data = keys.unseal_letter(key_id=row.key, sealed=sealed, use=use)
    except (NotForThisKey, keys.NoKey) as closed:
        raise Spoilt(f"附件打不开，从头再取：{closed}") from None
    if len(data) != row.size or sm3.digest(data).hex() != row.digest:
        raise Spoilt("附件的摘要或大小与消息所说的不同，已丢弃，从头再取。请对方核对。")
    return data
