"""The worked examples of the exchange are what this program makes of the same keys, and what it takes from another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.exchange import worked
from tests.house.documents import blocks
from tongban.crypto import base64url, profiles
from tongban.domain import envelope, reconciliation
from tongban.exchange import actions, attachments, delivering
from tongban.exchange.models import Stored
from tongban.keys.actions import key_id
from tongban.web import clock

KEPT, FILES = worked.kept()
BEIJING, TIANJIN = worked.nodes(KEPT)


def test_every_example_is_what_the_program_makes() -> None:
    made = worked.examples(KEPT)

    assert {name: FILES.get(name) for name in made} == made


def test_what_the_examples_say_for_themselves_is_what_the_program_says() -> None:
    digest = FILES["files"]["tianjin to beijing"]["named"]["digest"]

    assert BEIJING.key("exchange").id == key_id(BEIJING.key("exchange").public)
    assert attachments.use_of("tianjin", "beijing", digest).decode() == FILES["files"]["tianjin to beijing"]["use"]
    assert worked.SENDER == delivering.SENDER


def within(value: Any) -> Iterator[Any]:
    """All that stands in a value, itself included."""
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from within(each)


def test_the_page_shows_what_stands_in_the_files() -> None:
    page = worked.EXAMPLES.parent / "examples.md"
    values = [each for file in FILES.values() for each in within(file)]
    shown = {kind: [one.code for one in blocks(page) if one.kind == kind] for kind in ("json", "text")}
    texts = [one for one in values if isinstance(one, str)]
    headers = ["\n".join(map(": ".join, one["headers"].items())) for one in FILES["requests"].values()]
    named = re.findall(r"`(k-[0-9a-f]{16}|[0-9a-f]{64})`", page.read_text(encoding="utf-8"))

    assert len(shown["json"]) >= 8 and len(shown["text"]) >= 8 and len(named) >= 12
    assert [one for one in shown["json"] if json.loads(one) not in values] == []
    assert [one for one in shown["text"] if one.rstrip("\n") not in [*texts, *headers]] == []
    assert set(named) <= set(texts)


@pytest.fixture
def beijing(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """This node is Beijing with its keys of the examples, and knows Tianjin by what the examples say of it."""
    settings.NODE, settings.ADDRESS, settings.ALLOWED_HOSTS = "beijing", BEIJING.host, ["*"]
    own = iter([BEIJING.key("exchange"), BEIJING.key("receiving"), BEIJING.key("checkpoint")])
    with monkeypatch.context() as patch:
        patch.setattr(profiles, "generate", lambda algorithm: ((one := next(own)).private, one.public))
        actions.prepare_node(now=worked.AT)
    monkeypatch.setattr(clock, "now", lambda: worked.AT)
    said = FILES["trust"]["tianjin"]
    peer = actions.introduce(name="tianjin", address=TIANJIN.host, roots=said["roots"], now=worked.AT)
    actions.trust(peer=peer, text=json.dumps(said["trust.json"]), now=worked.AT)


def ask(named: str) -> dict[str, Any]:
    """Send a request of the examples as it stands there; return the answer, whose signature is good."""
    request = FILES["requests"][named]
    path = request["url"].removeprefix(BEIJING.host)
    headers = {name: value for name, value in request["headers"].items() if name != "Content-Type"}
    kind = request["headers"].get("Content-Type", "application/octet-stream")
    answer = Client().generic(request["method"], path, request["body"].encode(), content_type=kind, headers=headers)
    assert answer.status_code == 200, answer.content.decode()
    said: dict[str, Any] = answer.json()
    (signed,) = said.keys() - {"signature"}
    key, value = BEIJING.key("exchange"), base64url.decode(said["signature"]["value"])
    assert profiles.verify(key.algorithm, key.public, worked.canonical.encode(said[signed]), value)
    return said


@pytest.mark.usefixtures("beijing")
def test_this_node_takes_the_batch_of_the_examples_and_gives_the_receipt_of_the_examples() -> None:
    answer = ask("batch tianjin to beijing")

    assert answer["receipt"] == FILES["answers"]["receipt tianjin to beijing"]["answer"]["receipt"]
    assert list(Stored.objects.order_by("sequence").values_list("digest", flat=True)) == [
        one["digest"] for one in FILES["messages"]["tianjin to beijing"]["messages"]
    ]
    assert ask("empty batch tianjin to beijing")["receipt"]["sequence"] == 2
    standing = ask("standing tianjin to beijing")["standing"]
    assert standing.keys() == FILES["answers"]["standing tianjin to beijing"]["answer"]["standing"].keys()
    assert standing["nonce"] == worked.NONCE


def test_this_node_reads_the_answers_of_the_examples() -> None:
    for name, said in FILES["answers"].items():
        if name.startswith("receipt"):
            actions.signed_receipt(said["answer"])
        elif name.startswith("standing"):
            reconciliation.read(said["answer"]["standing"])
    early = FILES["answers"]["problem too_early"]

    assert envelope.read_receipt(early["receipt"]["receipt"]).sequence == 0
