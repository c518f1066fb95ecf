"""Which bytes are an e-seal (电子印章), and which a signature made with one?

A seal is a picture with the name on it and the certificates that may use it, signed by its maker; a signature holds the
whole seal, the digest of what it signs, the signer's certificate and his signature. Both are read only in the one form
that DER allows.

Source: GB/T 38540-2020, 6 (SES_Seal, version 4) and 7 (SES_Signature); GM/T 0006-2012 (object identifiers).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from asn1crypto import core

from tongban.crypto import sm2

VERSION = 4
MAKER = "Tongban"
UNIT_SEAL = 1
"""A seal of an organisation, not of a person (property type)."""
CERTIFICATES_WHOLE = 1
"""The list holds whole certificates, not digests of them."""
SM2_WITH_SM3 = "1.2.156.10197.1.501"

Sign = Callable[[bytes], bytes]


class NotASeal(ValueError):
    """Bytes that are no e-seal and no signature with one."""


class _Header(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields: ClassVar = [("id", core.IA5String), ("version", core.Integer), ("vendor", core.IA5String)]


class _Certificates(core.SequenceOf):  # type: ignore[misc]
    _child_spec: ClassVar = core.OctetString


class _Property(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("type", core.Integer),
        ("name", core.UTF8String),
        ("list_type", core.Integer),
        ("certificates", _Certificates),
        ("made_at", core.GeneralizedTime),
        ("valid_from", core.GeneralizedTime),
        ("valid_until", core.GeneralizedTime),
    ]


class _Picture(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("type", core.IA5String),
        ("data", core.OctetString),
        ("width", core.Integer),
        ("height", core.Integer),
    ]


class _SealInfo(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("header", _Header), ("id", core.IA5String), ("property", _Property), ("picture", _Picture)]


class _Seal(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("info", _SealInfo),
        ("certificate", core.OctetString),
        ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
    ]


class _ToSign(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("version", core.Integer),
        ("seal", _Seal),
        ("at", core.GeneralizedTime),
        ("digest", core.OctetBitString),
        ("property", core.IA5String),
    ]


class _Signature(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("to_sign", _ToSign),
        ("certificate", core.OctetString),
        ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
    ]


@dataclass(frozen=True, slots=True)
class SealContent:
    """What a seal says: its number, the name on it, who may use it (certificates in DER), from when until when."""

    number: str
    name: str
    users: tuple[bytes, ...]
    made_at: datetime
    valid_from: datetime
    valid_until: datetime
    picture: bytes
    """PNG."""
    size: int
    """Width and height on paper, in millimetres."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that was read: what it says, its maker's certificate and signature, and the bytes as they came."""

    content: SealContent
    maker: bytes
    signed: bytes
    signature: bytes
    encoded: bytes

    def made_with(self, public_key: bytes) -> bool:
        return sm2.verify(public_key, self.signed, self.signature)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signature with a seal: over which digest (SM3) of which file, when, by which certificate."""

    seal: Seal
    at: datetime
    digest: bytes
    file: str
    signer: bytes
    signed: bytes
    signature: bytes

    def signed_with(self, public_key: bytes) -> bool:
        return sm2.verify(public_key, self.signed, self.signature)


def make(content: SealContent, *, maker: bytes, sign: Sign) -> bytes:
    """Return a seal; `maker` is the certificate of who makes it, `sign` signs with its SM2 key."""
    info = _SealInfo(
        {
            "header": {"id": "ES", "version": VERSION, "vendor": MAKER},
            "id": content.number,
            "property": {
                "type": UNIT_SEAL,
                "name": content.name,
                "list_type": CERTIFICATES_WHOLE,
                "certificates": list(content.users),
                "made_at": content.made_at.astimezone(UTC),
                "valid_from": content.valid_from.astimezone(UTC),
                "valid_until": content.valid_until.astimezone(UTC),
            },
            "picture": {"type": "png", "data": content.picture, "width": content.size, "height": content.size},
        }
    )
    return _with_signature(_Seal, {"info": info}, info.dump(), maker, sign)


def seal_up(seal: bytes, *, digest: bytes, file: str, at: datetime, signer: bytes, sign: Sign) -> bytes:
    """Return the signature with the seal over `digest` (SM3) of the part `file`."""
    to_sign = _ToSign(
        {
            "version": VERSION,
            "seal": _Seal.load(seal),
            "at": at.astimezone(UTC).replace(microsecond=0),
            "digest": digest,
            "property": file,
        }
    )
    return _with_signature(_Signature, {"to_sign": to_sign}, to_sign.dump(), signer, sign)


def read(encoded: bytes) -> Sealed:
    """Read a signature with a seal. Raises NotASeal."""
    try:
        whole = _Signature.load(encoded, strict=True)
        if whole.copy().dump(force=True) != encoded:
            raise NotASeal("not in DER")
        to_sign = whole["to_sign"]
        if to_sign["version"].native != VERSION or whole["algorithm"].dotted != SM2_WITH_SM3:
            raise NotASeal("another version or algorithm")
        return Sealed(
            seal=_seal(to_sign["seal"]),
            at=to_sign["at"].native,
            digest=to_sign["digest"].native,
            file=to_sign["property"].native,
            signer=whole["certificate"].native,
            signed=to_sign.dump(),
            signature=whole["signature"].native,
        )
    except NotASeal:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as broken:
        raise NotASeal("no signature with a seal") from broken


def _seal(seal: Any) -> Seal:
    info = seal["info"]
    header, said, picture = info["header"].native, info["property"], info["picture"]
    if (header["id"], header["version"]) != ("ES", VERSION) or seal["algorithm"].dotted != SM2_WITH_SM3:
        raise NotASeal("a seal of another version or algorithm")
    if (said["list_type"].native, picture["type"].native) != (CERTIFICATES_WHOLE, "png"):
        raise NotASeal("a seal that lists digests, or has no PNG")
    return Seal(
        content=SealContent(
            number=info["id"].native,
            name=said["name"].native,
            users=tuple(said["certificates"].native),
            made_at=said["made_at"].native,
            valid_from=said["valid_from"].native,
            valid_until=said["valid_until"].native,
            picture=picture["data"].native,
            size=picture["width"].native,
        ),
        maker=seal["certificate"].native,
        signed=info.dump(),
        signature=seal["signature"].native,
        encoded=seal.dump(),
    )


def _with_signature(kind: Any, content: dict[str, Any], signed: bytes, certificate: bytes, sign: Sign) -> bytes:
    encoded: bytes = kind(
        {**content, "certificate": certificate, "algorithm": SM2_WITH_SM3, "signature": sign(signed)}
    ).dump()
    return encoded
