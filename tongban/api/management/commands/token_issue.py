"""`tongban token issue USERNAME`: let a program act as this account through the JSON door."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.api import actions
from tongban.web import clock


class Command(BaseCommand):
    help = "签发 API 访问令牌；令牌只显示这一次"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="令牌代表哪个账户")
        parser.add_argument("--name", default="", help="给哪个程序用，便于日后辨认")
        parser.add_argument("--days", type=int, default=90, help="有效天数，默认 90")

    def handle(self, *, username: str, name: str, days: int, **options: Any) -> None:
        try:
            issued = actions.issue(username=username, name=name, days=days, now=clock.now())
        except actions.TokenNotIssued as refused:
            raise CommandError(str(refused)) from refused
        self.stderr.write(f"编号 {issued.id}，有效期至 {issued.expires_at:%Y-%m-%d}。令牌只显示这一次，请妥善保存：")
        self.stdout.write(issued.secret)
