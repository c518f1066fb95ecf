"""`tongban calendar load FILE`: take in the State Council's arrangement for a year once it is published.

FILE has the shape of `data/calendars/<year>.json`, which is that of holiday-cn. All processes of the node count by it
within a minute, and the worker projects the days that were provisional.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from tongban.catalogue import actions, calendars, queries
from tongban.domain.refused import Refused
from tongban.domain.workdays import CalendarContradicted
from tongban.people.actor import SYSTEM
from tongban.web import clock


class Command(BaseCommand):
    help = "载入新公布的放假通知；此后全节点按它计算工作日。与已公布的矛盾时不载入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="放假通知（.json）")
        parser.add_argument("--amend", action="store_true", help="国务院修改了已公布的放假安排，以这份为准")

    def handle(self, *args: Any, file: Path, amend: bool, **options: Any) -> None:
        try:
            answer = actions.publish_calendar(
                operation=f"calendar-load/{uuid4()}",
                actor=SYSTEM,
                notices=calendars.read_notices(file),
                amends=amend,
                now=clock.now(),
            )
        except CalendarContradicted as refused:
            raise CommandError(f"未载入：{refused}（--amend）") from refused
        except Refused as refused:
            raise CommandError(f"未载入：{refused}") from refused
        queries.keep_up()
        until, version = calendars.load().published_until, answer["calendar"]
        if not answer["years"]:
            self.stdout.write(f"没有变化：这些放假安排已经公布，工作日历止于 {until}，版本 {version}。")
            return
        years = "、".join(f"{year} 年" for year in answer["years"])
        self.stdout.write(f"已载入 {years}的放假安排：工作日历止于 {until}，版本 {version}。")
