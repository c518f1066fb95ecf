"""Nodes that run: each with its database, its keys, its port, and the programs of a node."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forks
from tests.own_database import OwnDatabase
from tests.sites import free_port, serve
from tests.stores import Store


@dataclass(frozen=True)
class Node(OwnDatabase):
    """A node called `name`, which speaks for one region."""

    name: str = ""
    region: str = ""
    folder: Path = Path()
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "TONGBAN_DATABASE_URL": self.url,
            "TONGBAN_NODE": self.name,
            "TONGBAN_REGIONS": self.region,
            "TONGBAN_VAR": str(self.folder),
            "TONGBAN_KEYS_DIR": str(self.folder / "keys"),
            "TONGBAN_FILES_DIR": str(self.folder / "files"),
            "TONGBAN_ADDRESS": self.address,
            "TONGBAN_DEMO": "1",
        }
        return os.environ | own

    def run(self, *words: str, demand: bool = True) -> str:
        """Run a command to its end; return what it says. `demand` that it succeed."""
        log = self.folder / "command.log"
        ended = forks.program(words, environment=self.environment, log=log).wait(timeout=60)
        output = log.read_text(encoding="utf-8")
        assert ended == 0 or not demand, output
        return output

    def status(self) -> dict[str, dict[str, Any]]:
        return {one["peer"]: one for one in json.loads(self.run("node", "status", "--json"))}

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Let it answer, and its worker deliver."""
        with serve(self, self.folder / "serve.log", port=self.port):
            yield


def node(store: Store, template: str, folder: Path, *, name: str, region: str) -> Node:
    """Return a node with keys of its own; nothing runs yet."""
    folder.mkdir()
    database = f"node_{name}"
    store.copy(template, database)
    made = Node(store.url(database), name=name, region=region, folder=folder, port=free_port())
    made.run("node", "init")
    return made


def acquaint(one: Node, other: Node) -> None:
    """Bring each the roots of the other."""
    for here, there in ((one, other), (other, one)):
        roots = here.folder / f"{there.name}.pem"
        roots.write_text(there.run("keys", "export-root", there.region))
        here.run("node", "trust", there.name, "--address", there.address, "--roots", str(roots))
