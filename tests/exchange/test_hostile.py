"""Whatever another node sends, it gets a plain answer, and nothing here changes that should not.

`FUZZ_ROUNDS` sets how often each attack is tried (`make fuzz-exchange`), `FUZZ_SEED` where the dice begin.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.exchange.conftest import KIND
from tests.exchange.others import NOW, Other, key, post
from tongban.crypto import canonical
from tongban.crypto.http_signatures import Request
from tongban.domain import envelope
from tongban.exchange import actions, delivering, inbox
from tongban.exchange.inbox import GREETING
from tongban.exchange.models import Incoming, Peer
from tongban.project import corridor

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "6"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
pytestmark = pytest.mark.timeout(300 + 2 * ROUNDS)
OWN = {"exchange_stored", "exchange_incoming"}
"""Where a message leaves its number, and nothing else, when it is refused."""

Attack = Callable[[Other, random.Random], Request]


@pytest.fixture
def met(other: Other, done: list[object], monkeypatch: pytest.MonkeyPatch) -> Other:
    """A peer of which some messages have been stored, and whose list was fetched just now."""
    monkeypatch.setattr(inbox, "_handlers", {**corridor.MESSAGES, **inbox._handlers})
    for name in "abc":
        other.write(kind=KIND, body={"name": name})
    assert other.send(other.travelling()).status_code == 200
    Peer.objects.update(looked_at=NOW)
    return other


def tables() -> dict[str, str]:
    """A digest of every table of this node."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def moved(before: dict[str, str]) -> set[str]:
    return {table for table, digest in tables().items() if before[table] != digest}


@contextmanager
def once() -> Iterator[None]:
    """What happens within is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rounds(name: str) -> Iterator[random.Random]:
    for number in range(ROUNDS):
        yield random.Random(f"{SEED} {name} {number}")


def demand_plain(answer: Any) -> dict[str, Any]:
    """An error that a person can read, of the kinds that are known; return what it says."""
    said: dict[str, Any] = json.loads(answer.content)
    assert 400 <= answer.status_code < 500, (answer.status_code, said)
    assert answer["Content-Type"] == "application/problem+json"
    assert (said["status"], bool(said["code"]), bool(said["detail"])) == (answer.status_code, True, True)
    assert not {"Traceback", "Error", "SELECT"} & set(said["detail"].split())
    return said


# --- without the keys of a peer ---------------------------------------------------------------------------------------


def good(other: Other, count: int = 2) -> Request:
    return other.request(canonical.encode({"messages": other.write(count, kind=KIND, body={"name": "x"})}))


def wrong_key(other: Other, dice: random.Random) -> Request:
    other.signing = key()
    return good(other)


def key_of_another_use(other: Other, dice: random.Random) -> Request:
    other.signing = dice.choice((other.receiving, other.checkpointing, other.root))
    return good(other)


def old_request(other: Other, dice: random.Random) -> Request:
    body = canonical.encode({"messages": other.write(1, kind=KIND, body={"name": "x"})})
    return other.request(body, at=NOW + dice.choice((-1, 1)) * timedelta(minutes=dice.randint(11, 5_000)))


def another_name(other: Other, dice: random.Random) -> Request:
    request = good(other)
    name = dice.choice(("beijing", "hebei", "", "TIANJIN", "tianjin\t", "x" * 5_000, "天津".encode().decode("latin-1")))
    return replace(request, headers=request.headers | {"tongban-node": name})


def another_place(other: Other, dice: random.Random) -> Request:
    request = good(other)
    return replace(request, url=request.url + dice.choice(("?a=1", "?messages", "?%00", "?a=" + "1" * 3_000)))


def spoilt_body(other: Other, dice: random.Random) -> Request:
    request = good(other)
    place = dice.randrange(len(request.body))
    spoilt = bytes([request.body[place] ^ (1 << dice.randrange(8))])
    cut = dice.choice((request.body[:place], request.body[:place] + spoilt + request.body[place + 1 :]))
    return replace(request, body=cut)


def spoilt_headers(other: Other, dice: random.Random) -> Request:
    request = good(other)
    name = dice.choice([one for one in request.headers if one.lower().startswith(("signature", "content-digest"))])
    value = request.headers[name]
    place = dice.randrange(len(value))
    turned = value[:place] + dice.choice('=:;"(),x0 é') + value[place + 1 :]
    spoilt = dice.choice((turned, value[:place], value + value, "", "sig=()", value.replace("sm2", "sm3")))
    if spoilt == value:
        spoilt = ""
    return replace(request, headers=request.headers | {name: spoilt})


def without_a_header(other: Other, dice: random.Random) -> Request:
    request = good(other)
    left_out = dice.choice([one for one in request.headers if one.lower() != "content-type"])
    return replace(request, headers={name: value for name, value in request.headers.items() if name != left_out})


# --- with its keys ----------------------------------------------------------------------------------------------------


def signed(other: Other, said: Any) -> Request:
    return other.request(canonical.encode(said))


def garbage(other: Other, dice: random.Random) -> Request:
    content = dice.choice(
        (
            dice.randbytes(dice.randint(0, 2_000)),
            b"[" * dice.randint(1, 50_000),
            b'{"messages":' * dice.randint(1, 5_000),
            b'{"messages":[' + b"1," * dice.randint(1, 200) + b"1]}",
            b'{"messages":[]}' + bytes([dice.randrange(0x21, 256)]),
            b'{"messages":[],"messages":[]}',
            b'{"messages":[],"x":' + b"9" * 5_000 + b"}",
            b'{"messages":[{"id":"\\ud800"}]}',
            b"\xff\xfe" + '{"messages":[]}'.encode("utf-16-le"),
        )
    )
    return other.request(content)


def huge(other: Other, dice: random.Random) -> Request:
    kind = dice.choice(("bytes", "count"))
    if kind == "count":
        return signed(other, {"messages": other.write(1) * (actions.MOST_MESSAGES + dice.randint(1, 50))})
    return other.request(b" " * (delivering.LARGEST_BATCH_BYTES + dice.randint(1, 1_000)))


def changed_order(other: Other, dice: random.Random) -> Request:
    batch = other.write(dice.randint(2, 6), kind=KIND, body={"name": "x"})
    shuffled = batch[1:] + batch[:1] if dice.random() < 0.5 else batch[dice.randint(1, len(batch) - 1) :]
    return signed(other, {"messages": shuffled})


def another_shape(other: Other, dice: random.Random) -> Request:
    """A message in which something was left out, added or replaced."""
    (message,) = other.write(1, kind=KIND, body={"name": "x"})
    name = dice.choice(sorted(message))
    values = (None, 0, -1, 1.5, True, [], {}, "", "\x00", "é" * 100, "9" * 400, [message], {"a": message}, "2026-13-01")
    spoilt = dice.choice(
        (
            {one: value for one, value in message.items() if one != name},
            message | {name: dice.choice(values)},
            message | {dice.choice(("more", "", "datakey2", "Id")): "x"},
            message | {name: message[name] + dice.choice((" ", "\n", "=", "0"))},
        )
    )
    # Other keys and other bytes may come at the next attempt: what they open to is tried below.
    return (
        changed_order(other, dice)
        if spoilt.keys() == message.keys() and name.startswith("data")
        else signed(other, {"messages": [spoilt]})
    )


def for_somebody_else(other: Other, dice: random.Random) -> Request:
    names = dice.choice((("tianjin", "hebei"), ("hebei", "beijing"), ("beijing", "beijing"), ("beijing", "tianjin")))
    other.writer.source, other.writer.destination = names
    other.writer.link = replace(other.writer.link, source=names[0], destination=names[1])
    return signed(other, {"messages": other.write(1, kind=KIND, body={"name": "x"})})


def unopened(other: Other, dice: random.Random) -> Request:
    """A body that opens with no key of this node."""
    (message,) = other.write(1, kind=KIND, body={"name": "x"})
    closed = dice.choice(
        (
            {"datakey": "k-0000000000000000"},
            {"datakey": "x"},
            {"data_base64": ""},
            {"data_base64": message["data_base64"][:-4]},
            {"data_base64": message["data_base64"][4:]},
        )
    )
    return signed(other, {"messages": [message | closed]})


ATTACKS: dict[str, Attack] = {
    attack.__name__: attack
    for attack in (
        wrong_key,
        key_of_another_use,
        old_request,
        another_name,
        another_place,
        spoilt_body,
        spoilt_headers,
        without_a_header,
        garbage,
        huge,
        changed_order,
        another_shape,
        for_somebody_else,
        unopened,
    )
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_a_plain_error_and_changes_nothing(met: Other, done: list[object], name: str) -> None:
    before = tables()
    for dice in rounds(name):
        hostile = copy.deepcopy(met)
        request = ATTACKS[name](hostile, dice)
        with once():
            demand_plain(post(request))
            assert moved(before) == set(), request
    assert done == ["a", "b", "c"]


def test_what_was_stored_gets_its_receipt_again_and_changes_nothing(met: Other, done: list[object]) -> None:
    before = tables()
    for dice in rounds("old"):
        first = dice.randint(0, 2)
        batch = met.travelling()[first : dice.randint(first + 1, 3)]
        with once():
            answer = met.send(batch)
            assert (answer.status_code, answer.json()["receipt"]["refused"]) == (200, [])
            assert moved(before) == set()
    assert done == ["a", "b", "c"]


def test_another_past_stops_the_way_and_changes_nothing_else(met: Other, done: list[object]) -> None:
    before = tables()
    for dice in rounds("forked"):
        forger = copy.deepcopy(met)
        forger.writer.link, forger.writer.written = copy.deepcopy(Other(NOW)).writer.link, []
        with once():
            said = demand_plain(forger.send(forger.write(dice.randint(1, 5), kind=KIND, body={"name": "x"})))
            assert said["code"] == "forked"
            assert moved(before) == {"exchange_incoming"}
            assert Incoming.objects.get().sequence == 3


def odd(dice: random.Random, depth: int = 3) -> Any:
    """Something that JSON can say."""
    kinds = [None, True, 0, -1, 2**53 - 1, "", "x", "\u0000", "天" * 50, "9" * 400, "k-0000000000000000", "2026-03-02"]
    match dice.randrange(4) if depth else 3:
        case 0:
            return [odd(dice, depth - 1) for _ in range(dice.randrange(4))]
        case 1 | 2:
            names = ("said", "signature", "number", "previous", "key_id", "name", "case", "type", "region", "items")
            return {dice.choice(names): odd(dice, depth - 1) for _ in range(dice.randrange(5))}
        case _:
            return dice.choice(kinds)


def test_odd_content_of_every_type_is_refused_or_has_no_effect(met: Other) -> None:
    """A peer that signs whatever it likes uses up its own numbers, and nobody waits behind what it says."""
    before = tables()
    for kind in sorted({*inbox._handlers, "cn.tongban.unheard.of.v1"} - {KIND, GREETING}):
        for dice in rounds(kind):
            hostile = copy.deepcopy(met)
            body = odd(dice)
            subject = dice.choice(("node", "checkpoint:1:x", "x:-1", "x" * 120, "case:110000:1"))
            sent = hostile.write(1, kind=kind, body=body if isinstance(body, dict) else {"said": body}, subject=subject)
            with once():
                answer = hostile.send([*sent, *hostile.write(1)])
                if answer.status_code != 200:
                    # It cannot be judged by the list that is known, and comes again.
                    assert demand_plain(answer)["retry"], (kind, body)
                    assert moved(before) == set(), (kind, body)
                    continue
                refused = answer.json()["receipt"]["refused"]
                assert [one["sequence"] for one in refused] == [4], (kind, body)
                assert refused[0]["code"] != "failed_here", (kind, body)
                assert moved(before) <= OWN, (kind, body)


def test_a_body_that_is_not_what_its_digest_says_is_refused(met: Other, done: list[object]) -> None:
    before = tables()
    for dice in rounds("body"):
        hostile = copy.deepcopy(met)
        hostile.write(1, kind=KIND, body={"name": "x"})
        message, wrapped = hostile.writer.written[-1]
        place = dice.randrange(len(wrapped))
        turned = wrapped[:place] + bytes([wrapped[place] ^ (1 << dice.randrange(8))]) + wrapped[place + 1 :]
        spoilt = dice.choice((wrapped[:place], turned, dice.randbytes(40), b"", envelope.wrap({}, salt=bytes(16))))
        with once():
            answer = hostile.send([hostile.sealed(message, spoilt)])
            assert [one["code"] for one in answer.json()["receipt"]["refused"]] == ["not_a_message"]
            assert moved(before) == OWN
    assert done == ["a", "b", "c"]
