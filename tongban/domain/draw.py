"""Who is drawn, so that nobody could have chosen and anybody can recompute it?

A draw has two steps. First it is announced: the purpose, all candidates, how many are drawn, and the digest of a
secret. Then it is held: the secret is shown, joined with a beacon, a value that nobody could know when the draw was
announced (the head of a later checkpoint of another node). Each candidate's ticket is the digest of both and his name;
the lowest tickets are drawn. Who announced cannot change the secret any more, and who makes the beacon does not know
the secret: neither can steer the draw alone, so the two must not be the same. Whoever has the announcement, the secret
and the beacon finds the same tickets.

Every part goes into a digest with its length before it, so that no two different draws are written with the same bytes.

Source: 国办发〔2015〕58号 (随机抽查: objects and inspectors are drawn at random, results are published).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.crypto import sm3
from tongban.domain.refused import Refused

SHORTEST_SECRET = 16
"""Bytes; a shorter secret could be found by trying all of them against the commitment."""


class InvalidDraw(Refused):
    code = "invalid_draw"


class CommitmentBroken(Refused):
    """The secret shown is not the one whose digest was announced."""

    code = "commitment_broken"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is published before the draw; candidates in the order of their names."""

    purpose: str
    candidates: tuple[str, ...]
    count: int
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who was drawn, in the order of their tickets, and everything needed to recompute it."""

    announcement: Announcement
    secret: bytes
    beacon: bytes
    drawn: tuple[str, ...]


def announce(*, purpose: str, candidates: Iterable[str], count: int, secret: bytes) -> Announcement:
    """Close the list of candidates and commit to the secret. Raises InvalidDraw."""
    listed = sorted(candidates)
    if len(set(listed)) != len(listed):
        raise InvalidDraw("抽取名单中有重复的对象：每个对象只能列一次，请删去重复的。")
    if not 1 <= count <= len(listed):
        raise InvalidDraw(f"名单共 {len(listed)} 个对象，不能抽取 {count} 个：请核对抽取数量。")
    if len(secret) < SHORTEST_SECRET:
        raise InvalidDraw(f"抽取用的随机数太短：至少需要 {SHORTEST_SECRET} 字节，请重新生成。")
    return Announcement(purpose, tuple(listed), count, _digest(b"commitment", secret))


def hold(*, announcement: Announcement, secret: bytes, beacon: bytes) -> Outcome:
    """Draw from the announced candidates. Raises CommitmentBroken."""
    if _digest(b"commitment", secret) != announcement.commitment:
        raise CommitmentBroken("出示的随机数与抽取公告中的承诺不符：本次抽取无效，请重新公告后再抽。")
    seed = _digest(b"seed", _bytes_of(announcement), secret, beacon)
    ranked = sorted(announcement.candidates, key=lambda candidate: _digest(b"ticket", seed, candidate.encode()))
    return Outcome(announcement, secret, beacon, tuple(ranked[: announcement.count]))


def stands(outcome: Outcome) -> bool:
    """Does recomputing give the same result? For whoever doubts it."""
    try:
        return hold(announcement=outcome.announcement, secret=outcome.secret, beacon=outcome.beacon) == outcome
    except CommitmentBroken:
        return False


def _bytes_of(announcement: Announcement) -> bytes:
    names = (candidate.encode() for candidate in announcement.candidates)
    return _framed(announcement.purpose.encode(), str(announcement.count).encode(), *names)


def _digest(*parts: bytes) -> bytes:
    return sm3.digest(_framed(*parts))


def _framed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)
