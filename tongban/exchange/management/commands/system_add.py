"""`tongban system add NAME …`: know a department's own system, and let it decide matters from a day on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from asn1crypto import pem
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.crypto import x509
from tongban.domain import systems
from tongban.domain.events import SystemState
from tongban.domain.refused import Refused
from tongban.domain.systems import StateTable
from tongban.exchange.systems import actions
from tongban.exchange.systems.actions import Described
from tongban.web import clock

LARGEST_BYTES = 64 * 1024


class Command(BaseCommand):
    help = "登记部门自己的业务系统，和从哪天起在其中办理的事项；已登记的更正名称、地址，增加密钥、事项、对照表"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="小写字母、数字和连字符，如 cfd-msa")
        parser.add_argument("--title", required=True, help="人们怎样称呼它，如 海事局审批系统")
        parser.add_argument("--department", required=True, metavar="USCC", help="部门的统一社会信用代码")
        parser.add_argument("--address", required=True, help="它的地址，如 https://shenpi.example.gov.cn/tongban")
        parser.add_argument("--key", required=True, type=Path, metavar="FILE", help="它签名用的公钥（PEM）")
        parser.add_argument("--desk", required=True, action="append", help="它在哪个岗位作结论；可以写多次")
        parser.add_argument("--matter", action="append", default=[], help="在其中办理的事项；不写：该部门的全部事项")
        parser.add_argument("--from", dest="first", default="", metavar="DAY", help="从哪天起；不写：今天")
        parser.add_argument("--states", type=Path, metavar="FILE", help="状态对照表（JSON：version 和 states）")
        parser.add_argument("--kind", default="http", help="用哪个适配器")

    def handle(self, *, name: str, title: str, department: str, address: str, **options: Any) -> None:
        now = clock.now()
        described = Described(
            name=name,
            title=title,
            department=department,
            address=address,
            key=_public_key(options["key"]),
            desks=tuple(options["desk"]),
            matters=tuple(options["matter"]),
            kind=options["kind"],
            table=_table(options["states"]) if options["states"] else systems.STANDARD,
        )
        first = _day(options["first"]) if options["first"] else clock.today()
        try:
            system = actions.register(described, valid_from=first, now=now)
        except (Refused, x509.NotRead) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"已登记{system.title}（{system.name}），自 {first} 起受理的办件送交它办理。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"“{text}”不是日期，应形如 2026-12-01。") from wrong


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()[:LARGEST_BYTES]
    except OSError as unread:
        raise CommandError(f"读不到 {path}（{unread.strerror}）。请核对路径和权限。") from unread


def _public_key(path: Path) -> bytes:
    try:
        kind, _, encoded = pem.unarmor(_read(path))
    except ValueError as wrong:
        raise CommandError(f"{path} 不是 PEM 文本。请向对方重新索取。") from wrong
    if kind != "PUBLIC KEY":
        raise CommandError(f"{path} 中是 {kind}，应为 PUBLIC KEY。请向对方重新索取。")
    return bytes(encoded)


def _table(path: Path) -> StateTable:
    try:
        said = json.loads(_read(path))
        states = {str(word): SystemState(state) for word, state in said["states"].items()}
        return StateTable(str(said["version"]), states)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        known = "、".join(SystemState)
        raise CommandError(f"{path} 不是状态对照表：{wrong}。状态只有 {known}。") from wrong
