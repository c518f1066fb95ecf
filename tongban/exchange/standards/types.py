"""What are messages about the catalogue called, and which of them begin a transaction of their own?"""

from __future__ import annotations

PREFIX = "cn.tongban.catalogue."


def of(what: str) -> str:
    """Return the type of the messages about something.

    >>> of("sign_off")
    'cn.tongban.catalogue.sign_off.v1'
    """
    return f"{PREFIX}{what}.v1"


APART = frozenset(map(of, ("agreement", "agreement_end", "proposal", "sign_off", "signature", "recall")))
"""What these do locks a stream that comes before the catalogue's by name: so nothing may be locked before."""
