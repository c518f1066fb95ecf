"""`tongban node status`: how far this node has come with each other one, and what stands in the way."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tongban.exchange import queries


class Command(BaseCommand):
    help = "列出与各节点的往来：已写、已签收、已收到、被拒收，以及停止或失败的原因"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
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
