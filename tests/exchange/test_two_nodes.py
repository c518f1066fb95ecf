"""Two nodes that run: what one writes and wants arrives, in order and once, whoever was away meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.exchange.nodes import Node, acquaint, node
from tests.stores import Store

SECONDS = 30
OFFERS = """
import io, os
from django.db import transaction
from tongban.exchange import attachments
from tongban.files import actions as files
from tongban.web import clock
data = b"%PDF-1.7\\n" + os.urandom(6_000_000) + b"\\n%%EOF\\n"
kept = files.store(party="org:a", name="a.pdf", stream=io.BytesIO(data), now=clock.now())
with transaction.atomic():
    attachments.offer(to="beijing", digests=[kept.digest], now=clock.now())
print("digest", kept.digest, kept.size)
"""
WANTS = """
from tongban.exchange import attachments
from tongban.exchange.attachments import Wish
from tongban.web import clock
wish = Wish("{digest}", {size}, "application/pdf", "a.pdf", "org:b")
attachments.want(source="tianjin", files=[wish], now=clock.now())
"""
HAS = """
from tongban.files import actions as files
print("held", files.holds(party="org:b", digest="{digest}"))
"""


@pytest.fixture
def two(store: Store, template: str, tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    beijing = node(store, template, tmp_path / "beijing", name="beijing", region="110000")
    tianjin = node(store, template, tmp_path / "tianjin", name="tianjin", region="120000")
    acquaint(beijing, tianjin)
    yield beijing, tianjin
    for one in (beijing, tianjin):
        store.drop(f"node_{one.name}")


def soon(true: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < until
        time.sleep(0.3)


def test_what_was_written_and_wanted_while_the_other_was_away_arrives_when_it_is_back(two: tuple[Node, Node]) -> None:
    beijing, tianjin = two
    offered = tianjin.run("shell", "-c", OFFERS).partition("digest ")[2].split()
    digest, size = offered[:2]
    beijing.run("shell", "-c", WANTS.format(digest=digest, size=size))
    beijing.run("node", "greet", "tianjin", "--count", "250")
    with beijing.serving():
        soon(lambda: "没有连上" in beijing.status()["tianjin"]["failure"])
        with tianjin.serving():
            tianjin.run("node", "greet", "beijing", "--count", "3")
            soon(lambda: beijing.status()["tianjin"]["waiting"] == 0)
            soon(lambda: tianjin.status()["beijing"]["waiting"] == 0)
            soon(lambda: "held True" in beijing.run("shell", "-c", HAS.format(digest=digest)))
            assert "双方一致" in beijing.run("node", "reconcile", "tianjin")
            assert "双方一致" in tianjin.run("node", "reconcile", "beijing")
    there, here = tianjin.status()["beijing"], beijing.status()["tianjin"]
    assert (there["stored"], there["refused"], here["written"], here["receipted"]) == (250, 0, 250, 250)
    assert (here["stored"], there["receipted"]) == (3, 3)
    assert (here["failure"], here["stopped"], there["stopped"]) == ("", "", "")
