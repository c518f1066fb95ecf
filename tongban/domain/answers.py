"""What does a department's own system say, in the one form in which it may say it?

Three things are signed there, each over the canonical JSON of what it says: an *answer* (how a case stands, numbered in
the order in which the system gives them), an *acknowledgement* (that it has a case, and which files it still lacks) and
a *list* (all cases it has, for comparison). What is not exactly of one of these forms is none of them: unknown members
are refused, and so are missing ones. Nothing is believed before its signature is known to be good.

Source: RFC 8785 (canonical JSON); `docs/systems.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.crypto import canonical, sm3
from tongban.domain.trust import read_instant

ANSWER = "tongban-system-answer/1"
ACKNOWLEDGEMENT = "tongban-system-acknowledgement/1"
LIST = "tongban-system-list/1"

LONGEST_WORDS = 2000
LONGEST_NAME = 120
MOST_DETERMINED = 50
MOST_FILES = 500
MOST_LISTED = 1000

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
CASE = re.compile(r"[0-9A-Z-]{1,50}")
NUMBER = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,78}[^\s\x00-\x1f\x7f])?")
STATE = re.compile(r"[!-~]{1,40}")
DIGEST = re.compile(r"[0-9a-f]{64}")
SEEN = re.compile(r"(?:[0-9a-f]{64})?")
ELEMENT = re.compile(r"[a-z0-9_]{1,64}")


class NotAnAnswer(ValueError):
    """What a system said is not in one of the forms. `str(error)` says what is wrong."""


@dataclass(frozen=True, slots=True)
class SaidFile:
    """A file that the system has: SM3 of its bytes in hex, how many they are, and what it is called."""

    digest: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class SaidCertificate:
    """The certificate as the department's system has it, under a number of its own."""

    number: str
    file: SaidFile | None


@dataclass(frozen=True, slots=True)
class Said:
    """One answer. `state` is the system's own word; `seen` digests what it was shown of the case (`review.shown`)."""

    system: str
    sequence: int
    case: str
    number: str
    state: str
    at: datetime
    officer: str
    reason: str
    determined: tuple[tuple[str, str], ...]
    certificate: SaidCertificate | None
    seen: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """That the system has a case in this revision; `missing`: files by digest, and how far they are."""

    system: str
    case: str
    revision: int
    number: str
    missing: tuple[tuple[str, int], ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """One case as a system lists it."""

    case: str
    number: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ListPage:
    """A part of a system's list, in the order of case numbers. `nonce` is the asker's: it proves that this is now."""

    system: str
    nonce: str
    cases: tuple[Listed, ...]
    more: bool
    at: datetime


def signed(said: Any, *, member: str) -> tuple[Any, str, str]:
    """Take apart what was signed, the name of its key and its signature (base64url); nothing is believed yet.

    Raises NotAnAnswer.
    """
    _demand_members(said, {member, "signature"})
    _demand_members(said["signature"], {"key", "value"})
    return said[member], _text(said["signature"]["key"], 1, 64), _text(said["signature"]["value"], 1, 200)


def message(said: Any) -> bytes:
    """Return the bytes that are signed. Raises NotAnAnswer."""
    try:
        return canonical.encode(said)
    except (canonical.NotCanonical, TypeError, ValueError) as wrong:
        raise NotAnAnswer(f"内容不能写成规范的 JSON：{wrong}") from None


def digest(said: Any) -> str:
    """Return what an answer is known by: SM3, in hex, of what is signed."""
    return sm3.digest(message(said)).hex()


def sequence_of(said: Any) -> int:
    """Return the number of an answer, even where the rest of it cannot be read. Raises NotAnAnswer."""
    if not isinstance(said, dict):
        raise NotAnAnswer("不是答复：不是 JSON 对象。")
    return _count(said.get("sequence"), least=1)


def read_answer(said: Any) -> Said:
    """Raises NotAnAnswer."""
    members = {"type", "system", "sequence", "case", "number", "state", "at"}
    _demand_members(said, members | {"officer", "reason", "determined", "certificate", "seen"})
    _demand_type(said, ANSWER)
    return Said(
        system=_matching(NAME, said["system"], "system"),
        sequence=_count(said["sequence"], least=1),
        case=_matching(CASE, said["case"], "case"),
        number=_matching(NUMBER, said["number"], "number"),
        state=_matching(STATE, said["state"], "state"),
        at=_instant(said["at"]),
        officer=_text(said["officer"], 0, LONGEST_NAME),
        reason=_text(said["reason"], 0, LONGEST_WORDS),
        determined=_determined(said["determined"]),
        certificate=_certificate(said["certificate"]),
        seen=_matching(SEEN, said["seen"], "seen"),
    )


def read_acknowledgement(said: Any) -> Acknowledged:
    """Raises NotAnAnswer."""
    _demand_members(said, {"type", "system", "case", "revision", "number", "missing", "at"})
    _demand_type(said, ACKNOWLEDGEMENT)
    missing = _list(said["missing"], MOST_FILES, "missing")
    for one in missing:
        _demand_members(one, {"digest", "have"})
    return Acknowledged(
        system=_matching(NAME, said["system"], "system"),
        case=_matching(CASE, said["case"], "case"),
        revision=_count(said["revision"], least=1),
        number=_matching(NUMBER, said["number"], "number"),
        missing=tuple((_matching(DIGEST, one["digest"], "digest"), _count(one["have"])) for one in missing),
        at=_instant(said["at"]),
    )


def read_list(said: Any) -> ListPage:
    """Raises NotAnAnswer."""
    _demand_members(said, {"type", "system", "nonce", "cases", "more", "at"})
    _demand_type(said, LIST)
    rows = _list(said["cases"], MOST_LISTED, "cases")
    for one in rows:
        _demand_members(one, {"case", "number", "state", "at"})
    cases = tuple(
        Listed(
            case=_matching(CASE, one["case"], "case"),
            number=_matching(NUMBER, one["number"], "number"),
            state=_matching(STATE, one["state"], "state"),
            at=_instant(one["at"]),
        )
        for one in rows
    )
    numbers = [one.case for one in cases]
    if type(said["more"]) is not bool or numbers != sorted(set(numbers)) or (said["more"] and not cases):
        raise NotAnAnswer("清单没有按办件编号排列，或有重复。")
    return ListPage(
        system=_matching(NAME, said["system"], "system"),
        nonce=_text(said["nonce"], 1, 64),
        cases=cases,
        more=said["more"],
        at=_instant(said["at"]),
    )


def _certificate(said: Any) -> SaidCertificate | None:
    if said is None:
        return None
    _demand_members(said, {"number", "file"})
    number, file = _matching(NUMBER, said["number"], "certificate.number"), said["file"]
    if file is None:
        return SaidCertificate(number, None)
    _demand_members(file, {"digest", "size", "name"})
    read = SaidFile(
        _matching(DIGEST, file["digest"], "digest"), _count(file["size"], least=1), _text(file["name"], 1, LONGEST_NAME)
    )
    return SaidCertificate(number, read)


def _determined(said: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(said, Mapping) or len(said) > MOST_DETERMINED:
        raise NotAnAnswer("“determined”不是对象，或者太多。")
    pairs = ((_matching(ELEMENT, code, "determined"), _text(text, 1, LONGEST_WORDS)) for code, text in said.items())
    return tuple(sorted(pairs))


def _demand_members(said: Any, members: set[str]) -> None:
    if not isinstance(said, dict):
        raise NotAnAnswer("不是 JSON 对象。")
    if said.keys() != members:
        wrong = "、".join(sorted(map(str, said.keys() ^ members))[:5])
        raise NotAnAnswer(f"成员不全或有多余：{wrong:.200}。")


def _demand_type(said: dict[str, Any], expected: str) -> None:
    if said["type"] != expected:
        raise NotAnAnswer(f"“type”应为 {expected}。")


def _matching(form: re.Pattern[str], text: Any, what: str) -> str:
    if not isinstance(text, str) or not form.fullmatch(text):
        raise NotAnAnswer(f"“{what}”的写法不对：{text!r:.60}")
    return text


def _text(text: Any, least: int, most: int) -> str:
    if not isinstance(text, str) or not least <= len(text) <= most or "\0" in text:
        raise NotAnAnswer(f"应为 {least} 至 {most} 个字符的文本：{text!r:.60}")
    return text


def _count(number: Any, *, least: int = 0) -> int:
    if type(number) is not int or not least <= number <= canonical.LARGEST_INTEGER:
        raise NotAnAnswer(f"不是编号或数量：{number!r:.60}")
    return number


def _list(said: Any, most: int, what: str) -> list[Any]:
    if not isinstance(said, list) or len(said) > most:
        raise NotAnAnswer(f"“{what}”不是列表，或超过 {most} 项。")
    return said


def _instant(text: Any) -> datetime:
    try:
        return read_instant(text)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise NotAnAnswer(f"“at”不是 UTC 时间：{wrong}") from None
