"""A wanted file comes whole and unchanged or not at all, however the line breaks and whatever the peer answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.exchange.lines import list_of_this_node
from tests.exchange.others import ALGORITHM, NOW, Other
from tests.exchange.test_attachments import ANOTHER, COMPANY, long_pdf, put
from tests.exchange.test_delivering import answering
from tests.files import samples
from tongban.crypto import http_signatures, letterbox, sm3
from tongban.crypto.http_signatures import Request
from tongban.exchange import attachments, delivering, fetching
from tongban.exchange.attachments import Wish
from tongban.exchange.delivering import SENDER, Answer, NotDelivered
from tongban.exchange.models import Peer, Wanted
from tongban.files import actions as files
from tongban.files.models import Blob
from tongban.keys import actions as keys
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose

PIECE = fetching.PIECE_BYTES
Change = Callable[[int, bytes, dict[str, str]], tuple[int, bytes, dict[str, str]]]


class Giver:
    """Another node that gives one file; `change` spoils what it answers, `fails` says how it does not answer."""

    def __init__(self, other: Other, data: bytes) -> None:
        self.other, self.data = other, data
        self.digest = sm3.digest(data).hex()
        self.change: Change = lambda status, body, headers: (status, body, headers)
        self.fails: list[Exception] = []
        self.asked: list[str] = []
        self.most: list[int] = []
        self.now = NOW
        self.seal()

    def seal(self) -> None:
        """Make its sealed copy anew."""
        opens = SigningKey.objects.get(purpose=Purpose.RECEIVING, retired_at=None)
        use = f"tongban-attachment {self.other.name} beijing {self.digest}".encode()
        self.key = opens.id
        self.copy = letterbox.seal(ALGORITHM, bytes(opens.public_key), self.data, use=use)
        self.tag = sm3.digest(self.copy).hex()[:16]

    def __call__(self, asked: Any, *, most: int) -> Answer:
        request = Request(asked.get_method(), asked.full_url, b"", dict(asked.header_items()))
        http_signatures.verify(request, key_of=list_of_this_node().get, also=[SENDER], now=self.now)
        assert asked.full_url == f"http://tianjin.invalid/exchange/files/{self.digest}"
        part = request.headers["Range"]
        self.asked.append(part)
        self.most.append(most)
        if self.fails:
            raise self.fails.pop(0)
        start, last = map(int, part.removeprefix("bytes=").split("-"))
        piece = self.copy[start : last + 1]
        said = {
            "etag": f'"{self.tag}"',
            "content-range": f"bytes {start}-{start + len(piece) - 1}/{len(self.copy)}",
            "tongban-key": self.key,
        }
        return Answer(*self.change(206, piece, said))


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def giver(other: Other, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Giver:
    return give(other, long_pdf(2 * PIECE + 5000), monkeypatch)


def give(other: Other, data: bytes, monkeypatch: pytest.MonkeyPatch) -> Giver:
    made = Giver(other, data)
    monkeypatch.setattr(delivering, "_open", made)
    want(made)
    return made


def want(giver: Giver, **more: Any) -> None:
    given = {"digest": giver.digest, "size": len(giver.data), "kind": "application/pdf", "name": "执照"}
    wish = Wish(**(given | {"party": COMPANY} | more))
    attachments.want(source=giver.other.name, files=[wish], now=NOW)


def run(now: datetime = NOW) -> int:
    return fetching.run(clock=lambda: now)


def later(giver: Giver, rounds: int = 1) -> None:
    """Let the worker come again when it is due, so many times."""
    for _ in range(rounds):
        giver.now = Wanted.objects.get().due_at
        run(giver.now)


def nothing_is_here() -> bool:
    return not Blob.objects.exists() and Wanted.objects.get().arrived_at is None


def test_a_file_comes_in_pieces_and_is_kept_for_its_party(giver: Giver, folder: Path) -> None:
    assert attachments.missing([giver.digest]) == {giver.digest}

    assert (run(), run()) == (3, 0)

    assert files.open_file(party=COMPANY, digest=giver.digest) == giver.data
    assert Blob.objects.get().media_type == "application/pdf"
    assert attachments.missing([giver.digest]) == set()
    assert giver.asked == [f"bytes={n * PIECE}-{n * PIECE + PIECE - 1}" for n in range(3)]
    assert set(giver.most) == {PIECE}
    assert list((folder / "arriving").iterdir()) == []
    assert Wanted.objects.get().arrived_at == NOW


def test_after_an_interruption_it_goes_on_from_what_is_here(giver: Giver, folder: Path) -> None:
    giver.fails = [NotDelivered("没有连上")]
    assert run() == 0
    row = Wanted.objects.get()
    assert (row.attempts, row.failure) == (1, "没有连上")
    assert NOW + timedelta(seconds=1) <= row.due_at <= NOW + timedelta(seconds=1.5)
    assert run() == 0

    def cut(status: int, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        if len(giver.asked) == 4:
            raise RuntimeError("killed")
        return status, body, headers

    giver.change = cut
    later(giver, 2)

    here = PIECE // 2 + PIECE
    assert giver.asked[1:] == [
        f"bytes=0-{PIECE // 2 - 1}",
        f"bytes={PIECE // 2}-{here - 1}",
        f"bytes={here}-{here + PIECE - 1}",
        f"bytes={here}-{here + PIECE // 2 - 1}",
        f"bytes={here + PIECE // 2}-{here + PIECE // 2 + PIECE - 1}",
    ]
    assert files.open_file(party=COMPANY, digest=giver.digest) == giver.data


def test_what_the_disk_has_decides_and_not_the_row(giver: Giver, folder: Path) -> None:
    def cut(status: int, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        if len(giver.asked) == 2:
            raise RuntimeError("killed")
        return status, body, headers

    giver.change = cut
    run()
    (file,) = (folder / "arriving").iterdir()
    file.write_bytes(file.read_bytes()[: PIECE - 7])

    later(giver)

    assert giver.asked[2].startswith(f"bytes={PIECE - 7}-")
    assert files.open_file(party=COMPANY, digest=giver.digest) == giver.data


def test_another_copy_begins_from_the_beginning(giver: Giver) -> None:
    def cut(status: int, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        if len(giver.asked) == 2:
            raise RuntimeError("killed")
        return status, body, headers

    giver.change = cut
    run()
    giver.seal()

    later(giver)

    assert giver.asked[3].startswith("bytes=0-")
    assert files.open_file(party=COMPANY, digest=giver.digest) == giver.data
    assert Wanted.objects.get().spoilt == 0


def test_what_is_not_the_file_that_was_named_is_thrown_away_and_fetched_anew(giver: Giver, folder: Path) -> None:
    good = giver.data
    giver.data = good[:-20] + b"x" * 20
    giver.seal()

    run()

    row = Wanted.objects.get()
    assert (row.spoilt, row.attempts, row.received, "摘要" in row.failure) == (1, 1, 0, True)
    assert nothing_is_here() and list((folder / "arriving").iterdir()) == []

    giver.data = good
    giver.seal()
    later(giver)
    assert (files.open_file(party=COMPANY, digest=giver.digest), Wanted.objects.get().spoilt) == (good, 1)


def test_what_is_spoilt_on_the_way_or_on_the_disk_is_fetched_anew(giver: Giver) -> None:
    giver.change = lambda status, body, headers: (status, body[:-1] + bytes([body[-1] ^ 1]), headers)
    run()
    assert (Wanted.objects.get().spoilt, nothing_is_here()) == (1, True)

    giver.change = lambda status, body, headers: (status, body, headers)
    later(giver)
    assert files.open_file(party=COMPANY, digest=giver.digest) == giver.data


def test_what_is_sealed_for_another_key_or_use_is_not_taken(giver: Giver) -> None:
    giver.key = "k-0000000000000000"
    run()
    assert (Wanted.objects.get().spoilt, nothing_is_here()) == (1, True)

    opens = SigningKey.objects.get(purpose=Purpose.RECEIVING)
    giver.key = opens.id
    giver.copy = letterbox.seal(ALGORITHM, bytes(opens.public_key), giver.data, use=b"another")
    later(giver)
    assert (Wanted.objects.get().spoilt, nothing_is_here()) == (2, True)


@pytest.mark.parametrize(
    "spoil",
    [
        {"etag": ""},
        {"etag": '"../../x"'},
        {"etag": 'W/"x"'},
        {"content-range": ""},
        {"content-range": "bytes */5"},
        {"content-range": "bytes 1-1048576/2102332"},
        {"content-range": f"bytes 0-{PIECE - 1}/99999999999"},
        {"content-range": f"bytes 0-{PIECE - 1}/{PIECE}"},
        {"content-range": f"bytes 0-{PIECE - 2}/2102332"},
        {"content-range": "bytes 5-2/2102332"},
        {"content-range": "bytes 0-9999999999999999/2102332"},
        {"tongban-key": ""},
        {"tongban-key": "x" * 500},
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_changes_nothing(giver: Giver, spoil: dict[str, str]) -> None:
    giver.change = lambda status, body, headers: (status, body, headers | spoil)

    assert run() == 0

    row = Wanted.objects.get()
    assert (row.tag, row.length, row.attempts, row.spoilt, nothing_is_here()) == ("", 0, 1, 0, True)
    assert row.due_at > NOW


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"x" * 100, {}),
        Answer(206, b"", {}),
        Answer(302, b"", {}),
        Answer(401, b'{"code": "outside_window", "detail": "x"}', {}),
        Answer(404, b'{"code": "not_offered", "detail": "x"}', {}),
        Answer(410, b'{"code": "erased", "detail": "x"}', {}),
        Answer(416, b"", {}),
        Answer(503, b"<html>", {}),
        Answer(503, b"[]", {}),
    ],
)
def test_whatever_it_answers_the_file_is_asked_for_again_later(
    giver: Giver, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "_open", lambda asked, most: answer)
    for _ in range(3):
        later(giver)
    assert (Wanted.objects.get().attempts, nothing_is_here()) == (3, True)

    monkeypatch.setattr(delivering, "_open", giver)
    later(giver)

    assert files.open_file(party=COMPANY, digest=giver.digest) == giver.data


def test_the_pieces_get_smaller_when_they_do_not_arrive(giver: Giver) -> None:
    giver.fails = [NotDelivered("太慢")] * 9

    later(giver, 9)

    sizes = [int(asked.rpartition("-")[2]) + 1 for asked in giver.asked]
    assert sizes == [PIECE >> min(number, 4) for number in range(9)]


def test_a_silent_peer_is_asked_once_and_not_for_each_file(giver: Giver) -> None:
    for number in range(5):
        want(giver, digest=f"{number}" * 64)
    giver.fails = [NotDelivered("没有连上")] * 9

    assert (run(), run()) == (0, 0)

    assert len(giver.asked) == 1
    assert set(Wanted.objects.values_list("due_at", flat=True)) == {Wanted.objects.get(attempts=1).due_at}
    assert set(Wanted.objects.exclude(attempts=1).values_list("attempts", flat=True)) == {0}


def test_a_file_that_is_not_given_does_not_keep_the_others(giver: Giver, monkeypatch: pytest.MonkeyPatch) -> None:
    want(giver, digest="0" * 64)
    Wanted.objects.filter(digest="0" * 64).update(due_at=NOW - timedelta(minutes=1))

    def answer(asked: Any, *, most: int) -> Answer:
        if asked.full_url.endswith("0" * 64):
            return Answer(404, b'{"code": "not_offered"}', {})
        return giver(asked, most=most)

    monkeypatch.setattr(delivering, "_open", answer)

    assert (run(), run()) == (0, 3)
    assert attachments.missing([giver.digest]) == set()


def test_a_long_file_lets_others_have_their_turn(other: Other, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    giver = give(other, long_pdf(10 * PIECE), monkeypatch)

    assert (run(), run(), run()) == (8, 3, 0)

    assert files.open_file(party=COMPANY, digest=giver.digest) == giver.data


def test_what_is_no_file_that_is_taken_is_told_and_not_asked_for_again(
    other: Other, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(other, b"MZ this is no PDF", monkeypatch)

    assert run() == 1

    row = Wanted.objects.get()
    assert f"{row.digest[:16]}.pdf" in row.refused_because
    assert "内容却" in row.refused_because
    assert (nothing_is_here(), run(NOW + timedelta(days=1))) == (True, 0)
    assert attachments.missing([row.digest]) == {row.digest}
    assert list((folder / "arriving").iterdir()) == []


def test_nothing_is_kept_for_whom_wanted_to_be_forgotten(giver: Giver) -> None:
    keys.seal(person=COMPANY, plaintext=b"x")
    keys.erase(person=COMPANY, now=NOW)

    run()

    assert "删除" in Wanted.objects.get().refused_because
    assert nothing_is_here()


def test_a_full_disk_loses_nothing(giver: Giver, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any, **more: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(fetching.spool, "append", full)
        run()
    assert (Wanted.objects.get().failure, nothing_is_here()) == ("OSError", True)
    with monkeypatch.context() as patch:
        patch.setattr(fetching.files, "store", full)
        later(giver)
    assert nothing_is_here()

    later(giver)

    assert files.open_file(party=COMPANY, digest=giver.digest) == giver.data


def test_what_was_wanted_by_a_clock_two_days_fast_is_fetched_once_it_is_right(giver: Giver) -> None:
    Wanted.objects.update(due_at=NOW + timedelta(days=2))

    run()

    assert files.open_file(party=COMPANY, digest=giver.digest) == giver.data


def test_of_two_workers_one_fetches(giver: Giver) -> None:
    def meanwhile(status: int, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        asked = len(giver.asked)
        assert (run(), len(giver.asked)) == (0, asked)
        return status, body, headers

    giver.change = meanwhile

    assert run() == 3


def test_copies_that_nobody_needs_are_removed_and_those_under_way_stay(giver: Giver, folder: Path) -> None:
    giver.change = lambda status, body, headers: (status, body, headers) if len(giver.asked) < 2 else (503, b"{}", {})
    run()
    (folder / "arriving" / "7-x").write_bytes(b"x")

    assert attachments.tidy(now=datetime.now(NOW.tzinfo) + timedelta(days=2)) == 1

    giver.change = lambda status, body, headers: (status, body, headers)
    later(giver)
    assert giver.asked[2].startswith(f"bytes={PIECE}-")


def test_a_piece_costs_few_statements(giver: Giver, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    giver.change = lambda status, body, headers: (status, body, headers) if len(giver.asked) < 2 else (503, b"{}", {})
    run()
    keys.pen(owner="node:beijing", purpose=Purpose.EXCHANGE, now=NOW)
    giver.change = lambda status, body, headers: (status, body, headers)
    row = Wanted.objects.select_related("peer").get()
    row.attempts = 0

    with django_assert_num_queries(1):
        fetching._keep(row, fetching._asked(row, NOW), NOW)


# --- over a real line -------------------------------------------------------------------------------------------------


def wanted_from(address: str) -> Wanted:
    Peer.objects.update(address=address)
    attachments.want(source="tianjin", files=[Wish("0" * 64, 2 * PIECE, "application/pdf", "a.pdf", COMPANY)], now=NOW)
    return Wanted.objects.get()


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(206)
    handler.send_header("ETag", '"x"')
    handler.send_header("Content-Range", f"bytes 0-{PIECE - 1}/{2 * PIECE + 100}")
    handler.send_header("Tongban-Key", "k")
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b"x" * 65536)


def test_an_answer_without_an_end_is_not_held(other: Other, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    longest: list[int] = []
    limited = delivering._limited

    def watched(status: int, answer: Any, most: int) -> Answer:
        read1 = answer.read1

        def counted(size: int) -> bytes:
            piece: bytes = read1(size)
            longest.append(len(piece))
            return piece

        answer.read1 = counted
        return limited(status, answer, most)

    monkeypatch.setattr(delivering, "_limited", watched)
    with answering(endless) as address:
        wanted_from(address)
        assert run() == 0

    assert "超过" in Wanted.objects.get().failure
    assert sum(longest) <= PIECE + delivering.PIECE
    assert list(folder.rglob("*")) == []


def test_two_nodes_understand_each_other(
    other: Other, folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program at both ends: what Tianjin offers, this node asks for at Tianjin's door."""
    data = long_pdf(2 * PIECE)
    digest = put(data)
    settings.NODE = "tianjin"
    beijing = Other(NOW, name="beijing", region="110000")
    opens = SigningKey.objects.get(purpose=Purpose.RECEIVING)
    signs = SigningKey.objects.get(purpose=Purpose.EXCHANGE)
    beijing.receiving.public, beijing.signing.public = bytes(opens.public_key), bytes(signs.public_key)
    beijing.introduce()
    with transaction.atomic():
        attachments.offer(to="beijing", digests=[digest], now=NOW)
    settings.NODE = "beijing"
    Peer.objects.filter(name="tianjin").update(address="http://testserver")

    def door(asked: Any, *, most: int) -> Answer:
        settings.NODE = "tianjin"
        said = Client().get(asked.selector, headers=dict(asked.header_items()))
        settings.NODE = "beijing"
        return Answer(said.status_code, said.content, {name.lower(): value for name, value in said.headers.items()})

    monkeypatch.setattr(delivering, "_open", door)
    wish = Wish(digest, len(data), "application/pdf", "执照.pdf", ANOTHER)
    attachments.want(source="tianjin", files=[wish], now=NOW)

    assert (run(), Wanted.objects.get().failure) == (3, "")
    assert files.open_file(party=ANOTHER, digest=digest) == data


def test_a_small_file_comes_with_one_request(other: Other, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    giver = give(other, samples.PDF, monkeypatch)

    assert run() == 1

    assert giver.asked == [f"bytes=0-{PIECE - 1}"]
    assert files.open_file(party=COMPANY, digest=giver.digest) == samples.PDF
