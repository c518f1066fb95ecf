"""`tongban demo walk`: the walk of `tongban demo`, in the database this process is pointed at, which must be empty."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
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
from tongban.domain import measures, plan, verification
from tongban.domain.application import Application
from tongban.domain.catalogue import Bundle, Catalogue, Delegation
from tongban.domain.clock import day_of
from tongban.domain.events import ApplicationSubmitted, CaseAccepted, CaseDecided, CertificateIssued, Event
from tongban.domain.materials import SupplySource
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
            walked = walk.walk(catalogue, chosen, day=DAY, tag="demo", tell=tell)
        except Refused as refused:
            self.stderr.write(str(refused))
            sys.exit(1)
        applications = [found for one in walked if (found := storage.read(one))]
        figures = _figures(catalogue, chosen, applications)
        if quiet:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            self._table(figures)

    def _table(self, figures: dict[str, Any]) -> None:
        names = {measure.code: measure.name for measure in measures.MEASURES}
        self.stdout.write("")
        for code, value in figures.items():
            shown = _SHOWN[value] if value is None or isinstance(value, bool) else value
            self.stdout.write(f"{names.get(code, _OTHER.get(code, code))}  {shown}")


_SHOWN = {True: "是", False: "否", None: "不适用"}
_OTHER = {
    "applications": "提交的申请",
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


def _figures(catalogue: Catalogue, bundle: Bundle, applications: list[Application]) -> dict[str, Any]:
    """What happened, counted from the journals, and what would have, by the kernel from the recorded plan.

    A bundle that had to be handed in by stages has no recorded plan of the whole; then the kernel derives it anew.
    """
    histories = [casework.history(application) for application in applications]
    events = [entry.event for history in histories for entry in history]
    submitted = [event for event in events if isinstance(event, ApplicationSubmitted)]
    whole = submitted[0].plan if len(submitted) == 1 else plan.derive(catalogue, bundle, {})
    supplies = {(s.source, s.reference) for event in submitted for s in event.supplies}
    sources = [source for source, _ in supplies]
    sound = journal.soundness()
    return asdict(plan.figures(cases=whole.cases, asks=whole.asks)) | {
        "materials_asked_with_sharing": sources.count(SupplySource.UPLOAD),
        "materials_from_registry": sources.count(SupplySource.REGISTRY),
        "applications": len(applications),
        "certificates_issued": sum(isinstance(event, CertificateIssued) for event in events),
        "certificates_verified": sum(_holds(document) for one in applications for document in _documents(one)),
        "working_days_taken": _working_days(events),
        "journal_entries": sound.entries,
        "journal_ok": sound.journal_ok,
        "replay_ok": sound.replay_ok,
    }


def _working_days(events: list[Event]) -> int:
    """Return the working days from the first acceptance to the last decision."""
    accepted = min(event.at for event in events if isinstance(event, CaseAccepted))
    decided = max(event.at for event in events if isinstance(event, CaseDecided))
    return calendars.load().between(day_of(accepted), day_of(decided), provisional=True)


def _documents(application: Application) -> Iterator[bytes]:
    for case in application.cases:
        if case.certificate:
            yield certificates.read(identifier=case.certificate)


def _holds(document: bytes) -> bool:
    """Whether the file verifies with the trust list alone, as anybody could."""
    trusted = trust.load(Path(settings.KEYS_DIR))
    certificate, _, _ = kernel.open_up(document)
    return verification.judge(document, trust=trusted, today=certificate.issued_on).valid
