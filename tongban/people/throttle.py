"""How often may somebody guess a password? Five times in a quarter of an hour for one user name.

An attempt is written down before the password is looked at, so that many at the same time do not slip through; a right
password forgets the wrong ones before it. What is counted is the name, known or not: the answer does not tell which
names exist.

Source: GB/T 22239-2019, 8.1.4.1 b (limits on failed sign-ins).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tongban.domain.refused import Refused
from tongban.keys import actions as keys
from tongban.people.models import SignInAttempt

ATTEMPTS = 5
WINDOW = timedelta(minutes=15)


class TooManyAttempts(Refused):
    code = "too_many_attempts"
    status = 429


def note(*, username: str, now: datetime) -> None:
    """Write down one attempt. Raises TooManyAttempts when it is one too many; that one does not count on."""
    SignInAttempt.objects.filter(at__lt=now - WINDOW).delete()
    index = _index(username)
    attempt = SignInAttempt.objects.create(username_index=index, at=now)
    if SignInAttempt.objects.filter(username_index=index).count() > ATTEMPTS:
        attempt.delete()
        raise TooManyAttempts("未能登录：15 分钟内密码错误已达 5 次。请 15 分钟后再试，或联系系统管理员。")


def forget(*, username: str) -> None:
    SignInAttempt.objects.filter(username_index=_index(username)).delete()


def _index(username: str) -> str:
    return keys.blind(f"username:{username.casefold()}")
