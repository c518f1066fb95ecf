"""`tongban in-turn`: the commands that stand on standard input, a line each, one after the other in one process.

To read the house takes longer than most commands do. The first one that fails ends it, with its answer.
"""

from __future__ import annotations

import shlex
import sys
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from tongban.project.cli import named


class Command(BaseCommand):
    help = "依次执行标准输入中的命令，每行一条；一条失败即停止"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for line in sys.stdin:
            try:
                words = named(shlex.split(line, comments=True), get_commands())
            except ValueError as wrong:
                raise CommandError(f"这一行的引号不成对：{line.strip()}") from wrong
            if not words:
                continue
            try:
                call_command(*words, stdout=self.stdout)
            except SystemExit as ended:
                # Commands that answer by their code end so, too where all is well.
                if ended.code:
                    raise
