"""May somebody look at what a holder showed him?

A holder shows chosen facts of his certificates to a named recipient (出示), for a purpose, until an instant, for a
number of openings, and takes it back at any moment. Whoever has the link is let in; every opening is counted, and what
was opened can be read again for a sitting, as long as the share stands. When it has run out, is used up or withdrawn it
is as if it had never been: the refusal is the same as for a link that nobody made.

Source: Personal Information Protection Law, art. 6 (no more than needed). The rest, its figures too, is composed for
this project.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tongban.domain.events import Event
from tongban.domain.events.wallet import CertificatesShared, Selection, ShareOpened, ShareWithdrawn
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed

LONGEST = timedelta(days=90)
MOST_USES = 100
MOST_CERTIFICATES = 20
SITTING = timedelta(minutes=15)
"""So long what was opened once can be read again without counting anew."""


class InvalidShare(Refused):
    """A share that cannot be made as it was asked for, or cannot be withdrawn."""

    code = "invalid_share"


class NoSuchShare(Refused):
    """No such share stands: unknown, run out, used up and withdrawn are not told apart."""

    code = "no_such_share"
    status = 404

    def __init__(self) -> None:
        super().__init__("打不开：这个链接不对，或者对方的出示已经结束。请向出示的人要一个新的链接。")


class ShareState(StrEnum):
    """What a share is at an instant."""

    STANDS = "stands"
    USED_UP = "used_up"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Share:
    holder: str
    key: str
    selections: tuple[Selection, ...]
    recipient: Sealed
    purpose: Sealed
    until: datetime
    """The first instant at which nothing shows any more."""
    uses: int
    by: str
    at: datetime
    openings: tuple[datetime, ...] = ()
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None

    def state(self, now: datetime) -> ShareState:
        if self.withdrawn_at is not None:
            return ShareState.WITHDRAWN
        if self.until <= now:
            return ShareState.OVER
        return ShareState.STANDS if len(self.openings) < self.uses else ShareState.USED_UP

    def readable(self, number: int, now: datetime) -> bool:
        """Whether what was opened that time shows now."""
        if self.withdrawn_at is not None or self.until <= now or not 0 < number <= len(self.openings):
            return False
        return now < self.openings[number - 1] + SITTING


def share(
    *,
    holder: str,
    key: str,
    selections: Sequence[Selection],
    recipient: Sealed,
    purpose: Sealed,
    until: datetime,
    uses: int,
    by: str,
    at: datetime,
) -> CertificatesShared:
    """Return what showing means. Raises InvalidShare."""
    if not selections:
        raise InvalidShare("未出示：没有选择证照。请至少选择一张证照和其中的一栏。", field="selections")
    if len(selections) > MOST_CERTIFICATES:
        raise InvalidShare(
            f"未出示：一次最多出示 {MOST_CERTIFICATES} 张证照。请减少几张，或分几次出示。", field="selections"
        )
    if len({one.certificate for one in selections}) < len(selections):
        raise InvalidShare("未出示：同一张证照选择了两次。请刷新页面后重新选择。", field="selections")
    if not at < until <= at + LONGEST:
        raise InvalidShare(f"未出示：期限应从现在起、最长 {LONGEST.days} 天。请改正期限。", field="until")
    if not 0 < uses <= MOST_USES:
        raise InvalidShare(f"未出示：可打开的次数应为 1 至 {MOST_USES}。请改正次数。", field="uses")
    return CertificatesShared(holder, key, tuple(selections), recipient, purpose, until, uses, by, at)


def open_up(found: Share | None, *, at: datetime) -> ShareOpened:
    """Return one more opening. Raises NoSuchShare."""
    if found is None or found.state(at) is not ShareState.STANDS:
        raise NoSuchShare
    return ShareOpened(len(found.openings) + 1, at)


def withdraw(found: Share, *, by: str, at: datetime) -> ShareWithdrawn:
    """Return what taking it back means. Raises InvalidShare."""
    match found.state(at):
        case ShareState.WITHDRAWN:
            raise InvalidShare("未收回：这次出示已经收回过了，无需再办。")
        case ShareState.OVER:
            raise InvalidShare("未收回：这次出示已经到期，对方已经打不开，无需再办。")
    return ShareWithdrawn(by, at)


def apply(found: Share | None, event: Event) -> Share:
    """Return the share after the event; None before it was made."""
    match found, event:
        case None, CertificatesShared():
            return Share(
                event.holder,
                event.key,
                event.selections,
                event.recipient,
                event.purpose,
                event.until,
                event.uses,
                event.by,
                event.at,
            )
        case Share(), ShareOpened() if event.number == len(found.openings) + 1:
            return replace(found, openings=(*found.openings, event.at))
        case Share(withdrawn_at=None), ShareWithdrawn():
            return replace(found, withdrawn_by=event.by, withdrawn_at=event.at)
    raise ValueError(f"{type(event).__name__} does not belong to the stream of a share")


def fold(events: Iterable[Event]) -> Share | None:
    found = None
    for event in events:
        found = apply(found, event)
    return found
