"""`tongban token revoke ID`: end a token at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.api import actions
from tongban.web import clock


class Command(BaseCommand):
    help = "吊销 API 访问令牌"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", help="签发时显示的编号")

    def handle(self, *, id: str, **options: Any) -> None:
        try:
            actions.revoke(id=id, now=clock.now())
        except actions.NoSuchToken as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("令牌已吊销。")
