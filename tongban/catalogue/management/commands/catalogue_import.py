"""`tongban catalogue import FILE`: take a workbook, a JSON file or a raw list of a region into the catalogue."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tongban.catalogue import storage
from tongban.catalogue.imports import faults as report
from tongban.catalogue.imports import rawlist, taking
from tongban.catalogue.imports.faults import Fault
from tongban.domain.refused import Refused
from tongban.journal.actions import Answer
from tongban.people.actor import SYSTEM

MOST_BYTES = 100 * 1024 * 1024


class Command(BaseCommand):
    help = "导入目录文件：xlsx 工作簿、json，或某地区的原始清单（--format raw，csv）。有错误时不存入任何内容。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="要导入的文件")
        parser.add_argument("--format", choices=["xlsx", "json", "raw"], help="原始清单要写 raw；其余由文件内容决定")
        parser.add_argument("--take-good", action="store_true", help="有错误时仍存入正确的部分")
        parser.add_argument("--dry-run", action="store_true", help="只检查并报告，不存入")
        parser.add_argument("--report", metavar="FILE", help="把问题清单写成 csv 或 xlsx 文件")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        """With `--dry-run` the report is all."""
        take = (self._raw if options["format"] == "raw" else self._catalogue)(Path(file).name, _read(file), options)
        if options["dry_run"]:
            return
        try:
            answer = take(
                operation=f"catalogue-import/{uuid4()}",
                actor=SYSTEM,
                now=timezone.now(),
                take_good=options["take_good"],
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(_told(answer))

    def _catalogue(self, file: str, data: bytes, options: dict[str, Any]) -> Callable[..., Answer]:
        examined = taking.examine(
            file=file, data=data, actor=SYSTEM, today=storage.day_of(timezone.now()), progress=self._progress
        )
        self._report(examined.faults, options["report"])
        self.stdout.write(
            f"读出 {examined.count} 条，其中 {len(examined.changes)} 条是新的或有变化，"
            f"发现 {len(examined.faults)} 处问题。"
        )
        return partial(taking.take, examined=examined)

    def _raw(self, file: str, data: bytes, options: dict[str, Any]) -> Callable[..., Answer]:
        raw = rawlist.read(file=file, data=data)
        self._report(raw.faults, options["report"])
        self.stdout.write(f"读出 {raw.read} 行，可保存 {len(raw.rows)} 行，发现 {len(raw.faults)} 处问题。")
        return partial(taking.take_raw, raw=raw)

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"[{_grouped(done)}/{_grouped(total)}]")

    def _report(self, faults: Sequence[Fault], file: str | None) -> None:
        for fault in faults:
            self.stdout.write(str(fault))
        if file is None:
            return
        try:
            if file.lower().endswith(".xlsx"):
                Path(file).write_bytes(report.as_workbook(faults))
            else:
                Path(file).write_text(report.as_csv(faults), encoding="utf-8-sig")
        except OSError as error:
            raise CommandError(f"未导入：不能写报告 {file}（{error.strerror}）。请检查路径和权限。") from error


def _read(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"未导入：不能读文件 {file}（{error.strerror}）。请检查路径和权限。") from error
    if len(data) > MOST_BYTES:
        raise CommandError(f"未导入：{file} 超过 {MOST_BYTES // 1024**2} MB。请按地区或事项分开后再导入。")
    return data


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")


WORDS = {
    "standards": "新标准",
    "proposed": "新提出的共同标准",
    "implementations": "新实施清单",
    "offers": "新跨省通办清单项",
    "extensions": "新延伸服务",
    "reforms": "新改革方式",
    "raw_items": "原始清单",
}


def _told(answer: dict[str, Any]) -> str:
    parts = [f"{word} {answer[name]} 个" for name, word in WORDS.items() if answer.get(name)]
    return f"已导入：{'，'.join(parts)}。" if parts else "没有变化：目录中已是这些内容。"
