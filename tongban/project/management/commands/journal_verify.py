"""`tongban journal verify`: are all chains whole, all checkpoints signed, and do rows equal replay?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.exchange import history
from tongban.journal import queries as journal
from tongban.keys import actions as keys


class Command(BaseCommand):
    help = "Check chains, checkpoints and that folding the journal gives what the rows say"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--peers", action="store_true", help="and what was told to other nodes, and heard of them")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        sound = journal.soundness()
        checkpoints = keys.verify_checkpoints()
        faults = [f"{fault.stream} 第 {fault.seq} 条：{fault.sentence}" for fault in sound.chain_faults]
        faults += [f"{fault.stream}：{fault.sentence}" for fault in sound.replay_faults]
        faults += checkpoints.problems
        between = history.verify() if options["peers"] else []
        faults += between
        if options["json"]:
            report = {
                "streams": sound.streams,
                "entries": sound.entries,
                "checkpoints": checkpoints.checkpoints,
                "journal_ok": sound.journal_ok and not checkpoints.problems,
                "replay_ok": sound.replay_ok,
                **({"peers_ok": not between} if options["peers"] else {}),
                "faults": faults,
            }
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            for fault in faults:
                self.stdout.write(fault)
            self.stdout.write(
                f"{sound.streams} 个流，{sound.entries} 条记录，{checkpoints.checkpoints} 个检查点："
                + ("全部完好。" if not faults else f"发现 {len(faults)} 处问题。")
            )
        if faults:
            raise CommandError("日志校验未通过。请保留现场，并通知系统管理员。")
