"""Whose token is this, and does it count now?"""

from __future__ import annotations

from datetime import datetime

from tongban.api.models import Token
from tongban.crypto import sm3
from tongban.domain.refused import Refused
from tongban.people.models import Account

PREFIX = "tongban_"
"""Every token begins so, so that one that leaked is recognised where it lies."""


class TokenRefused(Refused):
    """A token that is unknown, expired or revoked, or whose account is closed; which of these is not told."""

    code = "token_refused"
    status = 401


def digest(secret: str) -> str:
    return sm3.digest(secret.encode()).hex()


def account_of(secret: str, *, now: datetime) -> Account:
    """Return the account a token acts as, in one statement. Raises TokenRefused."""
    token = (
        Token.objects.filter(digest=digest(secret), revoked_at=None, expires_at__gt=now, account__is_active=True)
        .select_related("account")
        .first()
    )
    if token is None:
        raise TokenRefused("未能办理：访问令牌无效、已过期或已吊销。请核对令牌，或请管理员重新签发。")
    account: Account = token.account
    return account
