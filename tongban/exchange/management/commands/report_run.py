"""`tongban report run [--no-upload]`: report everything that is new to the national platform, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.catalogue import queries as catalogue
from tongban.exchange.reporting import actions
from tongban.web import clock


class Command(BaseCommand):
    help = "向国家平台上报全部新的变化：先办完上次没有办完的，再推导、写成批次、送出"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-upload", action="store_true", help="只写成文件，不送出")

    def handle(self, *args: Any, no_upload: bool, **options: Any) -> None:
        catalogue.keep_up()
        try:
            result = actions.run(now=clock.now(), upload=not no_upload)
        except actions.Busy as busy:
            raise CommandError(str(busy)) from None
        self.stdout.write(f"有变化的记录 {result.changed} 条。")
        for number in result.written:
            self.stdout.write(f"已写成批次 {number}。")
        for number in result.sent:
            self.stdout.write(f"已送出批次 {number}。")
        if result.failures:
            raise CommandError("没有全部办完：" + "；".join(result.failures))
