"""`tongban certificates entries [--issuer CODE] [--since DATE]`: the directory of certificates, one JSON entry a line.

What is told of people is personal data: the file belongs to the issuing authority. Where a holder's data were erased an
entry says what the register says.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.certificates import directory, queries
from tongban.web import clock


class Command(BaseCommand):
    help = "导出电子证照目录信息，每行一条 JSON"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--issuer", default="", help="颁发机构的统一社会信用代码，默认全部")
        parser.add_argument("--since", default="", help="自哪一天起签发的，如 2026-11-23，默认全部")

    def handle(self, *, issuer: str, since: str, **options: Any) -> None:
        try:
            first = date.fromisoformat(since) if since else date.min
        except ValueError:
            raise CommandError(f"未导出：“{since[:40]}”不是日期。请写成 2026-11-23 这样。") from None
        for line, said in queries.with_files(issuer=issuer, since=first):
            entry = directory.entry(line, said, today=clock.today())
            self.stdout.write(json.dumps(entry, ensure_ascii=False))
