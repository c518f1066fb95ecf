"""What does a link or a window's code say that nobody can guess? A keyed digest of the node over an id.

The token of a link has 160 bits. It is kept nowhere: rows and journal hold SM3 over it, and the node makes it again
when the holder wants to show it again, by a key that does not lie in the database. The code at a window is short, since
it may be typed; it lives for minutes, works for people who signed in, and wrong ones are counted.
"""

from __future__ import annotations

import re

from tongban.crypto import sm3
from tongban.keys import actions as keys

TOKEN_DIGITS = 40
CODE_LENGTH = 8
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters that are not taken for one another: without 0, 1, I and O."""

_TOKEN = re.compile(rf"[0-9a-f]{{{TOKEN_DIGITS}}}")
_CODE = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}")


def token_of(share: str) -> str:
    return keys.blind(f"share {share}")[:TOKEN_DIGITS]


def key_of_token(token: str) -> str:
    """Return under which key a share is found; empty for what is no token."""
    return sm3.digest(token.encode()).hex() if _TOKEN.fullmatch(token) else ""


def code_of(id: str, *, of: str = "asking") -> str:
    """Return the code of a request; `of` says what the id is an id of."""
    number = int(keys.blind(f"{of} {id}"), 16)
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(CODE_LENGTH))


def key_of_code(code: str) -> str:
    """Return under which key a request is found, however the code was typed; empty for what is no code.

    A short code could be tried out against a plain digest; against a keyed one it cannot.
    """
    plain = re.sub(r"[\s-]", "", code).upper()
    return keys.blind(f"code {plain}") if _CODE.fullmatch(plain) else ""


def readable(code: str) -> str:
    """Return the code as people read it aloud: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"
