"""A served demo for the journeys, tabs of a browser on it, and an ear for what a page complains of."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests import forks
from tests.own_database import OwnDatabase
from tongban.project.walk import at

SECONDS_TO_START = 60
SECONDS_TO_STOP = 20


Program = subprocess.Popen[str] | forks.Fork


@dataclass(frozen=True)
class Site:
    url: str
    database: OwnDatabase
    process: Program
    log: Path


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serve(
    database: OwnDatabase, log: Path, *, ends_with: int = 0, forked: bool = True, port: int = 0
) -> Iterator[Site]:
    port = port or free_port()
    process = _start(database, ["serve", "--port", str(port)], log, forked)
    try:
        _wait(port, process, log)
        yield Site(f"http://127.0.0.1:{port}", database, process, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=SECONDS_TO_STOP) == ends_with, log.read_text(encoding="utf-8")
    finally:
        # After a failure: still in order, because the children of a killed one would stay behind.
        process.terminate()
        process.wait(timeout=SECONDS_TO_STOP)


def _start(database: OwnDatabase, words: list[str], log: Path, forked: bool) -> Program:
    if forked:
        return forks.program(words, environment=database.environment, log=log)
    with log.open("w") as output:
        return database.command(*words, output=output)


def _wait(port: int, process: Program, log: Path) -> None:
    for _ in range(SECONDS_TO_START * 10):
        if process.poll() is not None:
            raise RuntimeError(f"tongban serve ended:\n{log.read_text(encoding='utf-8')}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError(f"tongban serve did not answer:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def tab(browser: Browser, site: Site) -> Iterator[Page]:
    """A tab on the site; what its console complains of fails the test."""
    context = browser.new_context(base_url=site.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    complaints = watch(page, site)
    yield page
    context.close()
    assert complaints == []


@contextmanager
def on(
    day: date, database: OwnDatabase, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp: Path
) -> Iterator[Page]:
    """A tab on the demo as it is at two in the afternoon of that day."""
    offset = (at(day, 14) - timezone.now()).total_seconds()
    monkeypatch.setenv("TONGBAN_CLOCK_OFFSET", str(round(offset)))
    with serve(database, tmp / f"{day}.log") as site, tab(browser, site) as page:
        yield page


def watch(page: Page, site: Site) -> list[str]:
    """Collect errors of the console (violations of the content policy among them), failed static files, answers of
    500 and more, and requests to other hosts. A refused form answers 422, which the console reports too: no complaint.
    """
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if message.type in {"error", "warning"} and not refused:
            complaints.append(f"console: {message.text}")

    def response(response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and "/static/" in response.url):
            complaints.append(f"answer {response.status}: {response.url}")

    def request(request: Request) -> None:
        if not request.url.startswith((site.url, "data:", "blob:")):
            complaints.append(f"foreign host: {request.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("response", response)
    page.on("request", request)
    return complaints
