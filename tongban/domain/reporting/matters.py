"""Which rows tell the national platform of a matter and of how the bodies of a province offer it?

One row of the basic directory for each matter and province; for each body one row of its implementation, one of what
else it says, one for each material, and one of its fee where it takes one. A version that replaces another changes the
row; a matter that nothing is in force for any more stays in the directory, ended, and its implementations go.

Source: upload tables up_task_*; GB/T 39046-2020, table 4; GB/T 39554.1 and .2 (elements).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from tongban.domain.catalogue import CertificateType, Implementation, Material, Requirement, Standard, Terms
from tongban.domain.clock import BEIJING_TIME
from tongban.domain.codes import Channel, Device, ServiceObject
from tongban.domain.reporting.cases import item_code, task_code, task_name
from tongban.domain.reporting.mapping import Codes
from tongban.domain.reporting.rows import Draft, guid
from tongban.domain.reporting.schema import Value

ONLINE = {Channel.COMPUTER, Channel.MOBILE}
BASIC, EXTENDED = "up_task_general_basic", "up_task_general_extend"
MATERIAL, FEE, DIRECTORY = "up_task_general_material", "up_task_general_fee_project", "up_task_directory"


@dataclass(frozen=True, slots=True)
class Offered:
    """A matter as a province offers it on a day, and what its codes stand for."""

    province: str
    standard: Standard
    implementations: tuple[Implementation, ...]
    from_on: date
    until_on: date | None = None
    """Since when nothing is in force any more; None: it is."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of bodies, by code of GB 32100."""
    materials: Mapping[str, Material] = field(default_factory=dict)
    certificates: Mapping[str, CertificateType] = field(default_factory=dict)
    served_by_theme: Mapping[str, frozenset[ServiceObject]] = field(default_factory=dict)


def rows(offered: Offered, codes: Codes) -> tuple[Draft, ...]:
    """Return the rows of a matter in a province."""
    if not offered.implementations:
        return ()
    found = [_directory(offered, codes)]
    if offered.until_on is None:
        for implementation in offered.implementations:
            found += _Implemented(offered, implementation, codes).rows()
    return tuple(found)


def _directory(offered: Offered, codes: Codes) -> Draft:
    standard = offered.standard
    levels = sorted({str(one.level) for one in offered.implementations})
    values: dict[str, Value] = {
        "by_law": _basis(standard),
        "catalog_code": standard.basic_code,
        "data_source": codes.code("data_source", offered.province),
        "local_catalog_code": standard.matter,
        "plan_cancel_date": _moment(offered.until_on),
        "plan_effective_date": _moment(offered.from_on),
        "task_name": standard.name,
        "task_state": codes.code("state", "in_force" if offered.until_on is None else "ended"),
        "task_type": codes.code("matter_type", standard.matter_type.value),
        "task_version": standard.version,
        "use_level": codes.several("level", levels),
    }
    # Of those who offer it the first answers for what all of them share.
    body = min(one.body for one in offered.implementations)
    return Draft(DIRECTORY, (offered.province, standard.matter), body, standard.matter, values)


@dataclass(frozen=True, slots=True)
class _Implemented:
    offered: Offered
    implementation: Implementation
    codes: Codes

    def rows(self) -> Iterator[Draft]:
        yield self._draft(BASIC, (), self._basic())
        yield self._draft(EXTENDED, (), self._extended())
        for place, requirement in enumerate(self.terms.requirements, start=1):
            yield self._draft(MATERIAL, (requirement.material, str(place)), self._material(requirement, place))
        if self.implementation.fee_cents:
            yield self._draft(FEE, (), self._fee())

    @property
    def key(self) -> tuple[str, str]:
        return self.offered.standard.matter, self.implementation.body

    @property
    def terms(self) -> Terms:
        return self.implementation.stated or self.offered.standard.terms

    def _draft(self, table: str, key: tuple[str, ...], values: Mapping[str, Value]) -> Draft:
        parent = "" if table == BASIC else guid(BASIC, *self.key)
        own = {"task_guid": parent} if parent else {}
        whole = {**own, **self.codes.nothing(table), **values}
        return Draft(table, (*self.key, *key), self.implementation.body, self.offered.standard.matter, whole, parent)

    def _basic(self) -> dict[str, Value]:
        one, standard, codes, terms = self.implementation, self.offered.standard, self.codes, self.terms
        return {
            "accept_condition": _numbered([condition.text for condition in terms.conditions]) or "无",
            "anticipate_day": terms.statutory.days,
            "anticipate_type": codes.code("unit", terms.statutory.unit.value),
            "by_law": _basis(standard),
            "catalog_code": standard.basic_code,
            "dept_code": one.body,
            "dept_name": self.offered.names.get(one.body, ""),
            "dept_type": codes.code("nature", one.nature.value),
            "entrust_name": self.offered.names.get(one.entrusted_by) if one.entrusted_by else None,
            "fee_basis": one.fee_source.reference or None if one.fee_cents else None,
            "handle_flow": "→".join(("收件", "受理", *(("审查",) if one.opinion_desks else ()), "决定", "送达")),
            "handle_type": codes.several("channel", [each.value for each in one.channels]),
            "is_fee": codes.yes_no(one.fee_cents > 0),
            "limit_scene_num": one.visits,
            "link_addr": one.contact.online_address,
            "link_way": one.contact.consulting_phone,
            "local_catalog_code": standard.matter,
            "local_task_code": one.implementation_code,
            "plan_cancel_date": None,
            "plan_effective_date": _moment(self.offered.from_on),
            "project_type": codes.code("project", "promised" if one.promised.days else "instant"),
            "promise_day": one.promised.days,
            "promise_type": codes.number("unit", one.promised.unit.value),
            "server_type": codes.several("service_object", [each.value for each in standard.serves]),
            "special_procedure": _numbered([each.name for each in standard.special_procedures]) or None,
            "supervise_way": one.contact.complaint_phone,
            "task_code": task_code(one),
            "task_handle_item": item_code(standard, one),
            "task_name": task_name(standard, one),
            "task_state": codes.code("state", "in_force"),
            "task_type": codes.code("matter_type", standard.matter_type.value),
            "task_version": one.version,
            "transact_addr": one.contact.address,
            "transact_time": one.contact.hours,
            "use_level": codes.code("level", str(one.level)),
        }

    def _extended(self) -> dict[str, Value]:
        one, standard, codes = self.implementation, self.offered.standard, self.codes
        yielded = self.offered.certificates.get(self.terms.yields)
        return {
            "corp_topic_type": self._themes(person=False),
            "user_topic_type": self._themes(person=True),
            "handle_area": codes.code("scope", one.scope.value),
            "is_entry_center": codes.yes_no(bool(one.hall)),
            "is_express": codes.yes_no(one.express),
            "is_online": codes.yes_no(not ONLINE.isdisjoint(one.channels)),
            "is_pay_online": codes.yes_no(one.online_payment),
            "is_schedule": codes.yes_no(one.reservation),
            "is_service_terminals": codes.yes_no(Device.TERMINAL in one.devices),
            "limit_explain": standard.quantity_limit,
            "limit_scene_explain": one.visits_reason,
            "online_handle_url": one.contact.online_address,
            "other_dept": "、".join(self.offered.names.get(code, code) for code in one.partners),
            "result_name": yielded.name if yielded else self.terms.document,
            "result_type": codes.code("result_kind", standard.result.value),
            "service_type": standard.intermediary,
        }

    def _themes(self, *, person: bool) -> str | None:
        """Return the themes under which a person, or a body, finds the matter."""
        serves = {one for one in self.offered.standard.serves if (one is ServiceObject.PERSON) is person}
        served = self.offered.served_by_theme
        found = [code for code in self.offered.standard.themes if not serves.isdisjoint(served.get(code, frozenset()))]
        return ",".join(found) or None

    def _material(self, asked: Requirement, place: int) -> dict[str, Value]:
        codes = self.codes
        material = self.offered.materials.get(asked.material)
        return {
            "material_name": material.name if material else "",
            "material_type": codes.code("material_kind", material.kind if material else ""),
            "material_format": codes.code("material_form", asked.form.value),
            "is_need": codes.code("necessity", asked.necessity.value),
            "page_num": asked.copies,
            "source_type": codes.code("source_channel", asked.channel.value),
            "source_explain": material.issuer if material else None,
            "by_law": asked.source.reference,
            "order_num": place,
            "remark": "依情形提交" if asked.when else None,
        }

    def _fee(self) -> dict[str, Value]:
        return {
            "fee_name": f"{task_name(self.offered.standard, self.implementation)}收费",
            "fee_stand": f"{self.implementation.fee_cents / 100:.2f} 元",
            "by_law": self.implementation.fee_source.reference,
            "is_desc": self.codes.yes_no(False),
            "order_num": 1,
        }


def _basis(standard: Standard) -> str | None:
    return "；".join(dict.fromkeys(one.reference for one in standard.legal_basis if one.reference)) or None


def _numbered(texts: list[str]) -> str:
    """Return texts as a numbered list; a single one as it is."""
    if len(texts) < 2:
        return "".join(texts)
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1))


def _moment(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(tzinfo=BEIJING_TIME))
