"""How much of a name or a number does somebody see who need not know all of it?

Of a person the first character of the name, of a number both ends; a body is told by both ends of a long name. Numbers
of public registers are not hidden.

Source: Personal Information Protection Law, art. 6 (no more than needed); design, invariant 14.
"""

from __future__ import annotations

from tongban.domain.identifiers import DocumentType

LONG_NAME = 8
"""From so many characters on a body is still not told by two at each end."""


def number(document_type: DocumentType, value: str) -> str:
    """Return the number as pages show it: 130***********1234; numbers of public registers stay as they are.

    Of short numbers less is shown, so that at least half stays hidden.
    """
    if not document_type.personal:
        return value
    shown = 3, 4
    if len(value) < 2 * sum(shown):
        shown = len(value) // 4, len(value) // 4
    head, tail = shown
    return _hidden(value, head, tail, "*")


def person(text: str) -> str:
    """Return a person's name, or another personal text, with all but its first character hidden.

    >>> person("林晓"), person("")
    ('林＊', '')
    """
    return _hidden(text, 1, 0, "＊")


def body(name: str) -> str:
    """Return the name of a body with its middle hidden; of a short one all but the first character.

    >>> body("河北渤远航运有限公司"), body("渤远")
    ('河北＊＊＊＊＊＊公司', '渤＊')
    """
    return _hidden(name, 2, 2, "＊") if len(name) >= LONG_NAME else person(name)


def _hidden(text: str, head: int, tail: int, sign: str) -> str:
    return text[:head] + sign * (len(text) - head - tail) + text[len(text) - tail :]
