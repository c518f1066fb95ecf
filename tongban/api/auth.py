"""Who is behind a request of the JSON door, and for whom does he act?

A program shows a bearer token; a page of our own is known by its session, and must then show the CSRF token for
whatever changes something. `X-Acting-For: org:<uscc>` names the party one acts for, asked again at every request; by
session, without the header, it is the party chosen on the pages.

Source: RFC 6750 (bearer tokens).
"""

from __future__ import annotations

import re

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from tongban.api import queries
from tongban.api.problems import BadRequest, CsrfFailed, KeyMissing, NotSignedIn
from tongban.people import acting
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.models import Account
from tongban.web import clock

ACTING_FOR = "X-Acting-For"
KEY = "Idempotency-Key"
_PARTY = re.compile(r"(?:org:[0-9A-Z]{18}|person:[0-9a-f-]{36})?")
_OPERATION = re.compile(r"[!-~]{8,64}")


class Token(HttpBearer):
    """A bearer token."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        account = queries.account_of(token, now=clock.now())
        return _actor(account, request.headers.get(ACTING_FOR, ""))


class Session(APIKeyCookie):
    """The session of a page. Anybody who is not signed in is told so before anything else."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Actor:
        if not request.user.is_authenticated:
            raise NotSignedIn("未能办理：您还没有登录。请先登录，或在 Authorization 中带上访问令牌。")
        if check_csrf(request) is not None:
            raise CsrfFailed("未能办理：缺少 X-CSRFToken 或它已失效。请刷新页面后重试。")
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor:
        chosen = request.headers.get(ACTING_FOR)
        return acting.current(request) if chosen is None else _actor(request.user, chosen)


def _actor(account: Account, acting_for: str) -> Actor:
    if not _PARTY.fullmatch(acting_for):
        raise BadRequest(f"未能办理：{ACTING_FOR} 应形如 org:统一社会信用代码。请改正，或去掉它以本人身份办理。")
    return people.actor(account, acting_for=acting_for, today=clock.today())


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; only where the door asked for it."""
    found: Actor = request.auth
    return found


def operation_of(request: HttpRequest) -> str:
    """Return the client's id of an act. Raises KeyMissing."""
    key: str = request.headers.get(KEY, "")
    if not _OPERATION.fullmatch(key):
        raise KeyMissing(
            f"未办理：办理类请求须带 {KEY}，8 至 64 个可见的 ASCII 字符，每件事一个，重试时不变。请补上后重发。"
        )
    return key


ACT = {
    "parameters": [
        {
            "in": "header",
            "name": KEY,
            "required": True,
            "schema": {"type": "string", "pattern": f"^{_OPERATION.pattern}$"},
            "description": "这件事的编号，由客户端生成（如 UUID）；重试时不变，只生效一次，得到同一个回答。",
        }
    ]
}
"""What the description of an act says beside its body."""
