"""How is a department's own system spoken to? An adapter for each kind; one over HTTP is the reference.

An adapter carries and judges nothing: what a system says is handed back as it was read, and only the room that asked
looks at signatures and content. Whoever connects a system of another make writes these five functions and installs
them under a kind; `docs/systems.md` tells what each must keep to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tongban.exchange.systems.models import System


class NotReached(Exception):
    """Nobody answered, too late, or in no form that can be read: the same is tried again."""


class TurnedAway(Exception):
    """The system answered that it does not take this. `retry`: the same may come again."""

    def __init__(self, code: str, words: str, *, retry: bool) -> None:
        super().__init__(words)
        self.code = code
        self.retry = retry


class Adapter(Protocol):
    """Every function raises NotReached and TurnedAway."""

    def tell(self, case: str, description: Mapping[str, Any]) -> Any:
        """Tell a case as it stands now; return what acknowledges it, signed. The same again has no second effect."""

    def hand_over(self, digest: str, *, start: int, size: int, piece: bytes) -> int:
        """Hand over a piece of a file that has `size` bytes; return how many the system has from the beginning."""

    def answers(self, *, after: int) -> list[Any]:
        """Return the answers after a number, each signed, in their order; as many as the system likes to give."""

    def fetch(self, digest: str, *, start: int, length: int) -> bytes:
        """Return bytes of a file that the system has; fewer, or none, where it ends before."""

    def cases(self, *, after: str, nonce: str) -> Any:
        """Return a part of the signed list of all cases that the system has, those after a case number."""


Connect = Callable[[System], Adapter]

_kinds: dict[str, Connect] = {}


def install(kinds: Mapping[str, Connect]) -> None:
    """The roof tells, once at start, which kinds there are."""
    _kinds.clear()
    _kinds.update(kinds)


def kinds() -> tuple[str, ...]:
    return tuple(_kinds)


def of(system: System) -> Adapter:
    """Raises NotReached where this process does not know the kind."""
    connect = _kinds.get(system.kind)
    if connect is None:
        raise NotReached(f"没有名为“{system.kind}”的适配器。请运维人员核对登记。")
    return connect(system)
