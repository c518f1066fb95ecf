"""How many messages per second go from one node to another: alone, in batches, and after an outage?

`python -m bench.exchange [--alone N] [--batches N] [--waiting N] [--database sqlite|postgres] [--folder DIR] [--json]`

Two nodes run as they do anywhere, with their own stores, keys and programs, over HTTP on this machine. A message says
about as much as that of a case's progress and has no effect, so what is measured is the exchange alone: written,
sealed, signed, sent, verified, opened, stored and receipted, each durably. `alone`: the next is written when the
receipt of the one before has come. `batches`: all are written, then delivered. `waiting`: so many are written while
the other node is down; then it comes back. Beside them stands what X-Road carries on an average day.
"""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.applications import DATABASES, machine, set_up
from tests import stores

XROAD_REQUESTS_A_DAY, XROAD_ORGANISATIONS = 21_300_000, 1_083
"""Published by NIIS for Estonia: the daily average, and who takes part."""
SECONDS_A_DAY = 86_400
BODY = {"case": "110000-20261123-0000013-0001", "state": "accepted", "words": "材料齐全，符合法定形式，予以受理。" * 8}
IN_ONE_TRANSACTION = 100
LONGEST_SECONDS = 3_600
"""After which a measurement is given up."""
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = ArgumentParser(description="Messages per second between two nodes")
    parser.add_argument("--alone", type=int, default=300)
    parser.add_argument("--batches", type=int, default=10_000)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--folder", type=Path, help="where the databases lie")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="tongban-bench-", dir=arguments.folder) as folder:
        store = stores.start(arguments.database, durable=True, folder=arguments.folder)
        try:
            set_up(store.url("template"), folder)
            store.create("template")
            result = _measure(store, Path(folder), arguments.alone, arguments.batches, arguments.waiting)
        finally:
            store.stop()
    sys.stdout.write((json.dumps(result) if arguments.json else _told(result)) + "\n")


def _measure(store: stores.Store, folder: Path, alone: int, batches: int, waiting: int) -> dict[str, dict[str, float]]:
    # What needs Django is imported once Django is set up.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from tests.exchange.federation import SERVER, acquainted  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    connections.close_all()
    with acquainted(store, "template", folder, ("beijing", "tianjin")) as (here, there):
        figures: dict[str, dict[str, float]] = {}

        def measure(name: str, act: Callable[..., None], count: int) -> None:
            told, computed = folder / f"{name}.json", computing(there.running[SERVER].pid)
            here.do(act, there.name, count, str(told), within=LONGEST_SECONDS)
            figures[name] = json.loads(told.read_text(encoding="utf-8"))
            figures[name]["receiver"] = computing(there.running[SERVER].pid) - computed

        # Who is asked for a message asks back for the keys.
        for one in (here, there):
            one.start(SERVER)
            one.wait_until_it_answers()
        measure("alone", send_alone, alone)
        measure("batches", send_together, batches)
        there.kill(SERVER)
        here.do(write, there.name, waiting, within=LONGEST_SECONDS)
        there.start(SERVER)
        there.wait_until_it_answers()
        measure("waiting", catch_up, waiting)
    return figures


# --- in a process of the sending node ---------------------------------------------------------------------------------


def write(to: str, count: int) -> None:
    """Write so many messages, some in each transaction."""
    from django.db import transaction  # noqa: PLC0415

    from tongban.exchange import actions  # noqa: PLC0415
    from tongban.exchange.inbox import GREETING  # noqa: PLC0415
    from tongban.people.ids import uuid7  # noqa: PLC0415
    from tongban.web import clock  # noqa: PLC0415

    for first in range(0, count, IN_ONE_TRANSACTION):
        with transaction.atomic():
            for _ in range(min(IN_ONE_TRANSACTION, count - first)):
                now = clock.now()
                actions.write(to=to, id=str(uuid7(now=now)), type=GREETING, subject="node", body=BODY, now=now)


def send_alone(to: str, count: int, told: str) -> None:
    _deliver()
    with _timed(count, told):
        for _ in range(count):
            write(to, 1)
            _deliver()


def send_together(to: str, count: int, told: str) -> None:
    with _timed(count, told):
        write(to, count)
        _deliver()


def catch_up(to: str, count: int, told: str) -> None:
    with _timed(count, told):
        _deliver()


def _deliver() -> None:
    """Deliver as the worker does, until nothing waits."""
    from django.db.models import F  # noqa: PLC0415

    from tongban.exchange import delivering  # noqa: PLC0415
    from tongban.exchange.models import Outgoing  # noqa: PLC0415
    from tongban.web import clock  # noqa: PLC0415

    while delivering.run(clock=clock.now):
        pass
    late = Outgoing.objects.filter(sequence__gt=F("receipted"))
    assert not late.exists(), list(late.values())


@contextmanager
def _timed(count: int, told: str) -> Iterator[None]:
    began, computed = time.perf_counter(), time.process_time()
    yield
    figures = {
        "messages": count,
        "seconds": time.perf_counter() - began,
        "sender": time.process_time() - computed,
    }
    Path(told).write_text(json.dumps(figures), encoding="utf-8")


def computing(pid: int) -> float:
    """Return the seconds that a process and all below it have computed."""
    folder = Path(f"/proc/{pid}")
    fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    children = (folder / "task" / str(pid) / "children").read_text(encoding="utf-8").split()
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(computing(int(child)) for child in children)


def _told(result: dict[str, dict[str, float]]) -> str:
    columns = ("messages", "seconds", "per second", "ms sender", "ms receiver")
    lines = [machine(), "", f"{'':<10}" + "".join(f"{column:>13}" for column in columns)]
    for name, one in result.items():
        count, seconds = one["messages"], one["seconds"]
        sender, receiver = (1000 * one[side] / count for side in ("sender", "receiver"))
        lines.append(
            f"{name:<10}{count:>13,.0f}{seconds:>13.1f}{count / seconds:>13,.0f}{sender:>13.2f}{receiver:>13.2f}"
        )
    whole = XROAD_REQUESTS_A_DAY / SECONDS_A_DAY
    lines += [
        "",
        f"X-Road, daily average: {XROAD_REQUESTS_A_DAY:,} requests over {XROAD_ORGANISATIONS:,} organisations, "
        f"{whole:,.0f} a second in all, {whole / XROAD_ORGANISATIONS:.2f} for each.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
