"""`tongban plan maritime [--answers FILE] [--json]`, `tongban plan --bundle FILE`: what follows from the answers.

Reads data files only and starts without a database. With `--on DAY` the limits are proved on the days of the calendar,
as if everything were accepted that day; without it, days are counted from acceptance.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.catalogue import calendars, files
from tongban.catalogue.rows import BadRows
from tongban.crypto import canonical
from tongban.domain.catalogue import Bundle, Catalogue
from tongban.domain.clock import Limit, Start, Unit
from tongban.domain.plan import Plan, PlannedCase, derive
from tongban.domain.refused import Refused

UNITS = {Unit.WORKING: "个工作日", Unit.NATURAL: "日"}
STARTS = {Start.RECEIPT: "自收到申请", Start.ACCEPTANCE: "自受理"}


class Command(BaseCommand):
    help = "由集成办理和回答推导办理计划：办哪几项、交哪些材料、谁等谁的证照、多久办完。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("set", nargs="?", default="maritime", metavar="SET", help="目录数据，默认 maritime")
        parser.add_argument("--bundle", type=Path, metavar="FILE", help="改用一个集成办理文件（.json）")
        parser.add_argument("--answers", type=Path, metavar="FILE", help="回答（.json：问题到选项），没写的取默认")
        parser.add_argument("--on", type=_day, metavar="DAY", help="按这一天受理，在工作日历上核对时限")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            catalogue, bundle = _read(options["set"], options["bundle"])
            on: date | None = options["on"]
            calendar = calendars.load() if on else None
            plan = derive(catalogue, bundle, _answers(options["answers"]), calendar=calendar, start=on)
        except BadRows as refused:
            for row in refused.rows:
                self.stderr.write(str(row))
            raise CommandError(str(refused)) from refused
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps(plain(catalogue, bundle, plan), ensure_ascii=False, indent=2))
            return
        for line in told(catalogue, bundle, plan):
            self.stdout.write(line)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise ArgumentTypeError(f"没有“{text}”这一天，请写成 2026-03-02 的样子") from wrong


def _read(name: str, file: Path | None) -> tuple[Catalogue, Bundle]:
    if file is not None:
        return files.read_bundle_file(file)
    catalogue, bundle, _ = files.read_set(name)
    return catalogue, bundle


def _answers(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        answers = canonical.decode(file.read_bytes())
    except OSError as wrong:
        raise CommandError(f"回答文件 {file.name} 打不开。请核对文件名和权限。") from wrong
    except canonical.NotCanonical as wrong:
        raise CommandError(f"回答文件 {file.name} 不能用：{wrong}") from wrong
    if not isinstance(answers, dict) or not all(isinstance(answer, str) for answer in answers.values()):
        raise CommandError(f"回答文件 {file.name} 不能用：应为一个 JSON 对象，问题和选项都是文字。请改正后再试。")
    return answers


def plain(catalogue: Catalogue, bundle: Bundle, plan: Plan) -> dict[str, Any]:
    """Return the plan in plain JSON values; the figures stand at the top under the names that `practice.md` defines."""
    return {
        "bundle": bundle.code,
        "bundle_version": plan.bundle_version,
        "answers": dict(plan.answers),
        **asdict(plan.figures),
        "critical_path": list(plan.critical_path),
        "feasible": plan.feasible,
        "late": [asdict(late) for late in plan.late],
        "stages": [list(stage) for stage in plan.stages],
        "cases": [_case(catalogue, plan, case) for case in plan.cases],
        "materials": [
            {
                "material": ask.material,
                "name": catalogue.materials[ask.material].name,
                "about": ask.about.value,
                "matters": list(ask.matters),
                "retrievable": ask.retrievable,
            }
            for ask in plan.asks
        ],
    }


def _case(catalogue: Catalogue, plan: Plan, case: PlannedCase) -> dict[str, Any]:
    return {
        "index": case.index,
        "matter": case.matter,
        "name": catalogue.standards[case.matter].name,
        "category": case.category,
        "deciding_desk": case.deciding_desk,
        "opinion_desks": list(case.opinion_desks),
        "awaits": [plan.cases[index - 1].matter for index in case.awaits],
        "needs": list(case.needs),
        "yields": case.yields,
        "promised": asdict(case.promised),
        "statutory": asdict(case.statutory),
    }


def told(catalogue: Catalogue, bundle: Bundle, plan: Plan) -> Iterator[str]:
    """Tell the plan line by line."""
    names = {case.matter: catalogue.standards[case.matter].name for case in plan.cases}
    yield f"{bundle.name}（第 {plan.bundle_version} 版）"
    yield from (f"  {question.text} {_answer(bundle, plan, question.code)}" for question in _asked(bundle, plan))
    yield ""
    yield f"办件 {len(plan.cases)} 个："
    for case in plan.cases:
        by = f"（{case.deciding_desk}，承诺 {_limit(case.promised)}）"
        yield f"  {case.index:>3}  {case.matter}  {names[case.matter]}{by}"
        if case.awaits:
            yield f"       等待：{'、'.join(names[plan.cases[index - 1].matter] for index in case.awaits)}"
        if case.needs:
            held = "、".join(catalogue.certificate_types[code].name for code in case.needs)
            yield f"       须已持有：{held}"
    yield ""
    yield f"材料 {len(plan.asks)} 份，各交一次："
    for ask in plan.asks:
        shared = "，可由数据共享取得" if ask.retrievable else ""
        yield f"  {ask.material}  {catalogue.materials[ask.material].name}（用于 {len(ask.matters)} 项{shared}）"
    yield ""
    yield from _figures(plan)
    if len(plan.critical_path) > 1:
        yield f"最长的一串证照：{' → '.join(names[matter] for matter in plan.critical_path)}"
    yield from _feasible(plan, names)


def _asked(bundle: Bundle, plan: Plan) -> Iterator[Any]:
    answered = dict(plan.answers)
    return (question for question in bundle.questions if question.code in answered)


def _answer(bundle: Bundle, plan: Plan, code: str) -> str:
    (question,) = (question for question in bundle.questions if question.code == code)
    (choice,) = (choice for choice in question.choices if choice.code == dict(plan.answers)[code])
    return choice.text


def _limit(limit: Limit) -> str:
    return f"{limit.days} {UNITS[limit.unit]}，{STARTS[limit.start]}起"


def _figures(plan: Plan) -> Iterator[str]:
    count = plan.figures
    yield (
        f"材料：逐项申请 {count.materials_one_by_one} 份，一次申请 {count.materials_asked_without_sharing} 份"
        f"（少交 {count.repeats_saved} 份），有数据共享 {count.materials_asked_with_sharing} 份"
    )
    if count.parallel_working_days is None:
        yield "时限：承诺时限的单位不同，不能相加"
    else:
        yield (
            f"时限：一项接一项 {count.serial_working_days} 个工作日，审核也等证照 {count.certificate_chain_days} 个，"
            f"同时审核 {count.parallel_working_days} 个"
        )


def _feasible(plan: Plan, names: dict[str, str]) -> Iterator[str]:
    if plan.feasible:
        yield "每一项都能在自己的时限内作出决定。"
        return
    for late in plan.late:
        yield f"来不及：“{names[late.matter]}”要等“{names[late.awaited]}”的证照，到时已超过自己的时限。"
    for number, stage in enumerate(plan.stages, start=1):
        yield f"可以分批提交，第 {number} 批：{'、'.join(names[matter] for matter in stage)}"
