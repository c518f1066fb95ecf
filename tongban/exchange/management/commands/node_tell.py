"""`tongban node tell NAME`: write to another node what it was not told of the catalogue, or refused of cases."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.exchange import peers
from tongban.exchange.cases import telling as cases
from tongban.exchange.standards import telling
from tongban.web import clock


class Command(BaseCommand):
    help = "把本节点负责的事项目录和被对方拒收的办件经过写给对方，已告知的不重写；由 tongban worker 送出"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="对方的 TONGBAN_NODE")

    def handle(self, *, name: str, **options: Any) -> None:
        if peers.named(name) is None:
            raise CommandError(f"没有登记节点 {name}。请先用 tongban node trust 登记。")
        now = clock.now()
        count = telling.tell_all(to=name, now=now) + cases.tell_again(to=name, now=now)
        self.stdout.write(f"已写 {count} 条给 {name}。用 tongban node status 看是否签收。")
