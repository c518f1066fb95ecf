"""`tongban node reconcile PEER`: ask another node how it stands with this one, and compare line by line."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.domain.reconciliation import NotAStanding
from tongban.domain.trust import Unreadable
from tongban.exchange import peers, reconciling, speech
from tongban.exchange.delivering import NotDelivered
from tongban.keys.actions import NoKey
from tongban.web import clock


class Command(BaseCommand):
    help = "与对方节点逐行对账：消息、签收、拒收、附件、办件在哪里；有不同时以代码 1 结束"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("peer", help="对方的 TONGBAN_NODE")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, peer: str, **options: Any) -> None:
        known = peers.named(peer)
        if known is None:
            raise CommandError(f"没有登记节点 {peer}。请先用 tongban node trust 登记。")
        try:
            compared = reconciling.reconcile(peer=known, now=clock.now())
        except (NotDelivered, NotAStanding, Unreadable, NoKey) as failed:
            raise CommandError(f"没有对成账：{failed}", returncode=2) from failed
        if options["json"]:
            self.stdout.write(json.dumps(compared.plain, ensure_ascii=False, indent=2))
        else:
            self._tell(compared)
        if compared.differences:
            raise CommandError(f"与 {peer} 对账发现 {compared.differences} 处不同。请按提示处理后再对一次。")

    def _tell(self, compared: reconciling.Compared) -> None:
        for line in map(reconciling.as_plain, compared.lines):
            said = "  ".join(filter(None, (speech.heading(line), line["about"], line["here"], line["there"])))
            wrong = speech.sentence(line, peer=compared.peer)
            self.stdout.write(f"× {said}\n  {wrong}" if wrong else f"✓ {said}")
        state = f"有 {compared.differences} 处不同" if compared.differences else "双方一致"
        under_way = f"；还有 {compared.on_their_way} 条消息在路上" if compared.on_their_way else ""
        self.stdout.write(f"与 {compared.peer} 对账：{state}{under_way}。")
