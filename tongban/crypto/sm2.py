"""Did the holder of this key sign these bytes, and who alone may read others? SM2 with SM3, by the system's OpenSSL.

A public key has 65 bytes (04‖x‖y), a private key 32, a signature is strict DER. The digest that is signed covers the
signer's identity, the curve and the public key: both sides must name the same identity. OpenSSL's own default is the
*empty* identity, so the identity 1234567812345678 is always passed.

The library `cryptography` has no SM2, and pure Python is neither fast nor constant in time; hence ctypes over
`libcrypto.so.3`. Every function has its argument and result types, for an undeclared pointer is cut to 32 bits. Keys
come in as DER whose prefix names the SM2 curve: a point of another curve does not lie on it and is refused by the
library. Reading a key costs three times as much as signing, so the last keys stay read; they are never changed, and
OpenSSL lets threads share such keys. Everything else a call makes for itself and frees.

Source: GB/T 32918.1-2016 to GB/T 32918.5-2017; GB/T 35276-2017 (identity, encodings).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CDLL, POINTER, addressof, byref, c_char_p, c_int, c_long, c_size_t, c_void_p, create_string_buffer
from functools import cache, lru_cache

from tongban.crypto import signature_der
from tongban.crypto.unavailable import Unavailable

IDENTITY = b"1234567812345678"
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123

# Z holds the length of the identity in bits as two bytes.
LONGEST_IDENTITY = 0xFFFF // 8

# So many keys stay read, private and public apart.
KEPT = 256

# SubjectPublicKeyInfo and PrivateKeyInfo of the curve sm2p256v1 (1.2.156.10197.1.301) up to the key itself.
_PUBLIC_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_PRIVATE_PREFIX = bytes.fromhex("3041020100301306072a8648ce3d020106082a811ccf5501822d0427302502010104" + "20")
_BASE_POINT = bytes.fromhex(
    "0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)

_CRYPT = (c_int, (c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t))
_BEGIN = (c_int, (c_void_p, POINTER(c_void_p), c_char_p, c_void_p, c_char_p, c_void_p, c_void_p))
_READ_KEY = (c_void_p, (c_void_p, POINTER(c_void_p), c_long))
_FUNCTIONS = {
    "ERR_clear_error": (None, ()),
    "d2i_PUBKEY": _READ_KEY,
    "d2i_AutoPrivateKey": _READ_KEY,
    "i2d_PUBKEY": (c_int, (c_void_p, POINTER(c_void_p))),
    "EVP_PKEY_is_a": (c_int, (c_void_p, c_char_p)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_int)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_encrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_decrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_encrypt": _CRYPT,
    "EVP_PKEY_decrypt": _CRYPT,
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_DigestSignInit_ex": _BEGIN,
    "EVP_DigestVerifyInit_ex": _BEGIN,
    "EVP_DigestSign": (c_int, (c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
}


def generate() -> tuple[bytes, bytes]:
    """Return a fresh private key (32 bytes, between 1 and n - 2) and its public key (65 bytes)."""
    private = (secrets.randbelow(ORDER - 2) + 1).to_bytes(32, "big")
    return private, public_of(private)


def public_of(private_key: bytes) -> bytes:
    """Return the public key (65 bytes). Raises ValueError where the private key is none."""
    library = _library()
    key = _private(private_key)
    encoded = create_string_buffer(len(_PUBLIC_PREFIX) + 65)
    if library.i2d_PUBKEY(key.pointer, None) == len(encoded):
        library.i2d_PUBKEY(key.pointer, byref(c_void_p(addressof(encoded))))
    if not encoded.raw.startswith(_PUBLIC_PREFIX + b"\x04"):
        raise Unavailable("系统的 OpenSSL 未能导出 SM2 公钥。请检查 libcrypto 的版本（需要 3.0 以上）。")
    return encoded.raw[len(_PUBLIC_PREFIX) :]


def sign(private_key: bytes, message: bytes, identity: bytes | str = IDENTITY) -> bytes:
    """Return the signature in DER. Raises ValueError where the private key or the identity is none."""
    library = _library()
    signature = create_string_buffer(signature_der.LONGEST)
    length = c_size_t(len(signature))
    with _digest(library.EVP_DigestSignInit_ex, _private(private_key), _identity(identity)) as context:
        if library.EVP_DigestSign(context, signature, byref(length), message, len(message)) != 1:
            raise Unavailable("系统的 OpenSSL 未能完成 SM2 签名。请检查 libcrypto 的版本（需要 3.0 以上）。")
    return signature.raw[: length.value]


def verify(public_key: bytes, message: bytes, signature: bytes, identity: bytes | str = IDENTITY) -> bool:
    """Say whether the signature is good; whatever is malformed is not. Raises Unavailable without SM2."""
    library = _library()
    if not all(isinstance(given, bytes) for given in (public_key, message, signature)):
        return False
    if len(public_key) != 65 or public_key[0] != 0x04 or not signature_der.is_strict(signature, ORDER):
        return False
    try:
        with _digest(library.EVP_DigestVerifyInit_ex, _public(public_key), _identity(identity)) as context:
            return bool(library.EVP_DigestVerify(context, signature, len(signature), message, len(message)) == 1)
    except ValueError:
        return False


def encrypt(public_key: bytes, plaintext: bytes) -> bytes:
    """Return what only the holder of the private key reads, in DER (C1C3C2): a few bytes, as of another key.

    Raises ValueError where the public key is none, or nothing is to be encrypted.
    """
    if len(public_key) != 65 or public_key[0] != 0x04 or not plaintext:
        raise ValueError("SM2 加密需要 65 个字节的公钥（04‖x‖y）和非空的明文。")
    library = _library()
    key = _public(public_key)
    with _crypt(key, library.EVP_PKEY_encrypt_init) as context:
        encrypted = _filled(library.EVP_PKEY_encrypt, context, plaintext)
    if encrypted is None:
        raise Unavailable("系统的 OpenSSL 未能完成 SM2 加密。请检查 libcrypto 的版本（需要 3.0 以上）。")
    return encrypted


def decrypt(private_key: bytes, encrypted: bytes) -> bytes:
    """Return the plaintext. Raises ValueError where it was changed, or was meant for another key."""
    library = _library()
    with _crypt(_private(private_key), library.EVP_PKEY_decrypt_init) as context:
        plaintext = _filled(library.EVP_PKEY_decrypt, context, encrypted)
    if plaintext is None:
        raise ValueError("SM2 密文无法解开：内容被改动，或不是给这把密钥的。")
    return plaintext


@cache
def _library() -> CDLL:
    """Load libcrypto, declare its functions and see that it knows the curve. Raises Unavailable."""
    try:
        library = CDLL("libcrypto.so.3")
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as missing:
        raise Unavailable(
            f"本机没有可用的 OpenSSL 3（libcrypto.so.3）：{missing}。请安装 OpenSSL 3，或设置 TONGBAN_CRYPTO=intl。"
        ) from missing
    try:
        _Key(library, library.d2i_PUBKEY, _PUBLIC_PREFIX + _BASE_POINT)
    except ValueError as unknown:
        raise Unavailable(
            "本机的 OpenSSL 编译时去掉了 SM2。请换用带国密算法的系统（如 Debian），或设置 TONGBAN_CRYPTO=intl。"
        ) from unknown
    return library


def _identity(identity: bytes | str) -> bytes:
    signer = identity.encode() if isinstance(identity, str) else identity
    if not isinstance(signer, bytes) or len(signer) > LONGEST_IDENTITY:
        raise ValueError(f"SM2 签名者标识必须是文本或字节，最长 {LONGEST_IDENTITY} 个字节。")
    return signer


@lru_cache(maxsize=KEPT)
def _private(private_key: bytes) -> _Key:
    if len(private_key) != 32 or not 0 < int.from_bytes(private_key, "big") < ORDER - 1:
        raise ValueError("SM2 私钥必须是 32 个字节，且在 1 与 n－2 之间。")
    library = _library()
    return _Key(library, library.d2i_AutoPrivateKey, _PRIVATE_PREFIX + private_key)


@lru_cache(maxsize=KEPT)
def _public(public_key: bytes) -> _Key:
    library = _library()
    return _Key(library, library.d2i_PUBKEY, _PUBLIC_PREFIX + public_key)


class _Key:
    """One EVP_PKEY of the SM2 curve, freed with this object. Raises ValueError where the bytes are no such key."""

    def __init__(self, library: CDLL, read: Callable[..., int | None], encoded: bytes) -> None:
        self._free = library.EVP_PKEY_free
        source = create_string_buffer(encoded, len(encoded))
        self.pointer = c_void_p(read(None, byref(c_void_p(addressof(source))), len(encoded)))
        is_sm2 = bool(self.pointer) and library.EVP_PKEY_is_a(self.pointer, b"SM2") == 1
        library.ERR_clear_error()
        if not is_sm2:
            raise ValueError("不是 SM2 曲线上的密钥。")

    def __del__(self) -> None:
        self._free(self.pointer)


@contextmanager
def _crypt(key: _Key, begin: Callable[..., int]) -> Iterator[c_void_p]:
    """Hold one EVP_PKEY_CTX that encrypts or decrypts; SM3 is the digest of the curve."""
    library = _library()
    context = c_void_p(library.EVP_PKEY_CTX_new(key.pointer, None))
    if not context:
        raise MemoryError
    try:
        if begin(context) != 1:
            raise Unavailable("系统的 OpenSSL 不能用 SM2 加密。请检查 libcrypto 的版本（需要 3.0 以上）。")
        yield context
    finally:
        library.EVP_PKEY_CTX_free(context)
        library.ERR_clear_error()


def _filled(act: Callable[..., int], context: c_void_p, given: bytes) -> bytes | None:
    """Ask how long the outcome may be, then for the outcome; None where it is refused."""
    length = c_size_t()
    if act(context, None, byref(length), given, len(given)) != 1:
        return None
    outcome = create_string_buffer(length.value)
    return outcome.raw[: length.value] if act(context, outcome, byref(length), given, len(given)) == 1 else None


@contextmanager
def _digest(begin: Callable[..., int], key: _Key, identity: bytes) -> Iterator[c_void_p]:
    """Hold one EVP_MD_CTX that signs or verifies with SM3 under the identity; its EVP_PKEY_CTX goes with it."""
    library = _library()
    context = c_void_p(library.EVP_MD_CTX_new())
    if not context:
        raise MemoryError
    try:
        settings = c_void_p()
        if begin(context, byref(settings), b"SM3", None, None, key.pointer, None) != 1:
            raise Unavailable("本机的 OpenSSL 没有 SM3。请换用带国密算法的系统，或设置 TONGBAN_CRYPTO=intl。")
        if library.EVP_PKEY_CTX_set1_id(settings, identity, len(identity)) != 1:
            raise ValueError("SM2 签名者标识不被接受。")
        yield context
    finally:
        library.EVP_MD_CTX_free(context)
        library.ERR_clear_error()
