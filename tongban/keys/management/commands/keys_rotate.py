"""`tongban keys rotate CODE --from DATE`: give a body its next key for certificates, to sign from that day on."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.crypto import profiles
from tongban.crypto.profiles import Algorithm
from tongban.domain.clock import BEIJING_TIME
from tongban.keys import actions
from tongban.web import clock


class Command(BaseCommand):
    help = "为签发机关备好下一个密钥：先写入信任列表，到日期再启用"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="签发机关的统一社会信用代码")
        parser.add_argument("--from", dest="first", required=True, help="自哪一天起用新密钥签发，如 2026-12-10")
        parser.add_argument("--algorithm", choices=[one.value for one in Algorithm], help="默认是本节点的算法")

    def handle(self, *, code: str, first: str, algorithm: str | None, **options: Any) -> None:
        chosen = Algorithm(algorithm) if algorithm else profiles.for_profile(settings.CRYPTO)
        try:
            day = date.fromisoformat(first)
        except ValueError:
            raise CommandError(f"未更换：“{first[:40]}”不是日期。请写成 2026-12-10 这样。") from None
        now = clock.now()
        begins = now if day == clock.today() else datetime.combine(day, time(), BEIJING_TIME)
        try:
            key = actions.rotate_certified(owner=code, algorithm=chosen, first=begins, now=now)
        except actions.NoKey as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"已备好：{key.name}自 {first} 起用密钥 {key.id} 签发；在此之前仍用现在的密钥。")
