"""How does something happen exactly once, with its entry?

An action is one transaction in five beats: lock the stream, ask whether one may, ask the kernel, store rows, append to
the journal. `action` wraps the function that does so:

    @action
    def accept(*, operation: Operation, actor: Actor, application: str, now: datetime) -> Answer:
        stream = lock(application_stream, operation)
        ...
        append(stream, events, at=now, answer=answer)
        return answer

The client makes the operation id. The first beat looks it up: a repeat gets its first answer back and nothing else
happens; the same id with other content is refused. Twins that race through the look-up meet at the unique key of the
operation; the loser starts again and finds the winner's answer.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.domain import events as kernel
from tongban.domain.refused import Refused
from tongban.journal import chain, storage

LONGEST_OPERATION = 120

Answer = dict[str, Any]
"""What an action answers, in plain JSON values, so that a repeat gets the same."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The client's id of one act, its actor, and a keyed digest of what was asked."""

    id: str
    actor: str
    request: str


@dataclass(slots=True)
class LockedStream:
    """A stream locked by this transaction: `seq` and `head` are those of its last entry."""

    id: str
    seq: int
    head: str
    operation: Operation
    found: tuple[Any, ...] | None = None
    """The row that was read under the lock, where one was asked for."""
    acting: str = ""
    """As whom entries name the actor, where that tells more than his id: for whom he stands in."""

    @property
    def signer(self) -> str:
        return self.acting or self.operation.actor


class Repeated(Exception):
    """The operation happened before; it carries the first answer to the wrapper and no further."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("repeated")
        self.answer = answer


class OperationReused(Refused):
    """The same operation id with other content."""

    code = "operation_reused"


class InvalidOperation(Refused):
    """An operation id that no client of ours makes."""

    code = "invalid_operation"


class NoSuchStream(Refused):
    code = "not_found"
    status = 404


def action(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Run an action in one transaction, once for each operation id.

    The wrapped function is called with keywords only: `operation` (the client's id) and `actor` (has an `id`), and
    whatever it needs. Everything but `now` and `prepared` (what was looked up beforehand) counts as what was asked.
    """

    @functools.wraps(function)
    def run(*, operation: str, actor: Any, **asked: Any) -> Answer:
        if not 0 < len(operation) <= LONGEST_OPERATION or "\0" in operation:
            raise InvalidOperation(f"未办理：操作编号应有 1 至 {LONGEST_OPERATION} 个字符。请刷新页面后重试。")
        one = Operation(operation, actor.id, _request(function.__qualname__, asked))
        try:
            return _attempt(function, one, actor, asked)
        except (IntegrityError, Refused):
            # The look-up may have seen the moment before a racing twin committed: its answer is ours.
            if not storage.operation_exists(one.actor, one.id):
                raise
            return _attempt(function, one, actor, asked)

    return run


def _attempt(function: Callable[..., Answer], operation: Operation, actor: Any, asked: dict[str, Any]) -> Answer:
    try:
        with transaction.atomic():
            return function(operation=operation, actor=actor, **asked)
    except Repeated as repeated:
        return repeated.answer


def _request(name: str, asked: dict[str, Any]) -> str:
    """Return what was asked as a keyed digest: names and numbers in it cannot be tried out."""
    content = [(key, repr(value)) for key, value in sorted(asked.items()) if key not in ("now", "prepared")]
    return _mac[0](chain.text([name, *map(list, content)]))


Mac = Callable[[str], str]
"""A text to 64 hexadecimal digits, under a key of this node."""

_mac: list[Mac] = []


def install(*, mac: Mac) -> None:
    """The keys lie a floor above; they bring the keyed digest when the house starts."""
    _mac[:] = [mac]


def lock(
    stream: str, operation: Operation, *, create: bool = False, reading: storage.Reading | None = None
) -> LockedStream:
    """Lock one stream for this transaction, and then read. Raises Repeated, OperationReused, NoSuchStream."""
    seq, head, before, found = storage.lock(stream, operation.actor, operation.id, create=create, reading=reading)
    if before is not None:
        request, answer = before
        if request != operation.request:
            raise OperationReused("未办理：同一操作编号已用于另一个请求。请刷新页面后重试。")
        raise Repeated(json.loads(answer))
    if seq is None or head is None:
        raise NoSuchStream("未找到该编号对应的记录。请核对编号。")
    return LockedStream(stream, seq, head, operation, found)


def append(
    stream: LockedStream,
    events: Sequence[kernel.Event],
    *,
    at: datetime,
    answer: Answer,
    actors: Sequence[str] | None = None,
    also: Sequence[str] = (),
    elsewhere: int = 0,
    heard: tuple[type[kernel.Event], ...] = (),
) -> None:
    """Append events to a locked stream, with the operation and its answer. `actors` names each entry's actor.

    What listens to these events writes its rows now; what they ask to be done afterwards, and what is asked for `also`,
    goes into the outbox. Of events that happened `elsewhere`, which are the first ones, nothing follows here but what
    those of the types `heard` ask for. Where nothing happened, nothing is asked for.
    """
    own, told = events[elsewhere:], [event for event in events[:elsewhere] if isinstance(event, heard)]
    for event in own:
        for handler in _handlers.get(type(event), ()):
            handler(stream, event, at)
    # An errand stands at an entry of its own act, for no other act has one there.
    start = stream.seq
    first = start + 1 + (elsewhere if own else 0)
    rows = []
    for number, event in enumerate(events):
        kind, version, body = kernel.encode(event)
        actor = actors[number] if actors else stream.signer
        rows.append(_entry(stream, kind, version, chain.text(body), actor, at))
    storage.append(
        stream.id,
        stream.seq,
        stream.head,
        rows,
        operation=storage.OperationRow(
            actor=stream.operation.actor,
            id=stream.operation.id,
            request=stream.operation.request,
            answer=chain.text(answer),
            at=at,
        ),
        outbox=[
            *(storage.ErrandRow(stream.id, start + 1, subject, start + elsewhere, at) for subject in _asked_for(told)),
            *(
                storage.ErrandRow(stream.id, first, subject, stream.seq, at)
                for subject in (*_asked_for(own), *also)
                if events
            ),
        ],
    )


Handler = Callable[[LockedStream, kernel.Event, datetime], None]
"""Writes rows of the stream that is locked, in the same transaction, before the event is appended."""

_handlers: dict[type[kernel.Event], Sequence[Handler]] = {}
_subjects: dict[type[kernel.Event], Sequence[str]] = {}


def subscribe(
    *, at_once: Mapping[type[kernel.Event], Sequence[Handler]], afterwards: Mapping[type[kernel.Event], Sequence[str]]
) -> None:
    """The roof tells, once at start, what follows from which event: handlers, and subjects of the outbox."""
    for told, kept in ((at_once, _handlers), (afterwards, _subjects)):
        kept.clear()
        kept.update(told)  # type: ignore[arg-type]


def _asked_for(events: Sequence[kernel.Event]) -> dict[str, None]:
    """Return the subjects that an act asks for, each once however many of its events do, in their order."""
    return {subject: None for event in events for subject in _subjects.get(type(event), ())}


def _entry(stream: LockedStream, kind: str, version: int, body: str, actor: str, at: datetime) -> storage.EntryRow:
    stream.seq += 1
    stream.head = chain.link(
        stream.head,
        stream=stream.id,
        seq=stream.seq,
        type=kind,
        version=version,
        at=at,
        actor=actor,
        operation=stream.operation.id,
        body=body,
    )
    return storage.EntryRow(stream.seq, kind, version, at, actor, stream.operation.id, body, stream.head)


def record_reads(*, actor: str, about: Iterable[str], what: str, at: datetime) -> None:
    """Write down that a member of staff looked at somebody's personal data."""
    storage.record_reads([(at, actor, person, what) for person in about])
