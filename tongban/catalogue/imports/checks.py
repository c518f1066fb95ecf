"""Do the values that were read fit together, with the catalogue, and with whoever brings them?

Forms of codes and lengths are checked for all; the rest only for what is new or differs, because what the catalogue
says already is not brought by this file. A value that names something is wrong when neither the catalogue nor the file
knows it. A standard or implementation that contradicts itself is wrong (`domain/consistency.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.catalogue import conformance, models, storage
from tongban.catalogue.exports.sheets import header
from tongban.catalogue.imports.differences import Difference, differences, in_parts
from tongban.catalogue.imports.taken import KEYS, Key, Taken, keyed
from tongban.domain import consistency
from tongban.domain.catalogue import CertificateType, Implementation, Standard
from tongban.domain.conformance import Weight
from tongban.domain.consistency import Remark
from tongban.domain.identifiers import InvalidIdentifier, check_uscc
from tongban.domain.offers import Offer, Reform
from tongban.people.actor import SYSTEM, Actor
from tongban.people.permissions import may_keep_standards

_CODE = (re.compile(r"[A-Za-z0-9_-]{1,40}"), "应为 1 至 40 个字母、数字、“_”或“-”")
_CODE_OR_NONE = (re.compile(r"[A-Za-z0-9_-]{0,40}"), "应为至多 40 个字母、数字、“_”或“-”")
_NAME = (re.compile(r"[^\n]{1,400}"), "应为一行、1 至 400 个字符")
_NAME_OR_NONE = (re.compile(r"[^\n]{0,400}"), "应为一行、至多 400 个字符")
_NUMBER = (re.compile(r"[^\n]{1,60}"), "应为一行、1 至 60 个字符")
_REGION = (re.compile(r"[0-9]{6}"), "应为 6 位行政区划代码")
_REGION_OR_NONE = (re.compile(r"([0-9]{6})?"), "应为 6 位行政区划代码")
_BASIC_CODE = (re.compile(r"([0-9A-Z]{12})?"), "应为 12 位数字或大写字母")

FORMS: dict[str, dict[str, tuple[re.Pattern[str], str]]] = {
    "standards": {
        "matter": _CODE,
        "name": _NAME,
        "name_en": _NAME_OR_NONE,
        "basic_code": _BASIC_CODE,
        "owner": _REGION_OR_NONE,
        "item_of": _CODE_OR_NONE,
        "sector": _CODE_OR_NONE,
    },
    "implementations": {"matter": _CODE, "region": _REGION},
    "materials": {"code": _CODE, "name": _NAME},
    "certificate_types": {"code": _CODE, "name": _NAME},
    "elements": {"code": _CODE, "name": _NAME},
    "offers": {"matter": _CODE, "province": _REGION, "agreement": _NUMBER},
    "extensions": {"hall": _CODE, "region": _REGION, "agreement": _NUMBER},
    "reforms": {"matter": _CODE, "region": _REGION},
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one value: the field it is about (empty: the whole) and why."""

    key: Key
    field: str
    reason: str


def checked(taken: Taken, *, actor: Actor, today: date) -> tuple[Difference, ...]:
    """Add to what was read the mistakes of whole values; return what of the good is new or differs."""
    _take_down(taken, _forms(taken))
    found = differences(taken.good)
    _take_down(taken, [*_permissions(found, actor), *_contradictions(found), *_departing(found, today)])
    known = _known()
    while complaints := list(_references(_left(found, taken), taken, known)):
        # What is left out may be what another value names: look again until nothing more falls out.
        _take_down(taken, complaints)
    return _left(found, taken)


def _left(found: Iterable[Difference], taken: Taken) -> tuple[Difference, ...]:
    good = {key for key, _ in keyed(taken.good)}
    return tuple(each for each in found if each.key in good)


def _take_down(taken: Taken, complaints: Iterable[Complaint]) -> None:
    for each in complaints:
        sheet = taken.places[each.key].sheet
        column = each.field if sheet in KEYS else header(sheet, each.field)
        taken.fault(each.key, column, each.reason)


def _forms(taken: Taken) -> list[Complaint]:
    return [Complaint(key, field, reason) for key, value in taken.each() for field, reason in _form(key, value)]


def _form(key: Key, value: Any) -> Iterator[tuple[str, str]]:
    for field, (pattern, reason) in FORMS[key.kind].items():
        if not pattern.fullmatch(getattr(value, field)):
            yield field, reason
    if isinstance(value, Implementation):
        try:
            check_uscc(value.body)
        except InvalidIdentifier as refused:
            yield "body", str(refused)


# --- Who brings it ----------------------------------------------------------------------------------------------------

_REGIONS = {
    "standards": "owner",
    "implementations": "region",
    "offers": "province",
    "extensions": "region",
    "reforms": "region",
}


def _permissions(found: Iterable[Difference], actor: Actor) -> Iterator[Complaint]:
    """One's own region only, as the action demands (`actions/publish.py`); said here row by row."""
    for each in found if actor != SYSTEM else ():
        field = _REGIONS.get(each.key.kind)
        regions = {getattr(each.value, field), (each.before or {}).get(field, "")} - {""} if field else set()
        if not all(may_keep_standards(actor, region=region) for region in regions):
            reason = "与现有内容不同，但您不是这个地区的事项管理员，不能修改。请删去这一行或恢复原样"
            yield Complaint(each.key, field or "", reason)
    owners = storage.owners([each.key.of[0] for each in found if each.key.kind == "standards"])
    for each in found:
        matter = each.key.of[0]
        if each.key.kind == "standards" and owners.get(matter, each.value.owner) != each.value.owner:
            keeper = f"地区 {owners[matter]}" if owners[matter] else "三地共同"
            yield Complaint(
                each.key, "owner", f"这个事项的标准由{keeper}维护，不能改变。请恢复原样或换用另一个事项编码"
            )


# --- Whether it departs from a joint standard in force ----------------------------------------------------------------


def _departing(found: Iterable[Difference], today: date) -> Iterator[Complaint]:
    """What the action refuses (`actions/departures.py`), said row by row: a file names no change of law."""
    implementations = {each.key: each.value for each in found if isinstance(each.value, Implementation)}
    for judged in conformance.judged(list(implementations.values()), today=today):
        for finding in (each for each in judged.findings if each.weight is Weight.BROKEN):
            key = Key("implementations", (judged.standard.matter, judged.body))
            yield Complaint(key, "", f"与施行中的共同标准不符：{finding.sentence}请改回标准，或提出修订标准")


# --- Whether it fits together -----------------------------------------------------------------------------------------


def _contradictions(found: Iterable[Difference]) -> Iterator[Complaint]:
    found = tuple(found)
    standards = {each.key.of[0]: each.value for each in found if isinstance(each.value, Standard)}
    standards |= _standards(
        {each.key.of[0] for each in found if isinstance(each.value, Implementation)} - set(standards)
    )
    for each in found:
        remarks: tuple[Remark, ...] = ()
        if isinstance(each.value, Standard):
            remarks = consistency.check(standard=each.value)
        elif isinstance(each.value, Implementation) and each.value.matter in standards:
            remarks = consistency.check(standard=standards[each.value.matter], implementation=each.value)
        for remark in remarks:
            if remark.stops:
                yield Complaint(each.key, FIELDS.get(remark.path, remark.path), remark.sentence)


FIELDS = {"fee": "fee_cents", "complaint_phone": "contact.complaint_phone"}
"""Where a remark names a field otherwise than the sheets do."""


def _standards(matters: set[str]) -> dict[str, Standard]:
    return {
        row.matter_id: storage.read_standard(row)
        for some in in_parts(matters)
        for row in storage.newest(models.Standard, "matter_id").filter(matter_id__in=some)
    }


Known = dict[str, frozenset[str]]
"""By kind, the codes that the catalogue has."""


def _known() -> Known:
    return {
        kind: frozenset(model.objects.values_list("code", flat=True))
        for kind, model in (
            ("standards", models.Matter),
            ("materials", models.Material),
            ("certificate_types", models.CertificateType),
            ("elements", models.Element),
        )
    }


def _references(found: Iterable[Difference], taken: Taken, known: Known) -> Iterator[Complaint]:
    """What names something that neither the catalogue nor the good of the file knows."""
    codes = {kind: set(known[kind]) for kind in known}
    for key, _ in keyed(taken.good):
        if key.kind in codes:
            codes[key.kind].add(key.of[0])
    for each in found:
        for field, kind, named in _named(each.value):
            missing = [code for code in named if code and code not in codes[kind]]
            if missing:
                reason = f"{WORDS[kind]} {missing[0]} 既不在目录中，也不在这个文件的正确内容中。请改正编码或补上它"
                yield Complaint(each.key, field, reason)
                break


WORDS = {"standards": "事项", "materials": "材料", "certificate_types": "证照类型", "elements": "数据元"}


def _named(value: Any) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Yield field, kind and codes of what a value names."""
    match value:
        case Standard():
            yield "requirements", "materials", [r.material for r in value.requirements]
            yield "needs", "certificate_types", value.needs
            yield "yields", "certificate_types", (value.yields,)
            yield "elements", "elements", value.elements
            yield "determines", "elements", value.determines
        case Implementation():
            yield "matter", "standards", (value.matter,)
            if value.stated:
                yield "requirements", "materials", [r.material for r in value.stated.requirements]
                yield "stated.yields", "certificate_types", (value.stated.yields,)
        case Offer() | Reform():
            yield "matter", "standards", (value.matter,)
        case CertificateType():
            yield "fields", "elements", value.fields
