"""Does what bodies publish and show agree with the standards in force?

    tongban conformance [--matter CODE] [--region CODE] [--json]

Exit code 0: nothing is broken (what is undetermined, better or noted is listed); 1: something is; 2: not compared.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.catalogue import calendars, conformance
from tongban.catalogue.conformance import Found, Kind
from tongban.domain.catalogue import SourceKind
from tongban.domain.conformance import Weight, broken
from tongban.domain.refused import Refused
from tongban.people import queries as people
from tongban.web import clock

NOT_COMPARED = 2

KINDS = {Kind.PUBLISHED: "已公布", Kind.OBSERVED: "系统所示"}
WEIGHTS = {
    Weight.BROKEN: "不符",
    Weight.UNDETERMINED: "待人工判断",
    Weight.BETTER: "优于标准",
    Weight.NOTE: "提示",
}


class Command(BaseCommand):
    help = "逐项比对各地实施清单与施行中的标准（四同一互）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--matter", action="append", metavar="CODE", help="只比对这个事项，可以多次给出")
        parser.add_argument("--region", action="append", metavar="CODE", help="只比对这个地区及其下级，可以多次给出")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出全部差异")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = conformance.findings(matters=options["matter"], regions=options["region"], today=clock.today())
        except Refused as refused:
            raise CommandError(str(refused), returncode=NOT_COMPARED) from refused
        names = people.names_of_bodies(ids=[f"org:{each.body}" for each in found])
        if options["json"]:
            self.stdout.write(json.dumps([plain(each, names) for each in found], ensure_ascii=False, indent=1))
        else:
            self._tell(found, names)
        if broken([each.finding for each in found]):
            sys.exit(1)

    def _tell(self, found: list[Found], names: dict[str, str]) -> None:
        divisions = calendars.divisions()
        for each in found:
            region = divisions.full_name(each.region) if each.region in divisions else each.region
            body = names.get(f"org:{each.body}", each.body)
            where = body if body.startswith(region) else f"{region} {body}"
            departure = f"（依据{each.departure}偏离标准）" if each.departure else ""
            self.stdout.write(
                f"{each.matter} {each.matter_name}，{where}，{KINDS[each.kind]}{departure}："
                f"【{each.finding.aspect.label}，{WEIGHTS[each.finding.weight]}】{each.finding.sentence}"
            )
        counts = Counter(each.finding.weight for each in found)
        total = "，".join(f"{WEIGHTS[weight]} {counts[weight]} 处" for weight in Weight if counts[weight])
        self.stdout.write(f"共 {len(found)} 处差异：{total}。" if found else "没有差异：各地与标准一致。")


def plain(found: Found, names: dict[str, str]) -> dict[str, Any]:
    finding = found.finding
    return {
        "matter": found.matter,
        "matter_name": found.matter_name,
        "standard_version": found.standard_version,
        "region": found.region,
        "body": found.body,
        "body_name": names.get(f"org:{found.body}", ""),
        "kind": found.kind.value,
        "aspect": finding.aspect.value,
        "path": finding.path,
        "weight": finding.weight.value,
        "expected": finding.expected,
        "found": finding.found,
        "article": finding.article.reference if finding.article.kind is SourceKind.CITED else None,
        "departure": found.departure or None,
        "sentence": finding.sentence,
    }
