"""`tongban system end NAME`: decide a matter here again, from a day on; what the system has it goes on deciding."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.exchange.systems import actions
from tongban.exchange.systems.models import System
from tongban.web import clock


class Command(BaseCommand):
    help = "从某天起受理的办件不再送交部门业务系统，改在本平台办理；已送交的仍由它办完"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--matter", default="", help="不写：登记为“全部事项”的那一条")
        parser.add_argument("--until", default="", metavar="DAY", help="从哪天起改在本平台办理；不写：今天")

    def handle(self, *, name: str, matter: str, until: str, **options: Any) -> None:
        system = System.objects.filter(pk=name).first()
        if system is None:
            raise CommandError(f"没有登记过“{name}”。请用 tongban system list 查看。")
        try:
            day = date.fromisoformat(until) if until else clock.today()
        except ValueError as wrong:
            raise CommandError(f"“{until}”不是日期，应形如 2026-12-01。") from wrong
        if not actions.decide_here(system=system, matter=matter, valid_until=day):
            raise CommandError(f"事项 {matter or '（全部）'} 没有登记在{system.title}办理。")
        self.stdout.write(f"自 {day} 起受理的办件不再送交{system.title}。")
