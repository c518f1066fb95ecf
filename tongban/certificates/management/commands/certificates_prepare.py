"""`tongban certificates prepare CODE …` or `--all`: give bodies the key with which they sign certificates.

A body without a key cannot issue: its decisions are refused. `--all` takes every body of this node's regions that
offers a matter whose result is a certificate; bodies that have a key keep it. The trust list of the keys folder is
written anew.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from tongban.catalogue import here
from tongban.catalogue import queries as catalogue
from tongban.certificates import actions
from tongban.domain.certificate import Issuer
from tongban.domain.refused import Refused
from tongban.people import queries as people
from tongban.web import clock


class Command(BaseCommand):
    help = "为签发证照的部门准备签名密钥，并写入信任列表"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="CODE", help="部门的统一社会信用代码")
        parser.add_argument("--all", action="store_true", help="办理结果为证照的全部部门")

    def handle(self, *, codes: list[str], all: bool, **options: Any) -> None:
        if all == bool(codes):
            raise CommandError("未准备：请写明部门的统一社会信用代码，或者用 --all 准备全部签发部门。")
        wanted = catalogue.issuing_bodies(today=clock.today()) if all else set(codes)
        known = people.departments(usccs=wanted)
        if unknown := sorted(wanted - known.keys()):
            raise CommandError(f"未准备：没有登记部门 {'、'.join(unknown)}。请核对代码，或者先登记部门。")
        if all:
            known = {code: body for code, body in known.items() if here.speaks_for(body.region)}
        try:
            with transaction.atomic():
                for code, body in sorted(known.items()):
                    actions.prepare_issuer(issuer=Issuer(code, body.name, body.region), now=clock.now())
                    self.stdout.write(f"{code} {body.name}")
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"已准备 {len(known)} 个部门的签名密钥，信任列表已更新。")
