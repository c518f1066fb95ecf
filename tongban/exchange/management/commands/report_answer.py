"""`tongban report answer BATCH FILE`: enter what the platform said to a dispatch that was fetched by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.exchange.reporting import actions, uploading
from tongban.web import clock


class Command(BaseCommand):
    help = "记下国家平台对一个批次的回答（JSON 文件：receipt、refused）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", help="批次号")
        parser.add_argument("file", type=Path, help="回答的文件")

    def handle(self, *args: Any, batch: str, file: Path, **options: Any) -> None:
        try:
            answer = uploading.read_answer(file.read_bytes())
            actions.answered(number=batch, answer=answer, now=clock.now())
        except OSError as unreadable:
            raise CommandError(f"未记下：读不了文件 {file}（{unreadable.strerror}）。") from None
        except (uploading.NotUploaded, actions.NoSuchDispatch, actions.NotWritten) as no:
            raise CommandError(str(no)) from None
        self.stdout.write(f"已记下国家平台对批次 {batch} 的回答，退回 {len(answer.refused)} 条。")
