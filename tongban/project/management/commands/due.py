"""By which day must it be done?

    tongban due START DAYS --unit working|natural [--provisional] [--calendar FILE] [--json]
    tongban due --batch FILE.csv [--provisional] [--calendar FILE] [--json]

The starting day is not counted; 0 days means the same day. The days are those of the package's calendar; `--calendar`
puts the years of a newly published notice in the place of its own or after them. Starts without a database. Exit code
0: answered, in a batch each row by its day or by the reason why there is none; 1: refused, because no calendar is
published so far or the number of days makes no sense; 2: the question or a file cannot be understood.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tongban.catalogue import calendars
from tongban.domain.clock import LONGEST_DAYS, Due, Unit, due_on
from tongban.domain.refused import Refused
from tongban.domain.workdays import Calendar, InvalidCalendar
from tongban.project import texts

REFUSED, NOT_UNDERSTOOD = 1, 2
COLUMNS = ("start", "days", "unit")
UNITS = {Unit.WORKING: "个工作日", Unit.NATURAL: "个自然日"}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"-?[0-9]{1,18}")
LONGEST_SHOWN = 40


class NotUnderstood(Refused):
    """What was asked is no question about a period."""

    code = "not_understood"


@dataclass(frozen=True, slots=True)
class Question:
    start: date
    days: int
    unit: Unit

    @classmethod
    def read(cls, start: str, days: str, unit: str) -> Question:
        """Raises NotUnderstood."""
        return cls(_day(start), _number(days), _unit(unit))

    def due(self, calendar: Calendar, *, provisional: bool) -> Due:
        """Raises InvalidLimit, CalendarNotPublished."""
        return due_on(start=self.start, days=self.days, unit=self.unit, calendar=calendar, provisional=provisional)


class Command(BaseCommand):
    help = "计算期限的最后一日（不需要数据库）"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("start", nargs="?", metavar="START", help="起算日，如 2026-03-02（当日不计）")
        parser.add_argument("days", nargs="?", metavar="DAYS", help=f"天数，0 至 {LONGEST_DAYS}，0 表示当日")
        parser.add_argument("--unit", metavar="UNIT", help="working（工作日）或 natural（自然日）")
        parser.add_argument("--batch", type=Path, metavar="FILE", help="逐行计算 csv 文件，列为 start、days、unit")
        parser.add_argument("--provisional", action="store_true", help="放假安排尚未公布的，按周末和法定节日暂计")
        parser.add_argument(
            "--calendar",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="新公布的放假通知（.json），补充或替换随软件附带的年份，可以多次给出",
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, batch: Path | None, provisional: bool, **options: Any) -> None:
        try:
            calendar = calendars.load_with(*options["calendar"])
            if batch is None:
                question = _asked(options)
                self._answer(question, question.due(calendar, provisional=provisional), as_json=options["json"])
            else:
                _demand_nothing_else(options)
                rows = tuple(_rows(batch))
                self._answer_all(rows, calendar, provisional=provisional, as_json=options["json"])
        except Refused as refused:
            self.stderr.write(str(refused))
            unclear = isinstance(refused, NotUnderstood | InvalidCalendar | texts.Unreadable)
            sys.exit(NOT_UNDERSTOOD if unclear else REFUSED)

    def _answer(self, question: Question, due: Due, *, as_json: bool) -> None:
        self.stdout.write(json.dumps(_plain(due)) if as_json else _told(question, due))

    def _answer_all(
        self, rows: Sequence[Mapping[str, str]], calendar: Calendar, *, provisional: bool, as_json: bool
    ) -> None:
        plain: list[dict[str, Any]] = []
        told: list[str] = []
        for number, row in enumerate(rows, start=1):
            try:
                question = Question.read(**row)
                due = question.due(calendar, provisional=provisional)
            except Refused as refused:
                plain.append({"error": str(refused)})
                told.append(f"第 {number} 行：{refused}")
            else:
                plain.append(_plain(due))
                told.append(f"第 {number} 行：{_told(question, due)}")
        self.stdout.write(json.dumps(plain, ensure_ascii=False, indent=1) if as_json else "\n".join(told))


def _plain(due: Due) -> dict[str, Any]:
    return {"due_on": due.day.isoformat()} | ({"provisional": True} if due.provisional else {})


def _told(question: Question, due: Due) -> str:
    counted = f"自 {question.start} 起 {question.days} {UNITS[question.unit]}，起算日不计"
    if question.days == 0:
        counted = "当日办结"
    moved = "".join(f"；{move.before} 是休息日，依{move.article}顺延" for move in due.moves)
    marked = "；暂计，放假安排公布后须重新计算" if due.provisional else ""
    return f"最迟 {due.day} 办结（{counted}{moved}{marked}）。"


# --- What is asked ----------------------------------------------------------------------------------------------------


def _asked(options: Mapping[str, Any]) -> Question:
    missing = next((name for name in COLUMNS if options[name] is None), None)
    if missing:
        raise NotUnderstood("请写明起算日、天数和单位，如 tongban due 2026-03-02 20 --unit working。")
    return Question.read(*(options[name] for name in COLUMNS))


def _demand_nothing_else(options: Mapping[str, Any]) -> None:
    if any(options[name] is not None for name in COLUMNS):
        raise NotUnderstood("用 --batch 时起算日、天数和单位写在文件里，请不要再写在命令里。")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the three cells of each row; further columns are left alone. Raises Unreadable, NotUnderstood."""
    reader = csv.reader(io.StringIO(texts.read(path), newline=""), strict=True)
    try:
        head = [name.strip().lower() for name in next(reader)]
        if any(head.count(name) != 1 for name in COLUMNS):
            raise NotUnderstood(f"文件 {texts.shown(path)} 的第一行须写明 start、days、unit 三个列名，各一次。")
        places = {name: head.index(name) for name in COLUMNS}
        for cells in reader:
            if cells:
                yield {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
    except csv.Error as error:
        raise NotUnderstood(
            f"文件 {texts.shown(path)} 第 {reader.line_num} 行不合 csv 格式：请核对引号和逗号。"
        ) from error


def _day(text: str) -> date:
    try:
        if DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise NotUnderstood(f"没有“{_shown(text)}”这一天：起算日请写成 2026-03-02 的样子。")


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text.strip()):
        raise NotUnderstood(f"天数不能是“{_shown(text)}”：请填写 0 至 {LONGEST_DAYS} 之间的整数。")
    return int(text)


def _unit(text: str) -> Unit:
    try:
        return Unit(text.strip().lower())
    except ValueError:
        raise NotUnderstood(f"不认识单位“{_shown(text)}”：请写 working（工作日）或 natural（自然日）。") from None


def _shown(text: str) -> str:
    printable = "".join(each for each in text if each.isprintable())
    return printable if len(printable) <= LONGEST_SHOWN else f"{printable[:LONGEST_SHOWN]}…"
