"""What travels while everything goes wrong: cases that people hand over from node to node, by the kernel's rule.

Each node keeps in tables of its own which cases it holds, and notes every effect of every message, as often as it
happens. Whoever hands a case over journals it, so that the nodes have checkpoints to tell each other too.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tests.exchange.federation import hurry
from tests.exchange.harness import applications
from tongban.domain import custody
from tongban.domain.custody import Custody, Holding
from tongban.domain.envelope import Message, Refusal
from tongban.domain.events import ApplicationClosed
from tongban.domain.refused import Refused
from tongban.exchange import actions, inbox, outcomes
from tongban.journal import actions as journal
from tongban.project import corridor
from tongban.web import clock

HANDED, TOLD = "cn.tongban.harness.handed.v1", "cn.tongban.harness.told.v1"
"""A case is handed over, which its turn protects against happening twice; something is told, which nothing protects."""
SPACE = uuid.UUID("0192a3b4-0000-7000-8000-0000000000f1")
REFUSED_SHARE = 0.05
APPLICATIONS_SHARE = 0.6
TABLES = (
    "CREATE TABLE harness_case (number TEXT PRIMARY KEY, custody TEXT, turn INTEGER, peer TEXT)",
    # As often as it happens: nothing here keeps it from happening twice.
    "CREATE TABLE harness_effect (message TEXT)",
)


class NotWanted(Refused):
    """A hand-over that the receiver does not accept."""

    code = "not_wanted"


def install() -> None:
    """Tell a node what the messages of the harness do, and let it hurry."""
    hurry()
    inbox.install({**corridor.MESSAGES, HANDED: take, TOLD: note})
    outcomes.install({**corridor.OUTCOMES, HANDED: follow})


def begin(cases: int) -> None:
    """Give this node its first cases."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(table)
        for number in range(cases):
            cursor.execute(
                "INSERT INTO harness_case VALUES (%s, %s, 0, '')", [f"{settings.NODE}-{number}", Custody.HERE]
            )


def live(peers: tuple[str, ...], seed: str, rests: tuple[float, float], most: int) -> None:
    """Be the people of a node, who act on cases and applications, one after the other, until the process is ended."""
    dice = random.Random(seed)
    while True:
        time.sleep(dice.uniform(*rests))
        # A full disk, or something that cannot be done now: people come again.
        with suppress(DatabaseError, OSError, Refused):
            if dice.random() < APPLICATIONS_SHARE and most:
                applications.act(dice, most)
            else:
                _hand_over(dice, peers)


def _hand_over(dice: random.Random, peers: tuple[str, ...]) -> None:
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT number FROM harness_case WHERE custody = %s ORDER BY number", [Custody.HERE])
        here = [number for (number,) in cursor.fetchall()]
        to = dice.choice(peers)
        for number in dice.sample(here, min(len(here), dice.randint(1, 3))):
            sent = custody.hand_over(_read(number), to=to)
            _keep(number, sent)
            operation = journal.Operation(f"harness/{number}/{sent.turn}", "system", "0" * 64)
            stream = journal.lock(f"harness/{number}", operation, create=True)
            journal.append(stream, [ApplicationClosed(at=now)], at=now, answer={})
            unwanted = dice.random() < REFUSED_SHARE
            body = {"case": number, "turn": sent.turn, "unwanted": unwanted}
            _write(HANDED, to, f"case:{number}:{sent.turn}", body, now)
            _write(TOLD, dice.choice(peers), f"case:{number}:{sent.turn}", body, now)


def _write(kind: str, to: str, subject: str, body: dict[str, Any], now: datetime) -> None:
    id = str(uuid.uuid5(SPACE, f"{kind} {subject}"))
    actions.write(to=to, id=id, type=kind, subject=subject, body=body, now=now)


def note(message: Message, body: Any, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO harness_effect VALUES (%s)", [message.id])


def take(message: Message, body: Any, now: datetime) -> None:
    """Take a case over. Raises NotWanted, NotHanded."""
    note(message, body, now)
    if body["unwanted"]:
        raise NotWanted("未接收：演练中拒收。")
    known = _read(body["case"], missing=True)
    _keep(body["case"], custody.take_over(known, turn=body["turn"], sender=message.source))


def follow(message: Message, refused: Refusal | None, now: datetime) -> None:
    """Learn from the receipt where a case is that was handed over."""
    _, number, turn = message.subject.split(":")
    learn: Callable[..., Holding] = custody.handed_back if refused else custody.delivered
    with transaction.atomic():
        _keep(number, learn(_read(number), turn=int(turn)))


def _read(number: str, *, missing: bool = False) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT custody, turn, peer FROM harness_case WHERE number = %s", [number])
        row = cursor.fetchone()
    if row is None and missing:
        return None
    return Holding(Custody(row[0]), row[1], row[2])


def _keep(number: str, holding: Holding) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO harness_case VALUES (%s, %s, %s, %s) ON CONFLICT (number) DO UPDATE "
            "SET custody = excluded.custody, turn = excluded.turn, peer = excluded.peer",
            [number, holding.custody.value, holding.turn, holding.peer],
        )


# --- afterwards -------------------------------------------------------------------------------------------------------

Ask = Callable[..., list[tuple[Any, ...]]]


UNSETTLED = {
    "a case on its way": "SELECT * FROM harness_case WHERE custody = 'sent'",
    "a file that is missing": "SELECT * FROM exchange_wanted WHERE arrived_at IS NULL",
    "a certificate to be sent": "SELECT * FROM exchange_sent WHERE written_at IS NULL",
    "an errand": "SELECT * FROM journal_errand",
}


def unsettled(asks: Mapping[str, Ask]) -> list[str]:
    """Return what is on its way, and the errands that are not done."""
    return [
        f"{name} has {what}: {row}"
        for name, ask in asks.items()
        for what, question in UNSETTLED.items()
        for row in ask(question)
    ]


def misplaced(asks: Mapping[str, Ask]) -> list[str]:
    """Return the cases that are not in exactly one place."""
    places: dict[str, int] = {}
    for ask in asks.values():
        for number, where in ask("SELECT number, custody FROM harness_case"):
            places[number] = places.get(number, 0) + (where == Custody.HERE)
    return sorted(number for number, here in places.items() if here != 1)


def lost_and_doubled(asks: Mapping[str, Ask]) -> tuple[int, int]:
    """Return how many messages had no effect that should have, and how many effects happened beyond the one."""
    done: dict[str, int] = {}
    for ask in asks.values():
        for message, times in ask("SELECT message, count(*) FROM harness_effect GROUP BY message"):
            done[message] = done.get(message, 0) + times
    written = {
        id: refused == ""
        for ask in asks.values()
        for id, refused in ask("SELECT id, refused_code FROM exchange_written WHERE type IN (?, ?)", HANDED, TOLD)
    }
    lost = sum(wanted and not done.get(id) for id, wanted in written.items())
    doubled = sum(times - 1 for times in done.values())
    doubled += sum(times for id, times in done.items() if not written.get(id, False))
    return lost, doubled
