"""A certificate of a company, shown to somebody and asked for at a window."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.certificates.drafts import OWNER, draft
from tongban.certificates.wallet import asking, sharing
from tongban.domain.events import Need
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.models import Account

IDENTIFIER = draft().identifier
NAME = {IDENTIFIER: ["content.ship_name_cn"]}
HALL = "cfd-hall"


def actor_of(username: str, acting_for: str = "", today: date = date(2026, 3, 2)) -> Actor:
    return people.actor(Account.objects.get(username=username), acting_for=acting_for, today=today)


def representative() -> Actor:
    return actor_of("chenhaisheng", OWNER.party)


def share(now: datetime, operation: str = "share", by: Actor | None = None, **changes) -> str:
    asked = {
        "holder": OWNER.party,
        "chosen": NAME,
        "recipient": "唐山港集团",
        "purpose": "进港核对船舶国籍",
        "until": now + timedelta(days=7),
        "uses": 2,
    }
    return sharing.share(operation=operation, actor=by or representative(), now=now, **asked | changes)["share"]


def ask(now: datetime, operation: str = "ask", **changes) -> str:
    asked = {"hall": HALL, "types": ["C_NAT"], "subject": "", "need": Need.QUALIFICATION, "matter": ""}
    return asking.ask(operation=operation, actor=actor_of("liufang"), now=now, **asked | changes)["asking"]
