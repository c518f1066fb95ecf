"""`tongban report status [--json]`: how far reporting has come, and what stands in the way."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tongban.exchange.reporting import gathering, queries


class Command(BaseCommand):
    help = "列出最近的上报批次：状态、条数、被拒的记录，以及没有送出的原因"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        scope = queries.Scope(tuple(gathering.provinces()))
        found = queries.dispatches(scope)
        rejected = queries.rejected_count(scope)
        if options["json"]:
            day = queries.reported_on()
            said = {
                "reported_on": day and day.isoformat(),
                "rejected": rejected,
                "dispatches": [queries.plain(one) for one in found],
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"最近一次上报：{queries.reported_on() or '还没有上报过'}")
        for one in found:
            rows = f"新增 {one.inserts} 修改 {one.updates} 删除 {one.deletes}"
            refused = f"平台退回 {one.refused}" if one.refused else ""
            self.stdout.write("  ".join(filter(None, (one.number, one.state_words, rows, refused, one.failure))))
        for table, number in rejected.items():
            self.stdout.write(f"未上报的记录  {table}  {number} 条")
