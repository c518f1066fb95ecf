"""Both sides say how they stand, signed, and what they do not say alike is told in sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.exchange.lines import Line, list_of_this_node, write
from tests.exchange.others import ADDRESS, NOW, Other, key
from tongban.crypto import base64url, canonical, http_signatures, profiles
from tongban.crypto.http_signatures import Request
from tongban.domain import reconciliation
from tongban.domain.envelope import Refusal
from tongban.domain.reconciliation import Listed, NotAStanding, Received, Sent, Standing
from tongban.exchange import actions, attachments, delivering, reconciling, speech, storage
from tongban.exchange.attachments import Wish
from tongban.exchange.delivering import SENDER, Answer, NotDelivered
from tongban.exchange.models import Outgoing, Peer, Reconciliation, Stored, Written
from tongban.keys.models import SigningKey

FILE = "f" * 64


def ask(other: Other, query: str) -> Any:
    request = Request("GET", f"{ADDRESS}/exchange/standing{query}", b"", {SENDER: other.name})
    pen, until = other.signing, NOW + timedelta(minutes=5)
    http_signatures.sign(request, key=pen.id, pen=pen.sign, also=[SENDER], now=NOW, until=until)
    return Client().get(request.url.removeprefix(ADDRESS), headers=request.headers)


def test_this_node_says_how_it_stands_and_signs_it(other: Other, line: Line) -> None:
    write({"a": 1}, {"a": 2})
    other.send([*other.write(1), *other.write(1, kind="cn.tongban.case.unheard_of.v1")])
    attachments.want(source="tianjin", files=[Wish(FILE, 9, "application/pdf", "a.pdf", "org:x")], now=NOW)

    answer = ask(other, f"?for={'7' * 32}")

    said = answer.json()
    signing = SigningKey.objects.get(id=said["signature"]["key"])
    value = base64url.decode(said["signature"]["value"])
    assert profiles.verify(signing.algorithm, bytes(signing.public_key), canonical.encode(said["standing"]), value)
    assert reconciliation.read(said["standing"]) == Standing(
        node="beijing",
        peer="tianjin",
        nonce="7" * 32,
        at=NOW,
        sent=Sent(2, 0, storage.digest_at("tianjin", 0) or ""),
        received=Received(2, other.writer.link.digest, Listed(1, (2,))),
        wanted=Listed(1, (FILE,)),
        parts={"cases": {}},
    )


@pytest.mark.parametrize("query", ["", "?for=", "?for=x", f"?for={'7' * 33}", f"?for={'A' * 32}"])
def test_a_question_bears_a_word_of_its_own(other: Other, query: str) -> None:
    answer = ask(other, query)

    assert (answer.status_code, answer.json()["code"]) == (400, "not_a_question")


def test_a_stranger_is_told_nothing(other: Other) -> None:
    assert Client().get(f"/exchange/standing?for={'7' * 32}").status_code == 401


@pytest.mark.parametrize("number", [1, 3])
def test_saying_costs_the_same_for_any_number(
    line: Line, other: Other, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    write(*[{} for _ in range(number)])
    other.send(other.write(number, kind="cn.tongban.case.unheard_of.v1"))

    with django_assert_num_queries(6):
        reconciling.standing(peer="tianjin", nonce="7" * 32, now=NOW)


class Asked:
    """The other node, when it is asked how it stands; `change` says what it says instead of the truth."""

    def __init__(self, other: Other) -> None:
        self.other, self.now = other, NOW
        self.change: Callable[[Standing], Standing] = lambda standing: standing
        self.signs_with = other.signing
        self.fails: list[Exception] = []
        self.asked = 0

    def __call__(self, asked: Any, *, most: int = 0) -> Answer:
        self.asked += 1
        if self.fails:
            raise self.fails.pop(0)
        request = Request(asked.get_method(), asked.full_url, b"", dict(asked.header_items()))
        http_signatures.verify(request, key_of=list_of_this_node().get, also=[SENDER], now=self.now)
        said = reconciliation.plain(self.change(self.mirror(asked.full_url.rpartition("=")[2])))
        value = base64url.encode(self.signs_with.sign(canonical.encode(said)))
        signed = {"standing": said, "signature": {"key": self.signs_with.id, "value": value}}
        return Answer(200, json.dumps(signed).encode())

    def mirror(self, nonce: str) -> Standing:
        """What an honest peer says that has stored and receipted everything."""
        out = Outgoing.objects.get(pk="tianjin")
        refused = tuple(Written.objects.exclude(refused_code="").values_list("sequence", flat=True))
        own = self.other.writer.link
        turned_down = tuple(Stored.objects.exclude(refused_code="").values_list("sequence", flat=True))
        return Standing(
            node="tianjin",
            peer="beijing",
            nonce=nonce,
            at=self.now,
            sent=Sent(own.sequence, own.sequence, own.digest, Listed(len(turned_down), turned_down)),
            received=Received(out.sequence, out.digest, Listed(len(refused), refused)),
            parts={name: {} for name in reconciling.PARTS},
        )


@pytest.fixture
def asked(other: Other, monkeypatch: pytest.MonkeyPatch) -> Asked:
    made = Asked(other)
    monkeypatch.setattr(delivering, "_open", made)
    return made


def reconcile(now: datetime = NOW) -> reconciling.Compared:
    return reconciling.reconcile(peer=Peer.objects.get(name="tianjin"), now=now)


def test_two_that_have_exchanged_messages_agree(asked: Asked, other: Other) -> None:
    write({}, {})
    other.send([*other.write(1), *other.write(1, kind="cn.tongban.case.unheard_of.v1")])
    last = storage.read(Written.objects.get(sequence=2).content)
    outcome = Refusal(1, "x", "不行。")
    actions.learn(peer=Peer.objects.get(), said=other.receipt([last], outcome), now=NOW)

    compared = reconcile()

    assert [line for line in compared.lines if line.difference] == []
    row = Reconciliation.objects.get()
    assert (row.differences, row.on_their_way, row.compared_at, row.failure) == (0, 0, NOW, "")
    assert json.loads(row.theirs)["standing"]["node"] == "tianjin"
    assert {line["what"]: (line["here"], line["there"]) for line in row.lines}["sent"] == ("2/2", "2")


def test_what_differs_is_a_sentence(asked: Asked, other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    write({}, {})
    other.send(other.write(1))
    monkeypatch.setitem(reconciling.PARTS, "cases", lambda peer: {"110000-1": "beijing", "110000-2": "beijing"})
    asked.change = lambda said: replace(
        said,
        received=Received(9, "c" * 64),
        sent=Sent(1, 1, "c" * 64, Listed(1, (1,))),
        wanted=Listed(1, (FILE,)),
        parts={"cases": {"110000-1": "tianjin", "110000-2": "beijing"}},
    )

    compared = reconcile()

    told = [speech.sentence(line, peer="tianjin") for line in map(reconciling.as_plain, compared.lines)]
    assert [sentence.partition("：")[0].partition("，")[0] for sentence in filter(None, told)] == [
        "tianjin 已存到第 9 号",
        "第 1 号之前的历史双方不同（本方 " + other.writer.link.digest[:16] + "…",
        "第 1 号是否被拒收",
        "tianjin 在等附件 ffffffffffffffff…",
        "“110000-1”",
    ]
    assert told[-1] == "“110000-1”：本节点说 beijing，tianjin 说 tianjin。请双方核对。"


def test_every_line_and_difference_has_words() -> None:
    assert set(speech.SENTENCES) == set(reconciliation.Difference)
    assert set(speech.WHAT) == set(reconciliation.What) - {reconciliation.What.PART}


def spoilt(asked: Asked, how: str) -> None:
    if how == "key":
        asked.signs_with = key()
    elif how == "nonce":
        asked.change = lambda said: replace(said, nonce="0" * 32)
    elif how == "nodes":
        asked.change = lambda said: replace(said, peer="hebei")


@pytest.mark.parametrize("how", ["key", "nonce", "nodes"])
def test_what_the_peer_did_not_say_for_this_question_is_not_believed(asked: Asked, how: str) -> None:
    spoilt(asked, how)

    with pytest.raises(NotAStanding):
        reconcile()

    assert not Reconciliation.objects.exists()


@pytest.mark.parametrize(
    "said",
    [{}, {"standing": {}}, {"standing": {}, "signature": 1}, {"standing": {}, "signature": {"key": 1, "value": "!"}}],
)
def test_what_is_no_answer_is_not_believed(other: Other, said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "_open", lambda asked, most: Answer(200, json.dumps(said).encode()))
    with pytest.raises(NotAStanding):
        reconcile()

    monkeypatch.setattr(delivering, "_open", lambda asked, most: Answer(404, b'{"code": "x", "detail": "y"}'))
    with pytest.raises(NotDelivered, match="404 x"):
        reconcile()


def test_it_is_done_once_a_day_and_after_a_failure_once_an_hour(asked: Asked) -> None:
    def run(after: timedelta) -> tuple[int, int]:
        asked.now = NOW + after
        return reconciling.run(now=asked.now), asked.asked

    asked.fails = [NotDelivered("没有连上"), RuntimeError("bug")]
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

    assert run(0 * hour) == (0, 1)
    assert Reconciliation.objects.get().failure == "没有连上"
    assert run(hour - minute) == (0, 1)
    assert run(hour) == (0, 2)
    assert Reconciliation.objects.get().failure == "RuntimeError"
    assert run(2 * hour) == (1, 3)
    assert Reconciliation.objects.get().failure == ""
    assert run(2 * hour + day - minute) == (0, 3)
    assert run(2 * hour + day) == (1, 4)


def command(*words: str) -> str:
    out = StringIO()
    call_command("node_reconcile", *words, stdout=out)
    return out.getvalue()


def test_the_command_tells_every_line(asked: Asked, other: Other) -> None:
    write({})
    said = command("tianjin")
    assert said.splitlines()[-1] == "与 tianjin 对账：双方一致。"
    assert said.count("✓") == 9
    assert json.loads(command("tianjin", "--json"))["differences"] == 0

    asked.change = lambda said: replace(said, received=Received(9, "c" * 64))
    with pytest.raises(CommandError, match="1 处不同"):
        command("tianjin")
    with pytest.raises(CommandError, match="没有登记"):
        command("hebei")
    asked.fails = [NotDelivered("没有连上")]
    with pytest.raises(CommandError, match="没有连上") as failed:
        command("tianjin")
    assert failed.value.returncode == 2


def test_what_this_node_offers_the_other_may_wait_for(asked: Asked) -> None:
    with transaction.atomic():
        attachments.offer(to="tianjin", digests=[FILE], now=NOW)
    asked.change = lambda said: replace(said, wanted=Listed(1, (FILE,)))

    assert reconcile().differences == 0
