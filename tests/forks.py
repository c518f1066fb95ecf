"""How does a test start one of our programs without having its modules read anew?

Reading them takes a program longer than most of what it does, and `tongban serve` starts two more. So a run keeps one
process, of a node in demo mode, that has read them all (`tests/modules.py`) and forks for each program. What comes of
it is a process like any other: it takes its settings from the environment it is given, has connections of its own and
answers to signals. That programs start from their files is tried in `tests/project`.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.conf import settings

from tests.own_database import aim
from tongban.project import settings as written
from tongban.project.management.commands import serve

FORKS = multiprocessing.get_context("forkserver")
# A fork looks at the main module of the run, which is pytest.
FORKS.set_forkserver_preload(["pytest", "tests.modules", "tests.forks"])
TO_STOP = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}


@dataclass(frozen=True)
class Fork:
    """A forked process, to be spoken to like one of `subprocess`."""

    process: BaseProcess

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(self.process.name, timeout or 0)
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        if self.process.exitcode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def fork(
    function: Callable[..., None], *arguments: object, environment: Mapping[str, str], daemon: bool = True
) -> Fork:
    """Call a function in a process of its own, a node with this environment; function and arguments are pickled.

    A daemon ends with the run at the latest, and starts no others.
    """
    _keep_one_to_fork()
    process = FORKS.Process(target=_call, args=(dict(environment), function, arguments), daemon=daemon)
    process.start()
    return Fork(process)


def program(words: Sequence[str], *, environment: Mapping[str, str], log: Path, asked: Path | None = None) -> Fork:
    """Start `tongban WORDS`; output and errors go to the log, `asked` is what it reads from its standard input."""
    return fork(_run, ["tongban", *words], log, asked, environment=environment, daemon=False)


def _keep_one_to_fork() -> None:
    """Some addresses are known in demo mode only, so what is forked must have been read in it."""
    with patch.dict(os.environ, TONGBAN_DEMO="1"):
        forkserver.ensure_running()


def _call(environment: Mapping[str, str], function: Callable[..., None], arguments: Sequence[Any]) -> None:
    _live_in(environment)
    # What `tongban serve` starts, and what the web server then starts, are forks again.
    serve.subprocess = SimpleNamespace(Popen=_start, TimeoutExpired=subprocess.TimeoutExpired, run=subprocess.run)
    multiprocessing.set_start_method("fork", force=True)
    function(*arguments)


def _live_in(environment: Mapping[str, str]) -> None:
    """Read the settings anew."""
    os.environ.clear()
    os.environ.update(environment)
    for name, value in vars(importlib.reload(written)).items():
        if name.isupper():
            setattr(settings, name, value)
    aim(environment["TONGBAN_DATABASE_URL"])


def _run(words: Sequence[str], log: Path, asked: Path | None) -> None:
    with log.open("w") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    if asked is not None:
        sys.stdin = asked.open(encoding="utf-8")
    run_program(words)


def _start(words: Sequence[str], *, process_group: int, env: Mapping[str, str]) -> Fork:
    process = multiprocessing.Process(target=_run_in_group, args=(words, process_group, env))
    process.start()
    return Fork(process)


def _run_in_group(words: Sequence[str], group: int, environment: Mapping[str, str]) -> None:
    os.setpgid(0, group)
    _live_in(environment)
    run_program(words)


def run_program(words: Sequence[str]) -> None:
    """Be `WORDS` from here on."""
    for number, answer in TO_STOP.items():
        signal.signal(number, answer)
    if Path(words[0]).name == "setpriv":
        words = words[words.index("--") + 1 :]  # a fork is tied to nobody
    sys.argv = list(words)
    (script,) = entry_points(group="console_scripts", name=Path(words[0]).name)
    script.load()()
