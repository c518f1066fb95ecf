"""Which algorithms does a node sign with? The Chinese profile by default, the international one by choice.

An algorithm names the curve and the digest together, so that no signature is ever checked with the wrong pair.

Source: GB/T 32918.2-2016 with GB/T 32905-2016; RFC 7518, 3.4 (ES256).
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from tongban.crypto import p256, sm2, sm3


class Algorithm(StrEnum):
    SM2SM3 = "SM2-SM3"
    ES256 = "ES256"


_PROFILES = {"sm": Algorithm.SM2SM3, "intl": Algorithm.ES256}


def for_profile(name: str) -> Algorithm:
    """Return the algorithm of `TONGBAN_CRYPTO`: sm or intl."""
    if name not in _PROFILES:
        raise ValueError(f"TONGBAN_CRYPTO：不认识的算法配置“{name}”，请写 sm 或 intl。")
    return _PROFILES[name]


def generate(algorithm: Algorithm) -> tuple[bytes, bytes]:
    """Return a fresh private key (32 bytes) and its public key (65 bytes)."""
    match algorithm:
        case Algorithm.SM2SM3:
            return sm2.generate()
        case Algorithm.ES256:
            return p256.generate()


def sign(algorithm: Algorithm, private_key: bytes, message: bytes) -> bytes:
    match algorithm:
        case Algorithm.SM2SM3:
            return sm2.sign(private_key, message)
        case Algorithm.ES256:
            return p256.sign(private_key, message)


def verify(algorithm: Algorithm, public_key: bytes, message: bytes, signature: bytes) -> bool:
    match algorithm:
        case Algorithm.SM2SM3:
            return sm2.verify(public_key, message, signature)
        case Algorithm.ES256:
            return p256.verify(public_key, message, signature)


def is_only_form(algorithm: Algorithm, signature: bytes) -> bool:
    """Say whether a signature that verifies is the one form that is given out; ES256 has a second, SM2 has none."""
    return algorithm is not Algorithm.ES256 or p256.is_low(signature)


def digest(algorithm: Algorithm, data: bytes) -> bytes:
    """Return 32 bytes: SM3 or SHA-256, whichever the algorithm signs with."""
    match algorithm:
        case Algorithm.SM2SM3:
            return sm3.digest(data)
        case Algorithm.ES256:
            return hashlib.sha256(data).digest()
