"""The house and the baseline take turns at the same applications, each on a copy of one prepared database.

Django must be set up before this module is imported.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.core.management import call_command
from django.db import connection, connections, transaction

from bench import baseline, journey
from bench.baseline import Differs
from bench.recording import Act, Recording
from tests import stores
from tests.own_database import connected_to
from tongban.keys.vault import FileVault

CONSTANT = bytes(range(71))
"""Stands in for a signature; one of SM2 in DER has about as many bytes."""
TABLES = (
    "casework_draft",
    "casework_application",
    "casework_case",
    "casework_opinion",
    "casework_supply",
    "casework_confirmationasked",
    "certificates_certificate",
    "journal_stream",
    "journal_entry",
    "journal_operation",
)


class Sides:
    """A session at one store: entering prepares the copies, leaving ends the connections."""

    def __init__(self, store: stores.Store, applications: int, repeats: int) -> None:
        self._store, self._size, self._repeats = store, applications + 1, repeats

    def __enter__(self) -> Sides:
        self._store.create("prepared")
        call_command("migrate", verbosity=0)
        self._house = journey.prepare()
        drafts = journey.drafts(self._house, 2 * self._repeats * self._size)
        self._batches = [drafts[start : start + self._size] for start in range(0, len(drafts), self._size)]
        connections.close_all()
        for copy in ("recorded", "service", "baseline"):
            self._store.copy("prepared", copy)
        return self

    def __exit__(self, *exception: object) -> None:
        connections.close_all()

    def measure(self) -> dict[str, Any]:
        acts = self._record()
        pairs = [self._pair(number, acts) for number in range(self._repeats)]
        service, by_hand, signing = (statistics.median(figures) for figures in zip(*pairs, strict=True))
        return {
            "database": self._store.name,
            "version": self._version(),
            "service": service,
            "baseline": by_hand,
            "ratio": statistics.median(pair[0] / pair[1] for pair in pairs),
            "service_signing": signing,
            "batches": pairs,
            "compared": self._compare(),
        }

    def _record(self) -> list[list[list[Act]]]:
        """Let the house do everything once, unmeasured; return the acts of each application of each batch."""

        def of_one(draft: str) -> list[Act]:
            recording = Recording()

            def perform(name: str, act: Callable[[], object]) -> None:
                with recording.act(name, draft):
                    act()

            journey.run(self._house, draft, perform)
            return recording.acts

        with self._connected("recorded"), _unsigned():
            return [[of_one(draft) for draft in drafts] for drafts in self._batches[: self._repeats]]

    def _pair(self, number: int, acts: Sequence[Sequence[Sequence[Act]]]) -> tuple[float, float, float]:
        with self._connected("service"), _unsigned():
            service = self._service(self._batches[number])
        by_hand = self._by_hand(acts[number])
        with self._connected("service"):
            signing = self._service(self._batches[number + self._repeats])
        return service, by_hand, signing

    def _service(self, drafts: Sequence[str]) -> float:
        """Return applications per second; the first one warms up connection and memories."""
        seconds = 0.0

        def perform(name: str, act: Callable[[], object]) -> None:
            nonlocal seconds
            started = time.perf_counter()
            act()
            if name in journey.MEASURED:
                seconds += time.perf_counter() - started

        for draft in drafts[:1]:
            journey.run(self._house, draft, perform)
        seconds = 0.0
        for draft in drafts[1:]:
            journey.run(self._house, draft, perform)
        return len(drafts[1:]) / seconds

    def _by_hand(self, applications: Sequence[Sequence[Act]]) -> float:
        seconds = 0.0
        if self._store.name == "sqlite":
            by_hand: baseline.Baseline = baseline.SQLite(self._store.url("baseline").removeprefix("sqlite:///"))
        else:
            by_hand = baseline.PostgreSQL(self._store.url("baseline"))
        with self._connected("baseline"):
            for place, acts in enumerate(applications):
                for act in acts:
                    if act.name not in journey.MEASURED:
                        with transaction.atomic():
                            for write, arguments, more in act.writes:
                                write(*arguments, **more)
                        continue
                    started = time.perf_counter()
                    by_hand.perform(act)
                    if place:
                        seconds += time.perf_counter() - started
        by_hand.close()
        return len(applications[1:]) / seconds

    def _compare(self) -> int:
        """Return how many rows the baseline has left that equal the recorded ones. Raises Differs."""
        recorded, by_hand = self._rows("recorded"), self._rows("baseline")
        for table in TABLES:
            if recorded[table] != by_hand[table]:
                raise Differs(f"the baseline has left other rows in {table}")
        return sum(map(len, recorded.values()))

    def _rows(self, copy: str) -> dict[str, list[Any]]:
        found = {}
        with self._connected(copy), connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"SELECT * FROM {table}")
                found[table] = sorted(cursor.fetchall(), key=repr)
        return found

    def _version(self) -> str:
        with self._connected("recorded"), connection.cursor() as cursor:
            cursor.execute("SELECT sqlite_version()" if self._store.name == "sqlite" else "SHOW server_version")
            return str(cursor.fetchone()[0])

    @contextmanager
    def _connected(self, database: str) -> Iterator[None]:
        with connected_to(self._store.url(database)):
            yield


@contextmanager
def _unsigned() -> Iterator[None]:
    with mock.patch.object(FileVault, "sign", lambda vault, **asked: CONSTANT):
        yield
