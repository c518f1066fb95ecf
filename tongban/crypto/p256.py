"""Did the holder of this key sign these bytes? The international profile: ECDSA on P-256 with SHA-256.

Keys and signatures have the shape of `sm2`: 32 bytes private, 65 bytes public (04‖x‖y), DER signature.

With (r, s) also (r, n - s) verifies, so anybody can make a second signature out of a first without the key. `sign`
gives the one with the smaller s; `verify` takes both, as others sign, and `is_low` tells them apart where the bytes of
a signature must be the signer's own.

Source: FIPS 186-5; RFC 7518, 3.4 (ES256); SEC 1, 4.1.4 (both verify).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tongban.crypto import signature_der

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def generate() -> tuple[bytes, bytes]:
    """Return a fresh private key (32 bytes) and its public key (65 bytes)."""
    private = (secrets.randbelow(ORDER - 1) + 1).to_bytes(32, "big")
    return private, public_of(private)


def public_of(private_key: bytes) -> bytes:
    return private(private_key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sign(private_key: bytes, message: bytes) -> bytes:
    """Return the signature in DER, the one of its two forms with the smaller s."""
    r, s = signature_der.numbers(private(private_key).sign(message, ec.ECDSA(hashes.SHA256())))
    return signature_der.encode(r, min(s, ORDER - s))


def is_low(signature: bytes) -> bool:
    """Say whether a good signature is the form that `sign` gives."""
    return signature_der.numbers(signature)[1] <= ORDER // 2


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature is good; whatever is malformed is not."""
    if not all(isinstance(given, bytes) for given in (public_key, message, signature)):
        return False
    if not signature_der.is_strict(signature, ORDER):
        return False
    try:
        point = public(public_key)
    except ValueError:
        return False
    try:
        point.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def public(public_key: bytes) -> ec.EllipticCurvePublicKey:
    """Return the key as the library has it. Raises ValueError where the bytes are none."""
    if len(public_key) != 65 or public_key[0] != 0x04:
        raise ValueError("P-256 公钥必须是 65 个字节（04‖x‖y）。")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)


def private(private_key: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the key as the library has it. Raises ValueError where the bytes are none."""
    if len(private_key) != 32:
        raise ValueError("P-256 私钥必须是 32 个字节。")
    return ec.derive_private_key(int.from_bytes(private_key, "big"), ec.SECP256R1())
