"""A message comes back as it was written or not at all, and its digest stands for everything before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.messages import BEIJING, NINE, TIANJIN, Writer
from tongban.crypto import canonical
from tongban.domain import envelope
from tongban.domain.envelope import Message, NotAMessage, Receipt, Refusal, Sealed

DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
INSTANTS = st.integers(0, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, tz=UTC))
MESSAGES = st.builds(
    Message,
    id=st.uuids().map(str),
    source=st.from_regex(envelope.NODE, fullmatch=True),
    destination=st.from_regex(envelope.NODE, fullmatch=True),
    sequence=st.integers(1, 10**15 - 1),
    previous=DIGESTS,
    type=st.from_regex(envelope.TYPE, fullmatch=True),
    subject=st.from_regex(envelope.SUBJECT, fullmatch=True),
    at=INSTANTS,
    body=DIGESTS,
)
RECEIPT = Receipt(BEIJING, TIANJIN, 3, 7, "ab" * 32, (Refusal(5, "unknown_matter", "目录中没有这个事项。"),), NINE)
ONE = Sealed(Writer().write(), b"sealed", "key")


@given(message=MESSAGES, body=st.binary(max_size=200))
def test_a_message_comes_back_as_it_was_written(message: Message, body: bytes) -> None:
    travelled = canonical.decode(canonical.encode(envelope.enclose(Sealed(message, body, "k"))))

    assert envelope.disclose(travelled) == Sealed(message, body, "k")


@given(one=MESSAGES, other=MESSAGES)
def test_two_messages_never_have_one_digest(one: Message, other: Message) -> None:
    assert (one.digest == other.digest) == (one == other)


def test_the_digest_stands_for_all_that_went_before() -> None:
    """Whoever changes any earlier message ends with another digest, whatever he writes afterwards."""
    honest, forger = Writer(), Writer()
    for number in range(1, 6):
        honest.write()
        forger.write({"number": 99} if number == 2 else None)

    differ = [a[0].digest != b[0].digest for a, b in zip(honest.written, forger.written, strict=True)]
    assert differ == [False, True, True, True, True]


def test_each_direction_begins_with_a_digest_of_its_own() -> None:
    there = envelope.beginning(source=BEIJING, destination=TIANJIN)
    back = envelope.beginning(source=TIANJIN, destination=BEIJING)

    assert there != back
    assert (len(there), len(back)) == (64, 64)


@pytest.mark.parametrize(
    "change",
    [
        {"specversion": "0.3"},
        {"id": "1"},
        {"source": ""},
        {"source": "北京"},
        {"destination": "A"},
        {"sequence": 1},
        {"sequence": "0"},
        {"sequence": "01"},
        {"sequence": "-1"},
        {"sequence": "9" * 16},
        {"previous": "AB" * 32},
        {"previous": "ab"},
        {"type": "cn.tongban.case"},
        {"type": "cn.tongban.case.v0"},
        {"subject": "with space"},
        {"subject": "x" * 121},
        {"time": "2026-03-02T09:00:00"},
        {"time": "2026-03-02T09:00:01+08:00"},
        {"time": 5},
        {"datacontenttype": "text/plain"},
        {"datadigest": None},
        {"data_base64": "!"},
        {"data_base64": None},
        {"datakey": ""},
        {"more": "1"},
    ],
)
def test_what_is_written_in_any_other_way_is_no_message(change: dict[str, Any]) -> None:
    with pytest.raises(NotAMessage):
        envelope.disclose(envelope.enclose(ONE) | change)


@pytest.mark.parametrize("name", list(envelope.enclose(ONE)))
def test_nothing_may_be_left_out(name: str) -> None:
    said = envelope.enclose(ONE)
    del said[name]

    with pytest.raises(NotAMessage):
        envelope.disclose(said)


@pytest.mark.parametrize("said", [None, 1, "x", [], {}, {"source": {}}])
def test_what_is_no_object_is_no_message(said: Any) -> None:
    with pytest.raises(NotAMessage, match="不是消息"):
        envelope.disclose(said)
    with pytest.raises(NotAMessage, match="不是回执"):
        envelope.read_receipt(said)


def test_a_body_belongs_to_its_message_alone() -> None:
    writer = Writer()
    writer.write({"a": 1})
    writer.write({"a": 2})
    (first, wrapped), (second, _) = writer.written

    assert envelope.unwrap(wrapped, message=first) == {"a": 1}
    with pytest.raises(NotAMessage, match="摘要不符"):
        envelope.unwrap(wrapped, message=second)
    assert envelope.use_of(first) != envelope.use_of(second)


def test_a_digest_is_silent_about_its_body() -> None:
    """Equal bodies under other salts have other digests, so nobody can try out what was said."""
    digests = {envelope.digest_of(envelope.wrap({"approved": True}, salt=bytes([salt] * 16))) for salt in range(9)}

    assert len(digests) == 9


@pytest.mark.parametrize("wrapped", [b"", b"{}", b"[1]", b'{"body":{},"salt":"", "x":1}', b'{"salt":"","body":{}}'])
def test_a_body_has_one_form(wrapped: bytes) -> None:
    message = replace(ONE.message, body=envelope.digest_of(wrapped))

    with pytest.raises(NotAMessage):
        envelope.unwrap(wrapped, message=message)


def test_a_body_has_a_largest_size() -> None:
    with pytest.raises(NotAMessage, match="附件"):
        envelope.wrap({"text": "x" * envelope.LARGEST_BODY_BYTES}, salt=b"")


def test_a_receipt_comes_back_as_it_was_given() -> None:
    assert envelope.read_receipt(canonical.decode(envelope.receipt_message(RECEIPT))) == RECEIPT


@pytest.mark.parametrize(
    "change",
    [
        {"type": "tongban-receipt/2"},
        {"since": 8},
        {"since": -1},
        {"sequence": True},
        {"sequence": 2**53},
        {"digest": "x"},
        {"refused": [{"sequence": 3, "code": "a", "words": "x"}]},
        {"refused": [{"sequence": 8, "code": "a", "words": "x"}]},
        {"refused": [{"sequence": 5, "code": "A", "words": "x"}]},
        {"refused": [{"sequence": 5, "code": "a", "words": ""}]},
        {"refused": [{"sequence": 5, "code": "a", "words": "x", "more": 1}]},
        {"refused": [{"sequence": 5, "code": "a", "words": "x"}] * 2},
        {"refused": {}},
        {"at": "now"},
        {"more": 1},
    ],
)
def test_a_receipt_that_contradicts_itself_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(NotAMessage, match="不是回执"):
        envelope.read_receipt(envelope.plain_receipt(RECEIPT) | change)


def test_an_instant_is_written_in_one_way() -> None:
    east = replace(ONE.message, at=NINE.astimezone(timezone(timedelta(hours=8))))

    assert envelope.plain(east)["time"] == "2026-03-02T01:00:00+00:00"
