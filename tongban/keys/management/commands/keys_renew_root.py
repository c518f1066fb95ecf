"""`tongban keys renew-root REGION`: give a region a new root, which the old one vouches for until it ends."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.crypto import profiles
from tongban.crypto.profiles import Algorithm
from tongban.keys import actions
from tongban.web import clock


class Command(BaseCommand):
    help = "更换一个地区的根证书；旧根证书在到期前继续为信任列表签名"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("region", help="省级行政区划代码，如 130000")
        parser.add_argument("--algorithm", choices=[one.value for one in Algorithm], help="默认是本节点的算法")

    def handle(self, *, region: str, algorithm: str | None, **options: Any) -> None:
        chosen = Algorithm(algorithm) if algorithm else profiles.for_profile(settings.CRYPTO)
        try:
            root = actions.renew_root(region=region, algorithm=chosen, now=clock.now())
        except actions.NoKey as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"已更换：{root.name}新的 {chosen} 根证书是 {root.id}，机关的密钥已由它重新认证。")
