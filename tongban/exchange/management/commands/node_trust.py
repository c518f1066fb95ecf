"""`tongban node trust NAME --address URL --roots FILE`: know another node, by roots that people brought."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.domain.envelope import NotAMessage
from tongban.domain.trust import Unreadable
from tongban.exchange import actions
from tongban.web import clock

LARGEST_BYTES = 64 * 1024


class Command(BaseCommand):
    help = "登记一个对方节点：名称、地址和由人带来的根证书；已登记的更正地址和根证书"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="对方的 TONGBAN_NODE")
        parser.add_argument("--address", required=True, help="对方的地址，如 https://tongban.tj.example.cn")
        parser.add_argument("--roots", required=True, type=Path, metavar="FILE", help="对方各地区的根证书（PEM）")

    def handle(self, *, name: str, address: str, roots: Path, **options: Any) -> None:
        if not address.startswith(("https://", "http://")):
            raise CommandError(f"地址 {address} 应以 https:// 开头。")
        try:
            text = roots.read_bytes()[:LARGEST_BYTES].decode()
        except OSError as unread:
            raise CommandError(f"读不到 {roots}（{unread.strerror}）。请核对路径和权限。") from unread
        except UnicodeDecodeError as unread:
            raise CommandError(f"{roots} 不是 PEM 文本。请向对方重新索取。") from unread
        try:
            peer = actions.introduce(name=name, address=address, roots=text, now=clock.now())
        except (NotAMessage, Unreadable) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(f"已登记节点 {peer.name}（{peer.address}）。")
