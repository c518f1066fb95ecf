"""`tongban journal outbox`: what waits to be done after acts, and what could not be done?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tongban.journal import outbox
from tongban.web import clock


class Command(BaseCommand):
    help = "Tell what waits in the outbox and what failed there"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--again", action="store_true", help="let everything that failed be tried again at once")

    def handle(self, *args: Any, **options: Any) -> None:
        again = outbox.try_again(now=clock.now()) if options["again"] else 0
        waiting, failures = outbox.waiting(), outbox.failures()
        if options["json"]:
            report = {"waiting": waiting, "failed": [_plain(one) for one in failures]}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for one in failures:
            errand, at = one.errand, timezone.localtime(one.failed_at)
            self.stdout.write(
                f"{errand.subject} {errand.stream}#{errand.seq}：{one.failure}"
                f"（{at:%Y-%m-%d %H:%M}，共试 {one.attempts} 次，{timezone.localtime(one.due_at):%m-%d %H:%M} 再试）"
            )
        self.stdout.write(
            f"待办 {waiting} 件，其中 {len(failures)} 件曾经失败。" + (f"{again} 件马上再试。" if again else "")
        )


def _plain(one: outbox.Failed) -> dict[str, Any]:
    return {
        "subject": one.errand.subject,
        "stream": one.errand.stream,
        "seq": one.errand.seq,
        "attempts": one.attempts,
        "failure": one.failure,
        "failed_at": one.failed_at.isoformat(),
        "due_at": one.due_at.isoformat(),
    }
