"""How do bytes stand in JSON and addresses? As base64url without padding, in exactly one form.

    >>> encode(b"\\xfb\\xff")
    '-_8'

Source: RFC 4648, 5; RFC 7515, 2.
"""

from __future__ import annotations

import base64
import binascii


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes. Raises ValueError for padding, strange characters and stray bits at the end."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise ValueError("不是 base64url 文本。") from wrong
    if encode(data) != text:
        raise ValueError("不是规范的 base64url 文本。")
    return data
