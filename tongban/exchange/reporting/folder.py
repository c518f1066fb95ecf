"""How does a dispatch lie on disk? A folder with one file of JSON lines for each table, and a manifest with digests.

    <TONGBAN_REPORTS_DIR>/110000/110000-20261129-0001/manifest.json
                                                      up_pro_accept.jsonl …

The folder is written beside its place, flushed, and renamed: whoever fetches it finds it whole or not at all. Written
twice from the same rows it is the same, byte for byte. It holds personal data and is its owner's alone.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from tongban.crypto import canonical, sm3
from tongban.domain.reporting.rows import moment
from tongban.domain.reporting.schema import Schema, Table
from tongban.exchange.reporting.models import Dispatch

FORMAT = "tongban-report/1"
MANIFEST = "manifest.json"

Line = tuple[str, str, str, Mapping[str, Any]]
"""Table, identifier, operation and content of a row."""


@dataclass(slots=True)
class _File:
    out: IO[bytes]
    rows: dict[str, int] = field(default_factory=dict)
    size: int = 0


def place(dispatch: Dispatch) -> Path:
    """Return where a dispatch lies, or is to lie."""
    return Path(settings.REPORTS_DIR) / dispatch.province / dispatch.number


def manifest(dispatch: Dispatch) -> dict[str, Any]:
    """Read the manifest of a dispatch that was written."""
    said: dict[str, Any] = json.loads((place(dispatch) / MANIFEST).read_text(encoding="utf-8"))
    return said


def digest(manifest: Mapping[str, Any]) -> str:
    """Return SM3, in hex, over the canonical form of a manifest."""
    return sm3.digest(canonical.encode(manifest)).hex()


def write(dispatch: Dispatch, lines: Iterable[Line], *, schema: Schema) -> dict[str, Any]:
    """Write the folder of a sealed dispatch and return its manifest."""
    final = place(dispatch)
    final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = final.with_name(f".{final.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    said = _said(dispatch, _write_tables(dispatch, beside, lines, schema), beside)
    _put(beside / MANIFEST, canonical.encode(said) + b"\n")
    _flush(beside)
    # What lies there was written by a run that died before it could say so: nobody was told of it yet.
    shutil.rmtree(final, ignore_errors=True)
    beside.rename(final)
    _flush(final.parent)
    return said


def remove(dispatch: Dispatch) -> None:
    shutil.rmtree(place(dispatch), ignore_errors=True)


def _write_tables(dispatch: Dispatch, folder: Path, lines: Iterable[Line], schema: Schema) -> dict[str, _File]:
    files: dict[str, _File] = {}
    with ExitStack() as stack:
        for table, guid, operation, content in lines:
            if table not in files:
                files[table] = _File(stack.enter_context(open(folder / f"{table}.jsonl", "xb")))
            file = files[table]
            written = canonical.encode(_whole(schema.tables[table], guid, operation, content, dispatch)) + b"\n"
            file.out.write(written)
            file.size += len(written)
            file.rows[operation] = file.rows.get(operation, 0) + 1
        for file in files.values():
            file.out.flush()
            os.fsync(file.out.fileno())
    return files


def _whole(
    table: Table, guid: str, operation: str, content: Mapping[str, Any], dispatch: Dispatch
) -> dict[str, str | int | None]:
    """Return a row with every field of its table; what is taken out has its identifier only."""
    assert dispatch.sealed_at is not None
    journey = {
        "row_guid": guid,
        "cd_operation": operation,
        "cd_time": moment(dispatch.sealed_at),
        "cd_batch": dispatch.number,
    }
    return {each.name: journey.get(each.name, content.get(each.name)) for each in table.fields}


def _said(dispatch: Dispatch, files: Mapping[str, _File], folder: Path) -> dict[str, Any]:
    assert dispatch.sealed_at is not None
    return {
        "type": FORMAT,
        "node": settings.NODE,
        "province": dispatch.province,
        "cd_batch": dispatch.number,
        "cd_time": moment(dispatch.sealed_at),
        "schema": dispatch.schema,
        "mapping": dispatch.mapping,
        "files": [
            {
                "table": table,
                "name": f"{table}.jsonl",
                "rows": file.rows,
                "size": file.size,
                "sm3": sm3.digest((folder / f"{table}.jsonl").read_bytes()).hex(),
            }
            for table, file in sorted(files.items())
        ],
    }


def _put(path: Path, content: bytes) -> None:
    with path.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
