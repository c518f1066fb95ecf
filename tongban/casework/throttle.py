"""How often may somebody guess a query code? Ten times in a quarter of an hour for one application number.

An attempt is written down before the code is looked at, so that many at the same time do not slip through; a right code
forgets the wrong ones before it. What is counted is the number, known or not: the answer does not tell which exist.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tongban.casework.models import LookUpAttempt
from tongban.domain.refused import Refused

ATTEMPTS = 10
WINDOW = timedelta(minutes=15)


class TooManyLookUps(Refused):
    code = "too_many_look_ups"
    status = 429


def note(*, number: str, now: datetime) -> None:
    """Write down one attempt. Raises TooManyLookUps when it is one too many; that one does not count on."""
    LookUpAttempt.objects.filter(at__lt=now - WINDOW).delete()
    attempt = LookUpAttempt.objects.create(number=number, at=now)
    if LookUpAttempt.objects.filter(number=number).count() > ATTEMPTS:
        attempt.delete()
        raise TooManyLookUps("暂时不能查询：这个申请编号 15 分钟内已查错 10 次。请 15 分钟后再试，或登录后查看。")


def forget(*, number: str) -> None:
    LookUpAttempt.objects.filter(number=number).delete()
