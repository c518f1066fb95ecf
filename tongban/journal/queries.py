"""What people look up in the journal: the entries of a stream as events, and whether the record is sound."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.db.models import Q

from tongban.crypto import sm3
from tongban.domain import events as kernel
from tongban.journal import chain
from tongban.journal.models import Entry, Operation, Read, Stream


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as it stands in the journal."""

    stream: str
    seq: int
    at: datetime
    actor: str
    event: kernel.Event


def entries(stream: str, *, after: int = 0) -> list[Recorded]:
    """Return the events of one stream behind an entry, oldest first."""
    return [_recorded(entry) for entry in Entry.objects.filter(stream_id=stream, seq__gt=after).order_by("seq")]


def between(stream: str, first: int, last: int) -> list[Recorded]:
    """Return the events of one stream from one number to another, both included."""
    return [_recorded(row) for row in Entry.objects.filter(stream_id=stream, seq__range=(first, last)).order_by("seq")]


def first_actor(stream: str) -> str:
    """Return who acted when a stream began; empty where it has not."""
    return Entry.objects.filter(stream_id=stream, seq=1).values_list("actor", flat=True).first() or ""


def first_answer(*, actor: str, operation: str) -> dict[str, Any] | None:
    """Return what an operation of this actor was answered; None when it has not happened."""
    done = Operation.objects.filter(actor=actor, id=operation).first()
    return None if done is None else json.loads(done.answer)


def telling(stream: str, *, kinds: Collection[str], any_of: Collection[str]) -> list[Recorded]:
    """Return the entries of these kinds whose content holds one of these texts (digests, codes), oldest first."""
    if not any_of:
        return []
    holds = reduce(or_, (Q(body__contains=text) for text in any_of))
    rows = Entry.objects.filter(holds, stream_id=stream, type__in=list(kinds)).order_by("seq")
    return [_recorded(entry) for entry in rows]


def state_of(stream: str, *prefixes: str) -> str:
    """Return what changes with every entry of a stream, or of any whose name begins so; one statement."""
    named = Q(id=stream)
    for prefix in prefixes:
        named |= Q(id__startswith=prefix)
    rows = Stream.objects.filter(named).order_by("id").values_list("id", "head")
    return sm3.digest("\n".join(f"{name} {head}" for name, head in rows).encode()).hex()


def positions(streams: Collection[str]) -> dict[str, int]:
    """Return how many entries each of these streams has; one statement."""
    return dict(Stream.objects.filter(id__in=list(streams)).values_list("id", "seq"))


def of_streams(streams: Collection[str]) -> Iterator[tuple[str, list[Recorded]]]:
    """Yield these streams with their events; one statement."""
    rows = Entry.objects.filter(stream_id__in=list(streams)).order_by("stream_id", "seq")
    for stream, group in groupby(rows, key=lambda entry: entry.stream_id):
        yield stream, [_recorded(entry) for entry in group]


def of_kinds(*kinds: str, streams: Collection[str]) -> list[Recorded]:
    """Return the events of these kinds in these streams; one statement."""
    rows = Entry.objects.filter(stream_id__in=list(streams), type__in=kinds).order_by("stream_id", "seq")
    return [_recorded(entry) for entry in rows]


def _recorded(entry: Entry) -> Recorded:
    event = kernel.decode(entry.type, entry.version, json.loads(entry.body))
    return Recorded(entry.stream_id, entry.seq, entry.at, entry.actor, event)


def reads(*, about: str, beginning: str, after: tuple[datetime, int] | None = None, most: int) -> list[Read]:
    """Return who looked at what of somebody, the newest first; `beginning`: how what was looked at is named.

    `after` tells instant and number of the read after which they begin: those of one instant stand by their number.
    One statement.
    """
    rows = Read.objects.filter(about=about, what__startswith=beginning)
    if after is not None:
        at, number = after
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__gt=number))
    return list(rows.order_by("-at", "pk")[:most])


Fold = Callable[[list[Recorded]], Any]
"""Entries of one stream to the kernel value they add up to."""
ReadRows = Callable[[str], Any]
"""Stream id to the kernel value its rows stand for; None when there are no rows."""

Streams = Callable[[], Iterable[str]]
"""The streams that must be there because rows are."""

_FOLDS: dict[str, tuple[Fold, ReadRows, Streams]] = {}


def register(prefix: str, *, fold: Fold, rows: ReadRows, streams: Streams) -> None:
    """A room tells how streams of its kind are folded, how their rows give the same value, and which have rows."""
    _FOLDS[prefix] = (fold, rows, streams)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something unsound: which stream, which entry (0: the stream as a whole), what."""

    stream: str
    seq: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Soundness:
    streams: int
    entries: int
    chain_faults: tuple[Fault, ...]
    replay_faults: tuple[Fault, ...]

    @property
    def journal_ok(self) -> bool:
        return not self.chain_faults

    @property
    def replay_ok(self) -> bool:
        return not self.replay_faults


def soundness() -> Soundness:
    """Check every chain, and that folding every stream gives what its rows say."""
    chain_faults: list[Fault] = []
    replay_faults: list[Fault] = []
    count = 0
    seen: dict[str, tuple[int, str]] = {}
    rows = Entry.objects.order_by("stream_id", "seq").iterator(chunk_size=2000)
    for stream, group in groupby(rows, key=lambda entry: entry.stream_id):
        of_stream = list(group)
        count += len(of_stream)
        chain_faults += _chain_faults(stream, of_stream)
        seen[stream] = (of_stream[-1].seq, of_stream[-1].hash)
        replay_faults += _replay_faults(stream, of_stream)
    streams = list(Stream.objects.order_by("id"))
    for row in streams:
        if (row.seq, row.head) != seen.get(row.id, (0, chain.GENESIS)):
            chain_faults.append(Fault(row.id, row.seq, "链头与最后一条记录不符：有记录被删除或改写。"))
    chain_faults += [Fault(s, 0, "有记录却没有链头。") for s in seen.keys() - {row.id for row in streams}]
    replay_faults += _without_entries(seen.keys())
    return Soundness(len(streams), count, tuple(chain_faults), tuple(replay_faults))


def _chain_faults(stream: str, of_stream: list[Entry]) -> Iterator[Fault]:
    previous = chain.GENESIS
    for expected, entry in enumerate(of_stream, start=1):
        if entry.seq != expected:
            yield Fault(stream, expected, f"缺少第 {expected} 条记录。")
            return
        previous = chain.link(
            previous,
            stream=stream,
            seq=entry.seq,
            type=entry.type,
            version=entry.version,
            at=entry.at,
            actor=entry.actor,
            operation=entry.operation,
            body=entry.body,
        )
        if previous != entry.hash:
            yield Fault(stream, entry.seq, f"第 {entry.seq} 条记录的散列不符：内容被改写。")
            return


def _replay_faults(stream: str, of_stream: list[Entry]) -> Iterator[Fault]:
    kind = next((prefix for prefix in _FOLDS if stream.startswith(prefix)), None)
    if kind is None:
        return
    fold, rows, _ = _FOLDS[kind]
    try:
        folded = fold([_recorded(entry) for entry in of_stream])
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        yield Fault(stream, 0, f"记录无法重放：{error}。")
        return
    if folded != rows(stream):
        yield Fault(stream, 0, "按记录重放的结果与业务表不一致。")


def _without_entries(seen: Set[str]) -> Iterator[Fault]:
    """What stands in rows and never happened."""
    for _, _, streams in _FOLDS.values():
        for stream in streams():
            if stream not in seen:
                yield Fault(stream, 0, "业务表中有，日志里却没有一条记录：不是办理出来的，或日志被删除。")
