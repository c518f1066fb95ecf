"""Into which pieces is text cut, so that a search finds Chinese words without a dictionary, and counts them exactly?

Chinese is cut into overlapping pairs, and the last character of a run alone: a query of two characters is one piece, a
longer one is a phrase of pieces that follow each other, one character is the beginning of a piece. So a hit is where
the query stands in the text, neither more nor less: pieces that need only stand somewhere would over-count. Latin
letters and digits are words in small letters, found from their beginning. The initials of a name's syllables
(拼音首字母) are one word, cut into pairs as well, so that any part of it is found.

    >>> of_text("船舶国籍 SMC")
    ['船舶', '舶国', '国籍', '籍', 'smc']
    >>> initials("公司设立登记（DOC）")
    'gssldjdoc'
    >>> of_word("gssl")
    ['gs', 'ss', 'sl', 'l']
    >>> runs("船舶国籍 ＳＭＣ")
    ['船舶国籍', 'smc']
"""

from __future__ import annotations

import re
import unicodedata

RUNS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\U00020000-\U0003ffff]+")
LONGEST_QUERY = 100


def folded(text: str) -> str:
    """Return the text as it is compared: full width as half width, capitals as small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def runs(text: str) -> list[str]:
    """Return the stretches of Chinese characters and the Latin words of a text, in their order."""
    return RUNS.findall(folded(text))


def wanted(text: str) -> list[str]:
    """Return the runs of a query, each once; what is longer than a query is cut off."""
    return list(dict.fromkeys(runs(text[:LONGEST_QUERY])))


def of_text(text: str) -> list[str]:
    """Return the pieces under which a text is found, in their order."""
    pieces: list[str] = []
    for run in runs(text):
        pieces += [run] if run.isascii() else of_word(run)
    return pieces


def of_word(word: str) -> list[str]:
    """Return the overlapping pairs of a word and its last character."""
    return [word[place : place + 2] for place in range(len(word))]


def pieces(run: str) -> list[str]:
    """Return what of a run may stand apart: its pairs, a Latin word whole."""
    return [run] if run.isascii() else pairs(run)


def pairs(word: str) -> list[str]:
    """Return what a phrase is made of: the overlapping pairs; a single character is its own."""
    return [word[place : place + 2] for place in range(len(word) - 1)] or [word]


def initials(name: str) -> str:
    """Return the first letters of a name's syllables; Latin words in it stay as they are."""
    # Reading its dictionary takes a third of a command's start, and only those who write the index need it.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return "".join(
        run if run.isascii() else "".join(lazy_pinyin(run, style=Style.FIRST_LETTER, errors="ignore"))
        for run in runs(name)
    )
