"""Who keeps a standard? The region it began with alone, or the regions together: no publication changes that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tongban.catalogue import storage
from tongban.domain import conditions
from tongban.domain.catalogue import CertificateType, DataElement, Material, Standard
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


class DescriptionInUse(Refused):
    """A description that joint standards in force rely on, changed by one steward alone."""

    code = "description_in_use"


def demand_unrelied(
    materials: Iterable[Material],
    certificate_types: Iterable[CertificateType],
    elements: Iterable[DataElement],
    *,
    today: date,
) -> None:
    """Refuse other words for what a joint standard in force names: they would change what all have signed.

    Raises DescriptionInUse.
    """
    changed = storage.changed_descriptions(materials, certificate_types, elements)
    if not changed:
        return
    for standard in storage.standards_in_force(today=today).values():
        relied = changed.keys() & _named(standard) if not standard.owner else set()
        if relied:
            code = min(relied)
            raise DescriptionInUse(
                f"未发布：“{changed[code]}”（{code}）已被施行中的共同标准 {standard.matter} 引用，不能由一地改动。"
                "请另编一个代码，并提出修订标准引用它。",
                field=code,
            )


def _named(standard: Standard) -> set[str]:
    expressions = (conditions.names_in(each.expression) for each in standard.conditions if each.expression)
    return {
        *(each.material for each in standard.requirements),
        *standard.needs,
        standard.yields,
        *standard.elements,
        *standard.determines,
        *(name for names in expressions for name in names),
    }


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
