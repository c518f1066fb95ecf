"""What does a node send another so that nothing is lost, doubled, reordered or rewritten, and both can prove it?

A message (消息) is content that is fixed for good when it is written: from whom, to whom, its number between the two,
the digest of the message before, what it is about, and the digest of its body. So the digest of a message stands for
all that went before. It is written with the attributes of CloudEvents in canonical JSON.

The body is sealed for the receiver. The seal belongs to the journey, not to the content: when the receiver has another
key tomorrow, the same message goes out under another seal. A salt inside the body keeps its digest silent about it.

The receiver answers with a receipt (回执), signed over the last number and digest that he has stored. What the law or
his catalogue forbids is refused in the receipt, and its number is used up; nothing waits behind it.

Source: CloudEvents 1.0.2, 2 and 3 (attributes), its JSON format, 3.1, and its extension "sequence"; RFC 8785 (canonical
JSON); GB/T 32905-2016 (SM3); design, invariant 11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.crypto import base64url, canonical, sm3
from tongban.domain.trust import read_instant, written

SPECIFICATION = "1.0"
CONTENT_TYPE = "application/json"
RECEIPT = "tongban-receipt/1"
LARGEST_BODY_BYTES = 1024 * 1024
"""Of the plaintext. Files travel by themselves, named by their digests."""
LARGEST_BYTES = 2 * LARGEST_BODY_BYTES
SALT_BYTES = 16
MOST_OUTCOMES = 1000

NODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
TYPE = re.compile(r"cn\.tongban(\.[a-z][a-z_]{0,39}){1,4}\.v[1-9][0-9]{0,2}")
SUBJECT = re.compile(r"[!-~]{1,120}")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DIGEST = re.compile(r"[0-9a-f]{64}")
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
KEY = re.compile(r"[!-~]{1,120}")


class NotAMessage(ValueError):
    """Bytes that hold no message, or not in its one form. `str(error)` says what is wrong."""


@dataclass(frozen=True, slots=True)
class Message:
    """The content of a message. Numbers count from 1 in each direction between two nodes."""

    id: str
    source: str
    destination: str
    sequence: int
    previous: str
    """The digest of the message before; of the first one: `beginning`."""
    type: str
    subject: str
    at: datetime
    body: str
    """The digest of the body as it was sealed."""

    @property
    def digest(self) -> str:
        """SM3 in hex over this message and, through `previous`, all before it."""
        return sm3.digest(canonical.encode(plain(self))).hex()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A message on its way: its body sealed for the receiver, and the name of his key that opens it."""

    message: Message
    body: bytes
    key: str


def beginning(*, source: str, destination: str) -> str:
    """Return what stands in the place of the digest before the first message, different in each direction."""
    return sm3.digest(canonical.encode(["tongban-exchange", source, destination])).hex()


# --- the message ------------------------------------------------------------------------------------------------------


def plain(message: Message) -> dict[str, Any]:
    """Return the attributes, whose canonical form the digest covers."""
    return {
        "specversion": SPECIFICATION,
        "id": message.id,
        "source": message.source,
        "destination": message.destination,
        "sequence": str(message.sequence),
        "previous": message.previous,
        "type": message.type,
        "subject": message.subject,
        "time": written(message.at),
        "datacontenttype": CONTENT_TYPE,
        "datadigest": message.body,
    }


def wrap(body: Mapping[str, Any], *, salt: bytes) -> bytes:
    """Return the body as it is sealed. Raises NotAMessage where it is too large."""
    wrapped = canonical.encode({"salt": base64url.encode(salt), "body": body})
    if len(wrapped) > LARGEST_BODY_BYTES:
        raise NotAMessage(f"正文超过 {LARGEST_BODY_BYTES // 1024} KB。请把文件作为附件传送。")
    return wrapped


def unwrap(wrapped: bytes, *, message: Message) -> Any:
    """Return the body that the message speaks of. Raises NotAMessage where it is another."""
    if sm3.digest(wrapped).hex() != message.body:
        raise NotAMessage("正文与消息中的摘要不符。")
    return _object(wrapped, {"salt", "body"})["body"]


def digest_of(wrapped: bytes) -> str:
    """Return the digest by which a message names its body."""
    return sm3.digest(wrapped).hex()


def use_of(message: Message) -> bytes:
    """Return for what a body is sealed: this message and no other."""
    return b"tongban-exchange " + message.digest.encode()


def enclose(sealed: Sealed) -> dict[str, Any]:
    """Return the message as it travels."""
    return plain(sealed.message) | {"datakey": sealed.key, "data_base64": base64url.encode(sealed.body)}


def disclose(said: Any) -> Sealed:
    """Read a message as it travelled; nothing of it is believed yet. Raises NotAMessage."""
    try:
        sealed = Sealed(_message(said), base64url.decode(said["data_base64"]), _matching(KEY, said["datakey"]))
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise NotAMessage(f"不是消息：{wrong}") from None
    if enclose(sealed) != said:
        raise NotAMessage("不是消息：有多余的内容，或写法不是唯一的一种。")
    return sealed


def _message(said: Mapping[str, Any]) -> Message:
    number = said["sequence"]
    if not isinstance(number, str) or not re.fullmatch(r"[1-9][0-9]{0,14}", number):
        raise ValueError("sequence")
    return Message(
        id=_matching(ID, said["id"]),
        source=_matching(NODE, said["source"]),
        destination=_matching(NODE, said["destination"]),
        sequence=int(number),
        previous=_matching(DIGEST, said["previous"]),
        type=_matching(TYPE, said["type"]),
        subject=_matching(SUBJECT, said["subject"]),
        at=read_instant(said["time"]),
        body=_matching(DIGEST, said["datadigest"]),
    )


def _matching(form: re.Pattern[str], text: Any) -> str:
    if not isinstance(text, str) or not form.fullmatch(text):
        raise ValueError(f"{text!r:.60} 的写法不对")
    return text


def _object(data: bytes, members: set[str]) -> dict[str, Any]:
    try:
        said = canonical.decode(data)
    except canonical.NotCanonical as wrong:
        raise NotAMessage(str(wrong)) from None
    if not isinstance(said, dict) or said.keys() != members or canonical.encode(said) != data:
        raise NotAMessage("内容不全、有多余，或写法不是唯一的一种。")
    return said


# --- the receipt ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that was stored and not acted upon: a stable code, and a sentence for the person at the other end."""

    sequence: int
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """`source` wrote the messages, `destination` has stored them up to `sequence`, whose digest is `digest`.

    `refused` names those after `since` that were refused; all others after it took effect.
    """

    source: str
    destination: str
    since: int
    sequence: int
    digest: str
    refused: tuple[Refusal, ...]
    at: datetime


def receipt_message(receipt: Receipt) -> bytes:
    """Return the bytes that the receiver signs."""
    return canonical.encode(plain_receipt(receipt))


def plain_receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "type": RECEIPT,
        "source": receipt.source,
        "destination": receipt.destination,
        "since": receipt.since,
        "sequence": receipt.sequence,
        "digest": receipt.digest,
        "refused": [{"sequence": one.sequence, "code": one.code, "words": one.words} for one in receipt.refused],
        "at": written(receipt.at),
    }


def read_receipt(said: Any) -> Receipt:
    """Read a receipt; nothing of it is believed yet. Raises NotAMessage."""
    try:
        receipt = Receipt(
            source=_matching(NODE, said["source"]),
            destination=_matching(NODE, said["destination"]),
            since=_count(said["since"]),
            sequence=_count(said["sequence"]),
            digest=_matching(DIGEST, said["digest"]),
            refused=_refusals(said["refused"]),
            at=read_instant(said["at"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise NotAMessage(f"不是回执：{wrong}") from None
    numbers = [one.sequence for one in receipt.refused]
    in_order = numbers == sorted(set(numbers)) and all(receipt.since < one <= receipt.sequence for one in numbers)
    if plain_receipt(receipt) != said or receipt.since > receipt.sequence or not in_order:
        raise NotAMessage("不是回执：内容互相矛盾，或写法不是唯一的一种。")
    return receipt


def _refusals(said: Sequence[Any]) -> tuple[Refusal, ...]:
    if not isinstance(said, list) or len(said) > MOST_OUTCOMES:
        raise ValueError("refused")
    return tuple(Refusal(_count(one["sequence"]), _matching(CODE, one["code"]), _words(one["words"])) for one in said)


def _words(said: Any) -> str:
    if not isinstance(said, str) or not 0 < len(said) <= 500:
        raise ValueError("words")
    return said


def _count(said: Any) -> int:
    if type(said) is not int or not 0 <= said <= canonical.LARGEST_INTEGER:
        raise ValueError(f"{said!r:.60} 不是编号")
    return said
