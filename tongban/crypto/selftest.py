"""Does this machine compute what the standards say? Asked once per process, before the first signature.

Each algorithm is run on the standard's own example and must give the standard's own answer; a signature that must not
verify must not. A system whose OpenSSL was built without SM2 (Fedora and its kin) fails here, in one sentence, and not
in the middle of a case.

Source: GB/T 32905-2016, A.1; GB/T 32907-2016, A.1; RFC 8998, A.1 (SM4-GCM); GB/T 32918.5-2017, annex A;
RFC 6979, A.2.5.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from cryptography.exceptions import UnsupportedAlgorithm

from tongban.crypto import p256, signature_der, sm2, sm3, sm4
from tongban.crypto.profiles import Algorithm
from tongban.crypto.unavailable import Unavailable


@cache
def run(algorithm: Algorithm = Algorithm.SM2SM3) -> None:
    """Run the known answers of SM3, SM4 and one signature algorithm. Raises Unavailable; a success is remembered."""
    checks: dict[str, Callable[[], bool]] = {"SM3": _sm3, "SM4": _sm4, "SM4-GCM": _sm4_gcm}
    match algorithm:
        case Algorithm.SM2SM3:
            checks["SM2"] = _sm2
        case Algorithm.ES256:
            checks["P-256"] = _p256
    for name, check in checks.items():
        if not _holds(check):
            raise Unavailable(
                f"密码自检不通过：本机没有 {name}，或计算结果与标准示例不符，因此不能启用签名和加密。"
                "请检查 OpenSSL 与 cryptography 的安装。"
            )


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except UnsupportedAlgorithm:
        return False


def _sm3() -> bool:
    return sm3.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def _sm4() -> bool:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    return sm4.block(key=key, plaintext=key).hex() == "681edf34d206965e86b3e94f536e4246"


def _sm4_gcm() -> bool:
    sealed = sm4.encrypt(
        key=bytes.fromhex("0123456789abcdeffedcba9876543210"),
        nonce=bytes.fromhex("00001234567800000000abcd"),
        plaintext=b"".join(bytes([digit]) * 8 for digit in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA)),
        associated=bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    return sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )


def _sm2() -> bool:
    private = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
    public = bytes.fromhex(
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    )
    signature = signature_der.encode(
        0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
        0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
    )
    return (
        sm2.public_of(private) == public
        and sm2.verify(public, b"message digest", signature)
        and not sm2.verify(public, b"message digest.", signature)
        and sm2.verify(public, b"message digest", sm2.sign(private, b"message digest"))
    )


def _p256() -> bool:
    private = bytes.fromhex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")
    public = bytes.fromhex(
        "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
    )
    signature = signature_der.encode(
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    )
    return (
        p256.public_of(private) == public
        and p256.verify(public, b"sample", signature)
        and not p256.verify(public, b"sample.", signature)
        and p256.verify(public, b"sample", p256.sign(private, b"sample"))
    )
