"""A maritime department that decides some of its matters in a system of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.casework.conftest import DAY
from tests.exchange.departmental import Simulated
from tongban.casework import storage
from tongban.crypto.http_signatures import Key
from tongban.domain.application import Application
from tongban.exchange import peers
from tongban.exchange.systems import actions, working
from tongban.exchange.systems.actions import Described
from tongban.exchange.systems.models import Answer, PlacedCase, System
from tongban.journal.outbox import Errand
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.project.walk import at

MSA = "11130200MA0TB0011Q"
DESKS = ("船舶登记岗", "体系审核岗")
MATTERS = ("HS-01", "HS-02", "HS-12")
NOW = at(DAY, 15)


def describe(system: Simulated, **changes: object) -> Described:
    whole = {
        "name": system.name,
        "title": "海事局审批系统",
        "department": MSA,
        "address": system.address,
        "key": system.pen.spki,
        "desks": DESKS,
        "matters": MATTERS,
    }
    return Described(**(whole | changes))  # type: ignore[arg-type]


def connect(system: Simulated, *, now: datetime = NOW) -> System:
    """Let this node know the system, and the system this node's keys."""
    pen = keys.pen(owner=peers.owner("beijing"), purpose=Purpose.EXCHANGE, now=now)
    system.node_keys = {pen.key_id: Key(pen.algorithm, pen.public_key)}.get
    return actions.register(describe(system), valid_from=DAY, now=now)


def follow(application: str, *, now: datetime = NOW) -> None:
    """Do what the outbox does upon an act."""
    actions.follow(Errand(storage.stream_of(application), 1, 1, actions.SUBJECT), now)


def work(now: datetime = NOW, *, rounds: int = 4) -> int:
    """Let the worker do what is due at an instant, until nothing is."""
    done = 0
    for _ in range(rounds):
        done += working.run(clock=lambda: now)
    return done


def later(now: datetime = NOW, **by: float) -> datetime:
    return now + timedelta(**by)


def placed(application: str, case: int = 1) -> PlacedCase:
    return PlacedCase.objects.get(application=application, case=case)


def number(application: Application, case: int) -> str:
    return f"{application.number}-{case:04d}"


def states() -> list[tuple[int, str, str]]:
    """Return what has become of each answer: its number, its state and the code of what stood in its way."""
    return list(Answer.objects.order_by("sequence").values_list("sequence", "state", "code"))
