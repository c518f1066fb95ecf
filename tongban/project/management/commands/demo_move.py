"""`tongban demo move`: a company of the loaded demo moves to Tianjin, and asks for its retained input tax there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tongban.domain.refused import Refused
from tongban.project import moving
from tongban.web import clock


class Command(BaseCommand):
    help = "Let a company of the loaded demo move from Beijing to Tianjin, and ask for its retained input tax there"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("没有办理：本节点不在演示模式。请在演示节点上运行。")
        try:
            company = moving.Moving(*moving.MOVES, clock.today(), "demo/moved", self.stdout.write)
            company.move()
            company.refund()
        except Refused as refused:
            raise CommandError(str(refused)) from refused
