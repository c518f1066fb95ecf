"""Into which pieces is text cut, so that a search finds Chinese words without a dictionary?

Chinese is cut into single characters and overlapping pairs, Latin letters and digits into words in small letters:
whoever types 国籍 finds 船舶国籍证书, whoever types `ship nat` finds "Registration of ship nationality".

    >>> of_text("船舶国籍 SMC")
    ['船', '船舶', '舶', '舶国', '国', '国籍', '籍', 'smc']
    >>> of_query("船舶国籍 SMC 证")
    ['船舶', '舶国', '国籍', 'smc', '证']
"""

from __future__ import annotations

import re
import unicodedata

WORDS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\U00020000-\U0003ffff]+")
LONGEST_QUERY = 100


def of_text(text: str) -> list[str]:
    """Return the pieces under which a text is found."""
    pieces: list[str] = []
    for word in _words(text):
        if word.isascii():
            pieces.append(word)
            continue
        for place, character in enumerate(word):
            pieces += [character, word[place : place + 2]] if place + 1 < len(word) else [character]
    return pieces


def of_query(text: str) -> list[str]:
    """Return the pieces that a hit must have: pairs where there are two characters, else what was typed."""
    pieces: list[str] = []
    for word in _words(text[:LONGEST_QUERY]):
        pairs = [word[place : place + 2] for place in range(len(word) - 1)]
        pieces += [word] if word.isascii() or not pairs else pairs
    return list(dict.fromkeys(pieces))


def _words(text: str) -> list[str]:
    return WORDS.findall(unicodedata.normalize("NFKC", text).lower())
