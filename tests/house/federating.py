"""`make federation` as a test starts it: the script as it is, whose `tongban` is forked off the run.

The script stands in a folder of its own with a small program in the place of `tongban`, which asks this process for a
fork, hands signals on to it and ends as it does (`tests/forks.py` says why). So the nodes are real, and start at once.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests import forks
from tests.plugin import ROOT
from tests.processes import family, runs

SECONDS = 60
NODES = {"beijing": "127.0.0.1", "tianjin": "127.0.0.2", "hebei": "127.0.0.3"}
READY = "三个节点已就绪"
TONGBAN = """#!{python}
import json, os, signal, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({line!r})
asked = sys.stdin.read() if sys.argv[1] == "in-turn" else None
said = line.makefile("rw")
print(json.dumps([sys.argv[1:], dict(os.environ), asked]), file=said, flush=True)
pid = int(said.readline())
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda number, frame: os.kill(pid, number))
code, output = json.loads(said.readline())
sys.stdout.write(output)
sys.exit(code if code >= 0 else 128 - code)
"""


@dataclass
class Place:
    """A folder with the script, and with what its nodes make."""

    folder: Path
    first: int
    started: list[forks.Fork] = field(default_factory=list)

    def file(self, node: str) -> Path:
        return self.folder / "var" / node / "tongban.sqlite3"

    def start(self, *, port: int = 0, log: str = "log") -> subprocess.Popen[bytes]:
        own = {"TONGBAN_VAR": str(self.folder / "var"), "PORT": str(port or self.first)}
        with (self.folder / log).open("wb") as output:
            return subprocess.Popen(
                # A run that was started in the background ignores interrupts, and so would all that it starts.
                ["env", "--default-signal=INT", str(self.folder / "scripts" / "federation"), "--empty"],
                env=os.environ | own,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    def said(self, log: str = "log") -> str:
        return (self.folder / log).read_text(encoding="utf-8")

    def refused(self, port: int | str) -> str:
        """What the script says when it does not start."""
        script = self.start(port=port, log="refused")  # type: ignore[arg-type]
        assert script.wait(timeout=SECONDS) == 1
        return self.said("refused")

    @contextmanager
    def served(self, *, ends_with: int) -> Iterator[subprocess.Popen[bytes]]:
        """The nodes, once they are ready; afterwards they end, and nobody of them is left."""
        script = self.start()
        try:
            until = time.monotonic() + SECONDS
            while READY not in self.said():
                assert script.poll() is None and time.monotonic() < until, self.said()
                time.sleep(0.05)
            everybody = [member for one in self.nodes() for member in (one, *family(one))]
            yield script
            assert script.wait(timeout=SECONDS) == ends_with, self.said()
            assert len(everybody) == 3 * 4
            while any(map(runs, everybody)):
                # Who killed the script has not waited for its nodes.
                assert ends_with == -signal.SIGKILL and time.monotonic() < until + SECONDS, self.said()
                time.sleep(0.05)
        finally:
            if script.poll() is None:
                script.send_signal(signal.SIGTERM)
                script.wait(timeout=SECONDS)

    def nodes(self) -> list[int]:
        """The processes of `tongban serve`, in the order of the nodes."""
        return [one.pid for one in self.started if one.poll() is None]

    def answers(self) -> dict[str, int]:
        """How each node answers whoever asks for its first page."""
        addresses = {node: f"http://{host}:{self.first + n}/" for n, (node, host) in enumerate(NODES.items())}
        found = {}
        for node, address in addresses.items():
            with urllib.request.urlopen(address, timeout=SECONDS) as answer:
                found[node] = answer.status
        return found

    def status(self, node: str) -> dict[str, dict[str, Any]]:
        """What `tongban node status` tells at a node, by peer."""
        own = {"TONGBAN_VAR": str(self.folder / "var" / node), "TONGBAN_NODE": node, "TONGBAN_DEMO": "1"}
        log = self.folder / "status"
        fork = forks.program(
            ["node", "status", "--json"],
            environment=os.environ | own | {"TONGBAN_DATABASE_URL": f"sqlite:///{self.file(node)}"},
            log=log,
        )
        assert fork.wait(timeout=SECONDS) == 0, log.read_text(encoding="utf-8")
        return {one["peer"]: one for one in json.loads(log.read_text(encoding="utf-8"))}


@contextmanager
def place(folder: Path, template: Path) -> Iterator[Place]:
    """A place whose nodes begin with copies of a store that has all tables."""
    made = Place(folder, _free_ports())
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "federation", folder / "scripts")
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    (programs / "tongban").write_text(TONGBAN.format(python=sys.executable, line=str(folder / "line")))
    (programs / "tongban").chmod(0o755)
    for node in NODES:
        made.file(node).parent.mkdir(parents=True)
        shutil.copyfile(template, made.file(node))
    with ExitStack() as ends, socket.socket(socket.AF_UNIX) as listener:
        ends.callback(lambda: [one.kill() for one in made.started])
        listener.bind(str(folder / "line"))
        listener.listen()
        threading.Thread(target=_fork_for_all, args=(made, listener), daemon=True).start()
        yield made


def _free_ports() -> int:
    """The first of three ports in a row, each of which is free at its host."""
    for first in range(20_000 + os.getpid() % 10_000, 60_000, 3):
        with ExitStack() as held:
            try:
                for more, host in enumerate(NODES.values()):
                    held.enter_context(socket.create_server((host, first + more)))
            except OSError:
                continue
            return first
    raise AssertionError("no three free ports in a row")


def _fork_for_all(made: Place, listener: socket.socket) -> None:
    for number in count():
        try:
            line, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_fork, args=(made, line, made.folder / f"output-{number}"), daemon=True).start()


def _fork(made: Place, line: socket.socket, log: Path) -> None:
    with line, line.makefile("rw") as said:
        words, environment, asked = json.loads(said.readline())
        environment["TONGBAN_DATABASE_URL"] = f"sqlite:///{environment['TONGBAN_VAR']}/tongban.sqlite3"
        questions = log.with_suffix(".asked")
        questions.write_text(asked or "", encoding="utf-8")
        fork = forks.program(words, environment=environment, log=log, asked=questions)
        if words[0] == "serve":
            made.started.append(fork)
        said.write(f"{fork.pid}\n")
        said.flush()
        code = fork.wait()
        said.write(json.dumps([code, log.read_text(encoding="utf-8")]) + "\n")
        said.flush()
