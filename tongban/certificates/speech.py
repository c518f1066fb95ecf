"""How does a browser without the network say what it finds? In the server's own sentences, carried as data.

The page judges by `static/certificates/verifying/`, and fills in what it found; nothing that is said stands there.

Source: `domain/verdict.py` holds the sentences.
"""

from __future__ import annotations

from typing import Any

from tongban.certificates import pages
from tongban.domain.certificate import Status
from tongban.domain.verdict import ASKED_FOR_STATE, ENDS, PHRASES, SENTENCES, STATES, Code, Verdict


def speech() -> dict[str, Any]:
    """Return the sentences of all findings in the reader's language, with their headlines and how they look."""
    language = int(pages.in_english())
    return {
        "sentences": {code.value: _plain(pair[language]) for code, pair in SENTENCES.items()},
        "phrases": {name: pair[language] for name, pair in PHRASES.items()},
        "known": {known.value: pair[language] for known, pair in STATES.items()},
        "asked_for_state": [code.value for code in ASKED_FOR_STATE],
        "ends": {status.value: words[language] for status, words in ENDS.items()},
        "states": [status.value for status in Status if status is not Status.IN_FORCE],
        "headlines": {code.value: _headline(code) for code in Code},
    }


def _plain(sentence: str) -> str:
    """In English the phrases bear names of their own, because the server fills both languages at once."""
    return sentence.replace("_en}", "}")


def _headline(code: Code) -> dict[str, str]:
    shown = pages.result(Verdict(code, "", "", None))
    return {"title": shown.title, "tone": shown.tone}
