"""How does a holder set his wallet PIN, and prove at a window that he knows it?

The PIN belongs to the account, like its password, and is not journalled either. What is kept is a slow hash of a digest
under a key of the node: whoever has the database alone cannot try six digits through.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from tongban.certificates.models import WalletPin
from tongban.certificates.wallet import throttle
from tongban.domain import pins
from tongban.domain.identifiers import DocumentType, check
from tongban.domain.refused import Refused
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.people import throttle as sign_in
from tongban.people.models import Account
from tongban.people.permissions import NotAllowed


class WrongPin(Refused):
    """A document without a PIN, or another PIN: which of both is not told."""

    code = "wrong_pin"
    status = 403


def set_pin(*, account: Account, password: str, pin: str, address: str, now: datetime) -> None:
    """Set or replace the PIN, upon the account's password; what was locked is open again. Raises WeakPin, WrongPin,
    TooManyAttempts."""
    if account.person is None:
        raise NotAllowed("授权密码未设置：您的账户没有关联申请人身份，没有可以出示的证照。请用申请人账户登录。")
    _demand_password(account, password, address=address, now=now)
    number = people.number_of(account.person)
    phone = keys.unseal(account.person.sealed("phone")).decode()
    digits = pins.check(pin, known=[number, phone])
    values = {"hash": make_password(_pepper(account.pk, digits)), "set_at": now, "wrong": 0}
    WalletPin.objects.update_or_create(account=_key(account.pk), defaults=values)
    throttle.forget_pins(number=_subject(DocumentType(account.person.document_type), number))


def _demand_password(account: Account, password: str, *, address: str, now: datetime) -> None:
    """Wrong ones count as failed sign-ins do: else this would be a way around that limit."""
    if not account.has_usable_password():
        return
    sign_in.note(username=account.username, address=address, now=now)
    if not account.check_password(password):
        raise WrongPin("授权密码未设置：登录密码不对。请重新输入登录密码。", field="password")
    sign_in.forget(username=account.username, address=address)


def set_at(account: Account) -> datetime | None:
    """Return when the PIN was set; None: there is none, or it is locked."""
    row = WalletPin.objects.filter(pk=_key(account.pk)).first()
    return row.set_at if row and row.wrong < throttle.PINS_OF_A_PERSON else None


def prove(*, document_type: DocumentType, number: str, pin: str, address: str, now: datetime, today: date) -> Account:
    """Return whose PIN this is. Raises InvalidIdentifier, TooMany, WrongPin."""
    number = check(document_type, number, today=today)
    subject = _subject(document_type, number)
    throttle.note_pin(number=subject, address=address, now=now)
    account = people.account_by_document(document_type=document_type, number=number)
    row = WalletPin.objects.filter(pk=_key(account.pk)).first() if account else None
    if row is not None and row.wrong >= throttle.PINS_OF_A_PERSON:
        raise throttle.locked()
    if account is None or row is None:
        make_password(pin)  # as long as a comparison takes
        raise _wrong()
    if not check_password(_pepper(account.pk, pin), row.hash):
        WalletPin.objects.filter(pk=row.pk).update(wrong=F("wrong") + 1)
        raise _wrong()
    WalletPin.objects.filter(pk=row.pk).update(wrong=0)
    throttle.forget_pins(number=subject)
    return account


def _wrong() -> WrongPin:
    return WrongPin("未授权：证件号码或授权密码不对。请核对后再输，连续输错 5 次将停用授权密码。", field="pin")


def _pepper(account: UUID, pin: str) -> str:
    return keys.blind(f"wallet pin {account} {pin}")


def _key(account: UUID) -> str:
    return f"account:{account}"


def _subject(document_type: DocumentType, number: str) -> str:
    return f"{document_type.value}:{number}"
