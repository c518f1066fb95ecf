"""Do worklists stay as quick as they are while open cases grow from a thousand to a million?

`python -m bench.worklists [--database sqlite|postgres] [--sizes 1000 10000 100000 1000000] [--rounds N] [--folder DIR]`

The open cases lie at one hall and at the desks of one department, half of them to be answered and half under review,
due on ten days, so that every list fills a page at the first size: nobody's list was ever so long. A hundred thousand
that are over lie beside. A copy of the database as it is at the first size is kept, and each list is asked for in both
by turns, so that a machine that others use slows both; what is printed are medians, and the ratio is the median of the
pairs. The database is asked how it reads each list, too. A plan that changes, or a ratio of more than one and a half,
ends the run with an error. Counts stop at a number of lines: they grow until then, and are told beside.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.applications import DATABASES, set_up
from tests import stores

SIZES = [1_000, 10_000, 100_000, 1_000_000]
ALLOWED = 1.5
OVER = 100_000
ROWS = 25
"""Lines of a page: so many are there at the first size, too."""

FAR = 1_000_000
"""From here on are numbered those that are over."""

GROWING, FIRST = "growing", "first"
"""The databases."""

_DAYS = {"sqlite": "date('{first}', '+' || (n % 10) || ' days')", "postgresql": "DATE '{first}' + n % 10"}
Call = Callable[[], object]
Connection = Any
"""A connection of Django's, which is imported only once it is set up."""


def main() -> None:
    parser = ArgumentParser(description="Milliseconds of worklists beside ever more open cases")
    parser.add_argument("--database", choices=DATABASES, help="one of them; without it both, one after the other")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many cases are open")
    parser.add_argument("--rounds", type=int, default=200, help="how often each list is asked for")
    parser.add_argument("--folder", type=Path, help="where the database lies")
    arguments = parser.parse_args()
    if arguments.database:
        _measure(arguments)
        return
    for database in DATABASES:
        command = [sys.executable, "-m", "bench.worklists", *sys.argv[1:], "--database", database]
        subprocess.run(command, check=True)


def _measure(arguments: Namespace) -> None:
    with TemporaryDirectory(prefix="tongban-bench-", dir=arguments.folder) as folder:
        store = stores.start(arguments.database, durable=False, folder=arguments.folder)
        try:
            set_up(store.url(GROWING), folder)
            store.create(GROWING)
            grown = _grow(store, arguments)
        finally:
            store.stop()
    if grown:
        raise SystemExit(f"{arguments.database}: {'; '.join(grown)}")


def _grow(store: stores.Store, arguments: Namespace) -> list[str]:
    """Time each list at each size; return which have grown, or are read otherwise than at first."""
    # What needs Django is imported once Django is set up.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from bench import crowd, journey  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    house = journey.prepare()
    waiting, reviewed = house.submit(), house.submit()
    house.confirm(reviewed)
    house.accept(reviewed)
    crowd.crowd(reviewed, OVER // 17, open_cases=False, children=crowd.LISTED, changes={"form": "'{}'"}, first=FAR)
    first, *sizes = sorted(arguments.sizes)
    there = _fill(waiting, reviewed, 0, first)
    connections.close_all()
    store.copy(GROWING, FIRST)
    small, large = _connected(store.url(FIRST)), _connected(store.url(GROWING))
    grown: list[str] = []
    for size in sizes:
        started = time.perf_counter()
        there = _fill(waiting, reviewed, there, size)
        took, load = time.perf_counter() - started, os.getloadavg()[0]
        _tell(f"== {arguments.database}: {size} open cases beside {first}, filled in {took:.0f} s, load {load:.1f}")
        for name, call in _lists().items():
            before, now, ratio = _timed(call, small, large, arguments.rounds)
            as_first, plan = (_plan(call, connection) for connection in (small, large))
            _tell(f"   {name:36} {before:8.2f} ms {now:8.2f} ms   × {ratio:5.2f}   {', '.join(sorted(plan))}")
            if name.startswith("counts"):
                continue
            if plan != as_first:
                grown.append(f"{name} at {size}: read by {plan}, at first by {as_first}")
            if ratio > ALLOWED:
                grown.append(f"{name} at {size}: × {ratio:.2f}")
    for connection in (small, large):
        connection.close()
    return grown


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _connected(url: str) -> Connection:
    """Return a connection to a database; the last one made is that which this process works on."""
    from django.db import connections  # noqa: PLC0415

    from tongban.project.settings import database  # noqa: PLC0415

    made = connections.create_connection("default")
    made.settings_dict = made.settings_dict | {"NAME": database(url)["NAME"]}
    connections["default"] = made
    if made.vendor == "postgresql":
        with made.cursor() as cursor:
            # Planning takes as long as reading: a list must not seem to grow because one size is planned anew.
            cursor.execute("SET plan_cache_mode = force_custom_plan")
    return made


def _fill(waiting: str, reviewed: str, there: int, size: int) -> int:
    """Copy two applications until so many cases are open; return how many copies of each there are."""
    from django.db import connection  # noqa: PLC0415

    from bench.crowd import LISTED, crowd  # noqa: PLC0415

    copies = max(1, size // (2 * 17))
    day, later = (_DAYS[connection.vendor].format(first=first) for first in ("2026-03-04", "2026-03-05"))
    spread = {"accept_by_on": day, "promised_due_on": day, "statutory_due_on": later}
    kept = {name: f'CASE WHEN t."{name}" IS NULL THEN NULL ELSE {to} END' for name, to in spread.items()}
    changes = kept | {"due_on": day, "form": "'{}'"}
    for original in (waiting, reviewed):
        crowd(original, copies - there, children=LISTED, changes=changes, first=there + 1)
    _assign()
    with connection.cursor() as cursor:
        # As autovacuum would by and by: an index alone then tells what it holds.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return copies


def _assign() -> None:
    """Let a reviewer have forty lines of his own, and colleagues the next sixty, and thousands that are over."""
    from django.db import connection  # noqa: PLC0415

    from bench import journey  # noqa: PLC0415
    from tongban.project.walk import who  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM casework_assignment")
        cursor.execute(
            """INSERT INTO casework_assignment (application_id, "case", desk, account, "by", at)
            SELECT application_id, "index", deciding_desk,
                CASE WHEN row_number() OVER (ORDER BY stage IS NULL, due_on, application_id) <= 40 THEN %s
                    ELSE 'account:' || "index" END,
                '', '2026-03-02 00:00:00+00:00'
            FROM (
                SELECT * FROM (
                    SELECT * FROM casework_case WHERE stage = 'conclude' AND deciding_desk = '船舶登记岗'
                    ORDER BY due_on, application_id, "index" LIMIT 100
                ) those_open
                UNION ALL SELECT * FROM (SELECT * FROM casework_case WHERE stage IS NULL LIMIT 5000) those_over
            ) chosen""",
            [who("zhaolei", today=journey.DAY).id],
        )


def _lists() -> dict[str, Call]:
    """Return each list as somebody asks for it: from the start and further on, narrowed, counted."""
    from bench import journey  # noqa: PLC0415
    from tongban.casework import overview, worklists  # noqa: PLC0415
    from tongban.casework.merged import Days  # noqa: PLC0415
    from tongban.casework.worklists import Tab, Wanted  # noqa: PLC0415
    from tongban.catalogue import calendars  # noqa: PLC0415
    from tongban.project.walk import who  # noqa: PLC0415

    days = Days.at(journey.DAY + timedelta(days=6), calendars.load())
    clerk, reviewer = (worklists.places_of(who(name, today=journey.DAY)) for name in ("liufang", "zhaolei"))

    def page(places: Any, wanted: Wanted, *, further: bool = False) -> Call:
        first = worklists.page(places, wanted, days=days, size=5).next if further else None
        return partial(worklists.page, places, wanted, days=days, after=first, size=ROWS)

    return {
        "to accept": page(clerk, Wanted(Tab.INTAKE)),
        "to accept, further on": page(clerk, Wanted(Tab.INTAKE), further=True),
        "to accept, one bundle": page(clerk, Wanted(Tab.INTAKE, subject="maritime")),
        "my desk": page(reviewer, Wanted(Tab.DESK)),
        "my desk, further on": page(reviewer, Wanted(Tab.DESK), further=True),
        "my desk, one matter": page(reviewer, Wanted(Tab.DESK, subject="HS-02")),
        "my desk, a matter nobody asks for": page(reviewer, Wanted(Tab.DESK, subject="HS-99")),
        "my desk, beyond the promise": page(reviewer, Wanted(Tab.DESK, lamp="red")),
        "my desk, beyond the law": page(reviewer, Wanted(Tab.DESK, lamp="passed")),
        "my desk, what nobody has taken": page(reviewer, Wanted(Tab.DESK, free=True)),
        "my desk, what waits for opinions": page(reviewer, Wanted(Tab.DESK, state="opinions")),
        "due soon": page(reviewer, Wanted(Tab.SOON)),
        "overdue": page(reviewer, Wanted(Tab.LATE)),
        "mine": page(reviewer, Wanted(Tab.MINE)),
        "choices of matters": partial(worklists.subjects, reviewer, Wanted(Tab.DESK)),
        "a region": partial(overview.page, ["130209"], days=days, size=ROWS),
        "a region, on time": partial(overview.page, ["130209"], lamp="green", days=days, size=ROWS),
        "divisions of a province": partial(overview.divisions, ["130000"]),
        "counts of a clerk's tabs": partial(worklists.counts, clerk, days=days),
        "counts of a reviewer's tabs": partial(worklists.counts, reviewer, days=days),
        "counts of a region's lamps": partial(overview.counts, ["130209"], days=days),
    }


def _timed(call: Call, small: Connection, large: Connection, rounds: int) -> tuple[float, float, float]:
    """Return the medians in milliseconds, in both databases, and the median of the ratios."""
    pairs = [(_milliseconds(call, small), _milliseconds(call, large)) for _ in range(rounds)]
    before, now = zip(*pairs, strict=True)
    return statistics.median(before), statistics.median(now), statistics.median(b / a for a, b in pairs)


def _milliseconds(call: Call, connection: Connection) -> float:
    from django.db import connections  # noqa: PLC0415

    connections["default"] = connection
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _plan(call: Call, connection: Connection) -> set[str]:
    """Return the indexes of our own that a list is read by, and the tables that are read whole."""
    from django.db import connections  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from tongban.casework import models  # noqa: PLC0415

    tables = (models.Application, models.Case, models.Opinion, models.Assignment)
    known = {index.name for table in tables for index in table._meta.indexes}
    connections["default"] = connection
    with CaptureQueriesContext(connection) as captured:
        call()
    found: set[str] = set()
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
            cursor.execute(explain + query["sql"].replace("%", "%%"), [])
            told = "\n".join(str(row[-1]) for row in cursor.fetchall())
            found |= known & set(re.findall(r"\w+", told))
            found |= set(re.findall(r"(?:Seq Scan on|SCAN) casework_\w+", told))
    return found


if __name__ == "__main__":
    main()
