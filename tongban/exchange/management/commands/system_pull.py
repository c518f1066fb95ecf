"""`tongban system pull NAME`: ask a department's system now what it has to say, and take it over."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.domain.answers import NotAnAnswer
from tongban.exchange.systems import working
from tongban.exchange.systems.adapters import NotReached, TurnedAway
from tongban.exchange.systems.models import System
from tongban.web import clock


class Command(BaseCommand):
    help = "立即读取一个部门业务系统的答复，并办理"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *, name: str, **options: Any) -> None:
        system = System.objects.filter(pk=name).first()
        if system is None:
            raise CommandError(f"没有登记过“{name}”。请用 tongban system list 查看。")
        came = 0
        try:
            while more := working.ask_now(system, clock=clock.now):
                came += more
        except (NotReached, TurnedAway, NotAnAnswer) as failed:
            raise CommandError(f"读取没有完成（已读取 {came} 条）：{failed}") from failed
        weighed = working.weigh(clock.now)
        self.stdout.write(f"读取 {came} 条答复，办理 {weighed} 条。")
