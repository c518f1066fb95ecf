"""Does any action slow as open cases grow?

`python -m bench.growth [--database sqlite|postgres] [--applications N] [--crowd N …] [--folder DIR]`

The same acts and lists are timed beside ever more applications that wait or are under review elsewhere. What is printed
are milliseconds, medians of N applications; a line that grows with the crowd is a missing index.
"""

from __future__ import annotations

import statistics
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.applications import DATABASES, set_up
from tests import stores


def main() -> None:
    parser = ArgumentParser(description="Milliseconds of acts and lists beside ever more open cases")
    parser.add_argument("--database", choices=DATABASES, default="postgres")
    parser.add_argument("--applications", type=int, default=5)
    parser.add_argument("--crowd", type=int, nargs="+", default=[0, 1_000, 10_000], help="applications of 17 cases")
    parser.add_argument("--folder", type=Path, help="where the database lies")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="tongban-bench-", dir=arguments.folder) as folder:
        store = stores.start(arguments.database, durable=True, folder=arguments.folder)
        try:
            set_up(store.url("growth"), folder)
            store.create("growth")
            _measure(arguments)
        finally:
            store.stop()


def _measure(arguments: Namespace) -> None:
    # What needs Django is imported once Django is set up.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from bench import crowd, journey  # noqa: PLC0415
    from tongban.casework import storage, worklists  # noqa: PLC0415
    from tongban.casework.merged import Days  # noqa: PLC0415
    from tongban.casework.worklists import Tab, Wanted  # noqa: PLC0415
    from tongban.catalogue import calendars  # noqa: PLC0415
    from tongban.project.walk import CLERK, who  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    house = journey.prepare()
    drafts = iter(journey.drafts(house, (arguments.applications + 2) * len(arguments.crowd)))
    places = worklists.places_of(who(CLERK, today=journey.DAY))
    days = Days.at(journey.DAY, calendars.load())
    there = 0
    for many in arguments.crowd:
        milliseconds: dict[str, list[float]] = defaultdict(list)

        def perform(name: str, act: Callable[[], object], kept: dict[str, list[float]] = milliseconds) -> None:
            started = time.perf_counter()
            act()
            kept[name].append((time.perf_counter() - started) * 1000)

        original = next(drafts)
        journey.run(house, original, lambda name, act: None if name == "conclude" else act() and None)
        crowd.crowd(original, many - there, hall="elsewhere")
        there = many
        journey.run(house, next(drafts), lambda name, act: act() and None)
        for _ in range(arguments.applications):
            draft = next(drafts)
            journey.run(house, draft, perform)
            perform("read", lambda draft=draft: storage.read(draft))  # type: ignore[misc]
            perform("list of a hall", lambda: worklists.page(places, Wanted(Tab.INTAKE), days=days))
        told = ", ".join(
            f"{name} {statistics.median(taken):.1f}" for name, taken in milliseconds.items() if name != "others"
        )
        sys.stdout.write(f"{many:7} applications beside, {17 * many:8} cases: {told} ms\n")
    connections.close_all()


if __name__ == "__main__":
    main()
