"""How often may somebody try links, codes and PINs that are none?

A link cannot be guessed; whoever tries many from one address gets no more answers to wrong ones. A right one opens all
the same: behind one address stand a whole office, or the customers of a carrier. A window's code is short: ten wrong
ones in a quarter of an hour stop an account. Both are counted when they were wrong.

A PIN is counted before it is looked at, so that many at the same time do not slip through, and a right one forgets the
wrong ones before it. Five wrong ones lock it for a day, and a PIN that is there until its holder sets a new one. What
is counted is the number of the document, known or not: the answer does not tell who has a PIN.

The figures are composed for this project.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from tongban.certificates.models import WalletAttempt
from tongban.domain.refused import Refused
from tongban.keys import actions as keys

WINDOW = timedelta(minutes=15)
LOCKED = timedelta(days=1)
LINKS_FROM_AN_ADDRESS = 30
CODES_OF_AN_ACCOUNT = 10
PINS_OF_A_PERSON = 5
PINS_FROM_AN_ADDRESS = 50
"""A hall shares one."""


class Kind(StrEnum):
    LINK = "link"
    CODE = "code"
    PIN = "pin"


class TooMany(Refused):
    code = "too_many_attempts"
    status = 429


def note_link(*, address: str, now: datetime) -> None:
    """Write down one wrong link. Raises TooMany for an address from which too many came; that one does not count."""
    if _since(Kind.LINK, now - WINDOW).filter(address_index=_address(address)).count() >= LINKS_FROM_AN_ADDRESS:
        raise TooMany("暂时打不开：您的网络 15 分钟内打开过太多不对的链接。请 15 分钟后再试。")
    note_wrong(Kind.LINK, subject="", address=address, now=now)


def demand_few_codes(*, account: str, now: datetime) -> None:
    """Raises TooMany for an account that typed too many wrong codes."""
    if _since(Kind.CODE, now - WINDOW).filter(subject_index=_subject(account)).count() >= CODES_OF_AN_ACCOUNT:
        raise TooMany("暂时不能输入：15 分钟内输错代码已达 10 次。请 15 分钟后再试，或请窗口人员重新发起。")


def note_wrong(kind: Kind, *, subject: str, address: str, now: datetime) -> None:
    WalletAttempt.objects.filter(at__lt=now - LOCKED).delete()
    WalletAttempt.objects.create(kind=kind, subject_index=_subject(subject), address_index=_address(address), at=now)


def note_pin(*, number: str, address: str, now: datetime) -> None:
    """Write down one try of a PIN. Raises TooMany when it is one too many; that one does not count on."""
    WalletAttempt.objects.filter(at__lt=now - LOCKED).delete()
    attempt = WalletAttempt.objects.create(
        kind=Kind.PIN, subject_index=_subject(number), address_index=_address(address), at=now
    )
    of_person = _since(Kind.PIN, now - LOCKED).filter(subject_index=attempt.subject_index).count()
    from_address = _since(Kind.PIN, now - WINDOW).filter(address_index=attempt.address_index).count()
    if of_person > PINS_OF_A_PERSON or from_address > PINS_FROM_AN_ADDRESS:
        attempt.delete()
        raise locked()


def forget_pins(*, number: str) -> None:
    WalletAttempt.objects.filter(kind=Kind.PIN, subject_index=_subject(number)).delete()


def locked() -> TooMany:
    return TooMany(
        "未授权：输错次数过多，授权密码已停用。请持证人登录自己的账户重新设置，或改用手机扫码授权。", field="pin"
    )


def _since(kind: Kind, since: datetime) -> QuerySet[WalletAttempt]:
    return WalletAttempt.objects.filter(kind=kind, at__gte=since)


def _subject(subject: str) -> str:
    return keys.blind(f"wallet:{subject}")


def _address(address: str) -> str:
    return keys.blind(f"address:{address}")
