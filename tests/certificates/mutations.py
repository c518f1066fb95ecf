"""How may what is shown for verification be spoilt? By chance, and by somebody who knows each form from inside.

Everything follows from the seed of the random numbers, so that what was found is found again.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import base45
import cbor2

from tongban.crypto import canonical, sm3
from tongban.domain.compact import PREFIX
from tongban.paper.ofd import container

Mutation = Callable[[Random, bytes], bytes]

HUGE = [10**4000, -(2**63), 2**53, 1e308, 0, -1]
HOSTILE: list[Any] = [*HUGE, None, True, "", "\x00", "\ud7ff" * 9, "9" * 5000, [], {}, [[]] * 50, {"a": {"b": {}}}]
TOKENS = [
    b"\x00",
    b"\xff" * 8,
    b"[" * 500,
    b'{"a":' * 500,
    b"9" * 5000,
    b"<<" * 200,
    b"PK\x03\x04",
    b"%PDF-1.7",
    b"\xd8" * 9,
]


# --- Of any bytes -----------------------------------------------------------------------------------------------------


def flip(chance: Random, shown: bytes) -> bytes:
    """One to three bytes become others."""
    spoilt = bytearray(shown)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(spoilt))
        spoilt[place] ^= chance.randint(1, 255)
    return bytes(spoilt)


def cut(chance: Random, shown: bytes) -> bytes:
    return shown[: chance.randrange(len(shown))]


def leave_out(chance: Random, shown: bytes) -> bytes:
    start = chance.randrange(len(shown))
    return shown[:start] + shown[start + chance.randint(1, 200) :]


def repeat(chance: Random, shown: bytes) -> bytes:
    start = chance.randrange(len(shown))
    piece = shown[start : start + chance.randint(1, 300)]
    return shown[:start] + piece * chance.randint(2, 5) + shown[start + len(piece) :]


def move(chance: Random, shown: bytes) -> bytes:
    first, second = sorted(chance.sample(range(len(shown)), 2))
    return shown[second:] + shown[first:second] + shown[:first]


def add(chance: Random, shown: bytes) -> bytes:
    place = chance.choice([0, len(shown), chance.randrange(len(shown))])
    return shown[:place] + chance.choice(TOKENS) + shown[place:]


def number(chance: Random, shown: bytes) -> bytes:
    """A number that stands in the bytes becomes another: a length, an offset, a count."""
    places = [place for place in range(len(shown)) if shown[place : place + 1].isdigit()]
    if not places:
        return add(chance, shown)
    place = chance.choice(places)
    return shown[:place] + chance.choice([b"0", b"-1", b"99999999999999999999", b"1" * 5000]) + shown[place + 1 :]


ANY: tuple[Mutation, ...] = (flip, cut, leave_out, repeat, move, add, number)


# --- Of one form, so that reading goes deep ---------------------------------------------------------------------------


def json_value(chance: Random, shown: bytes) -> bytes:
    """One value becomes another; form and check are mended."""
    said = json.loads(shown)
    _spoil(chance, said)
    said.pop("check", None)
    try:
        return canonical.encode(said | {"check": sm3.digest(canonical.encode(said)).hex()})
    except (canonical.NotCanonical, ValueError):
        return json.dumps(said).encode()


def list_value(chance: Random, shown: bytes) -> bytes:
    """One value of a published list becomes another."""
    said = json.loads(shown)
    _spoil(chance, said)
    return json.dumps(said, ensure_ascii=False).encode(errors="replace")


def json_deep(chance: Random, shown: bytes) -> bytes:
    said = json.loads(shown)
    deep: Any = 1
    for _ in range(chance.randint(50, 200)):
        deep = [deep]
    said["certificate"]["content"] = deep
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def ofd_part(chance: Random, shown: bytes) -> bytes:
    """One part is spoilt, left out or put in; the container is in its one form."""
    parts = container.unpack(shown)
    name = chance.choice(list(parts))
    match chance.randrange(4):
        case 0:
            parts[name] = chance.choice(ANY)(chance, parts[name] or b"x")
        case 1:
            del parts[name]
        case 2:
            parts[f"{name}x"] = parts[name]
        case _:
            parts[name] = chance.choice(TOKENS) * chance.randint(1, 3)
    return container.pack(parts)


def ofd_packed(chance: Random, shown: bytes) -> bytes:
    """The same names, packed and large once unpacked."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in container.unpack(shown):
            archive.writestr(name, bytes(chance.randint(0, 1024 * 1024)))
    return written.getvalue()


def zip_header(chance: Random, shown: bytes) -> bytes:
    """A size, offset or count of the archive becomes another."""
    spoilt = bytearray(shown)
    signature = chance.choice([b"PK\x01\x02", b"PK\x05\x06", b"PK\x03\x04"])
    place = spoilt.find(signature, chance.randrange(len(spoilt)))
    place = max(place, spoilt.find(signature)) + 4 + 2 * chance.randrange(18)
    spoilt[place : place + 4] = struct.pack("<I", chance.choice([0, 1, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF]))
    return bytes(spoilt)


def cbor_value(chance: Random, shown: bytes) -> bytes:
    """One value of the code becomes another, or one that says it is huge."""
    message = base45.b45decode(shown.decode().removeprefix(PREFIX))
    tag = cbor2.loads(message)
    parts = list(tag.value)
    place = chance.randrange(len(parts))
    match chance.randrange(4):
        case 0:
            parts[place] = chance.choice([*HOSTILE[1:], b"", b"\x00" * 900])
        case 1 if isinstance(parts[place], bytes) and parts[place]:
            parts[place] = chance.choice(ANY)(chance, parts[place])
        case 2:
            said = cbor2.loads(parts[2])
            said[chance.choice(list(said))] = chance.choice(HOSTILE[1:])
            parts[2] = cbor2.dumps(said, canonical=True)
        case _:
            return code(chance.choice(CBOR))
    return code(cbor2.dumps(cbor2.CBORTag(tag.tag, parts)))


CBOR = [
    b"\x9b" + b"\xff" * 8,  # a list of 2^64 - 1
    b"\x5b" + b"\x7f" * 8,  # as many bytes
    b"\xbb" + b"\xff" * 8,
    b"\xd2" * 900,
    b"\x81" * 900,
    b"\xc2\x59\x03\x00" + b"\xff" * 768,  # a number of 768 bytes
    b"\x9f" * 900,
    b"\xfb\x7f\xf0" + bytes(6),
    b"\xd8\x1c\x81\xd8\x1d\x00",  # a list that holds itself
    b"\xd8\x1e\x82\x01\x00",  # one divided by nothing
    b"\xc4\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",  # ten to the power of 2^63 - 1
    b"\xc0\x61x",
    b"\xd8\x23\x64((((",  # a pattern
    b"\xd8\x24\x61x",
]


def code(message: bytes) -> bytes:
    return PREFIX.encode() + base45.b45encode(message)


def pdf_word(chance: Random, shown: bytes) -> bytes:
    """A word of PDF's own becomes another."""
    words = [
        b"/ByteRange",
        b"/Contents",
        b"/M (D:",
        b"/AF",
        b"/EF",
        b"startxref",
        b"/Prev",
        b"/Type",
        b"endobj",
        b"stream",
    ]
    word = chance.choice(words)
    return shown.replace(word, chance.choice([b"", word + b" ", word + word, b"/Root", b"xref"]), 1)


def pdf_signature(chance: Random, shown: bytes) -> bytes:
    """A byte of the signature in its place, which the digest does not cover."""
    start = shown.rindex(b"/Contents <") + len(b"/Contents <")
    place = start + chance.randrange(2000)
    return shown[:place] + chance.choice([b"0", b"F", b"3"]) + shown[place + 1 :]


def _spoil(chance: Random, said: Any) -> None:
    """Change one value somewhere within."""
    while True:
        keys = list(said) if isinstance(said, dict) else list(range(len(said)))
        key = chance.choice(keys)
        inner = said[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.8:
            said = inner
            continue
        if isinstance(said, dict) and chance.random() < 0.2:
            del said[key]
        else:
            said[key] = chance.choice(HOSTILE)
        return


OF_FORM: dict[str, tuple[Mutation, ...]] = {
    "json": (json_value, json_deep),
    "list": (list_value,),
    "ofd": (ofd_part, ofd_packed, zip_header),
    "pdf": (pdf_word, pdf_signature),
    "code SM2": (cbor_value,),
    "code P-256": (cbor_value,),
}


def spoilt(form: str, shown: bytes, *, rounds: int, seed: int) -> Iterator[tuple[int, bytes]]:
    """Yield that many spoilt copies, each with the number that makes it again."""
    for nth in range(rounds):
        chance = Random(f"{form} {seed} {nth}")
        within = OF_FORM[form]
        mutation = chance.choice(within if chance.random() < 0.5 else ANY)
        result = mutation(chance, shown)
        if chance.random() < 0.2 and result:
            result = chance.choice(ANY)(chance, result)
        yield nth, result
