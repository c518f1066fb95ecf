"""`tongban keys adopt FILE`: take in the certificate of a licensed authority for a body's key, with its chain (PEM)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asn1crypto import pem
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.crypto.x509 import LARGEST_BYTES, LONGEST_CHAIN
from tongban.domain.clock import day_of
from tongban.keys import actions
from tongban.web import clock


class Command(BaseCommand):
    help = "采用电子认证服务机构签发的机关证书：文件里先是机关的证书，依次到根证书"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="PEM 文件")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                content = opened.read(2 * LONGEST_CHAIN * LARGEST_BYTES)
        except OSError as unread:
            raise CommandError(f"未采用证书：读不到文件 {file}。请核对文件名和读取权限。") from unread
        try:
            adopted = actions.adopt(_certificates(content), now=clock.now())
        except actions.NotAdopted as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"已采用：{adopted.key.name}的密钥 {adopted.key_id} 由“{adopted.issuer}”认证，"
            f"有效至 {day_of(adopted.valid_until)}。"
        )


def _certificates(content: bytes) -> list[bytes]:
    """Return the certificates of a PEM file in their order; of what is none, nothing."""
    try:
        found = list(pem.unarmor(content, multiple=True)) if pem.detect(content) else []
    except ValueError:
        return []
    return [encoded for kind, _, encoded in found if kind == "CERTIFICATE"]
