"""No node rewrites its past unseen: others hold its checkpoints, and it cannot take back what it told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests.exchange.lines import Deliver, Line, write
from tests.exchange.others import NOW, Other, key
from tongban.crypto import base64url, canonical, sm3
from tongban.domain.events import ApplicationClosed
from tongban.exchange import history, inbox
from tongban.exchange.models import Heard, Incoming, Outgoing, Peer, Stored, Written
from tongban.journal import actions as journal
from tongban.journal.models import Entry
from tongban.keys import actions as keys
from tongban.keys.models import Checkpoint


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "_handlers", {**inbox.HANDLERS, **history.HANDLERS})


class Past:
    """The checkpoints of the other node."""

    def __init__(self, other: Other) -> None:
        self.other, self.last, self.number = other, "0" * 64, 0

    def next(self, **changes: Any) -> dict[str, Any]:
        """Sign one more; return the message that tells of it."""
        self.number += 1
        said = {
            "type": "tongban checkpoint 1",
            "number": self.number,
            "at": NOW.isoformat(),
            "streams": self.number,
            "root": f"{self.number:064x}",
            "previous": self.last,
            "key_id": self.other.checkpointing.id,
        } | changes
        digest = sm3.digest(canonical.encode(said)).hex()
        signature = self.other.checkpointing.sign(canonical.encode(said))
        body = {"said": said, "signature": base64url.encode(signature)}
        (message,) = self.other.write(kind=history.TYPE, body=body, subject=f"checkpoint:{said['number']}:{digest}")
        self.last = digest
        return message


def codes(answer: Any) -> list[str]:
    return [one["code"] for one in answer.json()["receipt"]["refused"]]


def test_what_a_peer_tells_is_kept(other: Other) -> None:
    past = Past(other)

    answer = other.send([past.next(), past.next(), past.next()])

    assert codes(answer) == []
    assert list(Heard.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert Heard.objects.get(number=3).digest == past.last


@pytest.mark.parametrize("changes", [{"previous": "ab" * 32}, {"number": 2}, {"number": 5}, {"key_id": "k-unknown"}])
def test_a_checkpoint_that_does_not_follow_is_refused(other: Other, changes: dict[str, Any]) -> None:
    past = Past(other)
    other.send([past.next(), past.next()])

    assert codes(other.send([past.next(**changes)])) == ["another_history"]
    assert Heard.objects.count() == 2


def test_a_checkpoint_signed_by_another_is_refused(other: Other) -> None:
    past = Past(other)
    other.checkpointing = key()

    assert codes(other.send([past.next()])) == ["another_history"]


@pytest.mark.parametrize("body", [{}, {"said": {}, "signature": ""}, {"said": 1, "signature": 1}])
def test_garbage_is_refused(other: Other, body: dict[str, Any]) -> None:
    sent = other.write(kind=history.TYPE, body=body, subject="checkpoint:1:x")

    assert codes(other.send(sent)) == ["another_history"]


# --- telling ----------------------------------------------------------------------------------------------------------


def happen(times: int) -> None:
    """Let something be journalled and signed, so many times."""
    for _ in range(times):
        operation = journal.Operation(f"operation {Entry.objects.count()}", "account:1", "0" * 64)
        with transaction.atomic():
            stream = journal.lock("application:1", operation, create=True)
            journal.append(stream, [ApplicationClosed(at=NOW)], at=NOW, answer={})
        keys.checkpoint(now=NOW)


def test_each_checkpoint_is_told_once_from_the_newest_on(line: Line, deliver: Deliver) -> None:
    happen(2)
    assert (history.tell(now=NOW), history.tell(now=NOW)) == (1, 0)
    happen(2)

    assert history.tell(now=NOW) == 2

    deliver()
    assert [message.subject.split(":")[1] for message in line.asked[0]] == ["2", "3", "4"]
    assert line.bodies[-1]["said"]["number"] == 4
    assert history.verify() == []


def test_whoever_changes_a_checkpoint_that_was_told_is_found_out(line: Line, deliver: Deliver) -> None:
    happen(2)
    history.tell(now=NOW)
    deliver()

    Checkpoint.objects.filter(number=2).update(root="0" * 64)

    assert history.verify() == ["检查点 2 与告诉tianjin的不同：本节点的日志在那之后被改写。"]


SPOILED: list[tuple[Callable[[], object], str]] = [
    (lambda: Written.objects.filter(sequence=1).delete(), "第 1 号消息接不上前一号"),
    (lambda: Written.objects.filter(sequence=2).delete(), "只到第 1 号"),
    (lambda: Written.objects.filter(sequence=1).update(digest="0" * 64), "第 1 号消息接不上前一号"),
    (lambda: rewrite(Written), "第 1 号消息接不上前一号"),
    (lambda: Outgoing.objects.update(receipted=1), "与本方的消息不符"),
    (lambda: Stored.objects.filter(sequence=2).delete(), "只到第 1 号"),
    (lambda: rewrite(Stored), "第 1 号消息接不上前一号"),
    (lambda: Incoming.objects.update(proof=forged()), "最后一次发送的签名不成立"),
    (
        lambda: Outgoing.objects.update(receipt=Outgoing.objects.get().receipt.replace("beijing", "bejiing")),
        "签名不成立",
    ),
]


def rewrite(model: type[Written] | type[Stored]) -> None:
    row = model.objects.get(sequence=1)
    row.content = row.content.replace("node", "code")
    model.objects.filter(sequence=1).update(content=row.content)


def replaced() -> str:
    return Outgoing.objects.get().receipt.replace("beijing", "bejiing")


def forged() -> str:
    return Incoming.objects.get().proof.replace("@method", "@metohd")


@pytest.mark.parametrize(("spoil", "sentence"), SPOILED)
def test_whatever_is_changed_between_two_nodes_is_found_out(
    line: Line, deliver: Deliver, other: Other, spoil: Callable[[], object], sentence: str
) -> None:
    write({"a": 1}, {"a": 2})
    deliver()
    other.write(2)
    other.send(other.travelling())
    assert history.verify() == []

    spoil()

    assert any(sentence in problem for problem in history.verify())


def test_the_command_says_what_it_saw(line: Line, deliver: Deliver, capsys: pytest.CaptureFixture[str]) -> None:
    happen(1)
    history.tell(now=NOW)
    deliver()
    call_command("journal_verify", "--peers", "--json")
    assert json.loads(capsys.readouterr().out)["peers_ok"] is True
    Written.objects.update(digest="0" * 64)

    with pytest.raises(CommandError, match="未通过"):
        call_command("journal_verify", "--peers", "--json")
    report = json.loads(capsys.readouterr().out)
    assert (report["peers_ok"], report["journal_ok"]) == (False, True)
    assert Peer.objects.count() == 1
