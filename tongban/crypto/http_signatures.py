"""Who sent this request, and was it sent just now? HTTP message signatures, by a window of time.

A request is signed over its method, its whole address, the digest of its content and what else it is to prove. It
counts from `created` until `expires` only, so that a copy is of no use tomorrow; whoever tries again signs again. The
window is judged by the receiver's clock, with some leeway for clocks that differ.

The algorithm is that of the key and is not named in the signature, which is r‖s, 64 bytes; SM2 with SM3, which has no
registered name, is written in the same way. `profiles` speaks DER.

Source: RFC 9421, 2, 3.1, 3.2, 3.3.4 (HTTP message signatures); RFC 9530, 2 (Content-Digest).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import HTTPSignatureAlgorithm
from http_message_signatures.exceptions import HTTPMessageSignaturesException, InvalidSignature

from tongban.crypto import profiles, signature_der
from tongban.crypto.profiles import Algorithm

ALWAYS = ("@method", "@authority", "@path", "@query", "content-digest")
LABEL = "tongban"
TAG = "tongban-exchange"
LONGEST = timedelta(minutes=10)
"""The widest window that is accepted."""
LEEWAY = timedelta(seconds=30)
_HALF = 32

Pen = Callable[[bytes], bytes]
"""Signs bytes; the signature in DER."""


class NotSigned(ValueError):
    """A request that nobody known has signed, or that was changed. `str(error)` says what is wrong."""


class OutsideWindow(NotSigned):
    """A good signature at the wrong time: to be signed again, or a clock is wrong."""


class UnknownKey(NotSigned):
    """A signature with a key that is not known, or not any more."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key by the name under which it signs."""

    algorithm: Algorithm
    public: bytes


@dataclass(slots=True)
class Request:
    """What is signed of a request; `headers` by name, in any case."""

    method: str
    url: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    """Who signed what, to be kept: `base` are the bytes that `signature` (DER) covers."""

    key: str
    created: datetime
    expires: datetime
    base: bytes
    signature: bytes


def sign(request: Request, *, key: str, pen: Pen, also: Sequence[str] = (), now: datetime, until: datetime) -> None:
    """Add Content-Digest, Signature-Input and Signature to the headers. `also`: names of headers to be covered."""
    signer = HTTPMessageSigner(signature_algorithm=_Ours)
    prepared = signer.prepare(
        request,
        key_id=key,
        created=now,
        expires=until,
        label=LABEL,
        tag=TAG,
        include_alg=False,
        covered_component_ids=(*ALWAYS[:-1], *also),
        body=request.body,
    )
    signer.apply(request, prepared, _joined(pen(prepared.signature_base)))


def verify(request: Request, *, key_of: Callable[[str], Key | None], also: Sequence[str] = (), now: datetime) -> Proof:
    """Return who signed the request just now, over its content and the headers named.

    Raises OutsideWindow, UnknownKey, NotSigned.
    """
    resolver = _Resolver(key_of)
    verifier = _Verifier(signature_algorithm=_Ours, key_resolver=resolver)
    try:
        (found,) = verifier.verify(
            request, max_age=None, expect_tag=TAG, require_components=(*ALWAYS, *also), body=request.body
        )
    except (HTTPMessageSignaturesException, ValueError) as wrong:
        kind = UnknownKey if resolver.unknown else NotSigned
        raise kind(f"请求的签名不成立：{wrong}") from None
    said: Mapping[str, Any] = found.parameters
    created, expires = _instant(said["created"]), _instant(said["expires"])
    if expires - created > LONGEST:
        raise NotSigned(f"请求的签名不成立：有效时间超过 {LONGEST.seconds // 60} 分钟。")
    if not created - LEEWAY <= now < expires + LEEWAY:
        raise OutsideWindow(f"请求的签名只在 {created:%FT%TZ} 至 {expires:%FT%TZ} 有效。请重新签名，并核对双方时钟。")
    base = "\n".join(f"{name}: {value}" for name, value in found.covered_components.items())
    return Proof(said["keyid"], created, expires, base.encode(), resolver.signature)


class _Ours(HTTPSignatureAlgorithm):
    """The algorithm that the key belongs to."""

    algorithm_id = "by-key"

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
        self._resolver, self._key = public_key

    def verify(self, signature: bytes, message: bytes) -> None:
        if len(signature) != 2 * _HALF:
            raise InvalidSignature("a signature has 64 bytes")
        halves = (int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big"))
        der = signature_der.encode(*halves)
        if not profiles.verify(self._key.algorithm, self._key.public, message, der):
            raise InvalidSignature("the signature is not good")
        self._resolver.signature = der


class _Resolver(HTTPSignatureKeyResolver):
    def __init__(self, key_of: Callable[[str], Key | None]) -> None:
        self._key_of = key_of
        self.signature = b""
        self.unknown = False

    def resolve_public_key(self, key_id: str) -> Any:
        key = self._key_of(key_id)
        if key is None:
            self.unknown = True
            raise InvalidSignature(f"the key {key_id} is unknown")
        return self, key


class _Verifier(HTTPMessageVerifier):
    """The window is judged by the caller's clock, once the signature is known to be good."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        if not {"created", "expires"} <= set(sig_input.params):
            raise InvalidSignature("a signature has a window of time")


def _joined(der: bytes) -> bytes:
    r, s = signature_der.numbers(der)
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def _instant(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, OSError, ValueError):
        raise NotSigned("请求的签名不成立：时间超出了日历。") from None
