"""The `tongban` command: `tongban catalogue load` runs the command `catalogue_load` of the room that owns it.

Two words are tried before one, so that `tongban journal verify` and `tongban verify FILE` live side by side.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.project.settings")
    # Django reads its settings at import, so the variable above must stand before.
    import django  # noqa: PLC0415
    from django.core.management import ManagementUtility, get_commands  # noqa: PLC0415

    # Before this Django lists only its own commands, and remembers that.
    django.setup()
    words = sys.argv[1:]
    if len(words) >= 2 and (joined := f"{words[0]}_{words[1]}".replace("-", "_")) in get_commands():
        words = [joined, *words[2:]]
    elif words and not words[0].startswith("-"):
        words[0] = words[0].replace("-", "_")
    ManagementUtility(["tongban", *words]).execute()
