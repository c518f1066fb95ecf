"""`tongban node init`: give this node what it needs to exchange messages with others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tongban.catalogue import calendars
from tongban.crypto import profiles
from tongban.domain.envelope import NODE
from tongban.exchange import actions
from tongban.keys import actions as keys
from tongban.web import clock


class Command(BaseCommand):
    help = "为本节点建立根证书和收发密钥；已有的保持不变"

    def handle(self, *args: Any, **options: Any) -> None:
        if not NODE.fullmatch(settings.NODE):
            raise CommandError(
                f"TONGBAN_NODE：“{settings.NODE}”不能作节点名称。只用小写字母、数字和连字符，最多 40 个。"
            )
        now = clock.now()
        for region in settings.REGIONS:
            name = calendars.divisions().name(region)
            keys.ensure_root(region=region, name=name, algorithm=profiles.for_profile(settings.CRYPTO), now=now)
        actions.prepare_node(now=now)
        regions = "、".join(settings.REGIONS)
        self.stdout.write(
            f"节点 {settings.NODE}（{regions}）可以收发消息。请用 tongban keys export-root 把根证书交给对方。"
        )
