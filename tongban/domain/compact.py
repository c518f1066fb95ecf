"""What of a certificate fits into a QR code that a phone checks without the network?

Who holds what, by whom, from when until when, and the head of the digest of the certificate's file; the number of a
person is masked, since a sheet of paper lies about. The text is base45 after `TB1:`, which a QR code holds in its
compact alphanumeric mode. It says less than the file: who needs the content asks for that.

Source: RFC 9285 (base45); RFC 9052 (COSE); GB/T 36905-2018 (codes of electronic certificates); Personal Information
Protection Law, art. 6 (no more than needed).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import base45
import cbor2

from tongban.crypto import cose
from tongban.crypto.cose import Sign, Signed
from tongban.crypto.profiles import Algorithm
from tongban.domain.certificate import Certificate

PREFIX = "TB1:"
DIGEST_BYTES = 16
_TYPE, _IDENTIFIER, _HOLDER, _NUMBER, _ISSUER, _ISSUER_CODE, _FROM, _UNTIL, _DIGEST, _REGION = range(1, 11)


class NotRead(ValueError):
    """A text that is no code of ours, or not as it was made."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the code says. `digest`: the first 16 bytes of SM3 over the certificate's file."""

    identifier: str
    type_name: str
    holder: str
    holder_number: str
    issuer: str
    issuer_code: str
    region: str
    """The issuer's."""
    valid_from: date
    valid_until: date | None
    digest: bytes

    @property
    def last_day(self) -> date | None:
        """The last day on which it counts; None: without end."""
        return None if self.valid_until is None else self.valid_until - timedelta(days=1)


def summary(certificate: Certificate, digest: str) -> Summary:
    """Sum up a certificate with the digest of its file, in hex."""
    return Summary(
        identifier=certificate.identifier,
        type_name=certificate.type_name,
        holder=certificate.holder_name,
        holder_number=certificate.masked_number,
        issuer=certificate.issuer.name,
        issuer_code=certificate.issuer.code,
        region=certificate.issuer.region,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        digest=bytes.fromhex(digest)[:DIGEST_BYTES],
    )


def seal_up(said: Summary, *, key_id: str, algorithm: Algorithm, sign: Sign) -> str:
    """Return the text of the code."""
    message = cose.seal_up(cbor2.dumps(_plain(said), canonical=True), key_id=key_id, algorithm=algorithm, sign=sign)
    encoded: str = base45.b45encode(message).decode()
    return PREFIX + encoded


def open_up(text: str) -> tuple[Summary, Signed]:
    """Return what a code says and the signature over it, not verified yet. Raises NotRead."""
    if not text.startswith(PREFIX) or len(text) > 2 * cose.LARGEST_BYTES:
        raise NotRead("no code of ours")
    try:
        message = base45.b45decode(text.removeprefix(PREFIX))
        signed = cose.open_up(message)
        said = _read(cbor2.loads(signed.payload))
        if (
            cbor2.dumps(_plain(said), canonical=True) != signed.payload
            or base45.b45encode(message).decode() != text[4:]
        ):
            raise NotRead("not in its one form")
        return said, signed
    except NotRead:
        raise
    except (cbor2.CBORDecodeError, ValueError, TypeError, LookupError, OverflowError, RecursionError) as broken:
        raise NotRead("no code of ours") from broken


def _plain(said: Summary) -> dict[int, Any]:
    """Without end has no entry, so that nothing has two forms."""
    until = {} if said.valid_until is None else {_UNTIL: said.valid_until.isoformat()}
    return until | {
        _TYPE: said.type_name,
        _IDENTIFIER: said.identifier,
        _HOLDER: said.holder,
        _NUMBER: said.holder_number,
        _ISSUER: said.issuer,
        _ISSUER_CODE: said.issuer_code,
        _REGION: said.region,
        _FROM: said.valid_from.isoformat(),
        _DIGEST: said.digest,
    }


def _read(plain: dict[int, Any]) -> Summary:
    said = Summary(
        identifier=_text(plain[_IDENTIFIER]),
        type_name=_text(plain[_TYPE]),
        holder=_text(plain[_HOLDER]),
        holder_number=_text(plain[_NUMBER]),
        issuer=_text(plain[_ISSUER]),
        issuer_code=_text(plain[_ISSUER_CODE]),
        region=_text(plain[_REGION]),
        valid_from=date.fromisoformat(plain[_FROM]),
        valid_until=date.fromisoformat(plain[_UNTIL]) if _UNTIL in plain else None,
        digest=plain[_DIGEST],
    )
    if not isinstance(said.digest, bytes) or len(said.digest) != DIGEST_BYTES:
        raise NotRead("another digest")
    if said.valid_until is not None and said.valid_until <= said.valid_from:
        raise NotRead("it would end before it begins")
    return said


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotRead("a text is demanded")
    return value
