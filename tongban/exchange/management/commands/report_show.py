"""`tongban report show [BATCH] [--json]`: how whole the rows of a dispatch were, and which rows are rejected now."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.exchange.reporting import actions, gathering, queries, words

MOST = 1000


class Command(BaseCommand):
    help = "显示一个批次（默认最近三十个合计）的填报完整率，以及现在未上报的记录和原因"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", nargs="?", default="", help="批次号")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, batch: str, **options: Any) -> None:
        scope = queries.Scope(tuple(gathering.provinces()))
        try:
            some = [queries.dispatch(batch, scope)] if batch else queries.dispatches(scope)
        except actions.NoSuchDispatch as unknown:
            raise CommandError(str(unknown)) from None
        rates = queries.rates(queries.counts(some, scope))
        rejected = queries.rejected(queries.rejected_rows(scope)[:MOST])
        if options["json"]:
            said = {
                "rates": [queries.plain_rate(one) for one in rates],
                "rejected": [queries.plain_rejected(one) for one in rejected],
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
            return
        for one in rates:
            field = words.field(one.table, one.field) if one.field else "必填字段合计"
            self.stdout.write(f"{words.table(one.table)}  {one.department}  {field}  {one.filled}/{one.of}")
        for row in rejected:
            for fault in row.faults:
                where = f"{words.table(row.table)}  {row.subject}  {words.field(row.table, fault.field)}"
                self.stdout.write(f"未上报  {where}  {words.reason(fault)}  {words.remedy(fault)}")
