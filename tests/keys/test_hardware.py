"""A hardware module takes the place of the key file, and everything is signed and sealed in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tongban.crypto import profiles, sm3
from tongban.crypto.profiles import Algorithm
from tongban.keys import actions, vault
from tongban.keys.purposes import Purpose


class Module:
    """What a driver of a hardware module offers; the private keys never leave it."""

    def __init__(self) -> None:
        self.privates: dict[bytes, bytes] = {}
        self.wrapped: dict[bytes, tuple[bytes, str]] = {}

    def generate(self, *, algorithm: Algorithm) -> tuple[bytes, bytes]:
        private, public = profiles.generate(algorithm)
        self.privates[public] = private
        return public, b"slot"

    def sign(self, *, algorithm: Algorithm, public_key: bytes, wrapped_private: bytes, message: bytes) -> bytes:
        return profiles.sign(algorithm, self.privates[public_key], message)

    def owns(self, *, algorithm: Algorithm, public_key: bytes, wrapped_private: bytes) -> bool:
        return public_key in self.privates

    def wrap(self, *, key: bytes, purpose: str) -> bytes:
        handle = f"handle {len(self.wrapped)}".encode()
        self.wrapped[handle] = key, purpose
        return handle

    def unwrap(self, *, wrapped: bytes, purpose: str) -> bytes:
        key, meant = self.wrapped[wrapped]
        assert meant == purpose
        return key

    def mac(self, data: bytes) -> bytes:
        return sm3.mac(b"in the module", data)


MODULE = Module()


def module() -> Module:
    return MODULE


@pytest.mark.django_db
def test_a_module_signs_and_seals_in_the_place_of_the_key_file(settings: Settings, tmp_path: Path, now: datetime):
    settings.KEYS_DIR, settings.VAULT = tmp_path / "keys", f"{__name__}.module"

    key = actions.ensure_key(owner="x", purpose=Purpose.CONCLUSION, algorithm=Algorithm.ES256, now=now)
    signature = actions.sign(
        owner="x", purpose=Purpose.CONCLUSION, message=b"bytes", now=now, algorithm=Algorithm.ES256
    )
    sealed = actions.seal(person="person:1", plaintext=b"secret")

    assert vault.vault() is MODULE
    assert profiles.verify(Algorithm.ES256, bytes(key.public_key), b"bytes", signature.value)
    assert actions.unseal(sealed) == b"secret"
    assert actions.blind("number") == MODULE.mac(b"number").hex()
    assert not (tmp_path / "keys").exists()
