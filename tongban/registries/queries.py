"""What proof do the connected registries hold, and what does a record say?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.crypto import canonical
from tongban.domain.refused import Refused
from tongban.keys import actions as keys
from tongban.registries.adapters import Asked, Evidence, installed
from tongban.registries.embedded import EmbeddedRegistry
from tongban.registries.models import Record


class NoRecord(Refused):
    code = "no_record"
    status = 404


def find(*, asked: Sequence[Asked], today: date) -> Mapping[Asked, Evidence]:
    """Ask the installed registry once for all; nothing asked costs nothing."""
    registry = installed() or EmbeddedRegistry()
    return registry.find(asked=asked, today=today) if asked else {}


def content(*, reference: str) -> dict[str, Any]:
    """Return what a record of the embedded registry says, unsealed. Who reads it notes the read in the log of reads."""
    record = Record.objects.filter(pk=reference).first()
    if record is None:
        raise NoRecord(f"没有找到登记记录 {reference}。请核对编号，或改为上传材料。")
    value: dict[str, Any] = canonical.decode(keys.unseal(record.sealed))
    return value
