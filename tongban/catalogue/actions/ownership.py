"""Who keeps a standard? The region it began with alone, or the regions together: no publication changes that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tongban.catalogue import storage
from tongban.domain.catalogue import Standard
from tongban.domain.refused import Refused


class KeptByAnother(Refused):
    """A standard published by somebody other than who keeps it."""

    code = "kept_by_another"


class NotSigned(Refused):
    """A bundle with a version of a joint standard that no batch has put in force."""

    code = "not_signed"


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


def demand_signed(versions: Mapping[str, int], *, today: date) -> None:
    """Refuse versions of joint standards that stand in no batch all have signed. Raises NotSigned."""
    spans = storage.spans_of(versions)
    for matter, version in versions.items():
        if not any(s.version == version and (s.until_on is None or today < s.until_on) for s in spans[matter]):
            raise NotSigned(
                f"未载入：事项 {matter} 是三地共同标准，这一内容没有经各地签署生效。"
                "请改用施行中的标准，或先提出修订，列入批次签署。",
                field=matter,
            )
