"""How often may somebody guess a code? Ten times in a quarter of an hour for one number from one address.

It is the query code of an application, or the code by which a document is verified. Numbers are counted up, so anybody
can name them all: counting the number alone would let him shut their applicants out. Behind it stand two wider limits,
on one address over all numbers and on one number from everywhere.

An attempt is written down before the code is looked at, so that many at the same time do not slip through; a right code
forgets the wrong ones before it. What is counted is the number, known or not: the answer does not tell which exist.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q

from tongban.casework.models import LookUpAttempt
from tongban.domain.refused import Refused
from tongban.keys import actions as keys

ATTEMPTS = 10
ATTEMPTS_FROM_AN_ADDRESS = 100
"""A hall or an office shares one."""
ATTEMPTS_ON_A_NUMBER = 100
WINDOW = timedelta(minutes=15)


class TooManyLookUps(Refused):
    code = "too_many_look_ups"
    status = 429


def note(*, number: str, address: str, now: datetime) -> None:
    """Write down one attempt. Raises TooManyLookUps when it is one too many; that one does not count on."""
    LookUpAttempt.objects.filter(at__lt=now - WINDOW).delete()
    attempt = LookUpAttempt.objects.create(number=number, address_index=_index(address), at=now)
    refused = _one_too_many(number, _index(address))
    if refused:
        attempt.delete()
        raise TooManyLookUps(refused)


def forget(*, number: str, address: str) -> None:
    LookUpAttempt.objects.filter(number=number, address_index=_index(address)).delete()


def _one_too_many(number: str, address: str) -> str:
    """Return the sentence of the limit that the attempts exceed; empty where they exceed none. One statement."""
    on_number, from_address = Q(number=number), Q(address_index=address)
    counted = LookUpAttempt.objects.filter(on_number | from_address).aggregate(
        both=Count("id", filter=on_number & from_address),
        number=Count("id", filter=on_number),
        address=Count("id", filter=from_address),
    )
    if counted["both"] > ATTEMPTS:
        return "暂时不能查询：这个编号 15 分钟内已查错 10 次。请 15 分钟后再试，或登录后查看。"
    if counted["number"] > ATTEMPTS_ON_A_NUMBER or counted["address"] > ATTEMPTS_FROM_AN_ADDRESS:
        return "暂时不能查询：您的网络或这个编号 15 分钟内查询过多。请 15 分钟后再试，或登录后查看。"
    return ""


def _index(address: str) -> str:
    return keys.blind(f"address:{address}")
