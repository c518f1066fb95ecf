"""`tongban draw verify ID`: draw again from list, seed and share, and say whether the result is the same."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.casework import draws
from tongban.domain.codec import to_plain
from tongban.domain.events import DrawHeld
from tongban.domain.refused import Refused


class Command(BaseCommand):
    help = "重新抽取一次公开抽取，核对结果和种子的来源"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("draw", help="抽取编号，见公开页面")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出名单、种子、比例和结果")

    def handle(self, *args: Any, draw: str, json: bool, **options: Any) -> None:
        try:
            held = draws.find(draw)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        wrong = draws.wrong_with(held)
        if json:
            self.stdout.write(_json(held, wrong))
        elif not wrong:
            self.stdout.write(f"相符：{len(held.candidates)} 个中抽取 {len(held.drawn)} 个，结果与重新抽取一致。")
        if wrong:
            raise CommandError(f"不相符：{wrong}")


def _json(held: DrawHeld, wrong: str) -> str:
    return json.dumps(to_plain(held, DrawHeld) | {"holds": not wrong, "wrong": wrong}, ensure_ascii=False)
