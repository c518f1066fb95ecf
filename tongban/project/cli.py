"""The `tongban` command: `tongban catalogue load` runs the command `catalogue_load` of the room that owns it.

Two words are tried before one, so that `tongban journal verify` and `tongban verify FILE` live side by side. The folder
of what must survive (`TONGBAN_VAR`) is made by the commands that begin to fill it. Keys, sessions and personal data lie
in it, so it and all that the commands write is its owner's alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Sequence
from pathlib import Path

FILLING = {"migrate", "serve"}
"""Commands that begin to fill the folder; everything else works on what is there, or on nothing."""


def main() -> None:
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.project.settings")
    # Django reads its settings at import, so the variable above must stand before.
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import ManagementUtility, get_commands  # noqa: PLC0415

    # Before this Django lists only its own commands, and remembers that.
    django.setup()
    words = named(sys.argv[1:], get_commands())
    if words and words[0] in FILLING:
        _make(settings.VAR)
    ManagementUtility(["tongban", *words]).execute()


def named(words: Sequence[str], commands: Container[str]) -> list[str]:
    """Return what was typed with the command under the name of its file.

    >>> named(["node", "status", "--json"], {"node_status"}), named(["check-id", "imo"], {"check_id"})
    (['node_status', '--json'], ['check_id', 'imo'])
    """
    if len(words) >= 2 and (joined := f"{words[0]}_{words[1]}".replace("-", "_")) in commands:
        return [joined, *words[2:]]
    if words and not words[0].startswith("-"):
        return [words[0].replace("-", "_"), *words[1:]]
    return list(words)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"不能建立目录 {folder}（{error.strerror}）。请检查 TONGBAN_VAR 和上级目录的权限。")
