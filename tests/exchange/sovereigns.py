"""Sovereign nodes in one process: each with its database, its files and its settings, and a wire between them.

Whatever is done `at` a node is done on its database, under its name. `deliver` lets the workers of all nodes go round
until nothing moves any more; a node that is `away` answers nobody, and does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from django.db import connections, transaction
from django.test import RequestFactory, override_settings
from django.urls import resolve
from pytest_django import DjangoDbBlocker, Settings

from tests.exchange import described
from tests.exchange.federation import REGIONS
from tests.own_database import connected_to
from tests.stores import Store
from tongban.catalogue import queries as catalogue
from tongban.exchange import actions, delivering, queries
from tongban.exchange.delivering import Answer, NotDelivered
from tongban.exchange.inbox import GREETING
from tongban.journal import outbox
from tongban.journal.models import Errand
from tongban.keys import actions as keys
from tongban.keys.models import KeyCertificate, SigningKey
from tongban.people.ids import uuid7
from tongban.project.management.commands.worker import STEPS
from tongban.web import clock

ROUNDS = 60
_numbers = count()


@dataclass
class Sovereign:
    """A node that speaks for one region."""

    name: str
    region: str
    url: str
    folder: Path
    away: bool = False

    @property
    def host(self) -> str:
        return f"{self.name}.example"


@dataclass
class Federation:
    """Nodes that know each other. `now` is the instant for all of them."""

    nodes: dict[str, Sovereign]
    settings: Settings
    now: datetime
    sent: list[tuple[str, str]] = field(default_factory=list)
    """Who asked whom, in order."""
    otherwise: list[str] = field(default_factory=list)
    """In what messages were written otherwise than the documents say."""
    _at: list[str] = field(default_factory=list)

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        node = self.nodes[name]
        own = {
            "NODE": node.name,
            "REGIONS": [node.region],
            "VAR": node.folder,
            "FILES_DIR": node.folder / "files",
            "ADDRESS": f"http://{node.host}",
        }
        catalogue.forget()
        self._at.append(name)
        try:
            with override_settings(**own), connected_to(node.url):
                yield
        finally:
            self._at.pop()
            catalogue.forget()

    def answer(self, asked: Any, **limits: Any) -> Answer:
        """Stand for the network: let the node that is asked answer."""
        name = asked.host.partition(".")[0]
        self.sent.append((self._at[-1], name))
        if self.nodes[name].away:
            raise NotDelivered("没有连上")
        path = asked.selector
        request = RequestFactory().generic(
            asked.get_method(),
            path,
            asked.data or b"",
            content_type="application/json",
            headers={k: v for k, v in asked.header_items() if k.lower() != "content-type"},
        )
        with self.at(name):
            view = resolve(path.partition("?")[0])
            answer = view.func(request, *view.args, **view.kwargs)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status_code, answer.content, headers)

    def greet(self) -> None:
        """Let each say something to every other one, so that all know what all of them vouch for."""
        for name in self.nodes:
            with self.at(name), transaction.atomic():
                for other in self.nodes.keys() - {name}:
                    actions.write(
                        to=other, id=str(uuid7(now=self.now)), type=GREETING, subject="node", body={}, now=self.now
                    )
        self.deliver()

    def deliver(self) -> None:
        for _ in range(ROUNDS):
            if not sum(self._round(name) for name, node in self.nodes.items() if not node.away):
                return self._demand_delivered()
        raise AssertionError("the nodes do not come to rest")

    def write(self, write: Callable[..., None], **about: Any) -> None:
        """Write a message, and compare it with what the documents say."""
        self.otherwise += described.faults(about["type"], about["body"])
        write(**about)

    def _demand_delivered(self) -> None:
        """Nothing waits but for a node that is away, and all that was written is as the documents say."""
        assert self.otherwise == []
        for name, node in self.nodes.items():
            with self.at(name):
                failures = [one for one in outbox.failures() if not node.away]
                stuck = [one for one in queries.standings() if one.waiting and not self.nodes[one.peer].away]
            assert (failures, stuck) == ([], []) or node.away

    def _round(self, name: str) -> int:
        with self.at(name):
            return sum(step(clock=lambda: self.now) for step in STEPS)


def federation(
    nodes: list[Sovereign], settings: Settings, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> Federation:
    """Let nodes that stand on copies of one world be sovereign, and know each other."""
    made = Federation({node.name: node for node in nodes}, settings, now)
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setattr(clock, "now", lambda: made.now)
    monkeypatch.setattr(delivering, "_open", made.answer)
    monkeypatch.setattr(actions, "write", partial(made.write, actions.write))
    roots = {}
    for node in nodes:
        with made.at(node.name):
            foreign = SigningKey.objects.exclude(region__in=("", node.region))
            KeyCertificate.objects.filter(key__in=foreign).delete()
            foreign.delete()
            # What their world did before, they need not tell each other: both stand on it.
            Errand.objects.all().delete()
            actions.prepare_node(now=now)
            standing = keys.roots(region=node.region, now=now)
            roots[node.name] = "".join(pem.armor("CERTIFICATE", one.encoded).decode() for one in standing)
    for node in nodes:
        with made.at(node.name):
            for other in nodes:
                if other is not node:
                    actions.introduce(name=other.name, address=f"http://{other.host}", roots=roots[other.name], now=now)
    return made


Standing = Callable[[str, Collection[str]], AbstractContextManager[Federation]]
"""Takes a world and the names of nodes."""


@contextmanager
def federated(
    store: Store,
    template: str,
    folder: Path,
    names: Collection[str],
    *,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    blocker: DjangoDbBlocker,
    now: datetime,
) -> Iterator[Federation]:
    """Let nodes that know each other stand, each on a copy of a template of its own; afterwards they are gone."""
    # Names of their own: a process remembers keys by the name of the database.
    databases = {name: f"sovereign_{next(_numbers)}_{name}" for name in names}
    for name, database in databases.items():
        store.copy(template, database)
        (folder / name).mkdir()
    nodes = [Sovereign(name, REGIONS[name], store.url(database), folder / name) for name, database in databases.items()]
    with blocker.unblock():
        yield federation(nodes, settings, monkeypatch, now)
        connections["default"].close()
    for database in databases.values():
        store.drop(database)
