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

from bench import journey
from bench.baseline import Baseline, Differs, PostgreSQL, SQLite
from bench.recording import Act, Recording
from tests import stores
from tongban.keys.vault import FileVault
from tongban.project.settings import database

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
    "journal_errand",
    "journal_operation",
)


class Sides:
    """A session at one store: entering prepares the copies, leaving ends the connections."""

    def __init__(self, store: stores.Store, applications: int) -> None:
        self._store, self._count = store, applications + 1

    def __enter__(self) -> Sides:
        self._store.create("prepared")
        call_command("migrate", verbosity=0)
        self._house = journey.prepare()
        drafts = journey.drafts(self._house, 2 * self._count)
        self._unsigned, self._signed = drafts[: self._count], drafts[self._count :]
        connections.close_all()
        self._wrappers = {}
        for copy in ("recorded", "service", "baseline"):
            self._store.copy("prepared", copy)
            wrapper = connections.create_connection("default")
            wrapper.settings_dict = wrapper.settings_dict | {"NAME": database(self._store.url(copy))["NAME"]}
            self._wrappers[copy] = wrapper
        return self

    def __exit__(self, *exception: object) -> None:
        for wrapper in self._wrappers.values():
            wrapper.close()

    def measure(self) -> dict[str, Any]:
        """Let all sides do one application after the other, in turns; the first warms up connections and memories."""
        acts = self._record()
        by_hand = self._baseline()
        seconds = []
        for unsigned, signed, recorded in zip(self._unsigned, self._signed, acts, strict=True):
            with _constant_signatures():
                service = self._service(unsigned)
            seconds.append((service, self._by_hand(by_hand, recorded), self._service(signed)))
        by_hand.close()
        service, baseline, signing = (1 / statistics.median(each) for each in zip(*seconds[1:], strict=True))
        return {
            "database": self._store.name,
            "version": self._version(),
            "service": service,
            "baseline": baseline,
            "ratio": statistics.median(pair[1] / pair[0] for pair in seconds[1:]),
            "service_signing": signing,
            "seconds": seconds[1:],
            "compared": self._compare(),
        }

    def _record(self) -> list[list[Act]]:
        """Let the house do everything once, unmeasured; return the acts of each application."""

        def of_one(draft: str) -> list[Act]:
            recording = Recording()

            def perform(name: str, act: Callable[[], object]) -> None:
                with recording.act(name, draft):
                    act()

            journey.run(self._house, draft, perform)
            return recording.acts

        with self._on("recorded"), _constant_signatures():
            return [of_one(draft) for draft in self._unsigned]

    def _service(self, draft: str) -> float:
        """Return the seconds of one application's measured acts."""
        seconds = 0.0

        def perform(name: str, act: Callable[[], object]) -> None:
            nonlocal seconds
            started = time.perf_counter()
            act()
            if name in journey.MEASURED:
                seconds += time.perf_counter() - started

        with self._on("service"):
            journey.run(self._house, draft, perform)
        return seconds

    def _baseline(self) -> Baseline:
        url = self._store.url("baseline")
        return SQLite(url.removeprefix("sqlite:///")) if self._store.name == "sqlite" else PostgreSQL(url)

    def _by_hand(self, by_hand: Baseline, acts: Sequence[Act]) -> float:
        seconds = 0.0
        with self._on("baseline"):
            for act in acts:
                if act.name in journey.MEASURED:
                    started = time.perf_counter()
                    by_hand.perform(act)
                    seconds += time.perf_counter() - started
                else:
                    with transaction.atomic():
                        for write, arguments, more in act.writes:
                            write(*arguments, **more)
        return seconds

    def _compare(self) -> int:
        """Return how many rows the baseline has left that equal the recorded ones. Raises Differs."""
        recorded, by_hand = self._rows("recorded"), self._rows("baseline")
        for table in TABLES:
            if recorded[table] != by_hand[table]:
                raise Differs(f"the baseline has left other rows in {table}")
        return sum(map(len, recorded.values()))

    def _rows(self, copy: str) -> dict[str, list[Any]]:
        found = {}
        with self._on(copy), connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"SELECT * FROM {table}")
                found[table] = sorted(cursor.fetchall(), key=repr)
        return found

    def _version(self) -> str:
        with self._on("recorded"), connection.cursor() as cursor:
            cursor.execute("SELECT sqlite_version()" if self._store.name == "sqlite" else "SHOW server_version")
            return str(cursor.fetchone()[0])

    @contextmanager
    def _on(self, copy: str) -> Iterator[None]:
        """Let Django speak to one copy; connections and what they have prepared stay open."""
        connections["default"] = self._wrappers[copy]
        yield


@contextmanager
def _constant_signatures() -> Iterator[None]:
    with mock.patch.object(FileVault, "sign", lambda vault, **asked: CONSTANT):
        yield
