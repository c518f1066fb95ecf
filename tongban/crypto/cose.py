"""Which bytes carry a signed message in a QR code? One COSE_Sign1 in the one form that deterministic CBOR allows.

    18([ << {1: alg, 4: key id} >>, {}, payload, signature ])

The algorithm and the name of the key stand in the protected header, nothing in the other. ES256 is -7; SM2 with SM3 has
no registered number and takes one of those left for private use. A signature is r‖s, 64 bytes; `profiles` speaks DER.

Source: RFC 9052, 2, 4.2, 4.4 (COSE_Sign1, Sig_structure); RFC 9053, 2.1 (ES256); RFC 8949, 4.2.1 (deterministic CBOR).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cbor2

from tongban.crypto import signature_der
from tongban.crypto.profiles import Algorithm

LARGEST_BYTES = 2048
"""More than any QR code holds."""
NUMBERS = {Algorithm.ES256: -7, Algorithm.SM2SM3: -65537}
_SIGN1 = 18
_ALG, _KID = 1, 4
_HALF = 32

Sign = Callable[[bytes], bytes]


class NotRead(ValueError):
    """Bytes that are no COSE_Sign1 of ours in its one form."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A message that was read, not verified yet. `signature` is in DER, over `covered`."""

    payload: bytes
    key_id: str
    algorithm: Algorithm
    signature: bytes
    covered: bytes


def seal_up(payload: bytes, *, key_id: str, algorithm: Algorithm, sign: Sign) -> bytes:
    """Return the signed message; `sign` returns the signature in DER."""
    protected = _protected(algorithm, key_id)
    r, s = signature_der.numbers(sign(_covered(protected, payload)))
    return _written(protected, payload, r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big"))


def open_up(message: bytes) -> Signed:
    """Read a message. Raises NotRead."""
    if len(message) > LARGEST_BYTES:
        raise NotRead(f"longer than {LARGEST_BYTES} bytes")
    try:
        tag: Any = cbor2.loads(message)
        protected, _, payload, signature = tag.value
        if _written(protected, payload, signature) != message or len(signature) != 2 * _HALF:
            raise NotRead("not in its one form")
        header = cbor2.loads(protected)
        algorithm = next(name for name, number in NUMBERS.items() if number == header[_ALG])
        key_id: str = header[_KID].decode()
        if _protected(algorithm, key_id) != protected:
            raise NotRead("another header")
        der = signature_der.encode(int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big"))
        return Signed(payload, key_id, algorithm, der, _covered(protected, payload))
    except NotRead:
        raise
    except (
        *(cbor2.CBORDecodeError, cbor2.CBOREncodeError, ValueError, TypeError, LookupError, AttributeError),
        *(StopIteration, OverflowError, RecursionError, MemoryError),
    ) as broken:
        raise NotRead("no COSE_Sign1") from broken


def _protected(algorithm: Algorithm, key_id: str) -> bytes:
    return cbor2.dumps({_ALG: NUMBERS[algorithm], _KID: key_id.encode()}, canonical=True)


def _written(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    for part in (protected, payload, signature):
        if not isinstance(part, bytes):
            raise NotRead("parts are byte strings")
    return cbor2.dumps(cbor2.CBORTag(_SIGN1, [protected, {}, payload, signature]), canonical=True)


def _covered(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
