"""`tongban catalogue load [SET|FILE]`: put a set of data files, or a bundle file, into force.

A set of joint standards is only published: they come into force when every region has signed their batches, which
people do. In the demo its people sign at once.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tongban.catalogue import actions, demo, files, joint_set
from tongban.catalogue.actions import Content
from tongban.catalogue.joint_set import JointSet
from tongban.catalogue.rows import BadRows
from tongban.domain.refused import Refused
from tongban.people import demo as people_demo
from tongban.people.actor import SYSTEM


class Command(BaseCommand):
    help = "装载目录：一组数据文件（maritime、tongbiao），或一个集成办理文件（.json）。已有的不变，有变化的成为新版本。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", default="maritime", metavar="SET|FILE", help="默认 maritime")

    def handle(self, *args: Any, source: str, **options: Any) -> None:
        try:
            if source in joint_set.sets():
                self._load_joint(joint_set.read(name=source))
            else:
                self._load(read(source))
        except BadRows as refused:
            for row in refused.rows:
                self.stderr.write(str(row))
            raise CommandError(str(refused)) from refused
        except Refused as refused:
            raise CommandError(str(refused)) from refused

    def _load_joint(self, joint: JointSet) -> None:
        self.stdout.write(f"共同标准 {len(joint.joint)} 个，分 {len(joint.batches)} 个批次。")
        now = timezone.now()
        if settings.DEMO:
            people_demo.load(now=now)
            demo.load(joint_set=joint, now=now, tell=self.stdout.write)
            return
        answer = demo.publish(joint_set=joint, now=now)
        self.stdout.write(
            f"新提出标准 {answer['proposed']} 个，新实施清单 {answer['implementations']} 个。"
            "共同标准在各地签署批次后施行：请事项管理员提请批次。"
        )

    def _load(self, content: Content) -> None:
        answer = actions.load(operation=f"catalogue-load/{uuid4()}", actor=SYSTEM, content=content, now=timezone.now())
        if not any(answer[kind] for kind in ("standards", "implementations", "delegations", "bundles")):
            self.stdout.write(f"没有变化：“{answer['bundle']}”仍是第 {answer['bundle_version']} 版。")
            return
        self.stdout.write(
            f"已装载“{answer['bundle']}”第 {answer['bundle_version']} 版：新标准 {answer['standards']} 个，"
            f"新实施清单 {answer['implementations']} 个，新授权记录 {answer['delegations']} 个。"
        )


def read(source: str) -> Content:
    """A name without a dot or a slash is a set; anything else is a file."""
    if "." in source or "/" in source:
        return Content(*files.read_bundle_file(Path(source)))
    return Content(*files.read_set(source))
