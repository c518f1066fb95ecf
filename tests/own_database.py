"""A database that one test has for itself: what it writes is committed, so threads and other processes see it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from django.db import connections

from tongban.project.settings import database

Answer = TypeVar("Answer")
TONGBAN = Path(sys.executable).with_name("tongban")


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """Let this process, with all its threads, speak to the database at `url`; afterwards to the former one."""
    before = connections.settings["default"]["NAME"]
    aim(url)
    try:
        yield
    finally:
        _aim(before)


def aim(url: str) -> None:
    """Let this process speak to the database at `url` from now on."""
    name = database(url)["NAME"]
    if connections.settings["default"]["NAME"] != name:
        _aim(name)


def _aim(name: object) -> None:
    """All databases of a run lie in one store, so only the name differs; threads read it when they connect."""
    connections["default"].close()
    connections.settings["default"]["NAME"] = name


@dataclass(frozen=True)
class OwnDatabase:
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """Environment of another process that works on this database, in demo mode."""
        return os.environ | {"TONGBAN_DATABASE_URL": self.url, "TONGBAN_DEMO": "1"}

    def command(self, *words: str, output: IO[str] | int = subprocess.PIPE, **more: str) -> subprocess.Popen[str]:
        """Start `tongban WORDS` on this database; output and errors go to `output`, `more` to its environment."""
        return subprocess.Popen(
            [str(TONGBAN), *words],
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def together(self, *calls: Callable[[], Answer]) -> list[Answer | Exception]:
        """Run the calls in threads that start in the same instant; return answers and exceptions, in order."""
        barrier = threading.Barrier(len(calls))
        answers: list[Answer | Exception] = [RuntimeError("never ran")] * len(calls)

        def run(index: int, call: Callable[[], Answer]) -> None:
            barrier.wait()
            try:
                answers[index] = call()
            except Exception as error:  # whatever happened is the answer: the test looks at it
                answers[index] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers
