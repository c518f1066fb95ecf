"""`tongban demo [--bundle FILE] [--json]`: one application walks through the whole house, in a database of its own.

The database, the keys and the files lie in a temporary folder that is gone afterwards. Because Django reads its
settings once, the walk itself runs as a second process (`demo walk`) whose environment points there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand

START = [sys.executable, "-c", "from tongban.project.cli import main; main()"]


class Command(BaseCommand):
    help = "Walk one application through the house, from a fixed day, in a database of its own"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bundle", type=Path, metavar="FILE", help="a bundle file instead of the maritime bundle")
        parser.add_argument("--json", action="store_true", help="print figures as one JSON object")

    def handle(self, *args: Any, bundle: Path | None, json: bool, **options: Any) -> None:
        words = [*(["--bundle", str(bundle.resolve())] if bundle else []), *(["--json"] if json else [])]
        with TemporaryDirectory(prefix="tongban-demo-") as folder:
            walk = subprocess.run([*START, "demo", "walk", *words], env=_environment(folder), check=False)
        sys.exit(walk.returncode)


def _environment(folder: str) -> dict[str, str]:
    """The shell's environment without its node: nothing of it is read or written by the demo."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    crypto = {"TONGBAN_CRYPTO": os.environ["TONGBAN_CRYPTO"]} if "TONGBAN_CRYPTO" in os.environ else {}
    return kept | crypto | {"TONGBAN_VAR": folder, "TONGBAN_DEMO": "1", "TONGBAN_SECRET_KEY": "gone-with-the-demo"}
