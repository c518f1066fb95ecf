"""Does a certificate file hold, by the trust list alone?

    tongban verify FILE [--trust DIR] [--at DATE] [--json]

Says by which status list the state is known, and whether that was due to be renewed. Asks no database and no network.
Exit code 0: valid; 1: refused; 2: the file or the trust list cannot be read.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tongban.certificates import offline
from tongban.domain.clock import BEIJING_TIME
from tongban.web import clock


class Command(BaseCommand):
    help = "核验电子证照文件（不需要数据库和网络）"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="证照文件（.tongban.json）")
        parser.add_argument("--trust", type=Path, help="信任列表 trust.json 所在的目录，默认是本节点的密钥目录")
        parser.add_argument("--at", default="", help="按哪一天核验，如 2026-11-23，默认今天")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *, file: Path, trust: Path | None, at: str, json: bool, **options: Any) -> None:
        finding = self._finding(file, trust or settings.KEYS_DIR, at)
        self.stdout.write(_as_json(finding) if json else _as_text(finding))
        sys.exit(finding.exit_code)

    def _finding(self, file: Path, trust: Path, at: str) -> offline.Finding:
        try:
            day = date.fromisoformat(at) if at else clock.today()
            instant = datetime.combine(day, time(), BEIJING_TIME) if at else clock.now()
        except ValueError:
            return offline.not_verified(
                "bad_date",
                f"无法核验：“{at[:40]}”不是日期。请写成 2026-11-23 这样。",
                f"Not verified: “{at[:40]}” is no date. Write it like 2026-11-23.",
            )
        return offline.verify(file, trust=trust, today=day, now=instant)


def _as_json(finding: offline.Finding) -> str:
    return json.dumps(finding.plain(), ensure_ascii=False, indent=1)


def _as_text(finding: offline.Finding) -> str:
    as_of = finding.status_as_of
    return finding.message + (finding.status_message or (f"（信任列表截至 {as_of}）" if as_of else ""))
