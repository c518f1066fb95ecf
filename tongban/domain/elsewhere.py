"""What does a node know of a certificate that another node issued? What its issuer's node says, and nothing more.

The file came with a word (`Word`) on how it stands, and every change is told in the order in which it happened. A
status list says the same at another time: it counts where it is younger than the last word. Nobody but the issuer ends
a certificate, and what he has ended never comes back.

Source: Administrative Licensing Law, arts. 8, 69, 70 (ends); the order of words is this project's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tongban.domain.certificate import Status
from tongban.domain.ends import Standing
from tongban.domain.events import CertificateReceived, CertificateStandingHeard
from tongban.domain.refused import Refused
from tongban.domain.verdict import Ended


class EndedForGood(Refused):
    """A word by which a certificate that has ended would stand in another way."""

    code = "ended_for_good"


class NotElsewhere(Refused):
    """A word on a certificate that this node did not receive from whoever speaks."""

    code = "not_elsewhere"


@dataclass(frozen=True, slots=True)
class Word:
    """How a certificate stands at an instant, as its issuer's node says; `on`: since when it does not count.

    Raises ValueError where only one of state and day says that it does not count.
    """

    status: Status
    on: date | None
    article: str
    as_of: datetime

    def __post_init__(self) -> None:
        if (self.status is Status.IN_FORCE) is not (self.on is None):
            raise ValueError("what does not count has a day since when, and nothing else has")


def listed(ended: Ended | None, *, issued_at: datetime) -> Word:
    """Return what a status list of that instant says of a certificate; None: it does not name it."""
    if ended is None:
        return Word(Status.IN_FORCE, None, "", issued_at)
    return Word(ended.status, ended.on, ended.article, issued_at)


def receive(identifier: str, word: Word, *, digest: str, origin: str, at: datetime) -> CertificateReceived:
    """Return what it means that a certificate came from another node."""
    return CertificateReceived(identifier, digest, origin, word.status, word.on, word.article, word.as_of, at)


def hear(standing: Standing, identifier: str, word: Word, *, at: datetime) -> tuple[CertificateStandingHeard, ...]:
    """Return what its issuer's word changes: nothing where it stands so already. Raises NotElsewhere, EndedForGood."""
    if standing.as_of is None:
        raise NotElsewhere("未采用：这张证照由本节点签发，状态以本节点的登记簿为准。请对方核对。")
    if (standing.status, standing.since, standing.article) == (word.status, word.on, word.article):
        return ()
    if standing.ended:
        raise EndedForGood(f"未采用：这张证照已于 {standing.since} 失效，失效后不能恢复或者改变。请对方核对。")
    return (CertificateStandingHeard(identifier, word.status, word.on, word.article, word.as_of, at),)


def newer(standing: Standing, word: Word) -> bool:
    """Say whether the word of a list is younger than the last that was heard."""
    return standing.as_of is not None and standing.as_of < word.as_of
