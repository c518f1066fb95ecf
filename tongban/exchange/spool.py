"""Where do attachments lie on their way? Beside the files of the node, sealed for the receiver on either side.

Nothing that can be read lies here: what leaves was sealed for the peer, what arrives was sealed by it for this node.
A name is made of digits and letters that this node chose or has checked.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from django.conf import settings

LEAVING = "leaving"
ARRIVING = "arriving"


def path(folder: str, name: str) -> Path:
    return Path(settings.FILES_DIR) / folder / name


def length(folder: str, name: str) -> int | None:
    """Return how many bytes lie there; None: nothing does."""
    try:
        return path(folder, name).stat().st_size
    except FileNotFoundError:
        return None


def put(folder: str, name: str, data: bytes) -> None:
    """Write something whole or not at all."""
    place = _made(folder) / name
    handle, temporary = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def append(folder: str, name: str, piece: bytes, *, at: int) -> None:
    """Write a piece where it belongs: whoever writes the same one at the same time does no harm."""
    handle = os.open(_made(folder) / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.lseek(handle, at, os.SEEK_SET)
        with os.fdopen(handle, "wb", closefd=False) as file:
            file.write(piece)
        os.fsync(handle)
    finally:
        os.close(handle)


def read(folder: str, name: str, *, start: int = 0, most: int) -> bytes:
    with path(folder, name).open("rb") as file:
        file.seek(start)
        return file.read(most)


def drop(folder: str, name: str) -> None:
    path(folder, name).unlink(missing_ok=True)


def drop_others(folder: str, names: Collection[str], *, untouched_since: float) -> int:
    """Remove what nobody knows, unless it was written after that second; return how much."""
    removed, place = 0, path(folder, "")
    for one in place.iterdir() if place.is_dir() else ():
        # Another process may have removed it meanwhile.
        with suppress(FileNotFoundError):
            if one.name not in names and one.stat().st_mtime < untouched_since:
                one.unlink()
                removed += 1
    return removed


def _made(folder: str) -> Path:
    place = path(folder, "")
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place
