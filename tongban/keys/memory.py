"""What may a process remember of rows, so that a warm call asks the database nothing?

A row that a transaction has made may yet be undone, and a key that never came to be must not seal anything. So what
this transaction made is held for this transaction alone and shared with all threads at its commit; a rollback forgets
it, that of a savepoint too. A row that was read, and that this transaction did not make, is committed: it is shared at
once.

Other processes hear nothing of a change. Hence everything shared grows old: after `fresh_seconds` it is read anew, so
that a retired or destroyed key is gone everywhere within that time. Names hold the database and the keys folder,
because one process may speak to several of them, one after the other.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.conf import settings
from django.db import connection, transaction

Value = TypeVar("Value")

_Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Held(Generic[Value]):
    """What this transaction knows of a row: its value, or None where the row was changed; `settle` runs at commit."""

    value: Value | None
    settle: Callable[[], None]


class Memory(Generic[Value]):
    """Values by name, the last used `kept` of them, each for `fresh_seconds` at most."""

    def __init__(self, *, kept: int, fresh_seconds: float) -> None:
        self._kept = kept
        self._fresh_seconds = fresh_seconds
        self._lock = threading.Lock()
        self._shared: OrderedDict[_Place, tuple[float, Value]] = OrderedDict()
        self._own = threading.local()

    def get(self, name: str) -> Value | None:
        place = _place(name)
        if held := self._held().get(place):
            return held.value
        with self._lock:
            found = self._shared.get(place)
            if found is None or time.monotonic() - found[0] > self._fresh_seconds:
                return None
            self._shared.move_to_end(place)
            return found[1]

    def keep_read(self, name: str, value: Value) -> None:
        """Share a value that was read, unless this transaction made or changed its row."""
        place = _place(name)
        if place not in self._held():
            self._share(place, value)

    def keep_made(self, name: str, value: Value) -> None:
        """Hold a value of a row that this transaction has made; share it at commit."""
        place = _place(name)
        self._hold(place, value, lambda: self._share(place, value))

    def drop(self, name: str) -> None:
        """Forget a value whose row changes: now, and again at commit, since a thread may read the old row before."""
        place = _place(name)
        self._forget(place)
        self._hold(place, None, lambda: self._forget(place))

    def _hold(self, place: _Place, value: Value | None, then: Callable[[], None]) -> None:
        def settle() -> None:
            self._own.held.pop(place, None)
            then()

        self._own.held = self._held() | {place: _Held(value, settle)}
        transaction.on_commit(settle)

    def _held(self) -> dict[_Place, _Held[Value]]:
        """What this transaction did and has not undone: Django throws away the callbacks of what is rolled back."""
        held: dict[_Place, _Held[Value]] = getattr(self._own, "held", {})
        if held:
            waiting = {callback for _, callback, *_ in connection.run_on_commit}
            held = {place: one for place, one in held.items() if one.settle in waiting}
            self._own.held = held
        return held

    def _share(self, place: _Place, value: Value) -> None:
        with self._lock:
            self._shared[place] = (time.monotonic(), value)
            self._shared.move_to_end(place)
            if len(self._shared) > self._kept:
                self._shared.popitem(last=False)

    def _forget(self, place: _Place) -> None:
        with self._lock:
            self._shared.pop(place, None)


def _place(name: str) -> _Place:
    return str(settings.KEYS_DIR), str(connection.settings_dict["NAME"]), name
