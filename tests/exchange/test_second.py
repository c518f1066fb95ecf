"""A node in another language, written by the documents, makes their examples and talks with this one.

It lies in `second/`, and runs on the interpreter that comes along with the driver of the browser.
"""

from __future__ import annotations

import base64
import io
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import playwright
import pytest
from asn1crypto import pem
from django.db import transaction
from django.test import Client

from tests.domain.messages import BEIJING
from tests.exchange import worked
from tests.exchange.others import ADDRESS, NOW
from tests.sites import free_port
from tongban.crypto import sm3
from tongban.crypto.profiles import Algorithm
from tongban.exchange import actions, attachments, delivering, reconciling
from tongban.exchange.inbox import GREETING
from tongban.exchange.models import Outgoing, Peer, Stored
from tongban.files import actions as files
from tongban.keys import actions as keys
from tongban.keys import trust

NODE = Path(playwright.__file__).parent / "driver/node"
PROGRAMS = Path(__file__).parent / "second"
SECONDS = 60


def test_it_makes_the_examples_of_the_documents() -> None:
    command = [NODE, PROGRAMS / "examples.mjs", worked.EXAMPLES]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100


@dataclass
class Second:
    """The other node, as it runs; what it sends is carried to this one."""

    program: subprocess.Popen[str]

    def do(self, act: str, **told: Any) -> Any:
        assert self.program.stdin is not None
        self.program.stdin.write(json.dumps({"act": act} | told) + "\n")
        self.program.stdin.flush()
        return self.says()

    def says(self) -> Any:
        assert self.program.stdout is not None
        line = self.program.stdout.readline()
        assert line, "it has ended"
        return json.loads(line)

    def brought(self, request: dict[str, Any]) -> Any:
        """Carry a request to this node; return what it answers."""
        headers = {name: value for name, value in request["headers"].items() if name != "content-type"}
        path = request["url"].removeprefix(ADDRESS)
        kind = request["headers"].get("content-type", "")
        return Client().generic(request["method"], path, request["body"], content_type=kind, headers=headers)

    def learns(self, request: dict[str, Any]) -> Any:
        """Bring a request, and let it believe the answer."""
        answer = self.brought(request)
        assert answer.status_code == 200, answer.content.decode()
        return self.do("learn", answer=answer.json())


@pytest.fixture(params=["SM2-SM3", "ES256"])
def second(here: None, request: pytest.FixtureRequest) -> Iterator[Second]:
    """The other node, which this one knows by its root and its address, and which knows this one."""
    port = free_port()
    command = [NODE, PROGRAMS / "node.mjs", request.param, str(port), ADDRESS, str(int(NOW.timestamp()))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        try:
            node = Second(program)
            roots = node.says()["roots"]
            actions.introduce(name="second", address=f"http://127.0.0.1:{port}", roots=roots, now=NOW)
            keys.ensure_root(region=BEIJING, name="北京市", algorithm=Algorithm.SM2SM3, now=NOW)
            own = "".join(pem.armor("CERTIFICATE", one.encoded).decode() for one in keys.roots(region=BEIJING, now=NOW))
            node.do("know", trust=json.loads(trust.given(now=NOW).body), roots=own)
            yield node
        finally:
            program.kill()


def test_it_takes_what_this_node_writes_and_this_node_learns_from_its_receipt(second: Second) -> None:
    kinds = (GREETING, GREETING, "cn.tongban.case.progress.v1")
    with transaction.atomic():
        for number, kind in enumerate(kinds):
            id = f"00000000-0000-7000-8000-{number:012x}"
            actions.write(to="second", id=id, type=kind, subject="node", body={"number": number, "名": "津"}, now=NOW)

    assert delivering.run(clock=lambda: NOW) == 1

    assert second.do("stored") == [[kind, {"number": number, "名": "津"}] for number, kind in enumerate(kinds)]
    row = Outgoing.objects.get()
    assert (row.receipted, row.failure) == (3, "")


def test_this_node_takes_what_it_writes_and_it_learns_from_the_receipt(second: Second) -> None:
    assert second.learns(second.do("send"))["sequence"] == 0
    for kind in (GREETING, GREETING, "cn.tongban.node.greeting.v2"):
        second.do("write", type=kind, subject="node", body={"名": "津"})

    early = second.brought(second.do("send", but=1))
    receipt = second.learns(second.do("send"))

    assert (early.status_code, early.json()["code"]) == (409, "too_early")
    assert (receipt["since"], receipt["sequence"]) == (0, 3)
    assert [(one["sequence"], one["code"]) for one in receipt["refused"]] == [(3, "unknown_type")]
    assert Stored.objects.count() == 3


def test_both_say_the_same_of_each_other(second: Second) -> None:
    with transaction.atomic():
        id = "00000000-0000-7000-8000-000000000001"
        actions.write(to="second", id=id, type="cn.tongban.case.progress.v1", subject="a", body={}, now=NOW)
    delivering.run(clock=lambda: NOW)
    second.do("write", type="cn.tongban.node.greeting.v2", subject="node", body={})
    second.learns(second.do("send"))

    compared = reconciling.reconcile(peer=Peer.objects.get(), now=NOW)
    standing = second.learns(second.do("ask", path=f"/exchange/standing?for={worked.NONCE}"))

    assert (compared.differences, compared.on_their_way) == (0, 0)
    assert (standing["sent"]["receipted"], standing["received"]["refused"]["last"]) == (1, [1])


def test_it_opens_a_file_of_this_node(second: Second) -> None:
    kept = files.store(party="org:a", name="a.pdf", stream=io.BytesIO(worked.FILE), now=NOW)
    with transaction.atomic():
        attachments.offer(to="second", digests=[kept.digest], now=NOW)

    answer = second.brought(second.do("ask", path=f"/exchange/files/{kept.digest}"))
    sealed = base64.b64encode(b"".join(answer.streaming_content)).decode()

    assert second.do("open", sealed=sealed, digest=kept.digest) == {"digest": sm3.digest(worked.FILE).hex()}
