"""How many documents per second does one worker issue, and what does each cost in computing, and its paper alone?

`python -m bench.documents [--database sqlite|postgres] [--applications N] [--folder DIR]`

Applications of 17 cases are handed in, accepted and concluded; then one worker empties the outbox: each document is
composed, numbered, printed, signed, kept encrypted and journalled, every transaction durable. The paper alone is an
acceptance notice of 17 rows, two pages.
"""

from __future__ import annotations

import statistics
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.applications import DATABASES, machine, set_up
from tests import stores


def main() -> None:
    parser = ArgumentParser(description="Documents per second")
    parser.add_argument("--database", choices=DATABASES, default="postgres")
    parser.add_argument("--applications", type=int, default=10)
    parser.add_argument("--folder", type=Path, help="where the database lies")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="tongban-bench-", dir=arguments.folder) as folder:
        store = stores.start(arguments.database, durable=True, folder=arguments.folder)
        try:
            set_up(store.url("documents"), folder)
            store.create("documents")
            _measure(arguments, Path(folder))
        finally:
            store.stop()


def _measure(arguments: Namespace, folder: Path) -> None:
    # What needs Django is imported once Django is set up.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from bench import journey  # noqa: PLC0415
    from tongban.casework.documents import reading  # noqa: PLC0415
    from tongban.casework.models import Document  # noqa: PLC0415
    from tongban.casework.storage import read  # noqa: PLC0415
    from tongban.domain.documents.kinds import DocumentKind  # noqa: PLC0415
    from tongban.journal import outbox  # noqa: PLC0415
    from tongban.paper import document  # noqa: PLC0415
    from tongban.web import clock  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    house = journey.prepare()
    applications = journey.drafts(house, arguments.applications)
    for draft in applications:
        journey.run(house, draft, lambda name, act: act() and None)
    outbox.run(clock=clock.now, most=1)  # the first one unpacks the font
    there, started, worked = Document.objects.count(), time.perf_counter(), time.process_time()
    while outbox.run(clock=clock.now):
        pass
    seconds, computed = time.perf_counter() - started, time.process_time() - worked
    made = Document.objects.count() - there
    found = read(applications[0])
    assert found is not None
    notice = next(one for one in found.documents if one.kind is DocumentKind.ACCEPTANCE)
    content = reading.content_of(found, notice)
    taken = []
    for _ in range(30):
        begun = time.process_time()
        document.pdf(content, cache_folder=folder / "cache")
        taken.append((time.process_time() - begun) * 1000)
    sys.stdout.write(
        f"{arguments.database}, {machine()}: {made} documents in {seconds:.1f} s, {made / seconds:.1f} documents/s, "
        f"{computed / made * 1000:.0f} ms of computing each, of which the paper {statistics.median(taken):.0f} ms\n"
    )
    connections.close_all()


if __name__ == "__main__":
    main()
