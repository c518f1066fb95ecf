"""Can what somebody wrote be printed on a paper that quotes it?"""

from __future__ import annotations

from unicodedata import category

from tongban.domain.documents.texts.facts import paragraphs
from tongban.domain.refused import Refused
from tongban.paper import fonts

INVISIBLE = "Cf"
"""The category of marks of format (Unicode): zero width, direction, byte order."""


class Unwritable(Refused):
    """Words with a character that no paper can show."""

    code = "unwritable"


def writable(text: str) -> str:
    """Return words as papers quote them: bare of marks that nobody sees. Raises Unwritable.

    Once sealed they are not changed any more, and the document that quotes them would never be issued.
    """
    seen = "".join(character for character in text.strip() if category(character) != INVISIBLE)
    if missing := fonts.missing(paragraphs(seen)):
        raise Unwritable(f"未提交：所写的内容中，{missing}不能印在文书上。请删去，或改用其他字后再提交。")
    return seen
