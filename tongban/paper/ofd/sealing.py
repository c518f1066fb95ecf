"""How is an OFD sealed, and is one that somebody shows still as it was?

`seal` adds the list of signatures, one signature file with the digest of every part, the seal and the signature over
that file. `open_up` gives back what is attached and who sealed it, and refuses a file in which any byte differs from
what would be written for it: every part stands in the signature with its digest, and the files of the signature itself
are written again and compared.

Source: GB/T 33190-2016, 18 (signatures: References with SM3, StampAnnot); GB/T 38540-2020, 7 and 8.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from tongban.crypto import sm3, x509
from tongban.paper.ofd import container, eseal
from tongban.paper.ofd.container import NotContained
from tongban.paper.ofd.document import ATTACHED, SIGNATURES, Document
from tongban.paper.ofd.drawing import NAMESPACE, number, xml
from tongban.paper.ofd.eseal import NotASeal, Sealed, Sign

SIGNATURE = "Doc_0/Signs/Sign_0/Signature.xml"
SEAL = "Doc_0/Signs/Sign_0/Seal.esl"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"
SM3 = "1.2.156.10197.1.401"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where the seal shows: on which page, and its left and top edge, in millimetres."""

    page: int
    left: float
    top: float
    size: float


@dataclass(frozen=True, slots=True)
class Opened:
    """What an unchanged OFD holds: the attached certificate file, and the signature over all parts."""

    attached: bytes
    sealed: Sealed
    parts: Mapping[str, bytes]


class NotOpened(ValueError):
    """A file that is no sealed OFD (`was_one` is False), or one that was changed."""

    def __init__(self, *, was_one: bool) -> None:
        super().__init__("changed" if was_one else "no sealed OFD")
        self.was_one = was_one


def seal(document: Document, stamp: Stamp, *, seal: bytes, at: datetime, signer: bytes, sign: Sign) -> bytes:
    """Return the sealed file. `signer` is the certificate (DER) whose SM2 key `sign` signs with."""
    signature = _signature(document.parts, document.pages[stamp.page], stamp, at)
    value = eseal.seal_up(seal, digest=sm3.digest(signature), file=f"/{SIGNATURE}", at=at, signer=signer, sign=sign)
    return container.pack(document.parts | {SIGNATURES: _signatures(), SIGNATURE: signature, SEAL: seal, VALUE: value})


def open_up(file: bytes) -> Opened:
    """Return what is attached and who sealed it. Raises NotOpened.

    Whether the certificates of signer and maker lead to a trusted root, the caller asks.
    """
    try:
        parts = container.unpack(file)
    except NotContained:
        raise NotOpened(was_one=file.startswith(b"PK\x03\x04") and b"OFD.xml" in file[:200]) from None
    own = [parts.pop(name, b"") for name in (SIGNATURES, SIGNATURE, SEAL, VALUE)]
    list_of_signatures, signature, seal_file, value = own
    if ATTACHED not in parts or not all(own):
        raise NotOpened(was_one="OFD.xml" in parts)
    try:
        sealed = eseal.read(value)
    except NotASeal:
        raise NotOpened(was_one=True) from None
    unchanged = (
        _holds(sealed)
        and list_of_signatures == _signatures()
        and _as_written(signature, parts, sealed.at)
        and sealed.seal.encoded == seal_file
        and (sealed.digest, sealed.file) == (sm3.digest(signature), f"/{SIGNATURE}")
        and container.pack(parts | dict(zip((SIGNATURES, SIGNATURE, SEAL, VALUE), own, strict=True))) == file
    )
    if not unchanged:
        raise NotOpened(was_one=True)
    return Opened(parts[ATTACHED], sealed, parts)


def _holds(sealed: Sealed) -> bool:
    """Say whether seal and signature are by the keys of their certificates, and the signer may use the seal."""
    try:
        signer, maker = x509.read(sealed.signer).content, x509.read(sealed.seal.maker).content
    except x509.NotRead:
        return False
    return (
        sealed.signer in sealed.seal.content.users
        and sealed.signed_with(signer.public_key)
        and sealed.seal.made_with(maker.public_key)
    )


def _signatures() -> bytes:
    return xml(
        f"<ofd:Signatures {NAMESPACE}><ofd:MaxSignId>1</ofd:MaxSignId>"
        '<ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>'
    )


def _signature(parts: Mapping[str, bytes], page: int, stamp: Stamp, at: datetime) -> bytes:
    boundary = " ".join(map(number, (stamp.left, stamp.top, stamp.size, stamp.size)))
    return xml(_before(parts, at) + f'<ofd:StampAnnot ID="1" PageRef="{page}" Boundary="{boundary}"/>' + _AFTER)


def _as_written(signature: bytes, parts: Mapping[str, bytes], at: datetime) -> bool:
    """Say whether a signature file names exactly these parts; where the seal shows is covered by the digest of it."""
    return signature.startswith(xml(_before(parts, at))) and signature.endswith(_AFTER.encode())


def _before(parts: Mapping[str, bytes], at: datetime) -> str:
    return (
        f'<ofd:Signature {NAMESPACE}><ofd:SignedInfo><ofd:Provider ProviderName="Tongban" Version="1"/>'
        f"<ofd:SignatureMethod>{eseal.SM2_WITH_SM3}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{at.astimezone(UTC):%Y%m%d%H%M%S}Z</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{SM3}">{"".join(_references(parts))}</ofd:References>'
    )


def _references(parts: Mapping[str, bytes]) -> Iterator[str]:
    for name, part in parts.items():
        check = base64.b64encode(sm3.digest(part)).decode()
        yield (
            f"<ofd:Reference FileRef={quoteattr(f'/{name}')}><ofd:CheckValue>{check}</ofd:CheckValue></ofd:Reference>"
        )


_AFTER = (
    f"<ofd:Seal><ofd:BaseLoc>/{SEAL}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
    f"<ofd:SignedValue>/{VALUE}</ofd:SignedValue></ofd:Signature>"
)
