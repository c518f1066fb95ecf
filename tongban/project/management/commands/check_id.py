"""Can this number exist?

    tongban check-id uscc|ric|certificate|imo VALUE [--json]
    tongban check-id uscc|ric|certificate|imo --batch FILE

A batch has one number on each line and is answered by a JSON list of value, valid and reason, in the order of the
lines. Starts without a database. Exit code 0: valid, or a batch answered; 1: invalid, with the reason; 2: the question
or the file cannot be understood.

Source: see `domain/identifiers.py`.
"""

from __future__ import annotations

import io
import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from tongban.domain.identifiers import CertificateIdentifier, InvalidIdentifier, check_imo, check_ric, check_uscc
from tongban.project import texts
from tongban.web import clock

INVALID, NOT_UNDERSTOOD = 1, 2

CHECKS: dict[str, tuple[str, Callable[[str, date], object]]] = {
    "uscc": ("统一社会信用代码", lambda value, today: check_uscc(value)),
    "ric": ("公民身份号码", lambda value, today: check_ric(value, today=today)),
    "certificate": ("电子证照标识", lambda value, today: CertificateIdentifier.parse(value.strip())),
    "imo": ("船舶 IMO 识别号", lambda value, today: check_imo(value)),
}
"""What each kind is called, and what raises InvalidIdentifier; a resident number names a day of birth before today."""


class Command(BaseCommand):
    help = "核对号码的格式和校验位（不需要数据库）"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = "，".join(f"{kind}（{name}）" for kind, (name, _) in CHECKS.items())
        parser.add_argument("kind", nargs="?", default="", metavar="KIND", help=kinds)
        parser.add_argument("value", nargs="?", metavar="VALUE", help="要核对的号码")
        parser.add_argument("--batch", type=Path, metavar="FILE", help="逐行核对文件中的号码，输出 JSON")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *, kind: str, value: str | None, batch: Path | None, **options: Any) -> None:
        if kind not in CHECKS:
            self._not_understood(f"请写明号码的种类（{'、'.join(CHECKS)}），如 tongban check-id imo 9074729。")
        if (value is None) == (batch is None):
            self._not_understood("请写一个号码，或用 --batch 指定一个每行一个号码的文件。")
        today = clock.today()
        if batch is not None:
            self._as_json([_judged(kind, line, today) for line in self._lines(batch)])
            return
        assert value is not None  # either of the two was asked for
        judged = _judged(kind, value, today)
        if options["json"]:
            self._as_json(judged)
        else:
            self.stdout.write(judged["reason"] or f"有效：{CHECKS[kind][0]}的格式和校验位都对。")
        sys.exit(0 if judged["valid"] else INVALID)

    def _lines(self, batch: Path) -> list[str]:
        """The lines of the file that hold anything."""
        try:
            text = texts.read(batch)
        except texts.Unreadable as refused:
            self._not_understood(str(refused))
        return [line.rstrip("\n") for line in io.StringIO(text, newline=None) if line.strip()]

    def _as_json(self, answer: object) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))

    def _not_understood(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(NOT_UNDERSTOOD)


def _judged(kind: str, value: str, today: date) -> dict[str, Any]:
    _, check = CHECKS[kind]
    try:
        check(value, today)
    except InvalidIdentifier as invalid:
        # A word of the command line that is no text would break the encoding of what is printed.
        return {"value": value.encode(errors="replace").decode(), "valid": False, "reason": str(invalid)}
    return {"value": value, "valid": True, "reason": None}
