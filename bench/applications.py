"""How many applications per second does the house carry, beside hand-written SQL that leaves the same bytes behind?

`python -m bench.applications [--database sqlite|postgres] [--applications N] [--folder DIR] [--json]`

One application is submission, acceptance and 17 conclusions, each a durable transaction of its own. The house and the
baseline take turns, application by application, so that a machine that others use slows both; the first is not counted.
What is printed are medians; the ratio is the median of the pairs. Signatures are replaced by a constant on both sides;
the figure with signing stands beside. At the end both databases are compared row by row.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

from tests import stores

DATABASES = ("sqlite", "postgres")


def main() -> None:
    arguments = _arguments()
    if arguments.database:
        results = [measure(arguments)]
    else:
        results = [_in_a_process_of_its_own(database) for database in DATABASES]
    if arguments.json:
        sys.stdout.write(json.dumps(results if not arguments.database else results[0], ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(map(_told, results)) + "\n")


def _arguments() -> Namespace:
    parser = ArgumentParser(description="Applications per second beside hand-written SQL")
    parser.add_argument("--database", choices=DATABASES, help="one of them; without it both, one after the other")
    parser.add_argument("--applications", type=int, default=30, help="how many are counted")
    parser.add_argument("--folder", type=Path, help="where the databases lie; in memory, the disk costs nothing")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _in_a_process_of_its_own(database: str) -> dict[str, Any]:
    """Django knows one default database in a process."""
    command = [sys.executable, "-m", "bench.applications", *sys.argv[1:], "--json", "--database", database]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return result


def _told(result: dict[str, Any]) -> str:
    return "\n".join(
        [
            f"== {result['database']}, {result['version']}",
            f"   {result['machine']}",
            f"   one durable write to this disk      {result['fdatasync_ms']:8.2f} ms",
            f"   through the service layer           {result['service']:8.1f} applications/s",
            f"   hand-written SQL                    {result['baseline']:8.1f} applications/s",
            f"   ratio                               {result['ratio']:8.2f}",
            f"   through the service layer, signing  {result['service_signing']:8.1f} applications/s",
            f"   {result['compared']} rows compared, byte for byte the same",
        ]
    )


# --- one database -----------------------------------------------------------------------------------------------------


def measure(arguments: Namespace) -> dict[str, Any]:
    with TemporaryDirectory(prefix="tongban-bench-", dir=arguments.folder) as folder:
        store = stores.start(arguments.database, durable=True, folder=arguments.folder)
        try:
            set_up(store.url("prepared"), folder)
            # What needs Django is imported once Django is set up.
            from bench.sides import Sides  # noqa: PLC0415

            with Sides(store, arguments.applications) as sides:
                figures = sides.measure()
        finally:
            store.stop()
    return {"machine": machine(), "fdatasync_ms": _fdatasync(arguments.folder)} | figures


def set_up(url: str, folder: str) -> None:
    for name in [name for name in os.environ if name.startswith("TONGBAN_")]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tongban.project.settings",
        "TONGBAN_DATABASE_URL": url,
        "TONGBAN_VAR": folder,
        "TONGBAN_SECRET_KEY": "only-for-the-bench",
    }
    django.setup()


def machine() -> str:
    load = os.getloadavg()[0]
    return f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, load {load:.1f}"


def _fdatasync(folder: Path | None) -> float:
    """Return how many milliseconds one durable write takes where the databases lie: the floor of every commit."""
    with TemporaryDirectory(dir=folder) as place, (Path(place) / "probe").open("wb", buffering=0) as file:
        taken = []
        for _ in range(50):
            started = time.perf_counter()
            file.write(bytes(8192))
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
