"""`tongban calendar list`: by which holiday notices does this node count?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tongban.catalogue import calendars, queries
from tongban.catalogue.queries import Published


class Command(BaseCommand):
    help = "列出已公布的放假安排和工作日历的版本"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        years = queries.published().values()
        calendar = calendars.of(each.notice for each in years)
        if options["json"]:
            plain = {
                "version": calendar.version,
                "published_from": calendar.published_from.isoformat(),
                "published_until": calendar.published_until.isoformat(),
                "years": [_plain(each) for each in years],
            }
            self.stdout.write(json.dumps(plain, ensure_ascii=False, indent=1))
            return
        for each in years:
            self.stdout.write(_told(each))
        self.stdout.write(
            f"工作日历自 {calendar.published_from} 至 {calendar.published_until}，版本 {calendar.version}。"
        )


def _plain(published: Published) -> dict[str, Any]:
    notice, at = published.notice, published.published_at
    return {
        "year": notice.year,
        "rest": [day.isoformat() for day in sorted(notice.rest)],
        "make_up": [day.isoformat() for day in sorted(notice.make_up)],
        "sources": list(notice.sources),
        "version": published.version,
        "published_at": at and at.isoformat(),
    }


def _told(published: Published) -> str:
    notice, at = published.notice, published.published_at
    came = f"{timezone.localdate(at)} 载入，第 {published.version} 版" if at else "随软件附带"
    source = f"，{notice.sources[0]}" if notice.sources else ""
    return f"{notice.year} 年：放假 {len(notice.rest)} 天，调休上班 {len(notice.make_up)} 天；{came}{source}"
