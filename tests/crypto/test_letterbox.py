"""What is sealed for one key opens with that key alone, whole or not at all; SM2 encryption as the standard shows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.crypto import letterbox, profiles, sm2
from tongban.crypto.letterbox import NotForThisKey
from tongban.crypto.profiles import Algorithm

# GB/T 32918.5-2017, Annex C (the curve of this standard): C1, C3 and C2 in DER as GB/T 35276-2017 writes them.
PRIVATE = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
X = bytes.fromhex("04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73")
Y = bytes.fromhex("00e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0")
C3 = bytes.fromhex("59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766")
C2 = bytes.fromhex("21886ca989ca9c7d58087307ca93092d651efa")


def der(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


ENCRYPTED = der(0x30, der(0x02, X) + der(0x02, Y) + der(0x04, C3) + der(0x04, C2))


def test_the_example_of_the_standard_is_decrypted() -> None:
    assert sm2.decrypt(PRIVATE, ENCRYPTED) == b"encryption standard"


def test_every_byte_that_is_changed_in_it_is_noticed() -> None:
    for at in range(len(ENCRYPTED)):
        with pytest.raises(ValueError, match="无法解开"):
            sm2.decrypt(PRIVATE, ENCRYPTED[:at] + bytes([ENCRYPTED[at] ^ 1]) + ENCRYPTED[at + 1 :])


@pytest.mark.parametrize("key", [b"", b"\x04" + bytes(64), b"\x02" + bytes(64)])
def test_what_is_no_key_encrypts_nothing(key: bytes) -> None:
    with pytest.raises(ValueError, match="SM2"):
        sm2.encrypt(key, b"x")


@pytest.mark.parametrize("algorithm", list(Algorithm))
@settings(deadline=None, max_examples=30)
@given(plaintext=st.binary(max_size=300), use=st.binary(max_size=40))
def test_what_is_sealed_opens_with_its_key_and_for_its_use_alone(
    algorithm: Algorithm, plaintext: bytes, use: bytes
) -> None:
    private, public = profiles.generate(algorithm)
    other, _ = profiles.generate(algorithm)

    sealed = letterbox.seal(algorithm, public, plaintext, use=use)

    assert letterbox.unseal(algorithm, private, sealed, use=use) == plaintext
    for key, meant in [(other, use), (private, use + b"x")]:
        with pytest.raises(NotForThisKey, match="无法解开"):
            letterbox.unseal(algorithm, key, sealed, use=meant)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_any_changed_lacking_or_added_byte_is_noticed(algorithm: Algorithm) -> None:
    private, public = profiles.generate(algorithm)
    sealed = letterbox.seal(algorithm, public, b"plain", use=b"use")
    changed = [sealed[:at] + bytes([byte ^ 1]) + sealed[at + 1 :] for at, byte in enumerate(sealed)]

    for one in [*changed, *(sealed[:end] for end in range(len(sealed))), sealed + b"\0"]:
        with pytest.raises(NotForThisKey, match="无法解开"):
            letterbox.unseal(algorithm, private, one, use=b"use")


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_two_seals_of_one_text_differ(algorithm: Algorithm) -> None:
    _, public = profiles.generate(algorithm)

    assert letterbox.seal(algorithm, public, b"x", use=b"") != letterbox.seal(algorithm, public, b"x", use=b"")
