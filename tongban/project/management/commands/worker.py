"""`tongban worker`: what a node does by itself.

It signs a checkpoint of the journal whenever something has moved, brings the figures up to date, and forgets sessions
that are over.
"""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.utils import timezone

from tongban.catalogue import calendars
from tongban.insight import actions as insight
from tongban.keys import actions as keys
from tongban.keys import trust


class Command(BaseCommand):
    help = "Sign checkpoints of the journal and keep the figures up to date, until told to stop"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=60, metavar="SECONDS", help="time between two rounds")
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *args: Any, every: float, once: bool, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        self._round()
        while not once and not stop.wait(every):
            self._round()

    def _round(self) -> None:
        now = timezone.now()
        try:
            keys.checkpoint(now=now)
            trust.write_trust_list(Path(settings.KEYS_DIR), now=now)
            insight.catch_up(calendar=calendars.load())
            SessionStore.clear_expired()
        except (keys.CheckpointRace, OperationalError) as later:
            # Another worker was first, or the database is away: the next round does it.
            self.stderr.write(f"检查点和指标推迟到下一轮：{later}")
            connection.close()
