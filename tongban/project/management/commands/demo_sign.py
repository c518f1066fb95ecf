"""`tongban demo sign`: let the stewards of this node sign the batches of the demo, as the others' word comes in.

Each node of a federation holds the demo of its regions alone. What rests on the others, the joint standards above all,
is done when their messages are here: this command looks again and again, until all regions have signed everything.
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tongban.catalogue import demo, joint_set
from tongban.catalogue.actions import refresh
from tongban.exchange import queries
from tongban.people.actor import SYSTEM
from tongban.web import clock

SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_BETWEEN_WORDS = 10.0


class Command(BaseCommand):
    help = "演示：由本节点的事项管理员签署批次，随对方消息到达逐步进行，直到各地全部签齐"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("没有签署：本节点不在演示模式。真实的批次由各地的事项管理员在工作台签署。")
        whole = joint_set.read(name="tongbiao")
        said = 0.0
        while not (level := demo.go_on(joint_set=whole)).done:
            if time.monotonic() - said > SECONDS_BETWEEN_WORDS:
                waiting = sum(one.waiting for one in queries.standings())
                self.stdout.write(f"共同标准已签齐 {_of(level)} 个批次；还有 {waiting} 条消息等对方签收")
                said = time.monotonic()
            time.sleep(SECONDS_BETWEEN_LOOKS)
        self.stdout.write(f"共同标准已签齐 {_of(level)} 个批次。")
        # What was signed on days long gone is listed as of today.
        now = clock.now()
        refresh(operation=f"demo/lists/{now.isoformat()}", actor=SYSTEM, now=now)


def _of(level: demo.Level) -> str:
    return f"{level.signed}/{level.batches}"
