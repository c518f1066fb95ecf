"""Programs that come through the JSON door, each with a token of a demo person, on 2 March 2026."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import worlds
from tongban.api import actions
from tongban.project import walk
from tongban.web import clock

DAY = worlds.DAY
BANK = "org:91130200MA0TB2025C"


@dataclass
class Program:
    """Somebody's program: it knows addresses below /api/v1/ and nothing of the house."""

    client: Client
    token: str = ""
    acting_for: str = ""
    acts: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))

    def ask(self, method: str, address: str, content: object = None, **headers: str) -> HttpResponse:
        known = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        known |= {"X-Acting-For": self.acting_for} if self.acting_for else {}
        body = {} if content is None else {"data": content, "content_type": "application/json"}
        return self.client.generic_json(method, f"/api/v1/{address}", headers=known | headers, **body)

    def get(self, address: str) -> Any:
        return self._done(self.ask("GET", address))

    def put(self, address: str, content: object) -> Any:
        return self._done(self.ask("PUT", address, content))

    def patch(self, address: str, content: object) -> Any:
        return self._done(self.ask("PATCH", address, content))

    def post(self, address: str, content: object = None, *, key: str = "") -> Any:
        """Do something, with an operation id of its own unless one is given."""
        operation = key or f"operation-{id(self)}-{next(self.acts)}"
        return self._done(self.ask("POST", address, content, **{"Idempotency-Key": operation}))

    def upload(self, method: str, address: str, name: str, content: bytes, **headers: str) -> HttpResponse:
        frame = (
            f'--frame\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        known = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        known |= {"X-Acting-For": self.acting_for} if self.acting_for else {}
        return self.client.generic(
            method,
            f"/api/v1/{address}",
            frame + content + b"\r\n--frame--\r\n",
            content_type="multipart/form-data; boundary=frame",
            headers=known | headers,
        )

    def verify(self, document: bytes) -> Any:
        return self._done(self.upload("POST", "verifications", "a.tongban.json", document))

    @staticmethod
    def _done(response: HttpResponse) -> Any:
        assert response.status_code in (200, 201), response.content.decode()
        return response.json()


class JsonClient(Client):
    """Django's client, which sends JSON by any method."""

    def generic_json(self, method: str, path: str, *, headers: dict[str, str], **body: Any) -> Any:
        data = body.get("data")
        content = data if isinstance(data, bytes) else b"" if data is None else self._json(data)
        return self.generic(
            method, path, content, content_type=body.get("content_type", "application/json"), headers=headers
        )

    def _json(self, data: object) -> bytes:
        return str(self._encode_json(data, "application/json")).encode()


Programs = Callable[..., Program]


@pytest.fixture
def house(maritime: None, settings: Settings) -> walk.Walk:
    """Everything prepared for one maritime application handed in on 2 March 2026."""
    stand_at(settings, walk.at(DAY, 9))
    return worlds.maritime_walk()


def stand_at(settings: Settings, now: datetime) -> None:
    """Let the clock of the door show this instant."""
    settings.CLOCK_OFFSET = round((now - timezone.now()).total_seconds())


@pytest.fixture
def program(house: walk.Walk) -> Programs:
    """Return a program with a token of a demo person."""

    def of(username: str, acting_for: str = "") -> Program:
        issued = actions.issue(username=username, name="test", days=30, now=clock.now())
        return Program(JsonClient(), issued.secret, acting_for)

    return of


@pytest.fixture
def agent(program: Programs) -> Program:
    return program("linxiao", walk.HOLDER)


@pytest.fixture
def stranger() -> Program:
    """A program without a token."""
    return Program(JsonClient())


def filled(agent: Program) -> str:
    """Fill in and upload everything that is asked, by the door alone; return the draft."""
    draft = agent.post("applications/drafts", {"bundle": "maritime"})
    address = f"applications/drafts/{draft['id']}"
    elements = [entry["element"] for entry in draft["form"] if not entry["known"]]
    after = agent.patch(f"{address}/form", {"values": {one["code"]: one["example"] for one in elements}})
    for material in after["missing"]["materials"]:
        response = agent.upload("PUT", f"{address}/materials/{material}", "材料.pdf", walk.one_page_pdf(material))
        assert response.status_code == 200, response.content.decode()
    return str(draft["id"])


def submitted(agent: Program) -> str:
    """Return the number of an application handed in through the door."""
    return str(agent.post(f"applications/drafts/{filled(agent)}/submit")["number"])
