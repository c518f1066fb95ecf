"""An authority in another node's region: it issues certificates, and its region lists which of them do not count."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.certificates.drafts import NATIONALITY, OWNER, SHIP, draft
from tests.exchange.others import ALGORITHM, NOW, Key, Other, Plain, key
from tongban.crypto import base64url, canonical, x509
from tongban.crypto.x509 import Content, Name
from tongban.domain import certificate as kernel
from tongban.domain import compact, status
from tongban.domain.certificate import Draft, Issuer, SignatureBlock
from tongban.domain.status import StatusList
from tongban.domain.trust import TrustedKey, owner_of, written
from tongban.domain.verdict import Ended
from tongban.exchange import certificates
from tongban.keys.purposes import Purpose

TIANJIN = Issuer("11120000MA0TB1153H", "天津海事局", "120000")
IN_FORCE: Plain = {"status": "in_force", "on": None, "by": "", "as_of": written(NOW)}


@dataclass
class Authority:
    """An authority of the other node's region; `issuer` may be one of another region, as a forger would have it."""

    node: Other
    issuer: Issuer = TIANJIN
    signing: Key = field(default_factory=key)
    listing: Key = field(default_factory=key)

    def vouch(self) -> None:
        """Let the region's list name its key, and that for status lists."""
        self.node.vouched_for += [
            self._entry(self.signing, self.issuer.code, self.issuer.name, Purpose.CERTIFICATE),
            self._entry(self.listing, owner_of(self.node.region), "状态列表", Purpose.STATUS),
        ]

    def _entry(self, one: Key, owner: str, name: str, purpose: Purpose) -> TrustedKey:
        root, now = self.node.root_certificate, self.node.now
        content = Content(
            subject=Name(common=name, number=owner),
            public_key=one.public,
            algorithm=ALGORITHM,
            valid_from=now - timedelta(hours=12),
            valid_until=now + timedelta(days=365),
        )
        encoded = x509.issue(
            content,
            serial=7,
            issuer=root.content.subject,
            issuer_key=self.node.root.public,
            algorithm=ALGORITHM,
            sign=self.node.root.sign,
        )
        entry = self.node._entry(one, purpose)
        return replace(entry, owner=owner, name=name, certificate=encoded)

    def draft(self, number: int = 1, **changes: Any) -> Draft:
        kind = replace(NATIONALITY, type_code=f"{TIANJIN.code}003")
        serial = f"12000020260302000001A{number:04d}"
        return draft(**({"issuer": self.issuer, "type": kind, "serial": serial} | changes))

    def issue(self, number: int = 1, *, with_key: Key | None = None, **changes: Any) -> bytes:
        """Return the signed file."""
        signing = with_key or self.signing
        message = kernel.message(kernel.payload(self.draft(number, **changes)))
        block = SignatureBlock(self.signing.id, ALGORITHM.value, signing.sign(message))
        return kernel.seal_up(message, block)

    def code(self, document: bytes) -> bytes:
        """Return the text of its QR code."""
        summary = compact.summary(kernel.open_up(document)[0], kernel.file_digest(document))
        text = compact.seal_up(summary, key_id=self.signing.id, algorithm=ALGORITHM, sign=self.signing.sign)
        return text.encode()

    def statuses(self, ended: dict[str, Ended], *, at: datetime = NOW, with_key: Key | None = None) -> str:
        """Return the region's status list as it publishes it."""
        one = StatusList(self.node.region, at, at + timedelta(days=1), ended)
        value = (with_key or self.listing).sign(status.message(one))
        return canonical.encode(status.published([(one, self.listing.id, value)])).decode()

    # --- what its node writes -----------------------------------------------------------------------------------------

    def issued(self, document: bytes, **changes: Any) -> Any:
        """Let its node send a certificate; return the answer."""
        body = {
            "about": None,
            "application": "",
            "file": base64url.encode(document),
            "papers": {},
            "word": IN_FORCE,
        }
        subject = f"certificate:{kernel.file_digest(document)}"
        return self.node.send(self.node.write(kind=certificates.ISSUED, subject=subject, body=body | changes))

    def tells(self, document: bytes, **word: Any) -> Any:
        """Let its node tell how a certificate stands; return the answer."""
        identifier = kernel.open_up(document)[0].identifier
        body = {"certificate": identifier, "word": IN_FORCE | word}
        subject = f"certificate:{kernel.file_digest(document)}"
        return self.node.send(self.node.write(kind=certificates.STATUS, subject=subject, body=body))


__all__ = ["IN_FORCE", "OWNER", "SHIP", "TIANJIN", "Authority"]
