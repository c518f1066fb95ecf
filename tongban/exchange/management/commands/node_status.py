"""`tongban node status`: how far this node has come with each other one, and what stands in the way.

`--wait` until everything that was written has arrived, and tell meanwhile how much has not.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.exchange import queries
from tongban.exchange.queries import Standing

SECONDS_BETWEEN_LOOKS = 1.0
LOOKS_BETWEEN_WORDS = 5


class Command(BaseCommand):
    help = "列出与各节点的往来：已写、已签收、已收到、被拒收，以及停止或失败的原因"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--wait", action="store_true", help="等到所写的全部签收为止，其间报告还有多少条")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["wait"]:
            self._wait()
        found = queries.standings()
        if options["json"]:
            self.stdout.write(json.dumps([one.plain for one in found], ensure_ascii=False, indent=2))
            return
        for one in found:
            there = f"已写 {one.written} 已签收 {one.receipted} 被拒收 {one.refused_there}"
            here = f"已收到 {one.stored} 拒收 {one.refused}"
            self.stdout.write("  ".join(filter(None, (one.peer, one.address, there, here, one.stopped, one.failure))))
        if not found:
            self.stdout.write("还没有登记对方节点。请用 tongban node trust 登记。")

    def _wait(self) -> None:
        looks = 0
        while late := [one for one in queries.standings() if one.waiting]:
            for one in late:
                if one.stopped:
                    raise CommandError(f"与 {one.peer} 的往来已停止，等不到签收：{one.stopped}")
            if looks % LOOKS_BETWEEN_WORDS == 0:
                self.stdout.write("；".join(map(_words, late)))
            looks += 1
            time.sleep(SECONDS_BETWEEN_LOOKS)


def _words(one: Standing) -> str:
    """Say how many messages wait, and why if it is known."""
    return f"还有 {one.waiting} 条等 {one.peer} 签收" + (f"（{one.failure}）" if one.failure else "")
