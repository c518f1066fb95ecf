"""By what does a stranger ask for a document? By a code (核验码) that stands on the paper beside its number.

It is derived from the number by a key of this node: nobody guesses it, it can be printed before the paper is there, and
it holds when the holder had his data erased.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.http import urlencode

from tongban.keys import actions as keys

PAGE = "/documents/verify/"


def code_of(number: str) -> str:
    """Return the code of a document: twelve signs in groups of four, as people read them."""
    text = keys.blind(f"document/{number}")[:12].upper()
    return "-".join(text[place : place + 4] for place in range(0, 12, 4))


def address_of(number: str) -> str:
    """Return the address in the QR code of a document; empty where the node was not told its own (TONGBAN_ADDRESS)."""
    if not settings.ADDRESS:
        return ""
    return f"{settings.ADDRESS}{PAGE}?{urlencode({'number': number, 'code': code_of(number)})}"
