"""`tongban system key NAME [--end KEY]`: with which keys a department's system signs; let one sign nothing any more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.exchange.systems import actions
from tongban.exchange.systems.models import System
from tongban.web import clock


class Command(BaseCommand):
    help = "列出一个部门业务系统签名用的密钥，或停用其中一把"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--end", default="", metavar="KEY", help="从现在起不再认这把密钥的签名")

    def handle(self, *, name: str, end: str, **options: Any) -> None:
        system = System.objects.filter(pk=name).first()
        if system is None:
            raise CommandError(f"没有登记过“{name}”。请用 tongban system list 查看。")
        if end and not actions.end_key(system=system, key=end, now=clock.now()):
            raise CommandError(f"{system.title}没有名为“{end}”的在用密钥。")
        for key in system.keys.order_by("added_at"):
            until = f"至 {key.ended_at:%Y-%m-%d %H:%M}" if key.ended_at else "在用"
            self.stdout.write(f"{key.id}  {key.algorithm}  自 {key.added_at:%Y-%m-%d}  {until}")
