"""Who guards the secrets of a node? A vault: secrets leave it wrapped, and signatures are made inside.

The vault of this module is a file with the key-encryption key; a hardware module takes its place by offering the same
seven acts. Whatever is wrapped is bound to what it is for, so that a wrapped key moved to another row does not open.
From the one key two are derived, for wrapping and for the blind index, so that no key serves two uses.

Source: GB/T 39786-2021 (key management); GB/T 15852.2-2012 (HMAC).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from tongban.crypto import letterbox, profiles, sm3, sm4
from tongban.crypto.profiles import Algorithm
from tongban.keys import kek

# So many private keys stay unwrapped in a process.
KEPT = 512


class Damaged(RuntimeError):
    """A wrapped key does not open: it was changed, or belongs to another key file."""


class Vault(Protocol):
    def generate(self, *, algorithm: Algorithm) -> tuple[bytes, bytes]:
        """Return a fresh public key and its private key, wrapped."""

    def sign(self, *, algorithm: Algorithm, public_key: bytes, wrapped_private: bytes, message: bytes) -> bytes:
        """Sign with a wrapped private key. Raises Damaged where it does not belong to the public key."""

    def owns(self, *, algorithm: Algorithm, public_key: bytes, wrapped_private: bytes) -> bool:
        """Say whether this vault made the key."""

    def unseal_letter(
        self, *, algorithm: Algorithm, public_key: bytes, wrapped_private: bytes, sealed: bytes, use: bytes
    ) -> bytes:
        """Open what was sealed for this key and this use. Raises NotForThisKey, Damaged."""

    def wrap(self, *, key: bytes, purpose: str) -> bytes: ...

    def unwrap(self, *, wrapped: bytes, purpose: str) -> bytes:
        """Return what was wrapped for this purpose. Raises Damaged."""

    def mac(self, data: bytes) -> bytes:
        """Return 32 bytes that nobody without the vault can compute from the data."""


class FileVault:
    """A vault over the key-encryption key of a file; unwrapped private keys stay in the process, bounded."""

    def __init__(self, key: bytes) -> None:
        self._wrapping = sm3.mac(key, b"tongban wrap")[: sm4.KEY_BYTES]
        self._blinding = sm3.mac(key, b"tongban blind")
        self._privates: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def generate(self, *, algorithm: Algorithm) -> tuple[bytes, bytes]:
        private_key, public_key = profiles.generate(algorithm)
        return public_key, self.wrap(key=private_key, purpose=_signing(algorithm, public_key))

    def sign(self, *, algorithm: Algorithm, public_key: bytes, wrapped_private: bytes, message: bytes) -> bytes:
        return profiles.sign(algorithm, self._private(algorithm, public_key, wrapped_private), message)

    def unseal_letter(
        self, *, algorithm: Algorithm, public_key: bytes, wrapped_private: bytes, sealed: bytes, use: bytes
    ) -> bytes:
        return letterbox.unseal(algorithm, self._private(algorithm, public_key, wrapped_private), sealed, use=use)

    def owns(self, *, algorithm: Algorithm, public_key: bytes, wrapped_private: bytes) -> bool:
        try:
            self._private(algorithm, public_key, wrapped_private)
        except Damaged:
            return False
        return True

    def wrap(self, *, key: bytes, purpose: str) -> bytes:
        return sm4.seal(key=self._wrapping, plaintext=key, associated=purpose.encode())

    def unwrap(self, *, wrapped: bytes, purpose: str) -> bytes:
        try:
            return sm4.unseal(key=self._wrapping, sealed=wrapped, associated=purpose.encode())
        except sm4.Forged as forged:
            raise Damaged(
                "数据库中的密钥无法用本节点的密钥文件解开：密钥文件不是原来的那个，或记录被改动。"
                "请从备份恢复密钥目录（TONGBAN_KEYS_DIR）或数据库。"
            ) from forged

    def mac(self, data: bytes) -> bytes:
        return sm3.mac(self._blinding, data)

    def _private(self, algorithm: Algorithm, public_key: bytes, wrapped: bytes) -> bytes:
        # The wrapped bytes are part of the name: what was opened once says nothing of a changed row.
        name = public_key + wrapped
        with self._lock:
            if name in self._privates:
                self._privates.move_to_end(name)
                return self._privates[name]
        private_key = self.unwrap(wrapped=wrapped, purpose=_signing(algorithm, public_key))
        with self._lock:
            self._privates[name] = private_key
            if len(self._privates) > KEPT:
                self._privates.popitem(last=False)
        return private_key


def vault() -> Vault:
    """Return the vault of this node: a hardware module's, or that of the key file, which is made at the first use."""
    if settings.VAULT:
        return _made(settings.VAULT)
    return _open(Path(settings.KEYS_DIR), settings.KEY_PASSPHRASE_FILE)


@cache
def _made(place: str) -> Vault:
    made: Vault = import_string(place)()
    return made


@cache
def _open(directory: Path, passphrase_file: str) -> FileVault:
    return FileVault(kek.open_or_create(directory, passphrase_file))


def _signing(algorithm: Algorithm, public_key: bytes) -> str:
    return f"signing key {algorithm} {public_key.hex()}"
