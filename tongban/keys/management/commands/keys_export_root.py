"""`tongban keys export-root REGION [--to FILE]`: a region's root certificates (PEM), for verifiers to pin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asn1crypto import pem
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.keys.actions import roots
from tongban.web import clock


class Command(BaseCommand):
    help = "以 PEM 输出一个地区的根证书，供核验的人固定信任"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("region", help="省级行政区划代码，如 130000")
        parser.add_argument("--to", type=Path, metavar="FILE", help="写进文件，而不是输出")

    def handle(self, *, region: str, to: Path | None, **options: Any) -> None:
        found = roots(region=region, now=clock.now())
        if not found:
            raise CommandError(f"地区 {region} 还没有根证书。请先为该地区的签发机关建立密钥。")
        text = "".join(pem.armor("CERTIFICATE", root.encoded).decode() for root in found)
        if to is None:
            self.stdout.write(text.rstrip())
            return
        try:
            to.write_text(text, encoding="ascii")
        except OSError as error:
            raise CommandError(f"不能写 {to}（{error.strerror}）。请核对路径和权限。") from error
