"""`tongban keys request CODE`: print a request (PEM) for a licensed authority to certify a body's key."""

from __future__ import annotations

from typing import Any

from asn1crypto import pem
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.crypto import profiles
from tongban.crypto.profiles import Algorithm
from tongban.keys import actions
from tongban.web import clock


class Command(BaseCommand):
    help = "以 PEM 输出证书申请，交给电子认证服务机构为签发机关的密钥发证"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="签发机关的统一社会信用代码")
        parser.add_argument("--algorithm", choices=[one.value for one in Algorithm], help="默认是本节点的算法")

    def handle(self, *, code: str, algorithm: str | None, **options: Any) -> None:
        chosen = Algorithm(algorithm) if algorithm else profiles.for_profile(settings.CRYPTO)
        try:
            made = actions.request(owner=code, algorithm=chosen, now=clock.now())
        except actions.NoKey as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(pem.armor("CERTIFICATE REQUEST", made).decode().rstrip())
