"""How are internal ids made? UUID version 7: a time stamp first, so that new rows lie beside each other in an index.

Source: RFC 9562, section 5.7.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID


def of_index(index: str) -> UUID:
    """Return the id that follows from a blind index: whoever asks for a person first, it is the same.

    Source: RFC 9562, section 5.8 (version 8).
    """
    bits = int(index[:32], 16) & ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=bits | 8 << 76 | 2 << 62)


def uuid7(*, now: datetime) -> UUID:
    milliseconds = int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF
    return UUID(int=milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62))
