"""How are the entries of a stream chained?

The hash of an entry is SM3 over the hash before it, the entry's head and its body:

    SM3(previous ‖ [stream, seq, type, version, at, actor, operation] ‖ "\\n" ‖ body)

The head is a JSON array, so that no two heads read the same; the body is canonical JSON and is kept as written. Bodies
hold only text, whole numbers, truth values, lists and objects with ASCII keys, for which `json.dumps` with sorted keys
is RFC 8785 exactly, at a tenth of the cost of a general encoder (tests/journal/test_chain.py compares the two).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tongban.crypto import sm3

GENESIS = "0" * 64


def text(value: Any) -> str:
    """Return the canonical JSON text of a body."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def link(
    previous: str,
    *,
    stream: str,
    seq: int,
    type: str,
    version: int,
    at: datetime,
    actor: str,
    operation: str,
    body: str,
) -> str:
    """Return the hash of an entry, in hex."""
    head = text([stream, seq, type, version, at.astimezone(UTC).isoformat(), actor, operation])
    return sm3.digest(bytes.fromhex(previous) + head.encode() + b"\n" + body.encode()).hex()
