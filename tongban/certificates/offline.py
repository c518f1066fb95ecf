"""Does this file hold, by the trust list in that folder? Asked from the command line, without a database.

Only as much of the file is read as a certificate may have, whatever the name stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tongban.certificates import statuses, verifying
from tongban.domain import verdict as told
from tongban.domain.status import Unreadable as UnreadableStatuses
from tongban.domain.trust import Unreadable
from tongban.keys import trust as trust_lists

VALID, REFUSED, NOT_READ = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict as the command tells it."""

    valid: bool
    code: str
    message: str
    message_en: str
    status_as_of: date | None
    exit_code: int
    status_stale: bool = False
    """Whether the status list was to be renewed before now."""
    status_message: str = ""
    """By what its state is known; empty where nobody asks."""
    status_message_en: str = ""

    def plain(self) -> dict[str, Any]:
        return {
            "valid": self.valid,
            "code": self.code,
            "message": self.message,
            "message_en": self.message_en,
            "status_as_of": None if self.status_as_of is None else self.status_as_of.isoformat(),
            "status_stale": self.status_stale,
            "status_message": self.status_message,
            "status_message_en": self.status_message_en,
        }


def verify(file: Path, *, trust: Path, today: date, now: datetime) -> Finding:
    """Judge a file on that day; whether the status list is fresh is judged at the instant."""
    try:
        document = read(file)
    except OSError:
        return not_verified(
            "no_file",
            f"无法核验：读不到文件 {file}。请核对文件名和读取权限。",
            f"Not verified: {file} cannot be read. Check its name and your right to read it.",
        )
    try:
        trusted = trust_lists.load(trust)
    except Unreadable as missing:
        return not_verified(
            "no_trust_list",
            f"无法核验：{missing}",
            f"Not verified: no usable trust list in {trust}. Name its folder by --trust, or ask the issuer for it.",
        )
    try:
        known = statuses.load(trust, trusted=trusted)
    except UnreadableStatuses as broken:
        return not_verified(
            "no_status_list",
            f"无法核验：{broken}",
            f"Not verified: the status list in {trust} cannot be used. Take it out, or ask the issuer for a new one.",
        )
    verdict = verifying.judge(document, trust=trusted, statuses=known, today=today, now=now).verdict
    return Finding(
        valid=verdict.valid,
        code=verdict.code.value,
        message=verdict.message,
        message_en=verdict.message_en,
        status_as_of=verdict.status_as_of,
        exit_code=VALID if verdict.valid else REFUSED if verdict.read else NOT_READ,
        status_stale=verdict.stale,
        status_message=verdict.state[0],
        status_message_en=verdict.state[1],
    )


def read(file: Path) -> bytes:
    """Return the file, or one byte more than a certificate may have. Raises OSError."""
    with open(file, "rb") as opened:
        return opened.read(verifying.LARGEST_BYTES + 1)


def not_verified(code: str, message: str, message_en: str) -> Finding:
    return Finding(False, code, told.printable(message), told.printable(message_en), None, NOT_READ)
