"""Which events are there, and how does the journal write them down and read them back?

Every event is a frozen dataclass with a version. An event type never changes shape: a new shape is a new version, and
an upcaster makes today's shape of what an old version wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tongban.domain import codec

SYSTEM = "system"
"""The actor of what happens by rule and not by a person's act."""
AT = "/"
"""Parts, in the journal, the node at which somebody acted from who it was there."""


def automatic(actor: str) -> bool:
    """Whether something happened by rule, here or at another node.

    >>> automatic("system"), automatic("beijing/system"), automatic("beijing/account:1")
    (True, True, False)
    """
    return actor.rpartition(AT)[2] == SYSTEM


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. The actor and the instant stand on the journal's entry."""


E = TypeVar("E", bound=type[Event])
Body = dict[str, Any]
Upcaster = Callable[[Body], Body]

_KINDS: dict[tuple[str, int], type[Event]] = {}
_VERSIONS: dict[type[Event], int] = {}
_UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""How the body of an old version becomes that of the next one."""


def event(version: int) -> Callable[[E], E]:
    """Register an event type in the version whose shape it has."""

    def register(kind: E) -> E:
        _KINDS[kind.__name__, version] = kind
        _VERSIONS[kind] = version
        return kind

    return register


def upcast(kind: str, version: int) -> Callable[[Upcaster], Upcaster]:
    """Register what makes of a body of `version` one of the version after it."""

    def register(upcaster: Upcaster) -> Upcaster:
        _UPCASTERS[kind, version] = upcaster
        return upcaster

    return register


class UnknownEvent(ValueError):
    """An entry whose type and version this software does not know: it was written by a later one."""


def encode(event: Event) -> tuple[str, int, Body]:
    """Return type, version and body. Raises TypeError where a seal or another type is demanded."""
    kind = type(event)
    return kind.__name__, _VERSIONS[kind], codec.to_plain(event, kind)


def decode(kind: str, version: int, body: Body) -> Event:
    """Return the event that an entry tells; what an old version wrote in today's shape. Raises UnknownEvent."""
    today, body = _of_today(kind, version, body)
    read: Event = codec.from_plain(body, _KINDS[kind, today])
    return read


def decode_strictly(kind: str, version: int, body: Body) -> Event:
    """As `decode`, of what somebody else wrote. Raises ValueError too where there is more in it than is understood."""
    today, body = _of_today(kind, version, body)
    read: Event = codec.from_plain(body, _KINDS[kind, today])
    if codec.to_plain(read, _KINDS[kind, today]) != body:
        raise ValueError(f"{kind} version {version} has another form")
    return read


def _of_today(kind: str, version: int, body: Body) -> tuple[int, Body]:
    """Return the version in which this software writes a type, and a body in its shape. Raises UnknownEvent."""
    today = version
    while upcaster := _UPCASTERS.get((kind, today)):
        body, today = upcaster(body), today + 1
    if (kind, today) not in _KINDS:
        raise UnknownEvent(f"{kind} version {version}")
    return today, body


def version_of(kind: type[Event]) -> int:
    """Return the version in which this software writes a type."""
    return _VERSIONS[kind]


def kinds() -> tuple[tuple[str, int], ...]:
    """Return every type and version that can be read."""
    return (*_KINDS, *_UPCASTERS)
