"""The worked examples of the exchange, for whoever writes a node in another language: two nodes and what they send.

`docs/exchange/examples` holds them, one file for each part of the protocol, and `test_worked.py` holds them to the
program. `.venv/bin/python -m tests.exchange.worked` writes them. Everything in them follows from the names of the keys
but signatures and seals, which are different each time: those are taken from what is kept, as long as they are good.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from asn1crypto import pem

from tongban.crypto import (
    base64url,
    canonical,
    http_signatures,
    letterbox,
    p256,
    profiles,
    signature_der,
    sm2,
    sm3,
    x509,
)
from tongban.crypto.http_signatures import Request
from tongban.crypto.profiles import Algorithm
from tongban.crypto.x509 import Content, Name
from tongban.domain import envelope, reconciliation, trust
from tongban.domain.envelope import Message, Receipt, Refusal, Sealed
from tongban.domain.reconciliation import Listed, Received, Sent, Standing
from tongban.domain.trust import RegionList, TrustedKey

EXAMPLES = Path(__file__).parent.parent.parent / "docs/exchange/examples"
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Nine in the morning in Beijing: when everything in the examples is written and signed."""
SENDER = "tongban-node"
NONCE = "0123456789abcdef0123456789abcdef"
APPLICATION = "0195523a-6e00-7000-8000-000000000001"
FILE = b"%PDF-1.7\n% Tongban\n%%EOF\n"
_CURVE = (
    "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"
    "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)
"""a, b and the base point of sm2p256v1 (GB/T 32918.5)."""

Plain = dict[str, Any]


# --- what is random, kept ---------------------------------------------------------------------------------------------


@dataclass
class Kept:
    """All that stands in the examples as they are: signatures and seals that are still good are not made anew."""

    texts: frozenset[str] = frozenset()
    _signed: dict[tuple[str, bytes], bytes] = field(default_factory=dict)

    @cached_property
    def _values(self) -> list[bytes]:
        values = [value for text in sorted(self.texts) for value in _decoded(text)]
        return values + [signature for value in values for signature in _signature_within(value)]

    def signature(self, key: Key, message: bytes) -> bytes:
        """Return a signature (DER) that holds, the same for the same message."""
        if (key.id, message) not in self._signed:
            self._signed[key.id, message] = self._good(key, message)
        return self._signed[key.id, message]

    def _good(self, key: Key, message: bytes) -> bytes:
        signatures = (one for one in self._values if len(one) <= signature_der.LONGEST)
        good = (one for one in signatures if profiles.verify(key.algorithm, key.public, message, one))
        return next(good, None) or profiles.sign(key.algorithm, key.private, message)

    def seal(self, key: Key, plaintext: bytes, use: bytes) -> bytes:
        """Return a seal that opens."""
        long_enough = (one for one in self._values if len(one) > len(plaintext))
        good = (one for one in long_enough if _opens(key, one, use) == plaintext)
        return next(good, None) or letterbox.seal(key.algorithm, key.public, plaintext, use=use)


def _decoded(text: str) -> Iterator[bytes]:
    try:
        yield base64url.decode(text)
    except ValueError:
        return


def _signature_within(value: bytes) -> Iterator[bytes]:
    """A certificate is kept with its signature."""
    try:
        yield x509.read(value).signature
    except x509.NotRead:
        return


def _opens(key: Key, sealed: bytes, use: bytes) -> bytes | None:
    try:
        return letterbox.unseal(key.algorithm, key.private, sealed, use=use)
    except letterbox.NotForThisKey:
        return None


def texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts_in(each)
        case list():
            for each in value:
                yield from texts_in(each)


# --- the two nodes ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A key that everybody knows: its private half is SM3 over what it is called."""

    called: str
    algorithm: Algorithm
    kept: Kept

    @cached_property
    def private(self) -> bytes:
        return sm3.digest(f"tongban example {self.called}".encode())

    @cached_property
    def public(self) -> bytes:
        return (sm2 if self.algorithm is Algorithm.SM2SM3 else p256).public_of(self.private)

    @property
    def id(self) -> str:
        return f"k-{sm3.digest(self.public).hex()[:16]}"

    def sign(self, message: bytes) -> bytes:
        return self.kept.signature(self, message)

    def seal(self, plaintext: bytes, *, use: bytes) -> bytes:
        return self.kept.seal(self, plaintext, use)

    @property
    def plain(self) -> Plain:
        return {
            "algorithm": self.algorithm.value,
            "private": self.private.hex(),
            "public": self.public.hex(),
            "public_key": base64url.encode(self.public),
            "key_id": self.id,
        }

    def signed(self, message: bytes) -> Plain:
        """A signature with what stands between it and the message."""
        der = self.sign(message)
        r, s = signature_der.numbers(der)
        between = {"z": _z(self.public).hex()} if self.algorithm is Algorithm.SM2SM3 else {}
        return {
            "key": self.id,
            **between,
            "e": self.digest(message).hex(),
            "der": base64url.encode(der),
            "raw": (r.to_bytes(32, "big") + s.to_bytes(32, "big")).hex(),
        }

    def digest(self, message: bytes) -> bytes:
        """The number that is signed."""
        if self.algorithm is Algorithm.SM2SM3:
            return sm3.digest(_z(self.public) + message)
        return profiles.digest(self.algorithm, message)


def _z(public: bytes) -> bytes:
    """GB/T 32918.2, 5.5: the signer's identity, the curve and the public key."""
    bits = (8 * len(sm2.IDENTITY)).to_bytes(2, "big")
    return sm3.digest(bits + sm2.IDENTITY + bytes.fromhex(_CURVE) + public[1:])


@dataclass(frozen=True)
class Node:
    """A node of one region, with the keys that its trust list names."""

    name: str
    title: str
    region: str
    algorithm: Algorithm
    kept: Kept

    def key(self, what: str) -> Key:
        return Key(f"{self.name} {what}", self.algorithm, self.kept)

    @property
    def host(self) -> str:
        return f"https://tongban.{self.name}.example.cn"

    @cached_property
    def root(self) -> x509.Certified:
        key, name = self.key("root"), Name(common=self.title, number=self.region)
        content = Content(
            subject=name,
            public_key=key.public,
            algorithm=self.algorithm,
            valid_from=AT - timedelta(days=1),
            valid_until=AT + timedelta(days=3650),
            authority=True,
        )
        encoded = x509.issue(
            content, serial=1, issuer=name, issuer_key=key.public, algorithm=self.algorithm, sign=key.sign
        )
        return x509.read(encoded)

    @cached_property
    def list(self) -> RegionList:
        return RegionList(
            region=self.region,
            issued_at=AT,
            next_at=AT + timedelta(days=30),
            roots=(self.root,),
            keys=tuple(self._entry(what) for what in ("checkpoint", "exchange", "receiving")),
        )

    def _entry(self, what: str) -> TrustedKey:
        key = self.key(what)
        return TrustedKey(
            key_id=key.id,
            owner=f"node:{self.name}",
            name=self.name,
            purpose=what,
            algorithm=self.algorithm,
            public_key=key.public,
            valid_from=AT - timedelta(days=1),
            valid_until=None,
            retired_at=None,
            region=self.region,
        )

    @cached_property
    def trust(self) -> Plain:
        """What stands at its `/trust.json`."""
        value = self.key("root").sign(trust.message(self.list))
        return trust.published([(self.list, [(self.root, value)])])

    @property
    def roots(self) -> str:
        """What people bring to whoever is to know it."""
        return pem.armor("CERTIFICATE", self.root.encoded).decode()

    @property
    def checkpoint(self) -> Plain:
        """The first checkpoint of its journal, over one stream."""
        heads = [["catalogue", 1, sm3.digest(b"tongban example").hex()]]
        return {
            "type": "tongban checkpoint 1",
            "number": 1,
            "at": trust.written(AT),
            "streams": 1,
            "root": sm3.digest(canonical.encode(heads)).hex(),
            "previous": "0" * 64,
            "key_id": self.key("checkpoint").id,
        }

    def request(self, method: str, url: str, body: bytes = b"", **headers: str) -> Plain:
        """A signed request with what stands between it and its signature."""
        kind = {"Content-Type": "application/json"} if body else {}
        request = Request(method, url, body, kind | {"Tongban-Node": self.name} | headers)
        key, base = self.key("exchange"), b""

        def pen(message: bytes) -> bytes:
            nonlocal base
            base = message
            return key.sign(message)

        until = AT + timedelta(minutes=5)
        http_signatures.sign(request, key=key.id, pen=pen, also=[SENDER], now=AT, until=until)
        return {
            "method": method,
            "url": url,
            "headers": request.headers,
            "body": body.decode(),
            "signature_base": base.decode(),
            "signature": key.signed(base),
        }

    def vouches(self, name: str, said: Plain) -> Plain:
        """A receipt or standing as it is sent, with what is signed."""
        message = canonical.encode(said)
        signature = self.key("exchange").signed(message)
        answer = {name: said, "signature": {"key": signature["key"], "value": signature["der"]}}
        return {"answer": answer, "signed": message.decode(), "signature": signature}


@dataclass(frozen=True)
class Way:
    """What one node writes to the other."""

    source: Node
    destination: Node

    @cached_property
    def written(self) -> Sequence[tuple[Message, Plain, bytes, bytes]]:
        """Messages with their bodies, salts and bodies before sealing."""
        source, destination = self.source.name, self.destination.name
        previous = envelope.beginning(source=source, destination=destination)
        made = []
        for number, (kind, subject, body) in enumerate(self._said(), 1):
            salt = sm3.digest(f"tongban example salt {source} {number}".encode())[: envelope.SALT_BYTES]
            wrapped = envelope.wrap(body, salt=salt)
            message = Message(
                id=f"0195523a-6e00-7000-8000-0000000001{number:02d}",
                source=source,
                destination=destination,
                sequence=number,
                previous=previous,
                type=kind,
                subject=subject,
                at=AT,
                body=envelope.digest_of(wrapped),
            )
            made.append((message, body, salt, wrapped))
            previous = message.digest
        return made

    def _said(self) -> Iterator[tuple[str, str, Plain]]:
        yield "cn.tongban.node.greeting.v1", "node", {}
        said = self.source.checkpoint
        signed = canonical.encode(said)
        signature = base64url.encode(self.source.key("checkpoint").sign(signed))
        subject = f"checkpoint:{said['number']}:{sm3.digest(signed).hex()}"
        yield "cn.tongban.journal.checkpoint.v1", subject, {"said": said, "signature": signature}

    @property
    def name(self) -> str:
        return f"{self.source.name} to {self.destination.name}"

    @cached_property
    def travelling(self) -> list[Plain]:
        return [self._sealed(message, wrapped) for message, _, _, wrapped in self.written]

    def _sealed(self, message: Message, wrapped: bytes) -> Plain:
        key = self.destination.key("receiving")
        sealed = key.seal(wrapped, use=envelope.use_of(message))
        return envelope.enclose(Sealed(message, sealed, key.id))

    @property
    def messages(self) -> Plain:
        said = ["tongban-exchange", self.source.name, self.destination.name]
        return {
            "beginning": {"canonical": canonical.encode(said).decode(), "digest": self.written[0][0].previous},
            "messages": [
                {
                    "body": body,
                    "salt": base64url.encode(salt),
                    "before_sealing": wrapped.decode(),
                    "datadigest": message.body,
                    "canonical": canonical.encode(envelope.plain(message)).decode(),
                    "digest": message.digest,
                    "use": envelope.use_of(message).decode(),
                    "sealed": _parts(self.destination.key("receiving"), travelling["data_base64"]),
                    "travels": travelling,
                }
                for (message, body, salt, wrapped), travelling in zip(self.written, self.travelling, strict=True)
            ],
        }

    @property
    def batch(self) -> Plain:
        body = canonical.encode({"messages": self.travelling})
        return self.source.request("POST", f"{self.destination.host}/exchange/messages", body)

    def receipt(self, *refused: Refusal) -> Plain:
        last = self.written[-1][0]
        receipt = Receipt(self.source.name, self.destination.name, 0, last.sequence, last.digest, refused, AT)
        return self.destination.vouches("receipt", envelope.plain_receipt(receipt))

    @property
    def file(self) -> Plain:
        """A file that the source has offered, sealed for the destination."""
        digest = sm3.digest(FILE).hex()
        use = f"tongban-attachment {self.source.name} {self.destination.name} {digest}"
        key = self.destination.key("receiving")
        sealed = key.seal(FILE, use=use.encode())
        return {
            "content": base64url.encode(FILE),
            "named": {"digest": digest, "kind": "application/pdf", "name": "申请书.pdf", "size": len(FILE)},
            "use": use,
            "key": key.id,
            "sealed": base64url.encode(sealed),
            "length": len(sealed),
        }


def _parts(key: Key, sealed: str) -> Plain:
    """The parts of a seal, and with SM2 the fresh key that opens the rest."""
    data = base64url.decode(sealed)
    if key.algorithm is Algorithm.ES256:
        return {"enc": data[:65].hex(), "ciphertext_and_tag": data[65:].hex()}
    end = 2 + int.from_bytes(data[:2], "big")
    return {
        "length": data[:2].hex(),
        "encrypted_key": data[2:end].hex(),
        "sm4_key": sm2.decrypt(key.private, data[2:end]).hex(),
        "nonce": data[end : end + 12].hex(),
        "ciphertext": data[end + 12 : -16].hex(),
        "tag": data[-16:].hex(),
    }


# --- the files --------------------------------------------------------------------------------------------------------


def nodes(kept: Kept) -> tuple[Node, Node]:
    beijing = Node("beijing", "北京市", "110000", Algorithm.SM2SM3, kept)
    tianjin = Node("tianjin", "天津市", "120000", Algorithm.ES256, kept)
    return beijing, tianjin


def examples(kept: Kept) -> dict[str, Plain]:
    """Return the content of every file by its name."""
    both = nodes(kept)
    beijing, tianjin = both
    ways = [Way(tianjin, beijing), Way(beijing, tianjin)]
    return {
        "keys": {one.name: {what: one.key(what).plain for what in KEYS} for one in both},
        "trust": {one.name: _trust(one) for one in both},
        "messages": {one.name: one.messages for one in ways},
        "requests": _requests(ways),
        "answers": _answers(ways),
        "files": {one.name: one.file for one in ways},
    }


KEYS = ("root", "exchange", "receiving", "checkpoint")


def _trust(one: Node) -> Plain:
    message = trust.message(one.list)
    return {
        "roots": one.roots,
        "root_public": one.key("root").public.hex(),
        "trust.json": one.trust,
        "signed": message.decode(),
        "signature": one.key("root").signed(message),
    }


def _requests(ways: Sequence[Way]) -> Plain:
    made: Plain = {}
    for way in ways:
        asker, asked = way.source, way.destination
        made[f"batch {way.name}"] = way.batch
        empty = canonical.encode({"messages": []})
        made[f"empty batch {way.name}"] = asker.request("POST", f"{asked.host}/exchange/messages", empty)
        url = f"{asked.host}/exchange/standing?for={NONCE}"
        made[f"standing {way.name}"] = asker.request("GET", url)
        url = f"{asked.host}/exchange/files/{sm3.digest(FILE).hex()}"
        made[f"file {way.name}"] = asker.request("GET", url, Range="bytes=0-1048575")
    return made


def _answers(ways: Sequence[Way]) -> Plain:
    made: Plain = {}
    for way in ways:
        made[f"receipt {way.name}"] = way.receipt()
        refused = Refusal(2, "another_history", "未接收：检查点 1 的签名不成立，或与消息所称的不同。请对方核对。")
        made[f"receipt with a refusal {way.name}"] = way.receipt(refused)
        made[f"standing {way.name}"] = way.destination.vouches("standing", reconciliation.plain(_standing(way)))
    outside = "请求的签名只在 2026-03-02T01:00:00Z 至 2026-03-02T01:05:00Z 有效。请重新签名，并核对双方时钟。"
    early = "未接收：第 2 号来得太早，本方只收到第 0 号。请从下一号发起。"
    nothing = Receipt("tianjin", "beijing", 0, 0, ways[0].written[0][0].previous, (), AT)
    receipt = ways[0].destination.vouches("receipt", envelope.plain_receipt(nothing))["answer"]
    made["problem outside_window"] = _problem(401, "outside_window", outside, retry=True)
    made["problem too_early"] = _problem(409, "too_early", early, retry=True) | {"receipt": receipt}
    return made


def _problem(status: int, code: str, detail: str, *, retry: bool) -> Plain:
    return {"type": "about:blank", "status": status, "code": code, "detail": detail, "retry": retry}


def _standing(way: Way) -> Standing:
    """How the destination stands with the source: both messages are here, nothing was written back."""
    last = way.written[-1][0]
    back = envelope.beginning(source=way.destination.name, destination=way.source.name)
    return Standing(
        node=way.destination.name,
        peer=way.source.name,
        nonce=NONCE,
        at=AT,
        sent=Sent(written=0, receipted=0, digest=back),
        received=Received(stored=last.sequence, digest=last.digest, refused=Listed(1, (2,))),
        wanted=Listed(1, (sm3.digest(FILE).hex(),)),
        parts={"cases": {f"{APPLICATION}/1": way.destination.name}},
    )


# --- on the disk ------------------------------------------------------------------------------------------------------


def kept() -> tuple[Kept, dict[str, Any]]:
    """Return what is kept, and each file by its name."""
    files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(EXAMPLES.glob("*.json"))}
    return Kept(frozenset(texts_in(files))), files


def write(named: Mapping[str, Any], folder: Path = EXAMPLES) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in named.items():
        text = json.dumps(value, ensure_ascii=False, indent=2)
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    write(examples(kept()[0]))
