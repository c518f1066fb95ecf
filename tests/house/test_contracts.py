"""The floor plan of the house is kept: rooms look upstream only, the kernel knows no framework."""

from __future__ import annotations

import subprocess

from tests.own_database import TONGBAN
from tests.plugin import ROOT


def test_no_room_looks_downstream() -> None:
    command = [str(TONGBAN.with_name("lint-imports")), "--no-cache", "--no-logo"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
