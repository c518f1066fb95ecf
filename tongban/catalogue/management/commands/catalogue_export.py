"""`tongban catalogue export --format xlsx|json|cpsv FILE`: write the catalogue as a file that others read."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports import jsonfile
from tongban.catalogue.exports.cpsv import cpsv
from tongban.catalogue.exports.gathering import gather, in_force
from tongban.catalogue.exports.workbook import workbook
from tongban.domain.refused import Refused
from tongban.people.queries import names_of_bodies
from tongban.web.clock import today

EXTENSIONS = {".xlsx": "xlsx", ".json": "json", ".ttl": "cpsv"}


class Command(BaseCommand):
    help = "导出目录：xlsx 工作簿、json，或 cpsv（CPSV-AP 3.2 的 Turtle 文件）。schema 是 json 文件的 JSON Schema。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="写到哪个文件")
        parser.add_argument("--format", choices=[*FORMATS, "schema"], help="默认由文件扩展名决定")
        parser.add_argument("--matter", action="append", default=[], metavar="CODE", help="只导出这个事项；可写多次")
        parser.add_argument("--province", default="", metavar="CODE", help="只导出这个省级地区有的，如 130000")

    def handle(self, *args: Any, file: str, format: str | None, **options: Any) -> None:
        chosen = format or EXTENSIONS.get(Path(file).suffix.lower())
        if chosen is None:
            raise CommandError(f"未导出：不知道“{file}”应写成什么格式。请用 --format 指明 xlsx、json 或 cpsv。")
        if chosen == "schema":
            self._write(file, json.dumps(jsonfile.form(), ensure_ascii=False, indent=1).encode() + b"\n")
            return
        holdings = gather(matters=options["matter"], province=options["province"])
        if not holdings.standards:
            raise CommandError("未导出：目录中没有这样的事项。请核对事项编码和地区代码，或先装载目录。")
        try:
            content = FORMATS[chosen](holdings)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self._write(file, content)
        self.stdout.write(
            f"已导出到 {file}：标准 {len(holdings.standards)} 个，实施清单 {len(holdings.implementations)} 个，"
            f"跨省通办清单项 {len(holdings.offers)} 个。"
        )

    def _write(self, file: str, content: bytes) -> None:
        try:
            Path(file).write_bytes(content)
        except OSError as error:
            raise CommandError(f"未导出：不能写文件 {file}（{error.strerror}）。请检查路径和权限。") from error


def _cpsv(holdings: Holdings) -> bytes:
    bodies = names_of_bodies(ids={f"org:{each.body}" for each in holdings.implementations})
    return cpsv(
        holdings,
        in_force=in_force(today=today()),
        bodies={code.removeprefix("org:"): name for code, name in bodies.items()},
    )


FORMATS: dict[str, Callable[[Holdings], bytes]] = {"xlsx": workbook, "json": jsonfile.json_file, "cpsv": _cpsv}
