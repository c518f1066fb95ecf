"""`tongban system list`: departments' own systems, what waits between them and this node, and what people must see."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tongban.exchange.systems import queries


class Command(BaseCommand):
    help = "列出部门业务系统：办理中、待送、失败、待人核实的数量，最近一次对账"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = queries.standings()
        if options["json"]:
            self.stdout.write(json.dumps([one.plain for one in found], ensure_ascii=False, indent=2))
            return
        for one in found:
            cases = f"办理中 {one.open} 待送 {one.to_tell} 失败 {one.failing} 待核实 {one.refused}"
            self.stdout.write("  ".join(filter(None, (one.name, one.title, one.address, cases, one.failure))))
        if not found:
            self.stdout.write("还没有登记部门业务系统。请用 tongban system add 登记。")
