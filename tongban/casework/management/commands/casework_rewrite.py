"""`tongban casework rewrite`: after an upgrade, write rows of an older shape anew from the journal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tongban.casework.actions.rewrite import rewrite_rows


class Command(BaseCommand):
    help = "Write the rows of applications that have an older shape anew from the journal"

    def handle(self, *args: Any, **options: Any) -> None:
        if count := rewrite_rows():
            self.stdout.write(f"已按日志重写 {count} 件申请的数据。")
