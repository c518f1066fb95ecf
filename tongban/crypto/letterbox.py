"""How is something sealed so that only the holder of one private key can read it, however long it is?

In the Chinese profile a fresh SM4 key seals the content and SM2 encrypts that key; in the international one HPKE does
both. What is sealed for one use does not open for another: `use` is bound to it. Nothing says who sealed it; that is
what signatures are for.

Source: GB/T 32918.4-2016 (SM2 encryption); GB/T 32907-2016 with GB/T 36624-2018 (SM4-GCM); RFC 9180, 5.1.1 (HPKE, base
mode), with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke

from tongban.crypto import p256, sm2, sm4
from tongban.crypto.profiles import Algorithm

_HPKE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
# The length of the encrypted key stands before it, in two bytes.
_LENGTH = 2


class NotForThisKey(ValueError):
    """Sealed bytes that this key does not open: changed, meant for somebody else, or for another use."""

    def __init__(self) -> None:
        super().__init__("密文无法解开：内容被改动，或不是给这把密钥、这个用途的。")


def seal(algorithm: Algorithm, public_key: bytes, plaintext: bytes, *, use: bytes) -> bytes:
    """Return what only the holder of the private key reads. Raises ValueError where the public key is none."""
    match algorithm:
        case Algorithm.SM2SM3:
            key = sm4.generate()
            wrapped = sm2.encrypt(public_key, key)
            head = len(wrapped).to_bytes(_LENGTH, "big") + wrapped
            return head + sm4.seal(key=key, plaintext=plaintext, associated=head + use)
        case Algorithm.ES256:
            return _HPKE.encrypt(plaintext, p256.public(public_key), info=use)


def unseal(algorithm: Algorithm, private_key: bytes, sealed: bytes, *, use: bytes) -> bytes:
    """Return the plaintext. Raises NotForThisKey."""
    try:
        match algorithm:
            case Algorithm.SM2SM3:
                end = _LENGTH + int.from_bytes(sealed[:_LENGTH], "big")
                key = sm2.decrypt(private_key, sealed[_LENGTH:end])
                if len(key) != sm4.KEY_BYTES:
                    raise NotForThisKey
                return sm4.unseal(key=key, sealed=sealed[end:], associated=sealed[:end] + use)
            case Algorithm.ES256:
                return _HPKE.decrypt(sealed, p256.private(private_key), info=use)
    except (ValueError, InvalidTag):
        raise NotForThisKey from None
