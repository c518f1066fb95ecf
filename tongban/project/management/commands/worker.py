"""`tongban worker`: what a node does by itself.

Every few seconds it does what the outbox asks for, by the calendar as it is published, delivers what waits for other
nodes, and fetches the files it wants from them. Every minute it signs a checkpoint of the journal if something has
moved, writes the lists of matters anew once a day, brings the figures up to date, and forgets sessions that are over.
Many workers may run at once.
"""

from __future__ import annotations

import logging
import signal
import time
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Event
from typing import Any, Protocol

from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand
from django.db import connection

from tongban.casework.actions import spot_checks, watch
from tongban.casework.prereview import actions as prereview
from tongban.catalogue import actions as catalogue
from tongban.catalogue import calendars
from tongban.certificates import actions as certificates
from tongban.exchange import actions as exchange
from tongban.exchange import attachments, delivering, fetching, history, outcomes, published, reconciling
from tongban.exchange import certificates as elsewhere
from tongban.exchange.reporting import actions as reporting
from tongban.exchange.standards import waiting
from tongban.exchange.systems import comparing, working
from tongban.insight import actions as insight
from tongban.journal import outbox
from tongban.keys import actions as keys
from tongban.project import keeping_up
from tongban.web import clock

LOG = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 2.0
"""How long an empty outbox is left alone."""


class Step(Protocol):
    """Does some of what is due; returns how much."""

    def __call__(self, *, clock: Callable[[], datetime]) -> int: ...


STEPS: tuple[Step, ...] = (
    outbox.run,
    elsewhere.run,
    delivering.run,
    outcomes.run,
    waiting.run,
    fetching.run,
    working.run,
)


class Command(BaseCommand):
    help = "Do what the outbox asks for, sign checkpoints, keep lists and figures up to date, until told to stop"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=60, metavar="SECONDS", help="time between two rounds")
        parser.add_argument("--once", action="store_true", help="empty the outbox, one round, then end")

    def handle(self, *args: Any, every: float, once: bool, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        self._errands(stop)
        self._round()
        last = time.monotonic()
        while not once and not stop.wait(min(every, SECONDS_BETWEEN_LOOKS)):
            self._errands(stop)
            if time.monotonic() - last >= every:
                self._round()
                last = time.monotonic()

    def _errands(self, stop: Event) -> None:
        """Do what is due, a little of each kind in turn, until nothing is."""
        keeping_up.look()
        try:
            done = 1
            while done and not stop.is_set():
                done = sum(step(clock=clock.now) for step in STEPS)
        except Exception:
            LOG.exception("待办箱这一次没有办完，过一会儿再办")
            connection.close()

    def _round(self) -> None:
        """Do each task once. One that fails is told and tried again next round; it stops nothing else."""
        for name, task in TASKS.items():
            try:
                task(clock.now())
            except Exception:
                LOG.exception("后台任务“%s”这一轮没有完成，下一轮再做", name)
                connection.close()


def _checkpoint(now: datetime) -> None:
    # Another worker that was first has done it.
    with suppress(keys.CheckpointRace):
        keys.checkpoint(now=now)


TASKS: dict[str, Callable[[datetime], object]] = {
    "检查点": _checkpoint,
    "告知检查点": lambda now: history.tell(now=now),
    "信任列表和状态列表": lambda now: certificates.publish(now=now),
    "其他节点的状态列表": lambda now: published.renew(now=now),
    "到期事项": lambda now: watch.fall_due(now=now),
    "事后抽查": lambda now: spot_checks.draw_months(now=now),
    "期限重算": lambda now: watch.project_days(now=now),
    "预审期限重算": lambda now: prereview.project_days(now=now),
    "便民清单": lambda now: catalogue.refresh_daily(now=now),
    "指标": lambda now: insight.catch_up(calendar=calendars.load()),
    "已签收消息的正文": lambda now: exchange.forget_bodies(now=now),
    "附件的封装件": lambda now: attachments.tidy(now=now),
    "对账": lambda now: reconciling.run(now=now),
    "与部门系统对账": lambda now: comparing.run(now=now),
    "国家上报": lambda now: reporting.daily(now=now),
    "过期会话": lambda now: SessionStore.clear_expired(),
}
