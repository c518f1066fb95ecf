"""A peer gets the files that were offered to it, sealed, in pieces, and no others."""

from __future__ import annotations

import io
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.exchange.others import ADDRESS, ALGORITHM, NOW, Other, key
from tests.files import samples
from tongban.crypto import http_signatures, letterbox, sm3
from tongban.crypto.http_signatures import Request
from tongban.exchange import actions, attachments, fetching, spool
from tongban.exchange.attachments import BadWish, Wish
from tongban.exchange.delivering import SENDER
from tongban.exchange.models import Offer, Peer, Wanted
from tongban.exchange.spool import LEAVING
from tongban.exchange.storage import NoSuchPeer
from tongban.files import actions as files
from tongban.keys import actions as keys

COMPANY = "org:91130209MA0TB10143"
ANOTHER = "org:91120116MA0TB3036L"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


def long_pdf(size: int) -> bytes:
    fill = size - len(samples.PDF)
    return samples.PDF[:9] + os.urandom(fill) + samples.PDF[9:]


def put(data: bytes = samples.PDF, party: str = COMPANY) -> str:
    return files.store(party=party, name="a.pdf", stream=io.BytesIO(data), now=NOW).digest


def offered(data: bytes = samples.PDF) -> str:
    digest = put(data)
    offer(digest)
    return digest


def offer(*digests: str, to: str = "tianjin") -> None:
    with transaction.atomic():
        attachments.offer(to=to, digests=digests, now=NOW)


def ask(other: Other, digest: str, part: str = "", *, at: datetime = NOW) -> Any:
    headers = {SENDER: other.name} | ({"Range": part} if part else {})
    request = Request("GET", f"{ADDRESS}/exchange/files/{digest}", b"", headers)
    until = at + timedelta(minutes=5)
    pen = other.signing
    http_signatures.sign(request, key=pen.id, pen=pen.sign, also=[SENDER], now=at, until=until)
    return Client().get(request.url.removeprefix(ADDRESS), headers=request.headers)


def opened(other: Other, digest: str, sealed: bytes) -> bytes:
    use = f"tongban-attachment beijing tianjin {digest}".encode()
    return letterbox.unseal(ALGORITHM, other.receiving.private, sealed, use=use)


def test_the_pieces_of_an_offered_file_make_the_file(other: Other) -> None:
    data = long_pdf(3 * fetching.PIECE_BYTES)
    digest = offered(data)

    sealed, length = b"", 1
    while len(sealed) < length:
        answer = ask(other, digest, f"bytes={len(sealed)}-")
        assert (answer.status_code, answer["tongban-key"]) == (206, other.receiving.id)
        length = int(answer["Content-Range"].rpartition("/")[2])
        assert answer["Content-Range"] == f"bytes {len(sealed)}-{len(sealed) + len(answer.content) - 1}/{length}"
        assert len(answer.content) <= fetching.PIECE_BYTES
        sealed += answer.content

    assert length <= len(data) + attachments.LARGEST_OVERHEAD
    assert opened(other, digest, sealed) == data
    assert Offer.objects.get().given_at == NOW


def test_a_file_can_be_had_at_once(other: Other) -> None:
    digest = offered()

    whole = ask(other, digest)

    sealed = b"".join(whole.streaming_content)
    assert (whole.status_code, whole["Accept-Ranges"], int(whole["Content-Length"])) == (200, "bytes", len(sealed))
    assert opened(other, digest, sealed) == samples.PDF


@pytest.mark.parametrize(
    ("part", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        ("bytes=-3", -3, -1),
        ("bytes=10-99999", 10, -1),
        ("bytes=-9999", 0, -1),
    ],
)
def test_a_part_is_what_was_asked_for(other: Other, part: str, first: int, last: int) -> None:
    digest = offered()
    whole = ask(other, digest, "bytes=0-").content

    answer = ask(other, digest, part)

    length = len(whole)
    assert (answer.status_code, answer.content) == (206, whole[first % length : last % length + 1])
    assert answer["Content-Range"] == f"bytes {first % length}-{last % length}/{length}"


@pytest.mark.parametrize(
    "part",
    ["bytes=99999-", "bytes=5-3", "bytes=-0", "bytes=", "bytes=a-b", "bytes=0-1,3-4", "bytes=1", "bytes=\u00b2-"],
)
def test_a_part_that_is_not_there_is_refused_with_the_length(other: Other, part: str) -> None:
    digest = offered()
    length = int(ask(other, digest, "bytes=0-0")["Content-Range"].rpartition("/")[2])

    answer = ask(other, digest, part) if part.isascii() else ask(other, digest, "bytes=x-")

    assert (answer.status_code, answer.json()["code"], answer.json()["retry"]) == (416, "not_in_range", False)
    assert answer["Content-Range"] == f"bytes */{length}"


def test_another_unit_is_as_none(other: Other) -> None:
    answer = ask(other, offered(), "pages=1-2")

    assert answer.status_code == 200
    answer.close()


def test_nobody_gets_what_was_not_offered_to_him(other: Other) -> None:
    digest = put()
    hebei = Other(NOW, name="hebei", region="130000")
    hebei.introduce()
    offer(digest, to="hebei")

    for wanted in (digest, "0" * 64, "x"):
        answer = ask(other, wanted, "bytes=0-")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_offered")
    assert ask(other, "..%2f..%2fetc%2fpasswd").status_code == 404
    assert ask(hebei, digest, "bytes=0-").status_code == 206


def test_a_stranger_gets_nothing(other: Other) -> None:
    digest = offered()
    other.signing = key()
    Peer.objects.update(looked_at=NOW)

    assert ask(other, digest).json()["code"] == "unknown_key"
    assert Client().get(f"/exchange/files/{digest}").json()["code"] == "unknown_node"


def test_what_lies_ready_is_sealed_and_is_made_once(other: Other, folder: Path) -> None:
    digest = offered()
    ask(other, digest, "bytes=0-3")
    tag = Offer.objects.get().tag

    ask(other, digest, "bytes=4-9")

    (file,) = (folder / "leaving").iterdir()
    assert (file.name, Offer.objects.get().tag) == (tag, tag)
    assert b"PDF" not in file.read_bytes()


def test_a_new_key_of_the_peer_makes_another_copy(other: Other, folder: Path) -> None:
    digest = offered()
    before = ask(other, digest, "bytes=0-3")
    other.receiving, other.now = key(), NOW + timedelta(hours=1)
    actions.trust(peer=Peer.objects.get(), text=other.trust_list(), now=other.now)

    after = ask(other, digest, "bytes=0-")

    assert after["ETag"] != before["ETag"]
    assert opened(other, digest, after.content) == samples.PDF
    assert len(list((folder / "leaving").iterdir())) == 1


def test_what_is_not_here_yet_is_given_later_and_what_was_erased_never(other: Other) -> None:
    digest = sm3.digest(samples.PDF).hex()
    offer(digest)
    answer = ask(other, digest, "bytes=0-")
    assert (answer.status_code, answer.json()["code"], answer.json()["retry"]) == (503, "not_now", True)

    put()
    put(party=ANOTHER)
    keys.erase(person=COMPANY, now=NOW)
    assert ask(other, digest, "bytes=0-").status_code == 206

    keys.erase(person=ANOTHER, now=NOW)
    attachments.tidy(now=NOW + timedelta(days=2))
    answer = ask(other, digest, "bytes=0-")
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")


def test_a_copy_lies_ready_for_a_day_and_an_offer_stands_a_month_after_it_was_used(other: Other, folder: Path) -> None:
    used, unused = offered(), put(samples.PDF + b"\n")
    offer(unused)
    ask(other, used, "bytes=0-")
    (file,) = (folder / "leaving").iterdir()
    long_ago = (NOW - timedelta(days=3)).timestamp()
    os.utime(file, (long_ago, long_ago))

    assert attachments.tidy(now=NOW + timedelta(days=1)) == 0
    assert attachments.tidy(now=NOW + timedelta(days=1, seconds=1)) == 1
    assert ask(other, used, "bytes=0-").status_code == 206

    attachments.tidy(now=NOW + timedelta(days=30, seconds=1))
    assert list(Offer.objects.values_list("digest", flat=True)) == [unused]


def test_a_later_piece_costs_two_statements(other: Other, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    digest = offered()
    ask(other, digest, "bytes=0-3")

    with django_assert_num_queries(2):
        ask(other, digest, "bytes=4-9")


@pytest.mark.parametrize("number", [1, 3, 50])
def test_offering_and_wanting_cost_the_same_for_any_number(
    other: Other, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    digests = [sm3.digest(str(one).encode()).hex() for one in range(number)]

    with django_assert_num_queries(2), transaction.atomic(savepoint=False):
        attachments.offer(to="tianjin", digests=digests, now=NOW)
    with django_assert_num_queries(2):
        attachments.want(source="tianjin", files=[wish(one) for one in digests], now=NOW)
    with django_assert_num_queries(2):
        assert attachments.missing(digests) == set(digests)


def test_a_file_is_offered_once_and_to_a_peer(other: Other) -> None:
    with pytest.raises(NoSuchPeer):
        offer("0" * 64, to="hebei")
    with pytest.raises(ValueError, match="digest"):
        offer("x")
    offer("0" * 64)
    offer("0" * 64)

    assert Offer.objects.count() == 1


def wish(digest: str, **other: Any) -> Wish:
    given = {"digest": digest, "size": 100, "kind": "application/pdf", "name": "执照.pdf", "party": COMPANY}
    return Wish(**(given | other))


def test_what_is_here_or_asked_for_already_is_not_wanted_again(other: Other) -> None:
    here, elsewhere = put(), "0" * 64

    for _ in range(2):
        attachments.want(source="tianjin", files=[wish(here), wish(elsewhere)], now=NOW)

    assert list(Wanted.objects.values_list("digest", flat=True)) == [elsewhere]
    assert attachments.missing([here, elsewhere]) == {elsewhere}
    assert attachments.missing([]) == set()


def test_what_another_party_holds_is_missing_until_this_one_has_it(other: Other) -> None:
    digest = put(party=ANOTHER)

    attachments.want(source="tianjin", files=[wish(digest)], now=NOW)

    assert attachments.missing([digest]) == {digest}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"digest": "0" * 63},
        {"digest": None},
        {"size": 0},
        {"size": True},
        {"size": files.MAX_BYTES + 1},
        {"kind": "text/html"},
        {"kind": []},
        {"name": ""},
        {"name": "../a.pdf"},
        {"name": "a\n.pdf"},
        {"name": "x" * 118},
        {"name": 7},
    ],
)
def test_what_cannot_be_a_file_is_refused(other: Other, spoilt: dict[str, Any]) -> None:
    with pytest.raises(BadWish):
        attachments.want(source="tianjin", files=[wish(**({"digest": "0" * 64} | spoilt))], now=NOW)


def test_a_message_says_how_a_file_is_named_and_nothing_else(other: Other) -> None:
    one = wish("0" * 64)

    assert attachments.read(attachments.as_plain(one), party=COMPANY) == one
    for said in ({}, [], None, attachments.as_plain(one) | {"more": 1}, attachments.as_plain(one) | {"size": "1"}):
        with pytest.raises(BadWish):
            attachments.read(said, party=COMPANY)
    with pytest.raises(BadWish, match="500"):
        attachments.want(source="tianjin", files=[one] * 501, now=NOW)


def test_nothing_is_written_half(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        spool.put(LEAVING, "a", b"x")

    assert list((folder / "leaving").iterdir()) == []
