"""The examples of RFC 8785's author, and its first 100,000 numbers by their digest."""

import hashlib
import math
import struct
from itertools import islice

import pytest

from tests.external import EXTERNAL
from tongban.crypto import canonical

FOLDER = EXTERNAL / "jcs" / "testdata"
NAMES = sorted(path.stem for path in (FOLDER / "input").glob("*.json"))


def test_every_example_is_here():
    assert NAMES == ["arrays", "french", "structures", "unicode", "values", "weird"]


@pytest.mark.parametrize("name", NAMES)
def test_the_canonical_form_equals_the_example(name):
    form = canonical.encode(canonical.decode((FOLDER / "input" / f"{name}.json").read_bytes()))

    assert form == (FOLDER / "output" / f"{name}.json").read_bytes()
    assert form == bytes.fromhex((FOLDER / "outhex" / f"{name}.txt").read_text())
    assert canonical.encode(canonical.decode(form)) == form


def doubles():
    """The sequence of doubles that the examples' README defines."""
    yield from (struct.unpack(">d", bytes.fromhex(word))[0] for word in listed())
    yield from (struct.unpack(">d", struct.pack(">Q", 0x0010000000000000 + step))[0] for step in range(2000))
    block = bytes(32)
    while True:
        block = hashlib.sha256(block).digest()
        yield from (double for double in struct.unpack("<4d", block) if double != 0 and math.isfinite(double))


def listed():
    text = (FOLDER / "README.md").read_text()
    table = text[text.index("BigUint64Array([") : text.index("])")]
    return [word[2:18] for word in table.replace(",", " ").split() if word.startswith("0x")]


def test_numbers_are_written_as_ecmascript_writes_them():
    digest = hashlib.sha256()
    for double in islice(doubles(), 100_000):
        word = f"{struct.unpack('>Q', struct.pack('>d', double))[0]:x}"
        digest.update(f"{word},{canonical.encode(double).decode()}\n".encode())

    assert digest.hexdigest() == "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7"
