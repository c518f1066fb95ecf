"""What waits goes out in order and leaves by a receipt alone; whatever the other side answers, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import transaction

from tests.exchange.lines import Answers, Deliver, Line, ok, problem, write
from tests.exchange.others import NOW, Other, key
from tongban.domain.envelope import Message, NotAMessage, Receipt, Refusal
from tongban.domain.trust import Unreadable
from tongban.exchange import actions, delivering, queries, storage
from tongban.exchange.delivering import Answer, NotDelivered
from tongban.exchange.inbox import GREETING
from tongban.exchange.models import Outgoing, Peer, Written
from tongban.keys import trust
from tongban.keys.actions import NoKey
from tongban.keys.purposes import Purpose


def test_what_waits_goes_out_in_order_sealed_and_signed(line: Line, deliver: Deliver) -> None:
    write({"a": 1}, {"a": 2}, {"a": 3})

    assert deliver() == 1

    assert [message.sequence for message in line.asked[0]] == [1, 2, 3]
    assert line.bodies == [{"a": 1}, {"a": 2}, {"a": 3}]
    (standing,) = queries.standings()
    assert (standing.written, standing.receipted, standing.waiting, standing.failure) == (3, 3, 0, "")
    assert deliver() == 0


def test_many_go_out_in_batches(line: Line, deliver: Deliver) -> None:
    write(*[{"n": number} for number in range(delivering.MOST + 20)])

    assert (deliver(), deliver(), deliver()) == (1, 1, 0)

    assert [len(batch) for batch in line.asked] == [delivering.MOST, 20]
    assert [body["n"] for body in line.bodies] == list(range(delivering.MOST + 20))


def test_large_ones_go_out_in_smaller_batches(line: Line, deliver: Deliver) -> None:
    write(*[{"text": "x" * 900_000} for _ in range(5)])

    while deliver():
        pass

    assert [message.sequence for batch in line.asked for message in batch] == [1, 2, 3, 4, 5]
    assert len(line.asked) > 1


def test_what_the_other_refused_is_kept_with_its_reason(line: Line, other: Other, deliver: Deliver) -> None:
    line.answers = ok(other, Refusal(2, "unknown_matter", "没有这个事项。"))
    write({}, {}, {})

    deliver()

    assert list(Written.objects.exclude(refused_code="").values_list("sequence", "refused_code", "refused_words")) == [
        (2, "unknown_matter", "没有这个事项。")
    ]
    assert queries.standings()[0].refused_there == 1


@pytest.mark.parametrize(
    "answers",
    [
        problem(503, code="not_now", detail="请稍后再送。", retry=True),
        problem(401, code="outside_window", detail="请重新签名。", retry=True),
        problem(500),
        lambda messages, bodies: Answer(200, b"<html>"),
        lambda messages, bodies: Answer(200, b"[]"),
        lambda messages, bodies: Answer(200, b"{}"),
        lambda messages, bodies: Answer(204, b""),
        lambda messages, bodies: (_ for _ in ()).throw(delivering.NotDelivered("没有连上")),
        lambda messages, bodies: (_ for _ in ()).throw(RuntimeError("bug")),
    ],
)
def test_whatever_goes_wrong_the_same_goes_out_again_later(
    line: Line, other: Other, answers: Answers, deliver: Deliver
) -> None:
    write({"a": 1})
    line.answers = answers

    assert deliver() == 0
    row = Outgoing.objects.get()
    assert (row.receipted, row.attempts, bool(row.failure), row.stopped_because) == (0, 1, True, "")
    assert NOW + timedelta(seconds=1) <= row.due_at <= NOW + timedelta(seconds=1.5)
    assert deliver() == 0
    assert len(line.asked) == 1

    line.answers = ok(other)
    assert deliver(NOW + timedelta(seconds=2)) == 1

    assert line.asked[0] == line.asked[1]
    assert queries.standings()[0].waiting == 0
    assert Outgoing.objects.get().attempts == 0


def test_a_receipt_is_believed_with_the_signature_of_the_peer_alone(line: Line, other: Other, deliver: Deliver) -> None:
    write({})
    forger = key()

    def forged(messages: list[Message], bodies: list[Any]) -> Answer:
        last = messages[-1]
        receipt = Receipt("beijing", "tianjin", 0, last.sequence, last.digest, (), NOW)
        return Answer(200, json.dumps(other.signed(receipt, forger)).encode())

    line.answers = forged
    assert deliver() == 0

    assert queries.standings()[0].receipted == 0
    assert "签名不成立" in Outgoing.objects.get().failure


def test_a_receipt_of_another_history_stops_the_way(line: Line, other: Other, deliver: Deliver) -> None:
    write({})

    def lied(messages: list[Message], bodies: list[Any]) -> Answer:
        receipt = Receipt("beijing", "tianjin", 0, 1, "00" * 32, (), NOW)
        return Answer(200, json.dumps(other.signed(receipt)).encode())

    line.answers = lied
    assert deliver() == 0

    assert "历史不同" in queries.standings()[0].stopped
    line.answers = ok(other)
    assert deliver(NOW + timedelta(days=1)) == 0
    assert len(line.asked) == 1


def test_a_receiver_that_has_more_than_is_known_is_caught_up_with(line: Line, other: Other, deliver: Deliver) -> None:
    """Its receipt was lost: what it has is not sent again for ever."""
    write({"a": 1}, {"a": 2})
    line.answers = problem(503, code="not_now")
    deliver()
    line.answers = ok(other)
    write({"a": 3})

    assert deliver(NOW + timedelta(minutes=1)) == 1

    assert [message.sequence for message in line.asked[-1]] == [1, 2, 3]


def test_a_message_is_written_once_for_each_cause(line: Line) -> None:
    id = "00000000-0000-7000-8000-000000000001"
    for _ in range(2):
        with transaction.atomic():
            actions.write(to="tianjin", id=id, type=GREETING, subject="node", body={}, now=NOW)

    assert Written.objects.count() == 1


@pytest.mark.parametrize("what", [{"type": "x"}, {"subject": "a b"}, {"id": "1"}])
def test_what_nobody_could_read_is_not_written(other: Other, what: dict[str, str]) -> None:
    given = {"id": "00000000-0000-7000-8000-000000000001", "type": GREETING, "subject": "node"} | what

    with pytest.raises(NotAMessage), transaction.atomic():
        actions.write(to="tianjin", **given, body={}, now=NOW)

    assert Written.objects.count() == 0


def test_a_new_key_of_the_peer_is_fetched_and_used(line: Line, other: Other, deliver: Deliver) -> None:
    """The seal belongs to the journey: the same message goes out under another."""
    write({"a": 1})
    other.receiving = key()

    assert deliver() == 0
    assert "not_for_this_key" in Outgoing.objects.get().failure
    assert deliver(NOW + timedelta(seconds=2)) == 1

    assert line.bodies == [{"a": 1}]
    assert queries.standings()[0].waiting == 0


def test_bodies_are_emptied_thirty_days_after_a_receipt_and_not_before(line: Line, deliver: Deliver) -> None:
    write({"a": 1})
    deliver()
    write({"a": 2})

    assert actions.forget_bodies(now=NOW + timedelta(days=30)) == 0
    assert actions.forget_bodies(now=NOW + timedelta(days=30, seconds=1)) == 1

    assert [bool(one.body) for one in Written.objects.order_by("sequence")] == [False, True]
    assert deliver(NOW + timedelta(days=31)) == 1


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server that answers every request like that; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_nobody_sends_a_node_elsewhere(other: Other) -> None:
    asked: list[str] = []

    def redirect(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        handler.send_response(302)
        handler.send_header("Location", "/inside")
        handler.end_headers()

    with answering(redirect) as address:
        peer = Peer(name="tianjin", address=address, roots=other.roots)
        with pytest.raises(NotDelivered, match="302"):
            delivering.refresh_trust(peer, now=NOW)

    assert asked == ["/trust.json"]


def test_an_answer_that_trickles_is_given_up(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "ANSWER_WITHIN_SECONDS", 0.3)

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            for _ in range(100):
                handler.wfile.write(b" ")
                sleep(0.05)

    with answering(trickle) as address:
        peer = Peer(name="tianjin", address=address, roots=other.roots)
        began = monotonic()
        with pytest.raises(NotDelivered, match="没有答完"):
            delivering.refresh_trust(peer, now=NOW)

    assert monotonic() - began < 3


def lost_after(other: Other, number: int) -> Answers:
    """What a receiver says that has no more than the first so many messages."""

    def answer(messages: list[Message], bodies: list[Any]) -> Answer:
        had = other_has(number)
        said = {"code": "too_early", "detail": "来得太早", "retry": True, "receipt": other.receipt(had)}
        return Answer(409, json.dumps(said).encode())

    return answer


def other_has(number: int) -> list[Message]:
    return [storage.read(row.content) for row in Written.objects.order_by("sequence")[:number]]


def test_a_receiver_that_was_restored_gets_what_it_lost(line: Line, other: Other, deliver: Deliver) -> None:
    write({"a": 1}, {"a": 2}, {"a": 3})
    deliver()
    write({"a": 4})
    line.answers = lost_after(other, 1)
    assert deliver(NOW + timedelta(minutes=1)) == 0
    assert queries.standings()[0].receipted == 1
    line.answers = ok(other)

    assert deliver(NOW + timedelta(minutes=2)) == 1

    assert [message.sequence for message in line.asked[-1]] == [2, 3, 4]
    assert line.bodies[-3:] == [{"a": 2}, {"a": 3}, {"a": 4}]
    assert queries.standings()[0].waiting == 0


def test_what_a_receiver_lost_and_nobody_keeps_any_more_stops_the_way(
    line: Line, other: Other, deliver: Deliver
) -> None:
    write({"a": 1}, {"a": 2})
    deliver()
    actions.forget_bodies(now=NOW + timedelta(days=31))
    write({"a": 3})
    line.answers = lost_after(other, 1)

    assert deliver(NOW + timedelta(days=32)) == 0

    assert "不再留有正文" in queries.standings()[0].stopped
    assert queries.standings()[0].receipted == 2


@pytest.mark.parametrize("wrong", [timedelta(days=2), -timedelta(days=2)])
def test_a_clock_that_was_wrong_holds_up_nothing_once_it_is_right(
    line: Line, other: Other, deliver: Deliver, wrong: timedelta
) -> None:
    write({"a": 1})
    line.answers = problem(401, code="outside_window")
    Peer.objects.update(trusted_at=NOW + wrong, looked_at=NOW + wrong)
    deliver(NOW + wrong)
    Outgoing.objects.update(due_at=NOW + wrong + delivering.LEASE)
    line.answers = ok(other)

    assert deliver(NOW + timedelta(minutes=1)) == 1

    assert Peer.objects.get().trusted_at == NOW + timedelta(minutes=1)


def test_a_receipt_by_a_key_that_is_new_is_believed_by_the_newer_list(
    line: Line, other: Other, deliver: Deliver
) -> None:
    other.signing, other.now = key(), NOW + timedelta(seconds=1)
    write({"a": 1})

    assert deliver(NOW + timedelta(seconds=2)) == 1

    assert queries.standings()[0].waiting == 0


def test_a_list_from_the_future_is_not_taken_over(other: Other) -> None:
    peer = Peer.objects.get()
    other.now = NOW + timedelta(days=2)

    with pytest.raises(Unreadable, match="来自将来"):
        actions.trust(peer=peer, text=other.trust_list(), now=NOW)


def test_a_list_that_was_taken_over_by_a_wrong_clock_gives_way_to_one_of_now(other: Other) -> None:
    peer = Peer.objects.get()
    other.now = NOW + timedelta(days=2)
    actions.trust(peer=peer, text=other.trust_list(), now=NOW + timedelta(days=2))
    other.now = NOW + timedelta(hours=1)
    newer = other.trust_list()

    actions.trust(peer=peer, text=newer, now=NOW + timedelta(hours=1))

    assert Peer.objects.get().trust == newer


def test_the_next_keys_of_a_node_are_known_before_they_count(other: Other) -> None:
    first = actions.rotate_node(now=NOW)

    assert first == NOW + actions.NEXT_KEY_AFTER
    for purpose in (Purpose.EXCHANGE, Purpose.RECEIVING):
        old, new = sorted(trust.listed(purpose=purpose).values(), key=lambda one: one.valid_from)
        assert (old.stands(NOW), new.stands(NOW)) == (True, False)
        assert (old.stands(first), new.stands(first)) == (False, True)
    with pytest.raises(NoKey, match="已经备好了下一个"):
        actions.rotate_node(now=NOW)
