"""Would another system's catalogue pass as the same (四同一互)?

    tongban conformance suite FILE [--against FILE] [--json]

FILE is the other system's export (`data/schema/export.json`), compared with the joint standards of the package, or with
those in the file after `--against`, which some node exported. Asks no database and no network. Exit code 0: every
matter passes; 1: one does not, or none could be compared; 2: a file cannot be read.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.catalogue import joint_set, suite
from tongban.catalogue.management.commands.conformance import WEIGHTS
from tongban.catalogue.rows import BadRows
from tongban.catalogue.suite import Reference, Report, Tested
from tongban.domain.catalogue import SourceKind
from tongban.domain.conformance import Aspect, Finding, Mark
from tongban.domain.refused import Refused

NOT_COMPARED = 2
SET = "tongbiao"
SHOWN = 20
"""Mistakes of a file that are told one by one."""
NAMED = 5
"""Matters that are named where many are meant; `--json` names all."""

MARKS = {Mark.HOLDS: "符合", Mark.DIFFERS: "不符", Mark.UNKNOWN: "待人工判断"}


class Command(BaseCommand):
    help = "用共同标准检验另一系统导出的清单（不需要数据库和网络）"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="另一系统的导出文件（JSON）")
        parser.add_argument(
            "--against", type=Path, metavar="FILE", help="标准所在的导出文件，默认为随软件附带的共同标准"
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, file: Path, against: Path | None, json: bool, **options: Any) -> None:
        try:
            stated = suite.read_export(file)
            reference = _packaged() if against is None else suite.read_reference(against)
        except BadRows as refused:
            for row in refused.rows[:SHOWN]:
                self.stderr.write(str(row))
            sentence = f"未比对：文件有 {len(refused.rows)} 处不合要求。请改正后再试。"
            raise CommandError(sentence, returncode=NOT_COMPARED) from refused
        except Refused as refused:
            raise CommandError(str(refused), returncode=NOT_COMPARED) from refused
        report = suite.run(reference, stated)
        self.stdout.write(_as_json(report) if json else _as_text(report))
        sys.exit(0 if report.passed else 1)


def _packaged() -> Reference:
    joint = joint_set.read(name=SET)
    return suite.reference_of(joint.joint, joint.materials, joint.certificate_types, joint.elements)


def _as_json(report: Report) -> str:
    plain = {
        "passed": report.passed,
        "matters": [_plain(each) for each in report.tested],
        "without_standard": report.without_standard,
        "not_exported": report.not_exported,
    }
    return json.dumps(plain, ensure_ascii=False, indent=1)


def _plain(tested: Tested) -> dict[str, Any]:
    return {
        "matter": tested.matter,
        "name": tested.name,
        "region": tested.region,
        "body": tested.body,
        "passed": tested.passed,
        "marks": tested.marks,
        "findings": [_plain_finding(each) for each in tested.findings],
    }


def _plain_finding(finding: Finding) -> dict[str, Any]:
    return {
        "aspect": finding.aspect.value,
        "path": finding.path,
        "weight": finding.weight.value,
        "expected": finding.expected,
        "found": finding.found,
        "article": finding.article.reference if finding.article.kind is SourceKind.CITED else None,
        "sentence": finding.sentence,
    }


def _as_text(report: Report) -> str:
    lines = [line for each in report.tested for line in _lines(each)]
    if report.without_standard:
        more = f" 等 {len(report.without_standard)} 个" if len(report.without_standard) > NAMED else ""
        lines.append(f"没有共同标准、未比对的事项：{'、'.join(report.without_standard[:NAMED])}{more}。")
    if report.not_exported:
        lines.append(f"文件中没有的共同标准事项 {len(report.not_exported)} 个。")
    if not report.tested:
        lines.append("没有一个事项可以比对，不能认定符合。请核对事项编号。")
    else:
        passed = len(report.tested) - len(report.failed)
        lines.append(f"比对 {len(report.tested)} 条：符合 {passed} 条，不符或待判断 {len(report.failed)} 条。")
    return "\n".join(lines)


def _lines(tested: Tested) -> list[str]:
    told = "，".join(f"{aspect.label}{MARKS[Mark(tested.marks[aspect.value])]}" for aspect in Aspect)
    passed = "符合" if tested.passed else "不符合"
    head = f"{passed} {tested.matter} {tested.name}（{tested.region} {tested.body}）：{told}"
    return [head, *(f"    【{WEIGHTS[each.weight]}】{each.sentence}" for each in tested.findings)]
