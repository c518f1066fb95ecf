"""`tongban demo load`: demo people, joint standards, maritime matters, registry records and a few applications.

A node loads what belongs to the regions it speaks for: matters of the sea to Hebei, what a haulier holds to Tianjin,
the move of a company from Beijing to Tianjin to a node that speaks for both.
"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tongban.casework.models import Application
from tongban.catalogue import calendars, files, joint_set
from tongban.catalogue import demo as catalogue_demo
from tongban.catalogue.actions import refresh_daily
from tongban.domain.catalogue import Bundle, Catalogue
from tongban.people import demo as people_demo
from tongban.project import moving, pins, travelling, walk
from tongban.web import clock


class Command(BaseCommand):
    help = "Load the demo: people, catalogue, registry records, and applications at different stages"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bare", action="store_true", help="without applications")

    def handle(self, *args: Any, bare: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "演示数据未装载：本节点不在演示模式，演示的人员和登记记录不能与真实数据混在一起。"
                "请另建节点并设置 TONGBAN_DEMO=1。"
            )
        today = clock.today()
        begin = _working_day(today, back=14)
        self.stdout.write("装载人员和京津冀共同标准 …")
        people_demo.load(now=walk.at(begin, 8))
        pins.give(now=walk.at(begin, 8))
        joint = joint_set.read(name="tongbiao")
        catalogue_demo.load(joint_set=joint, now=walk.at(begin, 8), tell=self.stdout.write)
        walk.prepare_issuers({each.body for each in joint.implementations}, now=walk.at(begin, 8))
        if people_demo.is_here(moving.TIANJIN):
            travelling.issue(joint.certificate_types, now=walk.at(begin, 9))
        walk.prepare_registries(now=walk.at(begin, 8))
        fresh = not Application.objects.exists()
        if people_demo.is_here(people_demo.read()["region"]):
            self._maritime(begin, today, applications=fresh and not bare)
        if people_demo.is_here(moving.BEIJING) and people_demo.is_here(moving.TIANJIN):
            self._move(begin, today, rate=fresh, draft=fresh and not bare)
        refresh_daily(now=clock.now())
        self.stdout.write("演示数据已装载。")

    def _maritime(self, begin: date, today: date, *, applications: bool) -> None:
        self.stdout.write("装载海事目录 …")
        catalogue, bundle, delegations = files.read_set("maritime")
        walk.prepare(catalogue, bundle, delegations, now=walk.at(begin, 8))
        if applications:
            self._applications(catalogue, bundle, begin, today)

    def _move(self, begin: date, today: date, *, rate: bool, draft: bool) -> None:
        """Let a company be about to move from Beijing to Tianjin."""
        walk.prepare(*files.read_set("relocation"), now=walk.at(begin, 8))
        if rate:
            moving.rate_companies(day=begin, now=walk.at(begin, 8, 30))
        if draft:
            moving.Moving(*moving.MOVES, _working_day(today, back=1), "demo/move", self.stdout.write).draft()

    def _applications(self, catalogue: Catalogue, bundle: Bundle, begin: date, today: date) -> None:
        """Leave one application closed, one under review with a conclusion that waits, and one to be accepted."""
        self.stdout.write("办理演示申请 …")
        closed = walk.Walk(catalogue, bundle, begin, "demo/closed", self.stdout.write)
        application = closed.submit()
        closed.confirm(application)
        closed.accept(application)
        closed.opinions(application)
        closed.conclude(application)
        half = walk.Walk(catalogue, bundle, _working_day(today, back=1), "demo/half", self.stdout.write)
        application = half.submit()
        half.confirm(application)
        half.accept(application)
        half.opinions(application)
        for case in (2, 6):
            half.conclude_one(application, case, day=half.day)
        walk.Walk(catalogue, bundle, _working_day(today, back=1), "demo/new", self.stdout.write).submit()


def _working_day(today: date, *, back: int) -> date:
    """Return the working day that lies `back` working days before today."""
    calendar = calendars.load()
    day = today
    while back:
        day -= timedelta(days=1)
        back -= calendar.counts(day, provisional=True)
    return day
