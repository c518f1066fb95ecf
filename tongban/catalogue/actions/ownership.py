"""Who keeps a standard? The region it began with alone, or the regions together: no publication changes that."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.catalogue import storage
from tongban.domain.catalogue import Standard
from tongban.domain.refused import Refused


class KeptByAnother(Refused):
    """A standard published by somebody other than who keeps it."""

    code = "kept_by_another"


def demand_keeper(standards: Iterable[Standard]) -> None:
    """Refuse standards of matters that another region, or all together, keep already. Raises KeptByAnother."""
    keepers = {standard.matter: standard.owner for standard in standards}
    known = storage.owners(keepers)
    for matter, owner in keepers.items():
        if known.get(matter, owner) != owner:
            raise KeptByAnother(
                f"未发布：事项 {matter} 的标准由{f'地区 {known[matter]}' if known[matter] else '三地共同'}维护。"
                f"请改用另一个事项编号，{'或请该地区修改' if known[matter] else '或提出共同标准的修订'}。",
                field=matter,
            )
