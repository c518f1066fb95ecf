"""`tongban node greet NAME`: write messages without an effect, to see whether the line to another node holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from tongban.exchange import actions
from tongban.exchange.inbox import GREETING
from tongban.exchange.storage import NoSuchPeer
from tongban.people.ids import uuid7
from tongban.web import clock


class Command(BaseCommand):
    help = "给对方节点写问候消息，没有任何效果，用来检查线路；由 tongban worker 送出"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="对方的 TONGBAN_NODE")
        parser.add_argument("--count", type=int, default=1, metavar="N")

    def handle(self, *, name: str, count: int, **options: Any) -> None:
        try:
            with transaction.atomic():
                for _ in range(count):
                    now = clock.now()
                    actions.write(to=name, id=str(uuid7(now=now)), type=GREETING, subject="node", body={}, now=now)
        except NoSuchPeer as unknown:
            raise CommandError(f"没有登记节点 {name}。请先用 tongban node trust 登记。") from unknown
        self.stdout.write(f"已写 {count} 条给 {name}。用 tongban node status 看是否签收。")
