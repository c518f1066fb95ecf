"""What does a message do where it arrives? Other rooms tell, once at start, for each type.

A handler runs in the transaction that stores the message, and writes rows only. What it refuses is stored as refused,
without any effect. It never writes to a peer itself: that goes by the outbox, or two nodes would wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from tongban.domain.envelope import Message
from tongban.domain.refused import Refused
from tongban.exchange.models import Stored

Handler = Callable[[Message, Any, datetime], None]
"""Called with the message, its body and the instant. Raises Refused."""
Around = Callable[[datetime], AbstractContextManager[None]]
"""What holds around all messages of a transaction: at its end a room does once what each of them asks for."""


class Later(Exception):
    """A message that cannot be judged yet, because this node's list of the sender's keys is older than it.

    Nothing of it is stored; the sender comes again, and by then the list is new. `str(error)` is a sentence.
    """


GREETING = "cn.tongban.node.greeting.v1"

_handlers: dict[str, Handler] = {}
_apart: set[str] = set()
"""Types before which a transaction begins anew: what they lock comes before what others lock."""
_around: list[Around] = []
_before: ContextVar[Sequence[Stored]] = ContextVar("before", default=())


class UnknownType(Refused):
    """A message of a type that this node does not know."""

    code = "unknown_type"


def greet(message: Message, body: Any, now: datetime) -> None:
    """Do nothing: a greeting says by its receipt that the line holds."""


HANDLERS: Mapping[str, Handler] = {GREETING: greet}


def install(handlers: Mapping[str, Handler], *, apart: Collection[str] = (), around: Sequence[Around] = ()) -> None:
    _handlers.clear()
    _handlers.update(handlers)
    _apart.clear()
    _apart.update(apart)
    _around[:] = around


@contextmanager
def together(now: datetime) -> Iterator[None]:
    """Handle messages of one transaction; what fails at its end may be the fault of one of them."""
    with ExitStack() as stack:
        for around in _around:
            stack.enter_context(around(now))
        yield


@contextmanager
def behind(rows: Sequence[Stored]) -> Iterator[None]:
    """Let handlers see what of the same batch was taken before, and stands in no table yet."""
    token = _before.set(rows)
    try:
        yield
    finally:
        _before.reset(token)


def before() -> Sequence[Stored]:
    """Return the messages of the same batch before the one that is handled."""
    return _before.get()


def apart(kind: str) -> bool:
    """Whether a message of this type begins a transaction of its own."""
    return kind in _apart


def handle(message: Message, body: Any, now: datetime) -> None:
    """Do what a message asks for. Raises Refused."""
    handler = _handlers.get(message.type)
    if handler is None:
        raise UnknownType(f"未接收：本节点不认识“{message.type}”这一类消息。请双方核对版本。")
    handler(message, body, now)
