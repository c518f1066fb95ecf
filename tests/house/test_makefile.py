"""`make test` runs everything: each folder of tests once, and on both databases where there is one."""

from __future__ import annotations

import os
import re
import subprocess

from tests.plugin import ROOT

ONCE = {"tests/crypto", "tests/domain", "tests/external", "tests/house", "tests/journeys", "tests/paper"}


def folders_run() -> dict[str, list[str]]:
    """Return what `make test` gives to pytest, by database."""
    # Without what an outer make tells its children.
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL"}}
    done = subprocess.run(
        ["make", "--dry-run", "test"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    run: dict[str, list[str]] = {}
    for database, folders in re.findall(r"TONGBAN_TEST_DATABASE=(\w+) \S+/pytest (.+)", done.stdout):
        run.setdefault(database, []).extend(folders.split())
    return run


def test_every_folder_of_tests_is_run_and_only_once() -> None:
    written = {"/".join(path.relative_to(ROOT).parts[:2]) for path in (ROOT / "tests").rglob("test_*.py")}

    run = folders_run()

    assert sorted(run["sqlite"]) == sorted(written)
    assert sorted(run["postgres"]) == sorted(written - ONCE)
