"""`tongban insight rebuild`: compute every row that insight keeps again from the journal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue
from tongban.insight import actions


class Command(BaseCommand):
    help = "从日志重新计算全部办理指标"

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue.keep_up()
        count = actions.rebuild(calendar=calendars.load())
        self.stdout.write(f"已从日志重新计算 {count} 件申请的指标。")
