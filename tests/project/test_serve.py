"""`tongban serve`: a web server and a worker that live and die together."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests import sites
from tests.own_database import OwnDatabase
from tests.processes import children, family, runs


@pytest.mark.parametrize(
    ("number", "forked"),
    [
        pytest.param(signal.SIGINT, True, id="SIGINT"),
        pytest.param(signal.SIGHUP, True, id="SIGHUP"),
        pytest.param(signal.SIGTERM, True, id="SIGTERM"),
        pytest.param(signal.SIGTERM, False, id="SIGTERM, all three read from their files"),
    ],
)
def test_a_signal_stops_web_server_and_worker(
    own_database: OwnDatabase, tmp_path: Path, number: signal.Signals, forked: bool
) -> None:
    with sites.serve(own_database, tmp_path / "log", forked=forked) as site:
        everybody = family(site.process.pid)

        site.process.send_signal(number)

        assert site.process.wait(timeout=sites.SECONDS_TO_STOP) == 0
        assert len(everybody) == 3
        assert [member for member in everybody if runs(member)] == []


def test_killed_it_leaves_nobody_behind(own_database: OwnDatabase, tmp_path: Path) -> None:
    with sites.serve(own_database, tmp_path / "log", forked=False, ends_with=-signal.SIGKILL) as site:
        everybody = family(site.process.pid)

        site.process.kill()

        site.process.wait(timeout=sites.SECONDS_TO_STOP)
        assert len(everybody) == 3
        patience = time.monotonic() + sites.SECONDS_TO_STOP
        while any(runs(member) for member in everybody):
            assert time.monotonic() < patience, "somebody goes on"
            time.sleep(0.1)


@pytest.mark.parametrize(("victim", "name"), [(0, "网站"), (1, "后台工作进程")])
def test_when_one_of_the_two_dies_the_other_is_stopped(
    own_database: OwnDatabase, tmp_path: Path, victim: int, name: str
) -> None:
    with sites.serve(own_database, tmp_path / "log", ends_with=1) as site:
        everybody = family(site.process.pid)

        os.kill(children(site.process.pid)[victim], signal.SIGKILL)

        assert site.process.wait(timeout=sites.SECONDS_TO_STOP) == 1
        assert len(everybody) == 3
        assert [member for member in everybody if runs(member)] == []
    assert f"{name}已退出" in site.log.read_text(encoding="utf-8")


def test_a_taken_port_is_refused_with_a_sentence(own_database: OwnDatabase) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        process = own_database.command("serve", "--port", str(port))
        output, _ = process.communicate(timeout=sites.SECONDS_TO_START)

    assert process.returncode == 1
    assert f"不能在 127.0.0.1:{port} 监听" in output
    assert "--port" in output


def test_requests_are_answered_by_several_threads(own_database: OwnDatabase, tmp_path: Path) -> None:
    with sites.serve(own_database, tmp_path / "log") as site:
        host = site.url.removeprefix("http://")
        connections = [http.client.HTTPConnection(host, timeout=30) for _ in range(8)]

        for connection in connections:
            connection.request("GET", "/no-such-address/")
        answers = [connection.getresponse() for connection in connections]

        assert [answer.status for answer in answers] == [404] * 8
        for connection in connections:
            connection.close()
