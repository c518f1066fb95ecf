"""`tongban report rerun BATCH | --refused | --all`: let the next run tell again what a dispatch brought, what the
platform refused, or whatever comes out differently today.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.exchange.reporting import actions


class Command(BaseCommand):
    help = "让下一次上报重新告知：一个丢失的批次、平台退回的记录，或者全部重新推导后有变化的记录"

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("batch", nargs="?", help="批次号：它带去的记录全部再报一次")
        which.add_argument("--refused", action="store_true", help="国家平台退回的记录，照原样再报一次")
        which.add_argument("--all", action="store_true", help="全部重新推导，只报有变化的")

    def handle(self, *args: Any, batch: str | None, refused: bool, **options: Any) -> None:
        if batch:
            try:
                count = actions.again(number=batch)
            except (actions.NoSuchDispatch, actions.NotWritten) as no:
                raise CommandError(str(no)) from None
            self.stdout.write(f"批次 {batch} 的 {count} 条记录将在下一次上报时再报。")
        elif refused:
            self.stdout.write(f"国家平台退回的 {actions.again_refused()} 条记录将在下一次上报时再报。")
        else:
            self.stdout.write(f"{actions.again_all()} 个来源将在下一次上报时重新推导。")
