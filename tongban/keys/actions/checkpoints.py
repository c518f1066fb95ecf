"""How does a node prove later that its journal was not rewritten? It signs the heads of its streams from time to time.

A checkpoint covers every stream that moved since the one before, sorted by name, and the checkpoint before by its
digest; so the last signature vouches for all heads ever signed. Verifying asks four things: is each checkpoint signed
by a key of this node, does it follow the one before, do its heads give its root, and does the journal still hold each
signed head at its place, with no stream shorter than was signed. Whether the entries themselves chain is the journal's
own question. What happened after the last checkpoint is not yet vouched for, nor that no later checkpoint was cut off:
for that a copy of the last one must lie elsewhere.

Source: Electronic Signature Law, arts. 5, 6 (integrity of what is kept); RFC 9162 (signed heads of an append-only log).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Subquery

from tongban.crypto import canonical, profiles, sm3
from tongban.crypto.profiles import Algorithm
from tongban.domain.refused import Refused
from tongban.journal.models import Entry, Stream
from tongban.keys.actions.signing import ensure_key, sign
from tongban.keys.models import Checkpoint, SignedHead, SigningKey
from tongban.keys.purposes import Purpose
from tongban.keys.vault import vault

GENESIS = "0" * 64
AT_ONCE = 2_000


class CheckpointRace(Refused):
    """Two processes signed a checkpoint at once; one of them has."""

    code = "checkpoint_race"


@dataclass(frozen=True, slots=True)
class Findings:
    """What a verification saw: how many checkpoints and heads, and a sentence for everything that is wrong."""

    checkpoints: int
    heads: int
    problems: tuple[str, ...]


class _Moved(NamedTuple):
    stream_id: str
    seq: int
    head: str
    signed_before: bool


def checkpoint(*, now: datetime) -> Checkpoint | None:
    """Sign the heads that moved; return the last checkpoint, None while the journal is empty. Raises CheckpointRace."""
    try:
        with transaction.atomic():
            last = Checkpoint.objects.order_by("-number").first()
            while moved := _moved():
                last = _sign(moved, last, now)
            return last
    except IntegrityError as race:
        raise CheckpointRace("未签署检查点：另一进程刚刚签署了一个。请稍后再试。") from race


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as others can verify it: what was said, whose canonical form is signed, and its SM3 in hex."""

    number: int
    said: dict[str, Any]
    digest: str
    signature: bytes


def signed_checkpoints(*, after: int | None, most: int) -> list[SignedCheckpoint]:
    """Return the checkpoints after a number, in order; None: the last alone. One statement."""
    if after is None:
        rows = list(Checkpoint.objects.order_by("-number")[:1])
    else:
        rows = list(Checkpoint.objects.filter(number__gt=after).order_by("number")[:most])
    return [SignedCheckpoint(row.number, _said(row), _digest(row), bytes(row.signature)) for row in rows]


def checkpoint_digests() -> dict[int, str]:
    """Return the digest of each checkpoint by its number. One statement."""
    return {row.number: _digest(row) for row in Checkpoint.objects.iterator(chunk_size=AT_ONCE)}


def verify_checkpoints() -> Findings:
    """Verify every checkpoint and every signed head against the journal, in three statements."""
    checkpoints = heads = 0
    problems: list[str] = []
    previous: Checkpoint | None = None
    for one, signed in _signed_heads():
        problems += _wrong_with_checkpoint(one, previous, signed)
        problems += [problem for head in signed if (problem := _wrong_with_head(head))]
        checkpoints, heads, previous = checkpoints + 1, heads + len(signed), one
    if (stored := Checkpoint.objects.count()) != checkpoints:
        problems.append(f"{stored - checkpoints} 个检查点没有所签的链头清单，记录被删除。")
    return Findings(checkpoints, heads, tuple(problems))


def _moved() -> list[_Moved]:
    """The streams whose last entry is not signed yet, a bounded number at a time, sorted the same on every database."""
    signed = SignedHead.objects.filter(stream_id=OuterRef("id"))
    rows = (
        Stream.objects.filter(~Exists(signed.filter(seq=OuterRef("seq"))), seq__gt=0)
        .order_by("id")
        .values_list("id", "seq", "head", Exists(signed))[:AT_ONCE]
    )
    return sorted(_Moved(*row) for row in rows)


def _sign(moved: Sequence[_Moved], last: Checkpoint | None, now: datetime) -> Checkpoint:
    owner = f"node:{settings.NODE}"
    key = ensure_key(
        owner=owner,
        purpose=Purpose.CHECKPOINT,
        algorithm=profiles.for_profile(settings.CRYPTO),
        now=now,
        name=settings.NODE,
    )
    made = Checkpoint(
        number=last.number + 1 if last else 1,
        at=now,
        streams=(last.streams if last else 0) + sum(not one.signed_before for one in moved),
        root=_root((one.stream_id, one.seq, one.head) for one in moved),
        previous=_digest(last) if last else GENESIS,
        key=key,
    )
    made.signature = sign(owner=owner, purpose=Purpose.CHECKPOINT, message=_body(made), now=now).value
    made.save(force_insert=True)
    SignedHead.objects.bulk_create(
        SignedHead(stream_id=one.stream_id, seq=one.seq, head=one.head, checkpoint=made) for one in moved
    )
    return made


def _signed_heads() -> Iterator[tuple[Checkpoint, list[SignedHead]]]:
    """Each checkpoint with its heads; `now_at` is what the journal holds there now, `length` the stream's last."""
    entry = Entry.objects.filter(stream_id=OuterRef("stream_id"), seq=OuterRef("seq")).values("hash")
    stream = Stream.objects.filter(id=OuterRef("stream_id")).values("seq")
    rows = (
        SignedHead.objects.select_related("checkpoint__key")
        .annotate(now_at=Subquery(entry), length=Subquery(stream))
        .order_by("checkpoint_id")
        .iterator(chunk_size=AT_ONCE)
    )
    for _, group in groupby(rows, key=lambda head: head.checkpoint_id):
        heads = sorted(group, key=lambda head: head.stream_id)
        yield heads[0].checkpoint, heads


def _wrong_with_checkpoint(one: Checkpoint, previous: Checkpoint | None, heads: Sequence[SignedHead]) -> Iterator[str]:
    if not _own(one.key):
        yield f"检查点 {one.number} 的密钥 {one.key_id} 不是本节点的密钥。"
    if not profiles.verify(Algorithm(one.key.algorithm), bytes(one.key.public_key), _body(one), bytes(one.signature)):
        yield f"检查点 {one.number} 的签名不符，检查点被改动。"
    if one.previous != (_digest(previous) if previous else GENESIS):
        yield f"检查点 {one.number} 与前一个检查点不衔接，中间有检查点被删除或改动。"
    if one.root != _root((head.stream_id, head.seq, head.head) for head in heads):
        yield f"检查点 {one.number} 所签的链头清单被改动。"


def _wrong_with_head(head: SignedHead) -> str | None:
    if head.now_at is None or head.length is None or head.length < head.seq:
        return f"日志“{head.stream_id}”的第 {head.seq} 条已经签署，现在却缺失，日志被截短或删除。"
    if head.now_at != head.head:
        return f"日志“{head.stream_id}”的第 {head.seq} 条与检查点 {head.checkpoint_id} 所签不符，日志被改写。"
    return None


def _own(key: SigningKey) -> bool:
    """Say whether the vault of this node made the key: whoever can only write to the database cannot make one."""
    return vault().owns(
        algorithm=Algorithm(key.algorithm),
        public_key=bytes(key.public_key),
        wrapped_private=bytes(key.wrapped_private),
    )


def _root(heads: Iterable[tuple[str, int, str]]) -> str:
    return sm3.digest(canonical.encode([list(head) for head in heads])).hex()


def _body(one: Checkpoint) -> bytes:
    """The bytes that are signed."""
    return canonical.encode(_said(one))


def _said(one: Checkpoint) -> dict[str, Any]:
    return {
        "type": "tongban checkpoint 1",
        "number": one.number,
        "at": one.at.astimezone(UTC).isoformat(),
        "streams": one.streams,
        "root": one.root,
        "previous": one.previous,
        "key_id": one.key_id,
    }


def _digest(one: Checkpoint) -> str:
    return sm3.digest(_body(one)).hex()
