"""`make federation`: three nodes that know each other, by one command, of which nothing is left when it ends."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.federating import NODES, Place, place
from tests.processes import children
from tests.stores import Store


@pytest.fixture
def here(store: Store, template: str, tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path, Path(store.url(template).removeprefix("sqlite:///"))) as made:
        yield made


def test_three_nodes_know_each_other_and_end_together(here: Place) -> None:
    with here.served(ends_with=1):
        assert here.answers() == dict.fromkeys(NODES, 200)
        for node in NODES:
            told = {peer: (one["receipted"], one["stored"]) for peer, one in here.status(node).items()}
            assert told == {peer: (1, 1) for peer in NODES if peer != node}
        assert "正在运行" in here.refused(here.first + 3)

        _, worker = children(here.nodes()[1])
        os.kill(worker, signal.SIGKILL)

    with here.served(ends_with=0) as script:
        assert here.answers() == dict.fromkeys(NODES, 200)
        assert {one["receipted"] for one in here.status("hebei").values()} == {2}

        # As a terminal does by Ctrl-C: whoever is in the group of the script.
        os.killpg(script.pid, signal.SIGINT)

    with here.served(ends_with=-signal.SIGKILL) as script:
        script.kill()


def test_what_cannot_be_started_is_refused_with_a_sentence_before_anything_is_made(here: Place) -> None:
    with socket.create_server(("127.0.0.2", here.first + 1)):
        taken = here.refused(here.first)
    no_port = here.refused("八千")
    too_high = here.refused("65534")

    assert taken.startswith(f"127.0.0.2:{here.first + 1} 已被占用，没有启动。") and taken.count("\n") == 1
    assert no_port.startswith("PORT=八千 不是端口") and no_port.count("\n") == 1
    assert too_high.startswith("PORT=65534 不是端口")
    assert not here.started
