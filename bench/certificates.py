"""How many certificates per second does one core issue, give out in each form, and verify?

`python -m bench.certificates [--certificates N] [--database sqlite|postgres] [--folder DIR] [--json]`

A thousand certificates are issued in decisions of twenty, each a durable transaction; each is then given out as signed
JSON, OFD, PDF and QR code, and every form is verified by the lists alone, as anybody does offline. Figures are the
computing time of the process, since wall time says more about who else works on the machine.
"""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.applications import DATABASES, machine, set_up
from tests import stores

IN_ONE_DECISION = 20
BAR = 40


def main() -> None:
    parser = ArgumentParser(description="Certificates per second, in all forms")
    parser.add_argument("--certificates", type=int, default=1000)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--folder", type=Path, help="where the database lies")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="tongban-bench-", dir=arguments.folder) as folder:
        store = stores.start(arguments.database, durable=True, folder=arguments.folder)
        try:
            set_up(store.url("certificates"), folder)
            store.create("certificates")
            result = _measure(arguments)
        finally:
            store.stop()
    sys.stdout.write((json.dumps(result) if arguments.json else _told(arguments, result)) + "\n")


def _measure(arguments: Namespace) -> dict[str, dict[str, float]]:
    # What needs Django is imported once Django is set up.
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections, transaction  # noqa: PLC0415

    from tests.certificates.drafts import ISSUER, draft  # noqa: PLC0415
    from tongban.certificates import actions, editions, queries, statuses, verifying  # noqa: PLC0415
    from tongban.crypto.profiles import Algorithm  # noqa: PLC0415
    from tongban.domain.clock import day_of  # noqa: PLC0415
    from tongban.keys import trust  # noqa: PLC0415
    from tongban.web import clock  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    now = clock.now()
    today = day_of(now)
    with transaction.atomic():
        actions.prepare_issuer(issuer=ISSUER, now=now)
    drafts = [
        draft(number, serial=f"13020920260302000001A{number:06d}", issued_on=today)
        for number in range(arguments.certificates)
    ]
    decisions = [drafts[start : start + IN_ONE_DECISION] for start in range(0, len(drafts), IN_ONE_DECISION)]
    identifiers: list[str] = []

    def decide(nth: int) -> int:
        with transaction.atomic():
            made = actions.issue_many(stream=f"application:{nth}", drafts=decisions[nth], now=now)
        identifiers.extend(one.identifier for one in made)
        return 0

    figures = {"issue": _timed("issue", range(len(decisions)), decide, each=len(drafts))}
    documents: list[bytes] = []

    def read(identifier: str) -> int:
        documents.append(queries.read(identifier=identifier))
        return len(documents[-1])

    figures["json"] = _timed("json", identifiers, read)
    trusted = trust.load(Path(settings.KEYS_DIR))
    known = statuses.load(Path(settings.KEYS_DIR), trusted=trusted)
    makers: dict[str, Callable[[bytes], bytes]] = {
        "json": lambda document: document,
        "ofd": lambda document: editions.ofd(document, now=now),
        "pdf": lambda document: editions.pdf(document, now=now),
        "code SM2": lambda document: editions.code(document, now=now, algorithm=Algorithm.SM2SM3).encode(),
        "code P-256": lambda document: editions.code(document, now=now, algorithm=Algorithm.ES256).encode(),
    }
    for form, make in makers.items():
        shown: list[bytes] = []

        def give(document: bytes, make: Callable[[bytes], bytes] = make, shown: list[bytes] = shown) -> int:
            shown.append(make(document))
            return len(shown[-1])

        give(documents[0])  # the first one unpacks the font and draws the seal
        shown.clear()
        given = _timed(form, documents, give)
        figures.setdefault(form, given)

        def verify(one: bytes) -> int:
            assert verifying.judge(one, trust=trusted, statuses=known, today=today, now=now).verdict.valid
            return len(one)

        figures[f"verify {form}"] = _timed(f"verify {form}", shown, verify)
    connections.close_all()
    return figures


def _timed(name: str, items: Sequence[Any], act: Callable[[Any], int], *, each: int | None = None) -> dict[str, float]:
    """Act on every item, show how far it is, and return milliseconds of computing, rate, and bytes for one."""
    count = each or len(items)
    computed, begun, size = time.process_time(), time.perf_counter(), 0
    for nth, item in enumerate(items, 1):
        size += act(item)
        if nth % max(1, len(items) // 100) == 0 or nth == len(items):
            done = "#" * (BAR * nth // len(items))
            sys.stderr.write(f"\r{name:18}[{done:{BAR}}] {100 * nth // len(items):3} %")
    sys.stderr.write("\n")
    computed = time.process_time() - computed
    return {
        "ms": computed / count * 1000,
        "per_second": count / computed,
        "wall_seconds": time.perf_counter() - begun,
        "bytes": size / count,
    }


def _told(arguments: Namespace, result: dict[str, dict[str, float]]) -> str:
    return "\n".join(
        [
            f"{arguments.certificates} certificates, {arguments.database}, {machine()}",
            *(
                f"{name:18}{one['ms']:8.1f} ms {one['per_second']:8.0f}/s {one['bytes'] / 1024:8.1f} KB"
                f"   ({one['wall_seconds']:.0f} s on the wall)"
                for name, one in result.items()
            ),
        ]
    )


if __name__ == "__main__":
    main()
