"""`tongban demo walk`: the walk of `tongban demo`, in the database this process is pointed at, which must be empty."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tongban.casework import queries as casework
from tongban.casework import storage
from tongban.catalogue import bundle_file, calendars, files
from tongban.certificates import queries as certificates
from tongban.crypto import canonical
from tongban.domain import certificate as kernel
from tongban.domain import measures
from tongban.domain.application import Application
from tongban.domain.catalogue import Bundle, Catalogue, Delegation
from tongban.domain.clock import day_of
from tongban.domain.refused import Refused
from tongban.journal import queries as journal
from tongban.keys import trust
from tongban.project import walk

DAY = date(2026, 3, 2)


class Command(BaseCommand):
    help = "Walk one application through the house in an empty database"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bundle", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, bundle: Path | None, **options: Any) -> None:
        quiet = options["json"]
        tell = (lambda sentence: None) if quiet else self.stdout.write
        try:
            catalogue, chosen, delegations = _read(bundle)
            tell(f"{chosen.name}：从 {DAY} 起，在一个临时数据库里走一遍。\n")
            call_command("migrate", verbosity=0)
            walk.prepare(catalogue, chosen, delegations, now=walk.at(DAY, 8))
            application = walk.walk(catalogue, chosen, day=DAY, tag="demo", tell=tell)
        except Refused as refused:
            self.stderr.write(str(refused))
            sys.exit(1)
        figures = _figures(storage.read(application))
        if quiet:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            self._table(figures)

    def _table(self, figures: dict[str, Any]) -> None:
        names = {measure.code: measure.name for measure in measures.MEASURES}
        self.stdout.write("")
        for code, value in figures.items():
            shown = {True: "是", False: "否", None: "不适用"}.get(value, value) if not isinstance(value, int) else value
            shown = {True: "是", False: "否"}[value] if isinstance(value, bool) else shown
            self.stdout.write(f"{names.get(code, _OTHER.get(code, code))}  {shown}")


_OTHER = {
    "certificates_verified": "离线核验通过的证照",
    "journal_entries": "日志记录",
    "journal_ok": "日志链完好",
    "replay_ok": "重放与业务表一致",
}


def _read(file: Path | None) -> tuple[Catalogue, Bundle, tuple[Delegation, ...]]:
    if file is None:
        return files.read_set("maritime")
    try:
        document = canonical.decode(file.read_bytes())
    except (OSError, canonical.NotCanonical) as unreadable:
        raise CommandError(f"读不出集成办理文件 {file.name}：{unreadable}") from unreadable
    return (*bundle_file.read_bundle(document), ())


def _figures(application: Application | None) -> dict[str, Any]:
    """What happened, counted from the journal, and what would have, by the kernel from the plan recorded there."""
    assert application is not None
    entries = [(entry.at, entry.actor, entry.event) for entry in casework.history(application)]
    parts = measures.of_application(entries=entries, calendar=calendars.load())
    wanted = [m.code for m in measures.MEASURES if m.unit is not measures.MeasureUnit.SHARE]
    sound = journal.soundness()
    return {code: parts[code].number if code in parts else None for code in wanted} | {
        "certificates_verified": sum(_holds(document) for document in _documents(application)),
        "journal_entries": sound.entries,
        "journal_ok": sound.journal_ok,
        "replay_ok": sound.replay_ok,
    }


def _documents(application: Application) -> Iterator[bytes]:
    for case in application.cases:
        if case.certificate:
            yield certificates.read(identifier=case.certificate)


def _holds(document: bytes) -> bool:
    """Whether the file verifies with the trust list alone, as anybody could."""
    trusted = trust.load(Path(settings.KEYS_DIR))
    certificate, _, _ = kernel.open_up(document)
    return kernel.judge(document, trust=trusted, today=max(day_of(walk.at(DAY, 9)), certificate.issued_on)).valid
