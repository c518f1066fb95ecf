"""`tongban node lists DIR`: write the trust and status lists of all known regions, for `tongban verify --trust DIR`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.exchange import collecting
from tongban.keys import kek
from tongban.web import clock


class Command(BaseCommand):
    help = "把本节点和各对方节点的信任列表、状态列表和根证书写入一个目录，供 tongban verify --trust 离线核验"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="目录；其中原有的列表和根证书被替换")

    def handle(self, *, folder: Path, **options: Any) -> None:
        if (folder / kek.NAME).exists():
            raise CommandError(f"{folder} 是密钥目录，其中只有本节点的列表。请另选一个目录。")
        try:
            done = collecting.collect(folder, now=clock.now())
        except OSError as unwritten:
            raise CommandError(f"写不了 {folder}（{unwritten.strerror}）。请核对路径和权限。") from unwritten
        for sentence in done.left_out:
            self.stderr.write(sentence)
        self.stdout.write(f"已写入 {done.regions} 个地区的列表。核验：tongban verify 文件 --trust {folder}")
