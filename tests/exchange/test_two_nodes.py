"""Two nodes that run: what one writes arrives at the other, in order and once, whoever was away meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.exchange.nodes import Node, acquaint, node
from tests.stores import Store

SECONDS = 30


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


def test_what_was_written_while_the_other_was_away_arrives_when_it_is_back(two: tuple[Node, Node]) -> None:
    beijing, tianjin = two
    beijing.run("node", "greet", "tianjin", "--count", "250")
    with beijing.serving():
        soon(lambda: "没有连上" in beijing.status()["tianjin"]["failure"])
        with tianjin.serving():
            tianjin.run("node", "greet", "beijing", "--count", "3")
            soon(lambda: beijing.status()["tianjin"]["waiting"] == 0)
            soon(lambda: tianjin.status()["beijing"]["waiting"] == 0)
            assert "双方一致" in beijing.run("node", "reconcile", "tianjin")
            assert "双方一致" in tianjin.run("node", "reconcile", "beijing")
    there, here = tianjin.status()["beijing"], beijing.status()["tianjin"]
    assert (there["stored"], there["refused"], here["written"], here["receipted"]) == (250, 0, 250, 250)
    assert (here["stored"], there["receipted"]) == (3, 3)
    assert (here["failure"], here["stopped"], there["stopped"]) == ("", "", "")
