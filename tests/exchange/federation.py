"""Three nodes that run: a store, keys, a clock and programs each, and a link of their own for each way between them.

Server, worker and people of a node are processes that can be killed at any instant and started anew; its disk can be
full for a while, its clock wrong, its keys new. Where they `hurry`, waits are parts of a second.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from tests import forks
from tests.exchange.harness.links import Link
from tests.exchange.nodes import Node
from tests.sites import free_port
from tests.stores import Store
from tongban.exchange import actions, certificates, delivering
from tongban.journal import outbox
from tongban.keys.actions import signing
from tongban.keys.memory import Memory
from tongban.keys.models import KeyCertificate, SigningKey
from tongban.project.management.commands import serve, worker
from tongban.web import clock

REGIONS = {"beijing": "110000", "tianjin": "120000", "hebei": "130000"}
SECONDS_TO_START = 60
SERVER, WORKER, PEOPLE = "server", "worker", "people"
CLOCK = "clock"
"""The file in the folder of a node that says by how many seconds its clock is wrong."""

Install = Callable[[], None]
"""Run in each program of a node before anything else: it may tell what messages do, or break something."""


def nothing() -> None:
    """What a node installs that is as it should be."""


def hurry() -> None:
    """Let what takes minutes between real nodes take seconds; the clock is as wrong as a file says."""
    clock_file = settings.VAR / CLOCK
    clock.now = lambda: timezone.now() + timedelta(seconds=int(clock_file.read_text(encoding="ascii")))
    worker.SECONDS_BETWEEN_LOOKS = 0.15
    delivering.ANSWER_WITHIN_SECONDS = 4.0
    delivering.LEASE = timedelta(seconds=5)
    delivering.FIRST_WAIT = timedelta(milliseconds=50)
    delivering.LONGEST_WAIT = timedelta(seconds=1)
    delivering.LOOKED_AGAIN = timedelta(seconds=1)
    delivering.MOST = 10
    outbox.LEASE = timedelta(seconds=5)
    outbox.FIRST_WAIT, outbox.LONGEST_WAIT = timedelta(milliseconds=200), timedelta(seconds=2)
    certificates.WAIT = timedelta(seconds=1)
    actions.NEXT_KEY_AFTER = timedelta(seconds=1)
    signing._current = Memory(kept=2_000, fresh_seconds=0.5)


# --- what runs in the processes of a node -----------------------------------------------------------------------------


def _program(install: Install, folder: str, what: Callable[..., None], *arguments: Any) -> None:
    with Path(folder, "log").open("a", encoding="utf-8") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.setpgid(0, 0)
    for number, answer in forks.TO_STOP.items():
        signal.signal(number, answer)
    install()
    what(*arguments)


def serving(port: int) -> None:
    forks.run_program(serve.commands(host="127.0.0.1", port=port, threads=2)["网站"])


def working() -> None:
    call_command("worker", every=4.0)


# --- a node -----------------------------------------------------------------------------------------------------------


@dataclass
class Member:
    """A node of the federation; `acting` is what its people do."""

    node: Node
    install: Install = nothing
    acting: Callable[..., None] | None = None
    arguments: tuple[Any, ...] = ()
    running: dict[str, forks.Fork] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def file(self) -> Path:
        return Path(self.node.url.removeprefix("sqlite:///"))

    @property
    def log(self) -> Path:
        return self.node.folder / "log"

    @property
    def root(self) -> Path:
        """The file with its root, for the others."""
        return self.node.folder / "root.pem"

    def start(self, *programs: str) -> None:
        todo: dict[str, tuple[Any, ...]] = {SERVER: (serving, self.node.port), WORKER: (working,)}
        if self.acting is not None:
            todo[PEOPLE] = (self.acting, *self.arguments)
        for name in programs or todo:
            self.running[name] = self._fork(*todo[name])

    def kill(self, *programs: str) -> None:
        """End programs at this very instant, with all that they have started."""
        for name in programs or tuple(self.running):
            one = self.running.pop(name)
            # It may be gone before anybody has heard of it.
            for end in (partial(os.killpg, one.pid, signal.SIGKILL), one.kill):
                with suppress(ProcessLookupError):
                    end()
            one.wait(timeout=SECONDS_TO_START)

    def do(self, what: Callable[..., None], *arguments: Any, within: float = SECONDS_TO_START) -> None:
        """Run something in a process of this node, to its end, which comes within so many seconds."""
        ended = self._fork(what, *arguments).wait(timeout=within)
        assert ended == 0, self.log.read_text(encoding="utf-8")

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + SECONDS_TO_START
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.node.port), timeout=1):
                return
            assert time.monotonic() < until, self.log.read_text(encoding="utf-8")
            time.sleep(0.05)

    def set_clock_wrong(self, by: timedelta) -> None:
        file = self.node.folder / CLOCK
        file.with_suffix(".new").write_text(str(round(by.total_seconds())), encoding="ascii")
        file.with_suffix(".new").replace(file)

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """No file of this node can be written meanwhile."""
        pids = self._pids()
        _limit(pids, 0)
        try:
            yield
        finally:
            _limit(pids, resource.RLIM_INFINITY)
            # Whoever was started meanwhile by one of these has got its limit from him.
            _limit(self._pids(), resource.RLIM_INFINITY)

    def _pids(self) -> list[int]:
        return [pid for one in tuple(self.running.values()) for pid in (one.pid, *_below(one.pid))]

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look into its store."""
        database = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)
        try:
            return database.execute(question, values).fetchall()
        finally:
            database.close()

    def _fork(self, what: Callable[..., None], *arguments: Any) -> forks.Fork:
        with _ONE_AT_A_TIME:
            return forks.fork(
                _program,
                self.install,
                str(self.node.folder),
                what,
                *arguments,
                environment=self.node.environment | {"TONGBAN_ADDRESS": ""},
                daemon=False,
            )


_ONE_AT_A_TIME = threading.Lock()


def _below(pid: int) -> Iterator[int]:
    with suppress(FileNotFoundError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
            yield int(child)
            yield from _below(int(child))


def _limit(pids: Sequence[int], size: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size if size >= 0 else hard, hard))


# --- the federation ---------------------------------------------------------------------------------------------------


@dataclass
class Federation:
    """Three nodes, and a link for each way from one to another."""

    members: dict[str, Member]
    links: dict[tuple[str, str], Link]
    seen: Counter[str]
    """What went wrong on purpose, by kind."""

    def others(self, name: str) -> list[str]:
        return [one for one in self.members if one != name]

    def heal(self) -> None:
        for link in self.links.values():
            link.heal()

    def stop(self) -> None:
        for member in self.members.values():
            member.kill()


@contextmanager
def federation(
    store: Store, template: str, folder: Path, *, seed: int, install: Install = hurry
) -> Iterator[Federation]:
    """Three nodes that know each other by their links; nothing runs yet."""
    links: dict[tuple[str, str], Link] = {}
    seen: Counter[str] = Counter()

    def linked(one: Member, other: Member) -> str:
        made = Link(other.node.port, dice=random.Random(f"{seed} {one.name} {other.name}"), seen=seen)
        links[one.name, other.name] = made
        return made.address

    with acquainted(store, template, folder, tuple(REGIONS), install=install, address=linked) as members:
        yield Federation({one.name: one for one in members}, links, seen)
        for link in links.values():
            link.close()


def directly(one: Member, other: Member) -> str:
    """The address of another node, with nothing between."""
    return other.node.address


@contextmanager
def acquainted(
    store: Store,
    template: str,
    folder: Path,
    names: Sequence[str],
    *,
    install: Install = nothing,
    address: Callable[[Member, Member], str] = directly,
) -> Iterator[list[Member]]:
    """Nodes that know each other, each upon a copy of a template; what they run ends with them."""
    members = [_member(store, template, folder / name, name, install) for name in names]
    try:
        for one in members:
            one.do(settle, str(one.root), one.node.region)
        for one in members:
            others = [other for other in members if other is not one]
            one.do(meet, [(other.name, address(one, other), str(other.root)) for other in others])
        yield members
    finally:
        for one in members:
            one.kill()
            store.drop(f"member_{one.name}")


def _member(store: Store, template: str, folder: Path, name: str, install: Install) -> Member:
    folder.mkdir()
    # What stands in a template is sealed under the key of the run, if anything is.
    if settings.KEYS_DIR.is_dir():
        shutil.copytree(settings.KEYS_DIR, folder / "keys")
    store.copy(template, f"member_{name}")
    url = store.url(f"member_{name}")
    made = Member(Node(url, name=name, region=REGIONS[name], folder=folder, port=free_port()), install)
    made.set_clock_wrong(timedelta())
    return made


def settle(file: str, region: str) -> None:
    """Make the keys of a node, keep none of other regions, and write its root down for the others."""
    foreign = SigningKey.objects.exclude(region__in=("", region))
    KeyCertificate.objects.filter(key__in=foreign).delete()
    foreign.delete()
    call_command("node_init")
    with open(file, "w", encoding="utf-8") as output:
        call_command("keys_export_root", region, stdout=output)


def meet(peers: Sequence[tuple[str, str, str]]) -> None:
    """Know other nodes by name, address and the file of their root."""
    for name, address, roots in peers:
        call_command("node_trust", name, address=address, roots=Path(roots))
