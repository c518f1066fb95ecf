"""`tongban system reconcile NAME`: compare with a department's system now; exit 1 where both sides differ."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.exchange.systems import comparing, words
from tongban.exchange.systems.models import System
from tongban.web import clock


class Command(BaseCommand):
    help = "立即与一个部门业务系统对账：双方各有哪些办件、处于什么状态"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *, name: str, **options: Any) -> None:
        system = System.objects.filter(pk=name).first()
        if system is None:
            raise CommandError(f"没有登记过“{name}”。请用 tongban system list 查看。")
        found = comparing.compare(system, now=clock.now())
        if found.failure:
            raise CommandError(f"没有对成：{found.failure}")
        self.stdout.write(f"本方 {found.here} 件，对方 {found.there} 件，差异 {len(found.differences)} 处。")
        for one in found.differences:
            self.stdout.write(words.difference(one))
        if found.differences:
            sys.exit(1)
