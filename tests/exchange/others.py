"""Another node, as this one sees it: root, keys, trust list, messages and signed requests, and no program behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from asn1crypto import pem
from django.conf import settings
from django.test import Client

from tests.domain.messages import NINE, Writer
from tongban.crypto import base64url, canonical, http_signatures, letterbox, profiles, x509
from tongban.crypto.http_signatures import Request
from tongban.crypto.profiles import Algorithm
from tongban.crypto.x509 import Content, Name
from tongban.domain import envelope, trust
from tongban.domain.envelope import Message, Receipt, Refusal, Sealed
from tongban.domain.trust import RegionList, TrustedKey
from tongban.exchange import actions
from tongban.exchange.delivering import SENDER
from tongban.exchange.inbox import GREETING
from tongban.keys.actions import key_id
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose

Plain = dict[str, Any]
ALGORITHM = Algorithm.SM2SM3
ADDRESS = "http://testserver"
NOW = NINE


@dataclass
class Key:
    """A pair of keys, by the name that both sides know."""

    private: bytes
    public: bytes

    @property
    def id(self) -> str:
        return key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        return profiles.sign(ALGORITHM, self.private, message)


def key() -> Key:
    return Key(*profiles.generate(ALGORITHM))


@dataclass
class Other:
    """A node of a name; `writer` goes on with what it writes to this one."""

    now: datetime
    name: str = "tianjin"
    region: str = "120000"
    root: Key = field(default_factory=key)
    signing: Key = field(default_factory=key)
    receiving: Key = field(default_factory=key)
    checkpointing: Key = field(default_factory=key)
    vouched_for: list[TrustedKey] = field(default_factory=list)
    """Keys of its authorities, which its list names too."""

    def __post_init__(self) -> None:
        self.writer = Writer(source=self.name, destination=settings.NODE, kind=GREETING)

    @cached_property
    def root_certificate(self) -> x509.Certified:
        name = Name(common="天津市", number=self.region)
        content = Content(
            subject=name,
            public_key=self.root.public,
            algorithm=ALGORITHM,
            valid_from=self.now - timedelta(days=1),
            valid_until=self.now + timedelta(days=3650),
            authority=True,
        )
        encoded = x509.issue(
            content, serial=1, issuer=name, issuer_key=self.root.public, algorithm=ALGORITHM, sign=self.root.sign
        )
        return x509.read(encoded)

    @property
    def roots(self) -> str:
        return pem.armor("CERTIFICATE", self.root_certificate.encoded).decode()

    def trust_list(self) -> str:
        """Its trust list as it publishes it, with one key for each use."""
        listed = RegionList(
            region=self.region,
            issued_at=self.now,
            next_at=self.now + timedelta(days=30),
            roots=(self.root_certificate,),
            keys=(
                self._entry(self.signing, Purpose.EXCHANGE),
                self._entry(self.receiving, Purpose.RECEIVING),
                self._entry(self.checkpointing, Purpose.CHECKPOINT),
                *self.vouched_for,
            ),
        )
        signed = [(listed, [(self.root_certificate, self.root.sign(trust.message(listed)))])]
        return canonical.encode(trust.published(signed)).decode()

    def _entry(self, one: Key, purpose: Purpose) -> TrustedKey:
        return TrustedKey(
            key_id=one.id,
            owner=f"node:{self.name}",
            name=self.name,
            purpose=purpose,
            algorithm=ALGORITHM,
            public_key=one.public,
            valid_from=self.now - timedelta(days=1),
            valid_until=None,
            retired_at=None,
            region=self.region,
        )

    def introduce(self) -> None:
        """Let this node know it."""
        peer = actions.introduce(name=self.name, address="http://tianjin.invalid", roots=self.roots, now=self.now)
        actions.trust(peer=peer, text=self.trust_list(), now=self.now)

    # --- what it sends ------------------------------------------------------------------------------------------------

    def write(
        self, count: int = 1, *, kind: str = GREETING, body: Plain | None = None, subject: str = "node:0192"
    ) -> list[Plain]:
        """Write so many messages; return them as they travel."""
        self.writer.kind, self.writer.subject = kind, subject
        for _ in range(count):
            self.writer.write(body)
        return [self.sealed(*one) for one in self.writer.written[len(self.writer.written) - count :]]

    def travelling(self, to: SigningKey | None = None) -> list[Plain]:
        """Return all that was written, sealed for this node."""
        return [self.sealed(message, wrapped, to) for message, wrapped in self.writer.written]

    def sealed(self, message: Message, wrapped: bytes, to: SigningKey | None = None) -> Plain:
        opens = to or SigningKey.objects.get(purpose=Purpose.RECEIVING, retired_at=None)
        body = letterbox.seal(ALGORITHM, bytes(opens.public_key), wrapped, use=envelope.use_of(message))
        return envelope.enclose(Sealed(message, body, opens.id))

    def request(self, body: bytes, *, at: datetime | None = None, path: str = "/exchange/messages") -> Request:
        now = at or self.now
        request = Request("POST", ADDRESS + path, body, {"Content-Type": "application/json", SENDER: self.name})
        until = now + timedelta(minutes=5)
        http_signatures.sign(request, key=self.signing.id, pen=self.signing.sign, also=[SENDER], now=now, until=until)
        return request

    def send(self, messages: list[Plain]) -> Any:
        """Send a batch; return the answer."""
        return post(self.request(canonical.encode({"messages": messages})))

    # --- what it answers ----------------------------------------------------------------------------------------------

    def receipt(self, messages: list[Message], *refused: Refusal) -> Plain:
        """Return its signed receipt for what this node has written to it."""
        last = messages[-1]
        receipt = Receipt(settings.NODE, self.name, 0, last.sequence, last.digest, refused, self.now)
        return self.signed(receipt)

    def signed(self, receipt: Receipt, with_key: Key | None = None) -> Plain:
        one = with_key or self.signing
        value = base64url.encode(one.sign(envelope.receipt_message(receipt)))
        return {"receipt": envelope.plain_receipt(receipt), "signature": {"key": one.id, "value": value}}


def post(request: Request) -> Any:
    """Send a signed request as it is."""
    headers = {name: value for name, value in request.headers.items() if name.lower() != "content-type"}
    path = request.url.removeprefix(ADDRESS)
    return Client().post(path, request.body, content_type="application/json", headers=headers)
