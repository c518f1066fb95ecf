"""SM3 by two libraries, SM4-GCM sealing, and the self-test that runs before the first signature."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.crypto import selftest, sm2, sm3, sm4
from tongban.crypto.profiles import Algorithm
from tongban.crypto.unavailable import Unavailable


@given(st.binary())
def test_both_libraries_give_one_digest(data):
    assert sm3._digest_by_cryptography(data) == sm3.digest(data) == hashlib.new("sm3", data).digest()


@given(key=st.binary(min_size=1, max_size=99), data=st.binary())
def test_the_keyed_digest_is_hmac(key, data):
    assert sm3.mac(key, data) == hmac.digest(key, data, "sm3")


def test_without_sm3_in_python_the_other_library_answers(monkeypatch):
    monkeypatch.setattr(sm3, "_hashlib_knows_it", lambda: False)

    assert sm3.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@given(plaintext=st.binary(), associated=st.binary())
def test_what_is_sealed_opens(plaintext, associated):
    key = sm4.generate()

    sealed = sm4.seal(key=key, plaintext=plaintext, associated=associated)

    assert sm4.unseal(key=key, sealed=sealed, associated=associated) == plaintext
    assert len(sealed) == len(plaintext) + sm4.NONCE_BYTES + sm4.TAG_BYTES


def test_two_seals_of_one_text_differ():
    key = sm4.generate()

    assert sm4.seal(key=key, plaintext=b"x", associated=b"") != sm4.seal(key=key, plaintext=b"x", associated=b"")


def test_every_change_is_noticed():
    key = sm4.generate()
    sealed = sm4.seal(key=key, plaintext=b"plain", associated=b"person")
    changed = [sealed[:at] + bytes([byte ^ 1]) + sealed[at + 1 :] for at, byte in enumerate(sealed)]
    tries = [(key, one, b"person") for one in [*changed, sealed[:-1], sealed[:20], b""]]

    for with_key, one, associated in [*tries, (key, sealed, b"other"), (sm4.generate(), sealed, b"person")]:
        with pytest.raises(sm4.Forged, match="密文无法解开"):
            sm4.unseal(key=with_key, sealed=one, associated=associated)


@pytest.fixture
def untested():
    selftest.run.cache_clear()
    yield
    selftest.run.cache_clear()


@pytest.mark.parametrize("algorithm", Algorithm)
def test_this_machine_passes_and_is_asked_once(untested, algorithm):
    selftest.run(algorithm)
    selftest.run(algorithm)

    assert selftest.run.cache_info().misses == 1


def test_a_machine_that_computes_wrongly_is_refused_by_name(untested, monkeypatch):
    monkeypatch.setattr(sm3, "digest", lambda data: bytes(32))

    with pytest.raises(Unavailable, match="SM3"):
        selftest.run()


def test_a_machine_that_accepts_every_signature_is_refused(untested, monkeypatch):
    monkeypatch.setattr(sm2, "verify", lambda *given: True)

    with pytest.raises(Unavailable, match="SM2"):
        selftest.run()
    selftest.run(Algorithm.ES256)


@pytest.fixture
def another_library(monkeypatch):
    """Let the next load find what the test says; the real library is loaded anew afterwards."""
    sm2._library.cache_clear()
    yield lambda load: monkeypatch.setattr(sm2, "CDLL", load)
    monkeypatch.undo()
    sm2._library.cache_clear()


def test_a_system_without_openssl_3_is_told_so(untested, another_library):
    def missing(name):
        raise OSError(f"{name}: cannot open shared object file")

    another_library(missing)

    with pytest.raises(Unavailable, match="没有可用的 OpenSSL 3"):
        selftest.run()


def test_an_openssl_built_without_sm2_is_told_so(untested, another_library, monkeypatch):
    # A library that does not know the curve refuses every key on it, here the base point with a byte changed.
    monkeypatch.setattr(sm2, "_BASE_POINT", sm2._BASE_POINT[:-1] + b"\0")
    another_library(sm2.CDLL)

    with pytest.raises(Unavailable, match="去掉了 SM2"):
        sm2.verify(b"", b"", b"")
