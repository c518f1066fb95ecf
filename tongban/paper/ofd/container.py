"""Which bytes hold the parts of an OFD? A ZIP that has one form only for the same parts in the same order.

Parts are stored, not packed, with one fixed date and no remarks; so a file of a kilobyte holds no gigabyte, and nothing
can stand between, before or after the parts. `unpack` takes only what `pack` writes.

Source: GB/T 33190-2016, 6.1 (virtual storage system); APPNOTE 6.3, 4.3 (ZIP).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

LARGEST_BYTES = 4 * 1024 * 1024
MOST_PARTS = 200
_DATE = (1980, 1, 1, 0, 0, 0)


class NotContained(ValueError):
    """Bytes that are no container as `pack` writes it."""


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return the file with these parts, in their order."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as container:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 0
            entry.external_attr = 0
            container.writestr(entry, part)
    return written.getvalue()


def unpack(file: bytes) -> dict[str, bytes]:
    """Return the parts by their names, in their order. Raises NotContained."""
    if len(file) > LARGEST_BYTES:
        raise NotContained(f"the file is larger than {LARGEST_BYTES} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as container:
            entries = container.infolist()
            if len(entries) > MOST_PARTS or any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise NotContained("too many parts, or packed ones")
            # A stored part is a piece of the file: reading all of them takes no more memory than the file.
            if sum(entry.file_size for entry in entries) > len(file):
                raise NotContained("parts overlap")
            parts = {entry.filename: container.read(entry) for entry in entries}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError, KeyError) as broken:
        raise NotContained("no ZIP") from broken
    if pack(parts) != file:
        raise NotContained("another form of the same parts")
    return parts
