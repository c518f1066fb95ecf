"""How is something sealed under a 16-byte key, so that nobody reads or changes it?

SM4 in Galois/Counter Mode: a fresh random nonce of 12 bytes, the ciphertext, a tag of 16 bytes, in this order.
The associated data are not hidden but bound: what was sealed for one purpose does not open for another.
GCM comes from `cryptography`, because OpenSSL 3.0 of the system has SM4 without it.

Source: GB/T 32907-2016; GB/T 36624-2018 (GCM); RFC 8998.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16


class Forged(ValueError):
    """The sealed bytes were changed, or belong to another key or purpose."""

    def __init__(self) -> None:
        super().__init__("密文无法解开：内容被改动，或密钥、用途不符。请核对来源后重试。")


def generate() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def seal(*, key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Return nonce, ciphertext and tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + encrypt(key=key, nonce=nonce, plaintext=plaintext, associated=associated)


def unseal(*, key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Return what `seal` was given. Raises Forged."""
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise Forged
    nonce, tag = sealed[:NONCE_BYTES], sealed[-TAG_BYTES:]
    opener = Cipher(SM4(key), modes.GCM(nonce, tag)).decryptor()
    opener.authenticate_additional_data(associated)
    plaintext = opener.update(sealed[NONCE_BYTES:-TAG_BYTES])
    try:
        opener.finalize()
    except InvalidTag:
        raise Forged from None
    return plaintext


def encrypt(*, key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Return ciphertext and tag under a given nonce, which must never be used twice with one key."""
    closer = Cipher(SM4(key), modes.GCM(nonce)).encryptor()
    closer.authenticate_additional_data(associated)
    return closer.update(plaintext) + closer.finalize() + closer.tag


def block(*, key: bytes, plaintext: bytes) -> bytes:
    """Encrypt bare blocks of 16 bytes, as the standard's own examples do; hides nothing longer than one block."""
    closer = Cipher(SM4(key), modes.ECB()).encryptor()
    return closer.update(plaintext) + closer.finalize()
