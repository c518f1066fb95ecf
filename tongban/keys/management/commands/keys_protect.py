"""`tongban keys protect`: seal the key file of this node under the passphrase of TONGBAN_KEY_PASSPHRASE_FILE."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tongban.keys import kek


class Command(BaseCommand):
    help = "为本节点的密钥文件加上口令保护（口令在 TONGBAN_KEY_PASSPHRASE_FILE 指明的文件里）"
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django declares it so

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.KEY_PASSPHRASE_FILE:
            raise CommandError("未设置 TONGBAN_KEY_PASSPHRASE_FILE。请先把口令写入一个文件，并用该变量指明。")
        try:
            kek.protect(Path(settings.KEYS_DIR), settings.KEY_PASSPHRASE_FILE)
        except kek.Locked as locked:
            raise CommandError(str(locked)) from locked
        self.stdout.write("密钥文件已加上口令保护。请删除此前未加口令的备份。")
