"""Has a signed message one form only, and is everything else refused without work?"""

from __future__ import annotations

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.crypto import cose, profiles
from tongban.crypto.cose import NotRead
from tongban.crypto.profiles import Algorithm

BOTH = pytest.mark.parametrize("algorithm", list(Algorithm))
KEYS = {algorithm: profiles.generate(algorithm) for algorithm in Algorithm}


def sealed(algorithm: Algorithm, payload: bytes = b"payload") -> bytes:
    private, _ = KEYS[algorithm]
    return cose.seal_up(
        payload, key_id="k-1", algorithm=algorithm, sign=lambda it: profiles.sign(algorithm, private, it)
    )


def holds(algorithm: Algorithm, message: bytes) -> bool:
    signed = cose.open_up(message)
    same = signed.algorithm is algorithm and signed.key_id == "k-1"
    return same and profiles.verify(algorithm, KEYS[algorithm][1], signed.covered, signed.signature)


@BOTH
@settings(max_examples=30, deadline=None)
@given(payload=st.binary(max_size=500))
def test_what_was_sealed_opens(algorithm: Algorithm, payload: bytes) -> None:
    message = sealed(algorithm, payload)

    assert cose.open_up(message).payload == payload
    assert holds(algorithm, message)


@BOTH
def test_any_changed_byte_is_refused(algorithm: Algorithm) -> None:
    message = sealed(algorithm)

    for place in range(len(message)):
        for bit in range(8):
            changed = bytearray(message)
            changed[place] ^= 1 << bit
            try:
                assert not holds(algorithm, bytes(changed)), place
            except NotRead:
                continue


@BOTH
@pytest.mark.parametrize(
    "change",
    [
        lambda tag: cbor2.dumps(tag) + b"\x00",
        lambda tag: cbor2.dumps(cbor2.CBORTag(18, [*tag.value, 1])),
        lambda tag: cbor2.dumps(cbor2.CBORTag(18, [tag.value[0], {5: 1}, *tag.value[2:]])),
        lambda tag: cbor2.dumps(cbor2.CBORTag(98, tag.value)),
        lambda tag: cbor2.dumps(tag.value),
        lambda tag: cbor2.dumps(cbor2.CBORTag(18, [*tag.value[:3], tag.value[3] + b"\x00"])),
        lambda tag: cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -8, 4: b"k-1"}), *tag.value[1:]])),
        lambda tag: cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -7}), *tag.value[1:]])),
        lambda tag: cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({4: b"k-1", 1: -7}), *tag.value[1:]])),
        lambda tag: cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -7.0, 4: b"k-1"}, canonical=True), *tag.value[1:]])),
        lambda tag: cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({True: -7, 4: b"k-1"}), *tag.value[1:]])),
    ],
    ids=[
        *("more behind", "five parts", "open header", "other tag", "no tag", "longer", "EdDSA", "no key"),
        *("other order", "a broken number", "a truth for a number"),
    ],
)
def test_another_form_is_refused(algorithm: Algorithm, change) -> None:
    with pytest.raises(NotRead):
        cose.open_up(change(cbor2.loads(sealed(algorithm))))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(NotRead):
        cose.open_up(garbage)


@pytest.mark.parametrize(
    "bomb", [b"\x81" * 2048, b"\xd8\x1d" * 1024, b"\x9b" + b"\xff" * 8, b"\x5b" + b"\xff" * 8, b"\xc2" * 2049]
)
def test_what_pretends_to_be_deep_or_long_is_refused(bomb: bytes) -> None:
    with pytest.raises(NotRead):
        cose.open_up(bomb)
