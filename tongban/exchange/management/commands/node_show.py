"""`tongban node show`: what this node is to others: name, address, regions, keys and roots."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tongban.catalogue import calendars
from tongban.domain.clock import day_of
from tongban.exchange import nodes
from tongban.web import clock


class Command(BaseCommand):
    help = "列出本节点的名称、地址、地区、收发密钥和根证书，以及到期的日期"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        node = nodes.this_node(now=clock.now())
        if options["json"]:
            self.stdout.write(json.dumps(node.plain, ensure_ascii=False, indent=2))
            return
        name = calendars.divisions().name
        self.stdout.write(f"节点 {node.name}  {node.address or '没有设置 TONGBAN_ADDRESS'}")
        self.stdout.write("代表 " + "、".join(f"{name(region)}（{region}）" for region in node.regions))
        for key in node.keys:
            ends = f"至 {day_of(key.ends)}" if key.ends else "长期"
            self.stdout.write("  ".join((key.id, key.algorithm, key.purpose, f"自 {day_of(key.valid_from)}", ends)))
        for root in node.roots:
            until = f"至 {day_of(root.valid_until)}"
            self.stdout.write("  ".join((root.id, root.algorithm, f"{root.region} 根证书", until)))
        if not node.keys:
            self.stdout.write("还没有收发密钥。请运行 tongban node init。")
