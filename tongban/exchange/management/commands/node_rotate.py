"""`tongban node rotate`: give this node its next keys for the exchange."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tongban.exchange import actions
from tongban.keys.actions import NoKey
from tongban.web import clock


class Command(BaseCommand):
    help = "更换本节点的收发密钥：先写入信任列表，两分钟后启用；旧的仍能打开在途的消息"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            first = actions.rotate_node(now=clock.now())
        except NoKey as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"已备好：自 {timezone.localtime(first):%H:%M:%S} 起用新的收发密钥。在途的消息不受影响。")
