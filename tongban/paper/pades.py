"""How is a PDF signed so that every PDF reader can check it, and does one that somebody shows still hold?

The signature (PAdES baseline B) covers the whole file but the place where it stands itself. `open_up` leaves that
place no freedom either: the signature is there in its one form, with one signer, his certificate and nothing else, and
zeros after it. What the file says is read only then, when its bytes are known to be the signer's.

Only the international profile: readers of PDF know no SM2.

Source: ISO 32000-2, 12.8 (signatures, ByteRange); ETSI EN 319 142-1, 6 (PAdES-B-B); RFC 5652 (CMS).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import algos, cms, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tongban.crypto import p256, signature_der
from tongban.crypto.profiles import Algorithm
from tongban.crypto.x509 import read

LARGEST_BYTES = 4 * 1024 * 1024
ROOM = 8192
"""Bytes kept free for the signature; in the file they are hexadecimal digits, twice as many."""
FIELD = "Signature"
DIGEST = "sha256"
_SIGNED_AT = re.compile(rb"/M \(D\\072(\d{14})Z\)")
_BYTE_RANGE = re.compile(rb"/ByteRange \[(\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9})\]")

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """An unchanged PDF: the certificate (DER) of who signed it, and when he says he did."""

    signer: bytes
    at: datetime


class NotOpened(ValueError):
    """A file that is no signed PDF of ours (`was_one` is False), or one that was changed."""

    def __init__(self, *, was_one: bool) -> None:
        super().__init__("changed" if was_one else "no signed PDF")
        self.was_one = was_one


def sign(paper: bytes, *, signer: bytes, reason: str, at: datetime, sign: Sign) -> bytes:
    """Return the paper signed; `signer` is the certificate (DER) of the P-256 key that `sign` signs with."""
    certificate = x509.Certificate.load(signer)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        reason=reason,
        name=certificate.subject.native["common_name"],
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    signed: io.BytesIO = _Pen(metadata, _Signer(certificate, sign), at).sign_pdf(
        _Writer(io.BytesIO(paper)), bytes_reserved=2 * ROOM
    )
    return signed.getvalue()


def open_up(file: bytes) -> Opened:
    """Return who signed an unchanged file. Raises NotOpened. Whose certificate that is, the caller asks."""
    found = _BYTE_RANGE.findall(file) if len(file) <= LARGEST_BYTES and file.startswith(b"%PDF-") else []
    if not found:
        raise NotOpened(was_one=False)
    try:
        first, before, after, length = map(int, found[-1])
        contents = file[before:after]
        if len(found) > 1 or first != 0 or after + length != len(file) or len(contents) != 2 * ROOM + 2:
            raise NotOpened(was_one=True)
        (said,) = _SIGNED_AT.findall(file[after:])
        at = datetime.strptime(said.decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return _opened(file[:before] + file[after:], contents, at)
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as broken:
        raise NotOpened(was_one=True) from broken


def attached(file: bytes) -> bytes:
    """Return the file attached to a PDF whose signer is trusted. Raises NotOpened where there is none.

    Its bytes are the signer's own: of a stranger's file nothing is unpacked.
    """
    try:
        data: bytes = PdfFileReader(io.BytesIO(file)).root["/AF"][0]["/EF"]["/F"].data
        return data
    except (IndexError, KeyError, ValueError, TypeError, AttributeError, PdfError) as broken:
        raise NotOpened(was_one=True) from broken


def _opened(covered: bytes, contents: bytes, at: datetime) -> Opened:
    held = bytes.fromhex(contents[1:-1].decode())
    written = cms.ContentInfo.load(held).dump()
    if contents != b"<%s>" % (written + bytes(ROOM - len(written))).hex().upper().encode():
        raise NotOpened(was_one=True)
    whole = cms.ContentInfo.load(written, strict=True)
    said = whole["content"]
    (signer,), (certificate,) = said["signer_infos"], said["certificates"]
    plain = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": "v1",
                "digest_algorithms": [{"algorithm": DIGEST}],
                "encap_content_info": {"content_type": "data"},
                "certificates": [certificate],
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": _signer_id(certificate.chosen),
                        "digest_algorithm": {"algorithm": DIGEST},
                        "signed_attrs": signer["signed_attrs"],
                        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                        "signature": signer["signature"].native,
                    }
                ],
            },
        }
    )
    encoded = certificate.chosen.dump()
    attributes = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
    certified = [one["cert_hash"] for one in attributes["signing_certificate_v2"]["certs"]]
    signed, signature = signer["signed_attrs"].untag().dump(), signer["signature"].native
    key = read(encoded).content
    good = (
        plain.dump() == written
        and attributes["message_digest"] == hashlib.sha256(covered).digest()
        and certified == [hashlib.sha256(encoded).digest()]
        and key.algorithm is Algorithm.ES256
        and p256.verify(key.public_key, signed, signature)
        and p256.is_low(signature)
    )
    if not good:
        raise NotOpened(was_one=True)
    return Opened(encoded, at)


def _signer_id(certificate: x509.Certificate) -> dict[str, Any]:
    return {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}}


class _Signer(signers.Signer):
    """Signs with a key that never leaves its vault."""

    def __init__(self, certificate: x509.Certificate, sign: Sign) -> None:
        super().__init__(
            signing_cert=certificate,
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )
        self._sign = sign

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return bytes(signature_der.LONGEST) if dry_run else self._sign(data)


class _Pen(signers.PdfSigner):
    """Signs at an instant that is told, where the library would look at the clock."""

    def __init__(self, metadata: signers.PdfSignatureMetadata, signer: _Signer, at: datetime) -> None:
        super().__init__(metadata, signer)
        self._at = at

    def init_signing_session(self, *arguments: Any, **more: Any) -> Any:
        session = super().init_signing_session(*arguments, **more)
        session.system_time = self._at.astimezone(UTC)
        return session


class _Writer(IncrementalPdfFileWriter):
    """Leaves what the paper says about itself as the typesetter wrote it: PDF/A-3 is PDF 1.7."""

    def _update_meta(self) -> None:
        pass

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        pass
