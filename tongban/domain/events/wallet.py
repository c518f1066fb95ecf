"""What a holder does with his certificates: streams `share:<id>` and `asking:<id>`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongban.domain.events.kinds import Event, event
from tongban.domain.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Selection:
    """Which facts of one certificate are shown, by their codes (`showing`), in the certificate's own order."""

    certificate: str
    facts: tuple[str, ...]


class Need(StrEnum):
    """What a window needs somebody's certificates for: a closed list, so that no word in it is about a person."""

    APPLICATION = "application"  # 办理事项
    IDENTITY = "identity"  # 核对身份
    QUALIFICATION = "qualification"  # 核对资格
    REPRESENTATION = "representation"  # 核对代表权限


class Way(StrEnum):
    """How a holder authorised at a window."""

    SCAN = "scan"  # 用自己的手机扫码
    PIN = "pin"  # 在窗口输入授权密码


@event(1)
@dataclass(frozen=True, slots=True)
class CertificatesShared(Event):
    """A holder showed chosen facts to a named recipient for a while (出示). `until` is the first instant out.

    `key` is SM3 in hex over the token of the link, which is kept nowhere.
    """

    holder: str
    key: str
    selections: tuple[Selection, ...]
    recipient: Sealed
    purpose: Sealed
    until: datetime
    uses: int
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ShareOpened(Event):
    """Whoever has the link opened what was shown; `number` counts from 1."""

    number: int
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class ShareWithdrawn(Event):
    """The holder ended a share before its time, at once."""

    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class CertificatesAsked(Event):
    """A clerk asked whoever stands at his window for certificates of these types (窗口调阅请求).

    `subject` and `matter` may be empty; `key` is a keyed digest of the code that the holder scans or types.
    """

    hall: str
    types: tuple[str, ...]
    subject: str
    need: Need
    matter: str
    key: str
    until: datetime
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class AskingAllowed(Event):
    """The holder let this one request see these facts. `until` is the first instant at which they show no more."""

    holder: str
    selections: tuple[Selection, ...]
    way: Way
    until: datetime
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class AskingRefused(Event):
    """The holder did not allow it."""

    holder: str
    by: str
    at: datetime


@event(1)
@dataclass(frozen=True, slots=True)
class AskingEnded(Event):
    """The clerk or the holder ended a request, or what it showed, before its time."""

    by: str
    at: datetime
