"""How often may somebody guess a password? Five times in a quarter of an hour for one user name from one address.

Counting the name alone would let anybody lock anybody out by five wrong words; so name and address count together. Two
wider limits stand behind: one address may not try its way through many names (each try costs the node a slow hash), and
one name may not be tried from everywhere.

An attempt is written down before the password is looked at, so that many at the same time do not slip through; a right
password forgets the wrong ones before it. What is counted is the name, known or not: the answer does not tell which
names exist.

Source: GB/T 22239-2019, 8.1.4.1 b (limits on failed sign-ins).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q

from tongban.domain.refused import Refused
from tongban.keys import actions as keys
from tongban.people.models import SignInAttempt

ATTEMPTS = 5
ATTEMPTS_FROM_AN_ADDRESS = 100
"""A hall or an office shares one."""
ATTEMPTS_ON_A_NAME = 100
WINDOW = timedelta(minutes=15)


class TooManyAttempts(Refused):
    code = "too_many_attempts"
    status = 429


def note(*, username: str, address: str, now: datetime) -> None:
    """Write down one attempt. Raises TooManyAttempts when it is one too many; that one does not count on."""
    SignInAttempt.objects.filter(at__lt=now - WINDOW).delete()
    pair = _indexes(username, address)
    attempt = SignInAttempt.objects.create(**pair, at=now)
    refused = _one_too_many(pair)
    if refused:
        attempt.delete()
        raise TooManyAttempts(refused)


def forget(*, username: str, address: str) -> None:
    SignInAttempt.objects.filter(**_indexes(username, address)).delete()


def _one_too_many(pair: dict[str, str]) -> str:
    """Return the sentence of the limit that the attempts exceed; empty where they exceed none. One statement."""
    of_name, from_address = Q(username_index=pair["username_index"]), Q(address_index=pair["address_index"])
    counted = SignInAttempt.objects.filter(of_name | from_address).aggregate(
        both=Count("id", filter=of_name & from_address),
        name=Count("id", filter=of_name),
        address=Count("id", filter=from_address),
    )
    if counted["both"] > ATTEMPTS:
        return "未能登录：15 分钟内密码错误已达 5 次。请 15 分钟后再试，或联系系统管理员。"
    if counted["name"] > ATTEMPTS_ON_A_NAME or counted["address"] > ATTEMPTS_FROM_AN_ADDRESS:
        return "未能登录：您的网络或这个用户名 15 分钟内登录尝试过多。请 15 分钟后再试，或联系系统管理员。"
    return ""


def _indexes(username: str, address: str) -> dict[str, str]:
    return {
        "username_index": keys.blind(f"username:{username.casefold()}"),
        "address_index": keys.blind(f"address:{address}"),
    }
