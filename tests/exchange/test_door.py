"""What other nodes send is stored once, in order and with its effect; what is not as it should be changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, RequestFactory

from tests.exchange.conftest import KIND
from tests.exchange.others import NOW, Other, key, post
from tongban.crypto import base64url, canonical, profiles
from tongban.crypto.http_signatures import Request
from tongban.domain import envelope
from tongban.domain.trust import Unreadable
from tongban.exchange import actions, delivering, peers, queries, views
from tongban.exchange.delivering import NotDelivered
from tongban.exchange.models import Incoming, Peer, Stored
from tongban.keys import actions as keys
from tongban.keys.models import PublishedList, SigningKey
from tongban.keys.purposes import Purpose


def receipt_of(answer: Any) -> envelope.Receipt:
    """The receipt of an answer, whose signature is this node's."""
    assert answer.status_code == 200, answer.content.decode()
    said = answer.json()
    signing = SigningKey.objects.get(id=said["signature"]["key"], purpose=Purpose.EXCHANGE)
    receipt = envelope.read_receipt(said["receipt"])
    value = base64url.decode(said["signature"]["value"])
    assert profiles.verify(signing.algorithm, bytes(signing.public_key), envelope.receipt_message(receipt), value)
    return receipt


def refused(answer: Any, status: int, code: str, *, retry: bool) -> dict[str, Any]:
    said = answer.json()
    assert (answer.status_code, said["code"], said["retry"]) == (status, code, retry), said
    assert answer["Content-Type"] == "application/problem+json"
    return said


def test_a_batch_is_stored_and_receipted(other: Other) -> None:
    receipt = receipt_of(other.send(other.write(3)))

    assert (receipt.source, receipt.destination, receipt.since, receipt.sequence) == ("tianjin", "beijing", 0, 3)
    assert (receipt.digest, receipt.refused) == (other.writer.link.digest, ())
    assert list(Stored.objects.order_by("sequence").values_list("sequence", "digest")) == [
        (message.sequence, message.digest) for message, _ in other.writer.written
    ]
    assert "tongban-node" in Incoming.objects.get().proof


def test_a_batch_may_be_as_large_as_is_said(other: Other) -> None:
    batch = other.write(3, body={"text": "x" * 900_000})
    size = len(canonical.encode({"messages": batch}))
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < size < delivering.LARGEST_BATCH_BYTES

    assert receipt_of(other.send(batch)).sequence == 3


def test_the_same_batch_again_has_one_effect_and_the_same_receipt(other: Other, done: list[object]) -> None:
    batch = [*other.write(kind=KIND, body={"name": "a"}), *other.write(kind=KIND, body={"name": "b"})]

    receipts = [receipt_of(other.send(batch)) for _ in range(3)]

    assert done == ["a", "b"]
    assert receipts[0] == receipts[1] == receipts[2]


def test_what_is_refused_uses_its_number_and_leaves_nothing_behind(other: Other, done: list[object]) -> None:
    bodies = [{"name": "a"}, {"name": "b", "refuse": "没有这个事项。"}, {"name": "c", "break": "x"}, {"name": "d"}]
    for body in bodies:
        other.write(kind=KIND, body=body)
    other.write(kind="cn.tongban.case.unheard_of.v1")

    receipt = receipt_of(other.send(other.travelling()))

    assert done == ["a", "d"]
    assert sorted(PublishedList.objects.values_list("name", flat=True)) == ["a", "d"]
    assert [(one.sequence, one.code) for one in receipt.refused] == [
        (2, "refused"),
        (3, "failed_here"),
        (5, "unknown_type"),
    ]
    assert receipt.refused[0].words == "没有这个事项。"
    assert receipt.sequence == 5
    (standing,) = queries.standings()
    assert (standing.stored, standing.refused) == (5, 3)


def test_what_the_database_does_not_accept_stops_nobody_behind_it(other: Other, done: list[object]) -> None:
    for name in ("a", "a", "b"):
        other.write(kind=KIND, body={"name": name})

    receipt = receipt_of(other.send(other.travelling()))

    assert [(one.sequence, one.code) for one in receipt.refused] == [(2, "failed_here")]
    assert done == ["a", "b"]


def test_batches_that_overlap_are_taken_from_the_next_number(other: Other, done: list[object]) -> None:
    for name in "abcd":
        other.write(kind=KIND, body={"name": name})
    sent = other.travelling()

    assert receipt_of(other.send(sent[:2])).sequence == 2
    assert receipt_of(other.send(sent[:1])).sequence == 2
    assert receipt_of(other.send(sent[1:])).sequence == 4
    assert done == ["a", "b", "c", "d"]


def test_what_comes_too_early_is_told_from_where_to_go_on(other: Other) -> None:
    sent = other.write(5)
    other.send(sent[:2])

    said = refused(other.send(sent[3:]), 409, "too_early", retry=True)

    assert envelope.read_receipt(said["receipt"]["receipt"]).sequence == 2
    assert Stored.objects.count() == 2


def test_another_past_stops_the_way_for_good(other: Other) -> None:
    other.send(other.write(2))
    forger = Other(NOW, root=other.root, signing=other.signing, receiving=other.receiving)
    forged = forger.write(3, body={"forged": 1})

    said = refused(forger.send(forged), 409, "forked", retry=False)

    assert "改写了历史" in said["detail"]
    refused(other.send(other.write(1)), 409, "stopped", retry=False)
    assert Stored.objects.count() == 2
    assert "改写了历史" in queries.standings()[0].stopped


def test_a_full_disk_stores_nothing_and_asks_for_the_same_again(
    other: Other, done: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = [*other.write(kind=KIND, body={"name": "a"}), *other.write(kind=KIND, body={"name": "b"})]

    def full(*arguments: object, **more: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Stored.objects, "bulk_create", full)
        refused(other.send(batch), 503, "not_now", retry=True)
    assert (Stored.objects.count(), PublishedList.objects.count()) == (0, 0)

    assert receipt_of(other.send(batch)).sequence == 2


def test_what_is_sealed_for_a_key_of_yesterday_opens_and_for_no_key_waits(other: Other) -> None:
    first = other.write(1)
    old = SigningKey.objects.get(purpose=Purpose.RECEIVING)
    keys.retire(key=old, now=NOW)
    actions.prepare_node(now=NOW)
    other.write(1)
    sealed = [first[0], other.travelling()[1]]
    assert sealed[0]["datakey"] != sealed[1]["datakey"]

    assert receipt_of(other.send(sealed)).sequence == 2

    (third,) = other.write(1)
    unknown = third | {"datakey": "k-0000000000000000"}
    refused(other.send([unknown]), 409, "not_for_this_key", retry=True)
    assert receipt_of(other.send([third])).sequence == 3


def test_what_can_be_opened_is_kept_when_a_later_one_cannot(other: Other) -> None:
    sent = other.write(3)

    refused(other.send([*sent[:2], sent[2] | {"datakey": "k-0000000000000000"}]), 409, "not_for_this_key", retry=True)

    assert Incoming.objects.get().sequence == 2
    assert receipt_of(other.send(sent)).sequence == 3


def test_a_body_of_another_message_is_refused_with_its_number(other: Other) -> None:
    other.write(2)
    (first, wrapped), (second, _) = other.writer.written

    receipt = receipt_of(other.send([other.sealed(first, wrapped), other.sealed(second, wrapped)]))

    assert [(one.sequence, one.code) for one in receipt.refused] == [(2, "not_a_message")]


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        (lambda other, request: replace(request, body=request.body + b" "), 401, "not_signed"),
        (lambda other, request: replace(request, url=request.url + "?a=1"), 401, "not_signed"),
        (lambda other, request: without(request, "Signature"), 401, "not_signed"),
        (lambda other, request: without(request, "tongban-node"), 401, "unknown_node"),
        (lambda other, request: edited(request, "tongban-node", "hebei"), 401, "unknown_node"),
        (lambda other, request: other.request(b"{}", at=NOW - timedelta(days=2)), 401, "outside_window"),
        (lambda other, request: other.request(b"{}", at=NOW + timedelta(minutes=2)), 401, "outside_window"),
        (lambda other, request: replace(other, signing=key()).request(b"{}"), 401, "unknown_key"),
        (lambda other, request: other.request(b""), 400, "not_a_message"),
        (lambda other, request: other.request(b"garbage"), 400, "not_a_message"),
        (lambda other, request: other.request(b"[" * 50_000), 400, "not_a_message"),
        (lambda other, request: other.request(b"{}"), 400, "not_a_message"),
        (lambda other, request: other.request(b'{"messages":{}}'), 400, "not_a_message"),
        (lambda other, request: other.request(b'{"messages":[1]}'), 400, "not_a_message"),
        (lambda other, request: other.request(b'{"messages":[],"more":1}'), 400, "not_a_message"),
        (lambda other, request: other.request(canonical.encode({"messages": [{}] * 201})), 400, "not_a_message"),
    ],
)
def test_a_request_that_is_not_as_it_should_be_changes_nothing(
    other: Other, spoil: Callable[[Other, Request], Request], status: int, code: str
) -> None:
    good = other.request(canonical.encode({"messages": other.write(1)}))

    refused(post(spoil(other, good)), status, code, retry=code in ("outside_window", "unknown_key"))

    assert Stored.objects.count() == 0
    assert receipt_of(post(good)).sequence == 1


def test_a_message_for_somebody_else_is_not_taken(other: Other) -> None:
    other.writer.destination = "hebei"
    other.writer.link = replace(other.writer.link, destination="hebei")

    refused(other.send(other.write(1)), 400, "misdirected", retry=False)


def test_what_is_too_long_is_not_read(other: Other) -> None:
    answer = Client().post(
        "/exchange/messages",
        b"x",
        content_type="application/json",
        headers={"Content-Length": str(delivering.LARGEST_BATCH_BYTES + 1)},
    )

    refused(answer, 413, "too_large", retry=False)


@pytest.mark.parametrize("length", ["\u00b2", "-1", "9" * 5000, "1e3", ""])
def test_what_does_not_say_how_long_it_is_is_not_read(other: Other, length: str) -> None:
    answer = RequestFactory().post("/exchange/messages", b"x", content_type="application/json")
    answer.META["HTTP_CONTENT_LENGTH"] = answer.META["CONTENT_LENGTH"] = length

    refused_plainly = views.messages(answer)

    assert (refused_plainly.status_code, b"too_large" in refused_plainly.content) == (413, True)


def test_an_empty_batch_tells_how_far_one_has_come(other: Other) -> None:
    other.send(other.write(2))

    receipt = receipt_of(other.send([]))

    assert (receipt.since, receipt.sequence) == (2, 2)


def test_an_unknown_key_is_looked_for_once_a_minute(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refresh(peer: Peer, *, now: object) -> None:
        asked.append(peer.name)
        if len(asked) == 1:
            raise NotDelivered("没有连上")
        actions.trust(peer=peer, text=other.trust_list(), now=NOW)

    monkeypatch.setattr(delivering, "refresh_trust", refresh)
    other.signing = key()
    request = other.request(canonical.encode({"messages": other.write(1)}))

    for _ in range(3):
        refused(post(request), 401, "unknown_key", retry=True)
    assert asked == ["tianjin"]

    Peer.objects.update(looked_at=NOW - timedelta(minutes=2))
    assert receipt_of(post(request)).sequence == 1


def without(request: Request, name: str) -> Request:
    return replace(request, headers={key: value for key, value in request.headers.items() if key != name})


def edited(request: Request, name: str, value: str) -> Request:
    return replace(request, headers=request.headers | {name: value})


def test_an_older_trust_list_does_not_bring_a_retired_key_back(other: Other) -> None:
    older = other.trust_list()
    other.signing, other.now = key(), NOW + timedelta(hours=1)
    newer = other.trust_list()
    peer = Peer.objects.get()
    actions.trust(peer=peer, text=newer, now=other.now)

    with pytest.raises(Unreadable, match="比已有的还旧"):
        actions.trust(peer=peer, text=older, now=other.now)

    assert Peer.objects.get().trust == newer
    actions.trust(peer=peer, text=newer, now=other.now)


def test_a_peer_speaks_for_the_provinces_whose_roots_people_brought(other: Other) -> None:
    tianjin = Peer.objects.get(name="tianjin")

    assert peers.regions(tianjin) == {"120000"}
    assert peers.speaks_for(tianjin, "120116")
    assert not peers.speaks_for(tianjin, "130209")
    assert peers.of_region("120116") == tianjin
    assert peers.of_region("110105") is None
