"""Is this the one DER form of an elliptic curve signature?

A signature is `SEQUENCE { INTEGER r, INTEGER s }` with 0 < r, s < n. Each pair has exactly one DER form: shortest
lengths, shortest integers, nothing before or after. Whoever accepted another form would accept two byte strings for one
signature, and digests over signed bytes would no longer name one thing.

Source: GB/T 35276-2017, 7.3; ITU-T X.690, 8.3 and 10.1.
"""

from __future__ import annotations

# Two integers of 33 bytes, each with tag and length, inside one sequence.
LONGEST = 72


def encode(r: int, s: int) -> bytes:
    body = _integer(r) + _integer(s)
    return b"\x30" + bytes([len(body)]) + body


def is_strict(signature: bytes, order: int) -> bool:
    """Say whether `signature` is the DER form of two numbers between 1 and `order` - 1, of 256 bits at most."""
    if len(signature) < 8 or len(signature) > LONGEST or signature[0] != 0x30:
        return False
    length_of_r = signature[3]
    if signature[2] != 0x02 or 4 + length_of_r + 2 > len(signature):
        return False
    r, s = numbers(signature)
    return 0 < r < order and 0 < s < order and encode(r, s) == signature


def numbers(signature: bytes) -> tuple[int, int]:
    """Return r and s of a strict signature."""
    length_of_r = signature[3]
    r, s = signature[4 : 4 + length_of_r], signature[4 + length_of_r + 2 :]
    return int.from_bytes(r, "big"), int.from_bytes(s, "big")


def _integer(number: int) -> bytes:
    # One bit more than the number has, so that the first bit of a positive integer is 0.
    content = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(content)]) + content
