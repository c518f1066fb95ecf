"""`tongban catalogue load [SET|FILE]`: put a set of data files, or a bundle file, into force."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tongban.catalogue import actions, files
from tongban.catalogue.actions import Content
from tongban.catalogue.rows import BadRows
from tongban.domain.refused import Refused
from tongban.people.actor import SYSTEM


class Command(BaseCommand):
    help = "装载目录：一组数据文件（如 maritime），或一个集成办理文件（.json）。已有的不变，有变化的成为新版本。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", default="maritime", metavar="SET|FILE", help="默认 maritime")

    def handle(self, *args: Any, source: str, **options: Any) -> None:
        try:
            content = read(source)
            answer = actions.load(
                operation=f"catalogue-load/{uuid4()}", actor=SYSTEM, content=content, now=timezone.now()
            )
        except BadRows as refused:
            for row in refused.rows:
                self.stderr.write(str(row))
            raise CommandError(str(refused)) from refused
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if not any(answer[kind] for kind in ("standards", "implementations", "delegations", "bundles")):
            self.stdout.write(f"没有变化：“{answer['bundle']}”仍是第 {answer['bundle_version']} 版。")
            return
        self.stdout.write(
            f"已装载“{answer['bundle']}”第 {answer['bundle_version']} 版：新标准 {answer['standards']} 个，"
            f"新实施清单 {answer['implementations']} 个，新授权记录 {answer['delegations']} 个。"
        )


def read(source: str) -> Content:
    """A name without a dot or a slash is a set; anything else is a file."""
    if "." in source or "/" in source:
        return Content(*files.read_bundle_file(Path(source)))
    return Content(*files.read_set(source))
