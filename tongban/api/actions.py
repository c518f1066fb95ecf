"""What is done with tokens: issue and revoke. A token is a means of signing in and is not journalled."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongban.api.models import Token
from tongban.api.queries import PREFIX, digest
from tongban.domain.refused import Refused
from tongban.people.ids import uuid7
from tongban.people.models import Account

RANDOM_BYTES = 32
LONGEST_DAYS = 366


class TokenNotIssued(Refused):
    code = "token_not_issued"


class NoSuchToken(Refused):
    code = "no_such_token"


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token; `secret` is told once."""

    id: str
    secret: str
    expires_at: datetime


def issue(*, username: str, name: str, days: int, now: datetime) -> Issued:
    """Make a token that acts as this account for so many days. Raises TokenNotIssued."""
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise TokenNotIssued(f"令牌未签发：没有可用的账户“{username}”。请核对用户名。", field="username")
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenNotIssued(f"令牌未签发：有效期应在 1 至 {LONGEST_DAYS} 天之间。请改正天数。", field="days")
    secret = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    token = Token.objects.create(
        id=str(uuid7(now=now)),
        digest=digest(secret),
        account=account,
        name=name.strip()[:80] or username,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return Issued(token.id, secret, token.expires_at)


def revoke(*, id: str, now: datetime) -> None:
    """End a token at once. Raises NoSuchToken."""
    if not Token.objects.filter(pk=id, revoked_at=None).update(revoked_at=now):
        raise NoSuchToken(f"令牌未吊销：没有编号为“{id}”的有效令牌。请核对签发时显示的编号。", field="id")
